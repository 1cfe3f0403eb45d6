# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_filter_driver
short_description: Disable drivers that a product left behind, and put them back
description:
  - Sets the start type of drivers (services of type kernel driver, file system driver or recognizer) by their exact names, and stops them.
  - Such drivers show in no list of services. An open-file driver that an uninstalled backup product left behind can hang a server for weeks.
  - A driver that the server may need to boot or to work is refused, with the reason, before anything is written. It is refused when its
    C(ErrorControl) is 3, its load-order group is one of the boot path, C(SafeBoot) or a list of C(UpperFilters) or C(LowerFilters)
    names it, another service needs it, it serves a device, its file is Microsoft's, or one of these cannot be read.
  - Every change is entered in a ledger on the server (C(HKLM\SOFTWARE\Server Baseline\Ledger)) before it is made. O(state=restored) puts back
    what stood there before.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
options:
  name:
    description:
      - The drivers, each by the name of its key below C(HKLM\SYSTEM\CurrentControlSet\Services). Case does not matter; patterns are refused.
      - A name of a Win32 service is refused; M(ansible.windows.win_service) manages those.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(disabled) sets C(Start) to 4 and then stops the driver, as best effort. A driver that the server does not have is as wanted.
      - V(enabled) sets C(Start) to O(start_type). The driver is not started.
      - V(restored) puts back what stood there before the collection changed it, and starts the driver if it ran. Where the ledger holds nothing
        of the driver, nothing is done.
    type: str
    choices: [disabled, enabled, restored]
    default: disabled
  start_type:
    description: When Windows starts the driver. Required with O(state=enabled), refused otherwise.
    type: str
    choices: [boot, system, auto, demand]
  stop:
    description:
      - Whether O(state=disabled) stops a driver that runs.
      - A driver that runs on, because it cannot be stopped or is not to be, gives RV(reboot_required=true).
      - When Windows refuses to stop it, the ledger notes that, and later runs do not try again.
    type: bool
    default: true
  reason:
    description: Why the driver is changed. The ledger keeps it, and O(state=restored) shows it.
    type: str
    default: ''
  force:
    description:
      - The drivers of O(name) that are disabled although they are protected, each by its name.
      - A server may not boot afterwards. There is no way to force all of them.
    type: list
    elements: str
    default: []
seealso:
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

- name: Say which servers must restart
  ansible.builtin.debug:
    msg: Restart {{ inventory_hostname }} to be rid of {{ drivers.findings | map(attribute='subject') | join(', ') }}
  when: drivers.reboot_required

- name: Put the driver back as it was
  server_baseline.windows.win_filter_driver:
    name: FAMv4
    state: restored
"""

RETURN = r"""
before:
  description: The state of each driver before the task, by name; null for a driver that the server does not have.
  returned: success
  type: dict
  contains:
    Start:
      description: The start type, 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled.
      type: int
    status:
      description: What the service manager says, such as V(running) or V(stopped); null when it does not know the driver.
      type: str
  sample: {"FAMv4": {"Start": 1, "status": "running"}}
after:
  description: The state of each driver after the task, as read back; in check mode as foretold. Of the same form as RV(before).
  returned: success
  type: dict
  sample: {"FAMv4": {"Start": 4, "status": "stopped"}}
operations:
  description: What was written, or in check mode would be, in its order. The fields besides C(operation) depend on its kind.
  returned: success
  type: list
  elements: dict
  contains:
    operation:
      description: V(ledger_entry), V(set_value), V(delete_value), V(stop_driver) or V(start_driver).
      type: str
  sample:
    - {"operation": "set_value", "key": "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4", "name": "Start", "value": 4, "expected": 1}
    - {"operation": "stop_driver", "name": "FAMv4", "record": "HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0001", "expected": "running"}
reboot_required:
  description: Whether a driver waits for the server to restart, to go or to come back.
  returned: success
  type: bool
findings:
  description: One entry for each driver, also when the task fails because a driver was refused.
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: What judged, V(filter_driver).
      type: str
    subject:
      description: The driver.
      type: str
    verdict:
      description: V(compliant), V(drifted) (check mode), V(fixed), V(refused), V(not_applicable) or V(unknown).
      type: str
    found:
      description: The state that was found, of the same form as in RV(before).
      type: dict
    wanted:
      description: The state that is wanted.
      type: dict
    evidence:
      description: What the verdict rests on.
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
