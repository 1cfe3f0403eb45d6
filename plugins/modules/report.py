# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Make the report of a fleet, compare it with an earlier one, and gate a pipeline
description:
  - Merges what audits found on many servers, says what is to be done in which order, and writes that as an HTML page, as data and in the
    formats of CI systems. No server is asked, everything happens on the controller.
  - It reads documents that it wrote before, so reports of several runs become one, a report of last week can be rendered anew, and two of
    them can be compared. It reads the artifacts of C(ansible-runner), too.
  - A merged document has each server once, as it was judged last. The key of a finding is its server, its RV(ignore:id) and its subject.
  - The task prints a table of at most 15 lines, the counts and the first actions.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
attributes:
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  become:
    description: Is usable alongside C(become) keywords.
    support: N/A
    details: No connection is used.
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
    details: Files are rendered and compared, and not written.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
    details: The same input gives the same bytes. What O(register) names is dated when the task runs, unless O(times=false).
  platform:
    description: Target OS/families that can be operated against.
    platforms: all
    support: N/A
    details: Only the controller is used.
options:
  from:
    description:
      - Documents of earlier runs, which are JSON files of this module; folders that hold such files; or private data directories and artifacts of
        C(ansible-runner).
      - What is named here and what O(register) names are merged.
    type: list
    elements: path
    default: []
  register:
    description:
      - The name of the variable in which the hosts of the play registered what a module of this collection returned on them.
      - A host of the play that has no such variable is in the document, too, as not handled or failed.
    type: str
  hosts:
    description: The hosts whose O(register) is taken. By default all hosts of the play, those that were lost on the way included.
    type: list
    elements: str
  kind:
    description: What the run of O(register) was, such as V(audit) or V(enforce). It stands in the document.
    type: str
    default: audit
  since:
    description: An earlier document, or a folder as in O(from), with which the report is compared.
    type: path
  dest:
    description:
      - The files to write. The ending of a name gives the format, namely C(.html), C(.json), C(.csv), C(.md), C(.junit.xml) or C(.xml),
        C(.sarif), or C(.env). A folder, which is a name without an ending, gets a file of each of O(formats), named C(report).
      - Folders that do not exist are made. Without a file the table is printed alone.
    type: list
    elements: path
    default: []
  formats:
    description: The formats that folders of O(dest) get.
    type: list
    elements: str
    choices: [html, json, csv, md, junit, sarif, env]
    default: [html, json, csv, md, junit, sarif, env]
  fail_on:
    description:
      - What fails the task. It fails after the files are written.
      - V(drifted), V(attention), V(pending), V(refused) and V(unknown) are statuses of findings. Hints, which have the severity V(ignore:info), do
        not count.
      - V(not_reached) is any server that should have been judged and was not, also when the run failed on it or never came to it.
      - V(waiver_ended) is a finding whose waiver has ended. V(new) is a finding that was not there in O(since).
      - V(info+), V(warning+), V(error+) and V(critical+) are findings of at least this severity about which something is still to be done.
    type: list
    elements: str
    choices: [drifted, attention, pending, refused, unknown, not_reached, waiver_ended, new, info+, warning+, error+, critical+]
    default: []
  times:
    description: Whether the files say when servers were judged. Without it, a comparison of two files shows what changed on servers and nothing else.
    type: bool
    default: true
  variables:
    description: >-
      What messages call the options of this module where a role or a playbook has variables for them, such as C({fail_on: audit_fail_on}).
    type: dict
    default: {}
seealso:
  - module: server_baseline.windows.win_baseline
"""

EXAMPLES = r"""
- name: Put the documents of three sites together, and compare them with last week's
  server_baseline.windows.report:
    from: [site1.json, site2.json, site3.json]
    since: last_week.json
    dest: [fleet.html, fleet.json]

- name: Fail where something has drifted or where a finding is new and bad
  server_baseline.windows.report:
    from: [fleet.json]
    since: last_week.json
    fail_on: [drifted, new, error+]

- name: Judge servers
  server_baseline.windows.win_baseline:
    resources:
      - win_filter_driver:
          classifications: [known_leftover]
  check_mode: true
  register: judged

- name: Report what the hosts of this play have registered
  server_baseline.windows.report:
    register: judged
    dest: [reports/]
  run_once: true
"""

RETURN = r"""
files:
  description: The files that are written, or in check mode would be, those whose bytes stay included.
  returned: always
  type: list
  elements: path
  sample: [/srv/reports/fleet.html]
table:
  description: The lines that the task prints.
  returned: success
  type: list
  elements: str
shares:
  description: >-
    How many servers need something done, wait for a decision, were not judged, are waived or compliant. Each server is counted once.
  returned: success
  type: dict
  sample: {"to_do": 27, "undecided": 22, "not_judged": 2, "waived": 1, "compliant": 10}
states:
  description: How many servers are in each state.
  returned: success
  type: dict
  sample: {"judged": 60, "not_reached": 2}
statuses:
  description: How many findings have each status. Those that are hints are counted as C(hint) instead.
  returned: success
  type: dict
  sample: {"drifted": 15, "attention": 20, "hint": 42, "compliant": 90}
actions:
  description: What is to be done, in this order.
  returned: success
  type: list
  elements: dict
  contains:
    number:
      description: Its place.
      type: int
    act:
      description: Who or what acts, V(reach), V(restart), V(enforce), V(update) or V(decide).
      type: str
    title:
      description: What is to be done.
      type: str
    severity:
      description: The worst severity of its findings.
      type: str
    restart:
      description: Whether it ends with a restart.
      type: bool
    servers:
      description: Where it is to be done.
      type: list
      elements: str
failing:
  description: The servers that fail, by the word of O(fail_on).
  returned: always
  type: dict
  sample: {"drifted": ["app01", "app02"]}
exit_code:
  description: >-
    What a pipeline may end with, V(1) where O(fail_on) fails a server that was judged, V(3) where it fails none and not all servers were judged,
    else V(0).
  returned: always
  type: int
  sample: 1
"""
