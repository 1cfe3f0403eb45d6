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
  - A driver that the server may need to boot, to work or to be reached is refused, with the reason and its cure, before
    anything of it is written. It is refused when its C(ErrorControl) is 3, its load-order group is one of the boot path
    or of Windows' own drivers, C(SafeBoot) or a filter list (C(UpperFilters), C(LowerFilters), C(DumpFilters)) names
    it, another service needs it or its group, it serves a device, a network component that is bound to an adapter needs
    it, it is Windows' own or Microsoft's, or one of these cannot be read.
  - After every task each name in a filter list that it wrote has its key, its file, and a C(Start) other than 4, and a
    driver that it starts with the server has its file. O(force) lifts neither.
  - Every change is entered in a ledger on the server (C(HKLM\SOFTWARE\Server Baseline\Ledger)) before it is made.
    O(state=restored) restores the state from before the change.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
  - server_baseline.windows.drivers
  - server_baseline.windows.waivers
options:
  name:
    description:
      - The drivers, each by the name of its key below C(HKLM\SYSTEM\CurrentControlSet\Services). Case does not matter;
        patterns are refused.
      - A name of a Win32 service is refused; M(ansible.windows.win_service) manages those.
      - The display name of a driver, as C(driverquery) shows it, chooses none. RV(findings) and a warning tell which
        driver it belongs to; with O(state=enabled) and O(state=restored) the task fails.
      - O(state=disabled) and O(state=absent) require at least one of O(name), O(match), O(classifications) and
        O(block_legacy_filters). O(state=enabled) requires O(name) or O(match), and O(state=restored) one of these or
        O(block_legacy_filters).
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
      - V(audited) classifies drivers and changes nothing. In RV(findings) a driver that the catalogue knows is
        V(drifted), and another one that was left behind has V(attention). Without O(name), O(match) and
        O(classifications) it classifies all drivers.
      - V(enabled) sets C(Start) to O(start_type). The driver is not started. A later start than now takes the driver
        away as V(disabled) does, and is refused for the same reasons. V(boot) and V(system) need its file.
      - V(restored) restores the state from before the collection's first change, and starts the driver if it ran then.
        A driver without an open entry in the ledger stays as it is. A removed driver gets its whole key, its places in
        the filter lists and the name of its file again, and starts when the server restarts.
      - With V(restored), a start type, a key or a file that others changed since is left alone and told; see
        O(overwrite). A list that would name what is not there is not restored, and its ledger entry stays open. An
        entry that the collection does not make like that is refused, and stays open, too.
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
      - A driver of the Windows Filtering Platform (it depends on C(BFE)) is never stopped, because its persistent filters
        may block all traffic then. It runs until the server restarts.
      - When Windows refuses to stop the driver, the ledger notes that, and later runs do not try again.
    type: bool
    default: true
  clean_filter_lists:
    description:
      - Whether the task first takes the driver out of the lists C(UpperFilters), C(LowerFilters) and C(DumpFilters)
        that name it. Without this option such a driver is refused, because the devices there would not start.
      - A list that names other drivers without a key, without a file or with C(Start) 4 is cleaned only if the task takes
        these out, too.
      - RV(reboot_required) is V(true) when a list was changed, until the server has restarted.
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
      - It never lifts a filter list, what could not be read, nor a network component that is bound, except an optional
        one with O(state=disabled) and O(stop=false).
    type: list
    elements: str
    default: []
  block_legacy_filters:
    description:
      - Whether Windows is to load no legacy file-system filters any more, from the next restart on (value
        C(IoBlockLegacyFsFilters) of C(HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\I/O System)). These attach to
        file systems without Windows' filter manager. Without V(true) the value stays as it is.
      - Windows 10.0.14393 (Server 2016) is the first that has it; on others it is V(not_applicable) in RV(findings).
      - It is refused while a legacy filter that is not Windows' own may start, since its product would protect or back up
        nothing any more. A driver that the same task disables or removes does not count. It is V(unknown), and is not set
        either, where a driver may be one; see O(no_legacy_filters).
      - With O(state=restored) the value from before the collection's first change is restored. It has no meaning with
        O(state=enabled).
    type: bool
  no_legacy_filters:
    description:
      - Drivers that are known to be no legacy file-system filters, each by its exact name, so that they do not stand
        against O(block_legacy_filters). C(fltmc filters) on the server shows those that run with C(<Legacy>) in its column
        C(Frame).
    type: list
    elements: str
    default: []
  fail_on_refused:
    description:
      - Whether the task fails when a driver is refused. By default it fails for a driver in O(name), and not for one that
        O(match) or O(classifications) choose.
      - A task that changes drivers in O(name) alone then changes nothing at all. With O(match), O(classifications),
        O(state=restored), or V(false), the other drivers are changed, and the task fails in the end.
    type: bool
  overwrite:
    description:
      - Whether O(state=restored) also restores what others changed since the collection's change, such as a start type,
        a list that was deleted, or the key of a product that was installed again under the same name. It does so for the
        drivers in O(name) alone.
    type: bool
    default: false
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
      - finding: filter_driver
        subject: TvShadow
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
  failed_when: audit.findings | selectattr('status', 'in', ['drifted', 'attention']) | length > 0

