# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that adds to the advisories, and changes them."""

from __future__ import annotations


class ModuleDocFragment:
    """The option of every module that judges drivers of network adapters."""

    DOCUMENTATION = r"""
options:
  advisories:
    description:
      - Advisories of your own, and changes to those of the collection.
      - An entry with the O(advisories[].id) of an advisory of the collection replaces the fields that it names. An
        entry with another id is a
        new advisory, and needs O(advisories[].applies_to), O(advisories[].requirement), O(advisories[].affects) and
        O(advisories[].why).
      - Keep them in the inventory, and pass them to each module that judges drivers with C(module_defaults).
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
          - A JMESPath expression on an adapter, as M(server_baseline.windows.nic_driver_facts) returns it, with the
            server under C(server).
          - C(version_lt), C(version_le), C(version_gt), C(version_ge), C(version_eq) compare versions number by number,
            C(glob) matches
            patterns of V(*) and V(?).
        type: str
      requirement:
        description: What the driver must be. It must meet all that is named; name at least one besides
          O(advisories[].requirement.of).
        type: dict
        suboptions:
          at_least:
            description:
              - This version or a later one, such as V('3.7.19'), compared number by number.
              - Write it in quotes. YAML reads 3.10 without quotes as the number 3.1, and a number is refused.
            type: raw
          above:
            description: A later version than this one, in quotes as for O(advisories[].requirement.at_least).
            type: raw
          of:
            description:
              - Which version O(advisories[].requirement.at_least) and O(advisories[].requirement.above) are about.
                V(driver) is the version of the
                installation, V(driver_file) that of the driver's file, V(bus_driver) that of the lower half of a split
                driver.
              - V(driver) where it is not set.
            type: str
            choices: [driver, driver_file, bus_driver]
          not_before:
            description: A driver of this day or later, such as V(2008-02-28).
            type: str
          max_age_days:
            description: A driver that is not older than this number of days.
            type: int
          provider:
            description: A driver of this provider, as a pattern of V(*) and V(?). The driver of another provider is
              unknown.
            type: str
          unknown:
            description: No good version is known, so that every driver is unknown. The text says what is known.
            type: str
      affects:
        description: The features that a driver does not support while the advisory holds. With an empty list the
          advisory is a hint only.
        type: list
        elements: str
        choices: [chimney, rss, netdma, rsc, task_offload]
      severity:
        description: How bad it is. V(warning) where it is not set.
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
