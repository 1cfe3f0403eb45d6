# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_filter_driver
short_description: Disable or remove drivers that a product left behind, and restore them
description:
  - Sets the start type of drivers (services of type kernel driver, file system driver or recognizer), stops them, and
    removes them. The drivers are chosen by their exact names or by a policy on what they are.
  - No list of services shows such drivers. An open-file driver that an uninstalled backup product left behind can hang
    a server for weeks.
  - A driver that the server may need to boot or to work is refused, with the reason, before anything is written. It is
    refused when its C(ErrorControl) is 3, its load-order group is one of the boot path, C(SafeBoot) or a list of
    C(UpperFilters) or C(LowerFilters) names it, another service needs it, it serves a device, its file is Microsoft's,
    or one of these cannot be read.
  - Every change is entered in a ledger on the server (C(HKLM\SOFTWARE\Server Baseline\Ledger)) before it is made.
    O(state=restored) restores the state from before the change.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
  - server_baseline.windows.drivers
options:
  name:
    description:
      - The drivers, each by the name of its key below C(HKLM\SYSTEM\CurrentControlSet\Services). Case does not matter;
        patterns are refused.
      - A name of a Win32 service is refused; M(ansible.windows.win_service) manages those.
      - O(state=disabled) and O(state=absent) require at least one of O(name), O(match) and O(classifications).
        O(state=enabled) and O(state=restored) require O(name) or O(match).
      - A driver that is named is taken even if O(match) and O(classifications) do not choose it.
    type: list
    elements: str
  classifications:
    description:
      - Choose the drivers of these classifications, as M(server_baseline.windows.win_filter_driver_info) returns them.
        With O(match) a driver must meet both.
      - Allowed with O(state=disabled), O(state=absent) and O(state=audited) only.
    type: list
    elements: str
    choices: [known_leftover, orphan, dangling]
  allow:
    description: Drivers that O(match) and O(classifications) must leave alone for good, V(*) and V(?) allowed.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(disabled) sets C(Start) to 4 and then tries to stop the driver. A driver that the server does not have is
        compliant.
      - V(absent) disables and stops the driver, and then removes its whole key. The ledger keeps every value of the key
        with its type. It keeps neither the permissions of the key nor its subkey C(Enum), which Windows makes itself
        while the driver runs. The service manager forgets the driver when the server restarts.
      - V(audited) classifies drivers and changes nothing. What was left behind is V(drifted) in RV(findings). Without
        O(name), O(match) and O(classifications) it classifies all drivers.
      - V(enabled) sets C(Start) to O(start_type). The driver is not started.
      - V(restored) restores the state from before the collection's first change, and starts the driver if it ran then.
        A driver without an open entry in the ledger stays as it is. A removed driver gets its whole key, its places in
        the filter lists and the name of its file again, and starts when the server restarts.
      - With V(restored), O(match) sees of a removed driver its C(name) and C(exists) alone. A removed driver that it
        does not choose is V(not_applicable) in RV(findings). To restore it, put its name in O(name).
    type: str
    choices: [disabled, enabled, absent, audited, restored]
    default: disabled
  start_type:
    description: When Windows starts the driver. O(state=enabled) requires it; no other state allows it.
    type: str
    choices: [boot, system, auto, demand]
  stop:
    description:
      - Whether O(state=disabled) stops a driver that runs.
      - RV(reboot_required) is V(true) when the driver runs on, because it cannot be stopped or O(stop=false).
      - When Windows refuses to stop the driver, the ledger notes that, and later runs do not try again.
    type: bool
    default: true
  clean_filter_lists:
    description:
      - Whether the task first takes the driver out of the lists C(UpperFilters) and C(LowerFilters) that name it.
        Without this option such a driver is refused, because the devices there would not start.
      - The last of Microsoft's drivers in a list is never taken out, even if O(force) has its name, and even if its key
        is gone.
      - When a list cannot be read, the task does not take a driver whose key is gone out of the other lists, and fails.
    type: bool
    default: false
  file:
    description:
      - What O(state=absent) does with the driver's file. V(rename) adds C(.removed-) and the time to its name, such as
        C(FAMv4.sys.removed-20261123T140000Z). With the time the name is free, even if an earlier removal renamed a file
        of the same name.
      - A file that another service has too, or that is Microsoft's, is never renamed; with V(rename) its driver is
        refused.
    type: str
    choices: [keep, rename]
    default: keep
  reason:
    description: Why the driver is changed. The ledger keeps it, and O(state=restored) shows it.
    type: str
    default: ''
  force:
    description:
      - The drivers that are disabled or removed although they are protected, each by its exact name. The option chooses
        no driver itself.
      - A server may not boot afterwards. No pattern or wildcard forces all drivers.
    type: list
    elements: str
    default: []
