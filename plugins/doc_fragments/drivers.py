# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that the modules on drivers share."""

from __future__ import annotations


class ModuleDocFragment:
    """What holds of every module that judges drivers."""

    DOCUMENTATION = r"""
options:
  match:
    description:
      - A L(JMESPath,https://jmespath.org) expression on one driver, as M(server_baseline.windows.win_filter_driver_info) returns it in
        RV(server_baseline.windows.win_filter_driver_info#module:drivers). It chooses the drivers in which it finds anything but V(false),
        V(null) and the empty.
      - C(version_lt(a, b)), C(version_le), C(version_gt), C(version_ge) and C(version_eq) compare versions number by number;
        C(glob(text, pattern)) matches patterns of V(*) and V(?) whatever the case; C(lower(text)) gives the text in lower case.
      - An expression that is none is an error that shows where.
    type: str
  known_drivers:
    description:
      - Drivers that you know to be left behind, beside those of the collection's own catalogue. A driver must meet all that an entry names
        of O(known_drivers[].name), O(known_drivers[].company), O(known_drivers[].file_version) and O(known_drivers[].altitude); at least one
        is needed.
      - Keep them in the inventory, and hand them to each module on drivers with C(module_defaults).
      - A driver that has an owner is none that is left behind, whatever an entry says.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the driver, V(*) and V(?) allowed.
        type: str
        default: ''
      company:
        description: The company that its file names, V(*) and V(?) allowed.
        type: str
        default: ''
      file_version:
        description: What the version of its file meets, such as V(>=4.0, <4.2).
        type: str
        default: ''
      altitude:
        description: An altitude of one of its minifilter instances, in quotes.
        type: str
        default: ''
      vendor:
        description: Who made it.
        type: str
        default: ''
      product:
        description: What it came with.
        type: str
        default: ''
      breaks:
        description: What it does to a server. Findings show it as C(why).
        type: str
        default: ''
      cure:
        description: The remedy. Findings show it as C(fix).
        type: str
        default: ''
      source:
        description: Where that is documented.
        type: str
        default: ''
  altitudes_file:
    description:
      - Microsoft's page C(allocated-altitudes.md) from the repository MicrosoftDocs/windows-driver-docs, a file on the controller.
      - It names the vendor of a minifilter whose own file names none. The collection ships none of it.
    type: path
  waive:
    description:
      - Leave to keep drivers that were left behind, each until a day. Until then the finding is V(waived) and the driver is not changed.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the driver, V(*) and V(?) allowed.
        type: str
        required: true
      until:
        description: The last day of it in UTC, such as V(2026-12-31).
        type: str
        required: true
      by:
        description: Who gives it.
        type: str
        required: true
      reason:
        description: Why.
        type: str
        required: true
"""
