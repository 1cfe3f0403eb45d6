# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_tcp_keepalive
short_description: Set after how long Windows asks a silent TCP connection whether it still stands
description:
  - Sets C(KeepAliveTime) below C(HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters), or restores what stood there
    before.
  - Where the value is not set, Windows asks after two hours. Until then a connection whose client is gone stays open,
    and counts among the sessions of its user. M(server_baseline.windows.win_snp_symptoms_info) reports that of a server
    with Exchange.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
  - server_baseline.windows.waivers
options:
  milliseconds:
    description:
      - After how many milliseconds of silence Windows asks, from 1 to 4294967295. For Exchange 900000 to 1800000 is
        recommended.
      - Required where O(state=present), and of no effect where O(state=restored).
    type: int
  overwrite:
    description:
      - Whether O(state=restored) restores the value also where somebody else has changed it since. Otherwise it is left
        alone, with a warning.
    type: bool
    default: false
  reason:
    description: Why the value is changed. The ledger keeps it, and O(state=restored) shows it.
    type: str
    default: ''
  review_when:
    description: When to look at the change again, in your own words. The ledger keeps it.
    type: str
    default: ''
  state:
    description:
      - V(present) sets the value.
      - V(restored) restores what stood there before the collection changed it first; a value that was not there is
        deleted. It does nothing where the ledger of the server has no change that can be restored.
      - V(restored) restores a REG_DWORD or nothing. A value of another type is not restored; the task that replaces it
        warns of that.
    type: str
    choices: [present, restored]
    default: present
notes:
  - The value takes effect when the server restarts. The module restarts nothing; RV(reboot_required) says that a
    restart is needed.
  - A ledger entry that the collection would not have made so, or that a newer release has made, is refused and named.
    The task then fails, and nothing of the entry is restored or closed.
  - A program asks its connections only where it has turned keep-alive on for them.
seealso:
  - module: server_baseline.windows.win_snp_symptoms_info
  - module: server_baseline.windows.win_tcp_offload
"""

EXAMPLES = r"""
- name: Let Windows ask after 15 minutes
  server_baseline.windows.win_tcp_keepalive:
    milliseconds: 900000
    reason: MAPI sessions of clients that are gone stay open
  register: keepalive

- name: Say which servers must restart
  ansible.builtin.debug:
    msg: Restart {{ inventory_hostname }}
  when: keepalive.reboot_required

- name: Restore what stood there before
  server_baseline.windows.win_tcp_keepalive:
    state: restored
"""

RETURN = r"""
before:
  description: >-
    What was found, under C(KeepAliveTime). C(value) is null where there is none. A value of another type than REG_DWORD
    is returned as it is.
  returned: success
  type: dict
  sample: {"KeepAliveTime": {"value": null}}
after:
  description: The value as it was read back, or in check mode as predicted. Of the same form as RV(before).
  returned: success
  type: dict
  sample: {"KeepAliveTime": {"value": 900000}}
operations:
  description: What was written, or in check mode would be, in its order. The fields besides C(operation) depend on its
    kind.
  returned: success
  type: list
  elements: dict
  contains:
    operation:
      description: V(ledger_entry), V(set_value) or V(delete_value).
      type: str
  sample:
    - operation: set_value
      key: HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters
      name: KeepAliveTime
      value: 900000
      expected: null
reboot_required:
  description: >-
    Whether a change takes effect only when the server restarts. It stays true on later runs until the server was
    restarted, where the server tells when it was last shut down.
  returned: success
  type: bool
findings:
  description: One entry, for C(KeepAliveTime).
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: V(tcp_keepalive).
      type: str
    subject:
      description: V(KeepAliveTime).
      type: str
    status:
      description: >-
        V(compliant), V(drifted) (check mode), V(fixed), V(pending) (it takes effect with a restart), V(refused)
        (somebody else has changed it since, or its ledger entry must not be used) or V(unknown).
      type: str
    found:
      description: The value that was found.
      type: raw
    wanted:
      description: The desired value.
      type: raw
    evidence:
      description: What the status rests on.
      type: list
      elements: str
    why:
      description: What is bad about a value that is too high.
      type: str
    fix:
      description: How to do it by hand, where the value is not the desired one.
      type: str
    source:
      description: Where that is documented.
      type: str
    title:
      description: What is to be done, in a short sentence; the same on every server with the same cause.
      type: str
    kind:
      description: V(setting), or V(unusable_entry) for a ledger entry that must not be used.
      type: str
    act:
      description: >-
        Who or what acts: V(enforce), V(restart), V(update), V(decide) or V(none). C(docs/reading_an_audit.md) in the
        collection explains these words and the status.
      type: str
    severity:
      description: V(info), V(warning), V(error) or V(critical). V(info) is a hint, which asks for nothing.
      type: str
    restart:
      description: Whether the change takes effect with a restart alone.
      type: bool
    since:
      description: Since when a restart is pending, in UTC; empty where that is not known.
      type: str
    waiver:
      description: C(until), C(by) and C(reason) of the waiver that covers it; empty without one.
      type: dict
server:
  description: >-
    Which server was judged, with C(null) for what is not known. The model of a Windows before 6.0 is told where network
    drivers are judged.
  returned: when the server was read
  type: dict
  contains:
    name:
      description: The name of the computer.
      type: str
    product:
      description: The product, as Windows calls itself.
      type: str
    release:
      description: The version of Windows with its build.
      type: str
    model:
      description: The model of the machine.
      type: str
  sample: {"name": "EX2007", "product": "Windows Server (R) 2008 Standard", "release": "6.0.6002", "model": "PowerEdge 2950"}
judged:
  description: When the server was judged, in UTC.
  returned: when the server was read
  type: str
  sample: "2026-11-23T14:00:00Z"
"""
