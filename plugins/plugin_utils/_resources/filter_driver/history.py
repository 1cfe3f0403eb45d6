# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the ledger knows of a driver that an audit looks at. An entry that must not be used counts for nothing here."""

from __future__ import annotations

from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.task import Task
from ..._windows.drivers.services import DISABLED, service_of
from ..._windows.registry_paths import SERVICES
from .ledger_fields import RecordedDriver


def last_entry(name: str, task: Task) -> Entry | None:
    """Return the last entry of a driver, open or closed, None without one."""
    try:
        return task.ledger.last_entry(name)
    except UnusableEntry:
        return None


def open_entry(name: str, task: Task) -> Entry | None:
    """Return the open entry of a driver, None without one."""
    entry = last_entry(name, task)
    return entry if entry and not entry.closed else None


def disabling_of(name: str, task: Task) -> Entry | None:
    """Return the open entry of the change that disabled a driver, None where the collection did not."""
    entry = open_entry(name, task)
    return entry if entry and entry.after.get("Start") == DISABLED else None


def removal_of(name: str, task: Task) -> Entry | None:
    """Return the open entry of the removal of a driver whose key is gone and was not kept from us."""
    is_hidden = any(task.snapshot.unreadable_below(f"{SERVICES}\\{name}"))
    entry = None if is_hidden or service_of(task.snapshot, name) else open_entry(name, task)
    return entry if entry and RecordedDriver(entry).is_removal else None


def since(name: str, task: Task) -> str:
    """Return since when a driver is in its state, as far as the ledger knows; "" where it does not."""
    entry = last_entry(name, task)
    return entry.set_on if entry else ""
