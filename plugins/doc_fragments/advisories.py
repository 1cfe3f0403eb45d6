# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option by which a user has a say in which drivers are good."""

from __future__ import annotations


class ModuleDocFragment:
    """What holds of every module that judges drivers of network adapters."""

    DOCUMENTATION = r"""
options:
  advisories:
    description:
      - Advisories of your own, and changes to those of the collection. An entry whose O(advisories[].id) the collection has changes of it
        what it names; another is new and needs O(advisories[].applies_to), O(advisories[].requirement), O(advisories[].affects) and
        O(advisories[].why).
      - Keep them in the inventory, and hand them to each module that judges drivers with C(module_defaults).
    type: list
    elements: dict
    default: []
    suboptions:
      id:
        description: The name of the advisory, such as V(broadcom-netxtreme2-snp) or V(driver-age).
        type: str
        required: true
      enabled:
        description: V(false) switches an advisory of the collection off.
        type: bool
      applies_to:
        description:
          - A JMESPath expression on an adapter, as M(server_baseline.windows.nic_driver_facts) returns it, with the server under C(server).
          - C(version_lt), C(version_le), C(version_gt), C(version_ge), C(version_eq) compare versions number by number, C(glob) matches
            patterns of V(*) and V(?).
        type: str
      requirement:
        description:
          - What the driver must be; all that is named must hold. C(at_least) and C(above) compare a version, written in quotes, that of the
            C(driver), or with C(of) that of the C(driver_file) or the C(bus_driver).
          - C(not_before) demands a day, C(max_age_days) an age, C(provider) a provider by its pattern; C(unknown) says that nobody knows.
        type: dict
      affects:
        description: The features that a driver must not be trusted with. An empty list makes a mere hint.
        type: list
        elements: str
        choices: [chimney, rss, netdma, rsc, task_offload]
      severity:
        description: How bad it is. V(warning) where it is not said.
        type: str
        choices: [info, warning, error, critical]
      why:
        description: What is wrong, in a sentence.
        type: str
      fix:
        description: What to do, in a sentence.
        type: str
      source:
        description: Where that is documented.
        type: str
"""