seealso:
  - module: server_baseline.windows.win_filter_driver_info
  - module: server_baseline.windows.win_snapshot
  - module: ansible.windows.win_service
"""

EXAMPLES = r"""
- name: Disable the open-file driver that the backup product left behind
  server_baseline.windows.win_filter_driver:
    name: FAMv4
    state: disabled
    reason: left behind by an online-backup product, hangs Exchange

- name: Disable two drivers, and leave them running until the next restart
  server_baseline.windows.win_filter_driver:
    name:
      - FAMv4
      - LV_Tracker
    stop: false
  register: drivers

- name: Report which servers must restart
  ansible.builtin.debug:
    msg: Restart {{ inventory_hostname }} to unload {{ drivers.findings | map(attribute='subject') | join(', ') }}
  when: drivers.reboot_required

- name: Disable every driver that was left behind, except those that are allowed or waived
  server_baseline.windows.win_filter_driver:
    classifications: [known_leftover, orphan, dangling]
    allow: [LabTap*]
    waive:
      - name: TvShadow
        until: "2026-12-31"
        by: Ada
        reason: is removed in the next maintenance window

- name: Remove a driver and its name in the filter lists of the disks
  server_baseline.windows.win_filter_driver:
    name: tcesd
    state: absent
    clean_filter_lists: true
    file: rename

- name: Fail where something was left behind, and change nothing
  server_baseline.windows.win_filter_driver:
    classifications: [known_leftover, orphan]
    state: audited
  register: audit
  failed_when: audit.findings | selectattr('status', 'eq', 'drifted') | length > 0

- name: Restore the driver
  server_baseline.windows.win_filter_driver:
    name: FAMv4
    state: restored
"""

RETURN = r"""
before:
  description: >-
    The state of each driver before the task, by name, with the filter lists that are cleaned, by their paths; null for
    a driver that the server does not have.
  returned: success
  type: dict
  contains:
    Start:
      description: The start type, 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled.
      type: int
    status:
      description: >-
        The status that the service manager returns, such as V(running) or V(stopped); null when it does not know the
        driver.
      type: str
  sample: {"FAMv4": {"Start": 1, "status": "running"}}
after:
  description: >-
    The state of each driver after the task, as it was read back, or in check mode as it is predicted. Of the same form
    as RV(before).
  returned: success
  type: dict
  sample: {"FAMv4": {"Start": 4, "status": "stopped"}}
operations:
  description: >-
    The operations that were applied, or in check mode would be, in their order. The fields other than C(operation)
    depend on the kind.
  returned: success
  type: list
  elements: dict
  contains:
    operation:
      description: >-
        V(ledger_entry), V(set_value), V(delete_value), V(stop_driver), V(start_driver), V(create_key), V(delete_key) or
        V(rename_file).
      type: str
  sample:
    - operation: set_value
      key: HKLM\SYSTEM\CurrentControlSet\Services\FAMv4
      name: Start
      value: 4
      expected: 1
    - operation: stop_driver
      name: FAMv4
      record: HKLM\SOFTWARE\Server Baseline\Ledger\0001
      expected: running
reboot_required:
  description: Whether a driver stops or starts only when the server restarts.
  returned: success
  type: bool
findings:
  description: One entry for each driver that is chosen, also when the task fails because a driver was refused.
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: The resource, V(filter_driver).
      type: str
    subject:
      description: The driver.
      type: str
    status:
      description: >-
        V(compliant), V(drifted) (check mode), V(fixed), V(refused), V(waived), V(not_applicable) or V(unknown).
      type: str
    found:
      description: The state that was found, of the same form as in RV(before).
      type: dict
    wanted:
      description: The desired state; null when the task has none for the driver.
      type: dict
    evidence:
      description: What the status rests on.
      type: list
      elements: str
    why:
      description: What a known driver does to a server.
      type: str
    fix:
      description: The documented remedy for a known driver.
      type: str
    source:
      description: Where that is documented.
      type: str
"""
