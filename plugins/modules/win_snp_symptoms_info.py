# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_snp_symptoms_info
short_description: Tell whether a server suffers from its network offload features
description:
  - Reads, in one remote execution, the signs that network drivers do not support SNP (the Scalable Networking Pack).
    These are events 9646 of
    MSExchangeIS (a user has too many MAPI sessions or objects open), the TCP connections by offload state,
    C(KeepAliveTime), the session limits of Exchange, and on Server 2003 the version of C(tcpip.sys).
  - Nothing is changed. What cannot be read is V(unknown), never assumed good.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.waivers
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: N/A
    details: The module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
options:
  signs:
    description: The signs to look for. What is not named is neither read nor returned.
    type: list
    elements: str
    choices: [mapi_limit_events, session_limits, keep_alive_time, tcp_offload_states, tcpip_version]
    default: [mapi_limit_events, session_limits, keep_alive_time, tcp_offload_states, tcpip_version]
  since:
    description:
      - Look at events from this time on, a day such as V(2026-11-01) or a time in UTC such as V(2026-11-01T08:00:00Z).
      - By default the newest 50000 events of the log are read.
    type: str
    default: ''
  max_events:
    description: The largest number of events to read, newest first, from 1 to 10000.
    type: int
    default: 1000
seealso:
  - module: server_baseline.windows.nic_driver_facts
notes:
  - The event log is read through C(System.Diagnostics.EventLog), and only the parts of an event that are the same in
    every language.
  - The offload state of connections comes from C(netstat -nt). Where its last column is not one of the four states, it
    is V(unknown).
"""

EXAMPLES = r"""
- name: See whether Exchange ran out of sessions this month
  server_baseline.windows.win_snp_symptoms_info:
    since: '2026-11-01'
  register: symptoms

- name: Say what was found
  ansible.builtin.debug:
    msg: "{{ item.subject }}: {{ item.evidence | join('; ') }}"
  loop: "{{ symptoms.findings | selectattr('status', 'eq', 'attention') }}"
  loop_control:
    label: "{{ item.subject }}"
"""

RETURN = r"""
mapi_limit_events:
  description:
    - The events 9646 of MSExchangeIS, with C(count), C(first), C(last), C(top_users), and C(complete), which is false
      when older ones were left out.
    - V(unknown) when the log could not be read, V(not_applicable) on a server without Exchange.
  returned: when O(signs) names it
  type: raw
  sample:
    count: 3
    complete: true
    first: '2026-11-02T07:11:00Z'
    last: '2026-11-23T09:30:00Z'
    top_users: [{"user": "/o=Contoso/ou=First/cn=Recipients/cn=jdoe", "type": "session", "count": 3}]
session_limits:
  description: The limits of MAPI sessions and objects that are set, by type; V(unknown) or V(not_applicable) as for the
    events.
  returned: when O(signs) names it
  type: raw
  sample: {"session": 64}
keep_alive_time:
  description:
    - After how many milliseconds an idle connection is probed; two hours, Windows' default, where nothing is set; or
      V(unknown).
    - It is judged on a server with any role of Exchange. A value that is no REG_DWORD is returned as it stands, and told
      on every server.
  returned: when O(signs) names it
  type: raw
  sample: 7200000
tcp_offload_states:
  description: The number of TCP connections by offload state; V(unknown) where the release does not show it.
  returned: when O(signs) names it
  type: raw
  sample: {"InHost": 120, "Offloading": 0, "Offloaded": 14, "Uploading": 0}
tcpip_version:
  description: The version of C(tcpip.sys), or V(unknown).
  returned: when O(signs) names it
  type: str
  sample: 5.2.3790.3959
findings:
  description: One entry for each sign of O(signs).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The rule, V(snp_symptoms).
      type: str
    subject:
      description: The sign, named as above.
      type: str
    status:
      description: V(compliant), V(attention), V(not_applicable) or V(unknown).
      type: str
    found:
      description: What was read.
      type: raw
    wanted:
      description: The desired value, where there is one.
      type: raw
    evidence:
      description: What the status is based on.
      type: list
      elements: str
    why:
      description: What is bad about it.
      type: str
    fix:
      description: The remedy.
      type: str
    source:
      description: Where that is documented.
      type: str
    title:
      description: What is to be done, in a short sentence; the same on every server with the same cause.
      type: str
    kind:
      description: The sign, as in C(subject).
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
