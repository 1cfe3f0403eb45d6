# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option by which findings are waived."""

from __future__ import annotations


class ModuleDocFragment:
    """The option of every module that judges."""

    DOCUMENTATION = r"""
options:
  waive:
    description:
      - Waivers. Each permits that findings stay as they are until a day. Through that day an open finding that it
        covers is V(waived), and nothing is done about it. Afterwards the finding is open again and says so.
      - A task that enables or restores brings back what it is asked for, whatever is waived.
      - P(server_baseline.windows.waivers#lookup) gathers the waivers of an inventory.
    type: list
    elements: dict
    default: []
    suboptions:
      finding:
        description:
          - The C(id) of the findings, V(*) and V(?) allowed, such as V(filter_driver), V(tcp_offload) or
            V(nic_driver.*). V(*) is everything that is judged. It must be given.
        type: str
      subject:
        description:
          - What was judged, such as a driver, a feature or an adapter, V(*) and V(?) allowed. It must be given, unless
            O(waive[].finding) is V(*), which then is the whole server.
        type: str
      until:
        description: The last day of the waiver in UTC, such as V(2026-12-31). It must be given.
        type: str
      by:
        description: Who gives the waiver. It must be given.
        type: str
      reason:
        description: Why it is given. It must be given.
        type: str
      variable:
        description: What messages call the entry, where it comes from a variable.
        type: str
"""
