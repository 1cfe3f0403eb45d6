# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_tcp_offload_info
short_description: Return the TCP offload settings of a server and its adapters
description:
  - Reads what M(server_baseline.windows.win_tcp_offload) sets, in one remote execution, and changes nothing.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.advisories
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
  match:
    description:
      - Which adapters to return, as C(match) of M(server_baseline.windows.win_tcp_offload) says.
      - V(*) alone returns every one, also hidden and non-present ones.
    type: str
    default: '*'
seealso:
  - module: server_baseline.windows.win_tcp_offload
"""

EXAMPLES = r"""
- name: See what is offloaded
  server_baseline.windows.win_tcp_offload_info:
  register: offload

- name: Name the servers on which Chimney may offload connections
  ansible.builtin.debug:
    msg: Chimney is {{ offload.tcp_offload.features.chimney.state }}
  when: offload.tcp_offload.features.chimney.state in ['enabled', 'automatic']
"""

RETURN = r"""
tcp_offload:
  description: What the server is set to.
  returned: success
  type: dict
  contains:
    release:
      description: C(version) (NT version and build), C(service_pack) and C(product); null when they could not be read.
      type: dict
    features:
      description: >-
        Each of chimney, rss, netdma, rsc, task_offload, autotuning, ecn, timestamps, initial_rto and uro, by its name.
      type: dict
      contains:
        state:
          description: One of C(choices), or the number as a text; else V(not_applicable) or V(unknown).
          type: str
        value:
          description: The registry value or the word of the dump; null when there is none.
          type: raw
        stored_as:
          description: The name of that value or word.
          type: str
        choices:
          description: The states that this release has.
          type: list
          elements: str
        minimum:
          description: The least number that may be set; null where there are choices.
          type: int
        maximum:
          description: The largest number that may be set; null where there are choices.
          type: int
        takes_effect:
          description: When a change takes effect, V(at_once), V(restart_recommended) (at once, and Microsoft recommends
            a restart) or V(restart).
          type: str
        evidence:
          description: What the state is based on.
          type: list
          elements: str
    virtual_switch_rsc:
      description: RSC of Hyper-V's virtual switches, from Windows Server 2019 on.
      type: dict
      contains:
        state:
          description: V(not_applicable), or V(unknown) where the server may have a virtual switch, as WMI alone tells it.
          type: str
        evidence:
          description: What the state is based on.
          type: list
          elements: str
    ignored_values:
      description: Registry values of Server 2003 on a later release, which does not read them.
      type: dict
    updates:
      description: Whether the registry records the updates KB912222, KB948496 and KB950224; null where that could not
        be read.
      type: dict
    tcpip_version:
      description: The version of tcpip.sys; null when it could not be read.
      type: str
    adapters:
      description: The adapters, described as M(server_baseline.windows.nic_driver_facts) describes them.
      type: list
      elements: dict
      contains:
        name:
          description: The name of the connection, null when it has none.
          type: str
        description:
          description: What the driver calls the adapter.
          type: str
        guid:
          description: The id of the connection.
          type: str
        physical:
          description: Whether it is hardware for Windows; null when Windows does not say.
          type: bool
        virtual:
          description: Whether it is made of software alone; null when Windows does not say.
          type: bool
        hidden:
          description: Whether Windows hides it from the list of connections.
          type: bool
        team:
          description: Whether teaming software made it.
          type: bool
        team_member:
          description: Whether teaming software holds it.
          type: bool
        present:
          description: V(true), V(false) or V(unknown).
          type: raw
        carries_connection:
          description: V(true), V(false) or V(unknown).
          type: raw
        settings:
          description: The common state of each group of keywords, V(enabled), V(disabled) or V(mixed), and the values of
            C(jumbo_packet), C(rss_profile), C(rss_queues), C(rss_processors), C(rss_base_processor) and
            C(rss_max_processor); what the driver does not have is left out.
          type: dict
        keywords:
          description: Each keyword with C(value), C(default), C(effective), C(allowed), C(minimum) and C(maximum).
          type: dict
    changes:
      description: What the ledger says of settings that the collection has changed and not restored.
      type: list
      elements: dict
      contains:
        subject:
          description: The feature, or id of the adapter and keyword.
          type: str
        when:
          description: When it was changed, in UTC.
          type: str
        reason:
          description: Why.
          type: str
        review_when:
          description: When to look at it again.
          type: str
        before:
          description: The state before.
          type: dict
        after:
          description: What was set.
          type: dict
findings:
  description: Ignored registry values, features and keys of adapters that could not be read, and ledger entries of which
    nothing will be restored. Of the same form as those of M(server_baseline.windows.win_tcp_offload).
  returned: success
  type: list
  elements: dict
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
