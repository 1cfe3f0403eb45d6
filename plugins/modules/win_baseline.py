# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_baseline
short_description: Enforce or audit the whole baseline of a server in one remote execution
description:
  - Runs several resources of this collection in one task. One remote execution reads all that they need. The controller
    decides for all of them. A second execution writes the changes and reads them back. A compliant server needs no
    second one.
  - Each resource decides, refuses, predicts in check mode and writes to the ledger exactly as its own module does.
  - It is all or nothing. Where one resource refuses, or one would change what another decides about too, the task fails
    and writes nothing.
  - Two combinations are refused before the server is read. One is a module with C(state=restored) beside the same
    module with another state, the other is two resources that restart adapters.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
  - server_baseline.windows.waivers
options:
  resources:
    description:
      - The resources in the order in which they are decided and written. Each entry is the name of one module of this
        collection, without the collection's name, with the options of that module below it, or nothing below it.
      - M(server_baseline.windows.win_filter_driver), M(server_baseline.windows.win_tcp_offload) and
        M(server_baseline.windows.win_tcp_keepalive) change servers.
      - M(server_baseline.windows.win_filter_driver_info), M(server_baseline.windows.win_tcp_offload_info),
        M(server_baseline.windows.nic_driver_facts) and M(server_baseline.windows.win_snp_symptoms_info) only judge.
        Facts are returned in RV(resources) and not set as facts of the host.
      - Adapters are restarted, where that is asked for, after everything else.
      - Beside the module an entry may have C(variables), a mapping of options to the variables that set them. Messages
        and remedies then name the variables. The roles give it.
      - An entry may also be a list of more entries, C(resources), with what messages call it, C(called).
    type: list
    elements: dict
    required: true
  fail_on:
    description:
      - What fails the task, once the server is read, for pipelines. One finding of which one of the words is true is
        enough. Where the option is given, what is refused or could not be judged is a finding like any other, and fails
        the task only where the words say so; a server that is not reached fails always.
      - V(drifted), V(attention), V(pending), V(refused) and V(unknown) are findings with this status that are no hints.
        V(info+), V(warning+), V(error+) and V(critical+) are open findings of at least this severity.
        V(waiver_ended) is an open finding whose waiver has ended.
      - V(not_reached) says what is so without it. V(new) is refused, because it needs an earlier report to compare
        with; M(server_baseline.windows.report) takes it.
    type: list
    elements: str
    choices: [drifted, attention, pending, refused, unknown, not_reached, waiver_ended, new, info+, warning+, error+, critical+]
  options_only:
    description:
      - Checks the options and ends. The server is not asked, and not connected to.
      - A play with C(any_errors_fatal) that does this on all servers, before another works on them in batches, ends the
        run where one server has a variable that cannot be meant. The playbooks of this collection begin so.
    type: bool
    default: false
  other_systems:
    description: >-
      What becomes of a server that is not Windows, as a connection with a shell of Unix shows. V(fail) fails the task;
      V(skip) skips it with a message.
    type: str
    choices: [fail, skip]
    default: fail
  variables:
    description: >-
      What messages call the options of this module where a role has variables for them, such as C({fail_on:
      audit_fail_on}).
    type: dict
    default: {}
seealso:
  - module: server_baseline.windows.win_filter_driver
  - module: server_baseline.windows.win_tcp_offload
  - module: server_baseline.windows.win_tcp_keepalive
  - module: server_baseline.windows.nic_driver_facts
"""

EXAMPLES = r"""
- name: Undo what is hidden, and judge the network drivers
  server_baseline.windows.win_baseline:
    resources:
      - win_filter_driver:
          classifications: [known_leftover]
          reason: left behind by an uninstalled product
      - win_tcp_offload:
          profile: by_driver
      - nic_driver_facts:
          select: physical
  register: baseline

- name: Say what is wrong still
  ansible.builtin.debug:
    msg: "{{ baseline.findings | rejectattr('status', 'in', ['compliant', 'not_applicable']) }}"

- name: Fail where a server has drifted, and change nothing
  server_baseline.windows.win_baseline:
    resources:
      - win_filter_driver:
          classifications: [known_leftover, orphan]
      - win_tcp_offload:
          profile: by_driver
    fail_on: [drifted, error+]
  check_mode: true
"""

RETURN = r"""
resources:
  description: The result of each resource, in the order of the option. What else its module returns, such as the fact of
    M(server_baseline.windows.nic_driver_facts), is here too, by its own name.
  returned: success
  type: list
  elements: dict
  contains:
    module:
      description: The module.
      type: str
    changed:
      description: Whether this resource changed the server, or in check mode would.
      type: bool
    before:
      description: What it found, subject by subject, as in its module's own result.
      type: dict
    after:
      description: What it left, or in check mode would.
      type: dict
    operations:
      description: What was written for it.
      type: list
      elements: dict
    diff:
      description: What it changed.
      type: list
      elements: dict
    reboot_required:
      description: Whether something of it waits for the server to restart.
      type: bool
    findings:
      description: What it judged.
      type: list
      elements: dict
  sample:
    - module: win_filter_driver
      changed: true
      before: {"FAMv4": {"Start": 1, "status": "running"}}
      after: {"FAMv4": {"Start": 4, "status": "stopped"}}
      reboot_required: false
before:
  description: What was found, by module and subject.
  returned: success
  type: dict
  sample: {"win_filter_driver": {"FAMv4": {"Start": 1, "status": "running"}}}
after:
  description: What was read back, of the same form as RV(before); in check mode what is predicted.
  returned: success
  type: dict
  sample: {"win_filter_driver": {"FAMv4": {"Start": 4, "status": "stopped"}}}
operations:
  description: What was written by all resources, or in check mode would be, in its order.
  returned: success
  type: list
  elements: dict
reboot_required:
  description: Whether anything waits for the server to restart.
  returned: success
  type: bool
findings:
  description: >-
    What was judged, by all resources in their order, also where the task fails because one of them refused. The modules
    document what each entry holds.
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: Which rule judged, such as V(filter_driver), V(tcp_offload) or V(nic_driver.driver-age).
      type: str
    subject:
      description: What it judged, such as a driver, a feature or an adapter.
      type: str
    status:
      description: >-
        V(compliant), V(drifted), V(fixed), V(pending) (set, takes effect with a restart), V(attention) (found, a person
        acts), V(refused), V(waived), V(not_applicable) or V(unknown).
      type: str
    found:
      description: What was found.
      type: raw
    wanted:
      description: The desired state.
      type: raw
    evidence:
      description: What the status rests on.
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
      description: What was found, as data, such as V(known_leftover) or the id of an advisory.
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