- name: Remove what was left behind, and fail in the end where one of them was refused
  server_baseline.windows.win_filter_driver:
    classifications: [known_leftover, orphan, dangling]
    state: absent
    clean_filter_lists: true
    fail_on_refused: true

- name: Keep legacy file-system filters out of the server for good, from its next restart on
  server_baseline.windows.win_filter_driver:
    block_legacy_filters: true
    no_legacy_filters: [vsock] # fltmc filters does not show it with <Legacy>
    reason: minifilters alone, CHG4711

- name: Restore the driver
  server_baseline.windows.win_filter_driver:
    name: FAMv4
    state: restored
"""

RETURN = r"""
before:
  description: >-
    The state of each driver before the task, by name, with the filter lists that are cleaned, by their paths; null for
    a driver that the server does not have. With O(block_legacy_filters) C(IoBlockLegacyFsFilters), with its C(value).
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
  description: Whether a driver stops or starts, or the devices of a filter list change, only when the server restarts.
  returned: success
  type: bool
findings:
  description: One entry for each driver that is chosen, also when the task fails because a driver was refused.
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: >-
        The resource, V(filter_driver); V(filter_driver.legacy_filters) for O(block_legacy_filters);
        V(filter_driver.unread) for what a policy or an audit could not read; with
        O(state=audited) those of M(server_baseline.windows.win_filter_driver_info) besides.
      type: str
    subject:
      description: The driver, the key that could not be read, or the component.
      type: str
    status:
      description: >-
        V(compliant), V(drifted) (check mode), V(fixed), V(pending) (set, takes effect with a restart), V(attention)
        (found, a person acts), V(refused), V(waived), V(not_applicable) or V(unknown).
      type: str
    found:
      description: The state that was found, of the same form as in RV(before); of a dead entry its C(lists).
      type: dict
    wanted:
      description: The desired state; null when the task has none for the driver.
      type: dict
    evidence:
      description: What the status rests on.
      type: list
      elements: str
    why:
      description: What is bad about it, or why the driver must not be changed.
      type: str
    fix:
      description: The remedy, or the cure of a refusal.
      type: str
    source:
      description: Where that is documented.
      type: str
    title:
      description: What is to be done, in a short sentence; the same on every server with the same cause.
      type: str
    kind:
      description: >-
        The classification of the driver, or V(named) where a task names it and nothing else is known of it. Else what
        was found: V(dead_entry), V(removed), V(network_component), V(unreadable), V(no_key), V(other_view),
        V(unusable_entry), V(changed_by_others), V(no_driver), V(display_name), V(legacy_filters), V(setting), or
        V(unsafe) for what the change would leave behind.
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
