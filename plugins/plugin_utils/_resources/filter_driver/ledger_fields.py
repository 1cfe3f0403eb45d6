# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the ledger keeps of a driver beside Start and status, field by field, and how a change is entered.

key                        the whole key below Services but for Start: relative path -> {value name: value}
file                       the path of the driver's file, where a removal renames it
<key>\\UpperFilters, ...    one field for each filter list that is cleaned: the whole list, None for no list

Beside the state an entry has the path of the driver's file in values of their own, Image and Renamed, so that the next
reading describes the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from ..._planning.ledger import Entry
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.image_path import resolve_image
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, Values, text_of, type_of
from ..._windows.drivers.network_components import why_not_stopped
from ..._windows.drivers.protection import dependants_of
from ..._windows.drivers.registry_links import possible_links
from ..._windows.drivers.services import Service
from ..._windows.registry_paths import SERVICES
from .driver_state import state_of
from .filter_lists import entry_in, value_at
from .options import Options

KEY = "key"
FILE = "file"
_IN_EVERY_ENTRY = ("Start", "status")
_NOT_RESTORABLE = ("REG_NONE", "REG_UNKNOWN")

Tree = dict[str, Values]


class KeyState(Enum):
    """How a driver's key compares with the one in a ledger entry. Start and Enum do not count.

    PARTIAL: a removal or a restore that was interrupted left a part of it.
    """

    NOT_RECORDED = auto()
    WHOLE = auto()
    PARTIAL = auto()
    DIFFERENT = auto()


@dataclass(frozen=True)
class RecordedDriver:
    """What a ledger entry has of a driver."""

    entry: Entry

    @property
    def key(self) -> Tree | None:
        """The key before the change, None where the entry has none."""
        key: Tree | None = self.entry.before.get(KEY)
        return key

    @property
    def is_removal(self) -> bool:
        """Whether the change removes the key."""
        return self.key is not None and KEY in self.entry.after and self.entry.after[KEY] is None

    @property
    def start(self) -> Value | None:
        """The start type before the change, None where there was none."""
        return self.entry.before.get("Start")

    @property
    def ran(self) -> bool:
        """Whether the driver ran before the change."""
        return bool(self.entry.before.get("status") == "running")

    @property
    def file(self) -> str:
        """The path of the driver's file before the change, "" where the entry has none."""
        return self.entry.before.get(FILE) or ""

    @property
    def file_after(self) -> str:
        """The path that the change gives the driver's file, "" where the entry has none."""
        return self.entry.after.get(FILE) or ""

    def key_state(self, tree: Tree) -> KeyState:
        """Compare a driver's key with the one that is recorded."""
        if self.key is None:
            return KeyState.NOT_RECORDED
        if without_enum(tree) == without_enum(self.key):
            return KeyState.WHOLE
        return KeyState.PARTIAL if self.is_removal and _is_part(tree, self.key) else KeyState.DIFFERENT


def _is_part(tree: Tree, whole: Tree) -> bool:
    return all(
        path in whole and all(whole[path].get(name) == value for name, value in values.items())
        for path, values in without_enum(tree).items()
    )


def tree_of(snapshot: Snapshot, name: str) -> Tree:
    """Return the whole key of a driver by relative paths, "" for the key itself, without Start."""
    root = f"{SERVICES}\\{name}"
    tree = {path[len(root) + 1 :]: dict(values) for path, values in snapshot.tree(root).items()}
    return {
        path: {each: value for each, value in values.items() if path or not equals_ignore_case(each, "Start")}
        for path, values in tree.items()
    }


def without_enum(tree: Tree) -> Tree:
    """Return a driver's key without Enum.

    Windows makes Enum itself while the driver runs, so a stored one would be wrong (facts D, volatile [M]).
    """
    return {path: values for path, values in tree.items() if not equals_ignore_case(path.split("\\")[0], "Enum")}


def not_restorable(snapshot: Snapshot, name: str) -> tuple[str, ...]:
    """Return what of a driver's key could not be restored: sentences, none when all could."""
    tree = snapshot.tree(f"{SERVICES}\\{name}")
    values = (
        f"{path}\\{each} is of type {type_of(value)}, which cannot be restored"
        for path, found in tree.items()
        for each, value in found.items()
        if type_of(value) in _NOT_RESTORABLE
    )
    return (*possible_links(tree, f"{SERVICES}\\{name}"), *values)


def enter(
    driver: Service, wanted: dict[str, Any], task: Task, *, keep_refusal: bool = False
) -> tuple[str, tuple[op.Operation, ...]]:
    """Return the ledger entry for a change of a driver: its key, and the operations that make it.

    An open entry may have fields that this change does not touch, such as a list that was cleaned. The new entry keeps
    them. keep_refusal: whether it keeps too that Windows refused to stop the driver, so that no run tries that again.
    """
    options: Options = task.options
    entry = task.ledger.open_entry(driver.name)
    fields = [field for field in {**(entry.before if entry else {}), **wanted} if field not in _IN_EVERY_ENTRY]
    more = {field: _found(field, driver, entry, task.snapshot) for field in fields}
    found = {**state_of(driver), **more}
    record, operations = task.ledger.enter(
        driver.name, found, {**more, **wanted}, options.reason, task.now, last_shutdown=task.last_shutdown
    )
    made = (
        _with_files(each, driver.image, wanted) if isinstance(each, op.LedgerEntry) else each for each in operations
    )
    return record, (*made, *(_refusal_of(entry, record) if keep_refusal and operations else ()))


def can_stop_now(driver: Service, entry: Entry | None, snapshot: Snapshot) -> bool:
    """Tell whether a driver that runs is to be stopped at once.

    It is not when Windows refused that before, nor when it is of the Windows Filtering Platform. It is not when other
    services need it (only force leads here then): Windows would stop them too, and the ledger would not show it.
    """
    refused = entry is not None and entry.refused_code is not None
    may_stop = driver.can_stop and not why_not_stopped(driver) and not dependants_of(driver.name, snapshot)
    return driver.status == "running" and may_stop and not refused


def _refusal_of(entry: Entry | None, record: str) -> tuple[op.Operation, ...]:
    if entry is None or not entry.refused_code:
        return ()
    return (op.SetValue(record, "RefusedCode", entry.refused_code, None),)


def _with_files(entry: op.LedgerEntry, image: str, wanted: Mapping[str, Any]) -> op.LedgerEntry:
    """Name the files in values of their own, which the next reading describes. After stays last (see ledger.py)."""
    renamed = wanted.get(FILE) or ""
    named = {"Image": image, "Renamed": renamed if renamed != image else ""}
    return replace(entry, values={**{name: path for name, path in named.items() if path}, **entry.values})


def image_of(entry: Entry | None, task: Task) -> str:
    """Return the path of the file that a driver had when an entry was made, "" when that is not known."""
    written = text_of(task.snapshot.value(entry.key, "Image")) if entry else ""
    return resolve_image(written, "", task.snapshot.environment) if written else ""


def _found(field: str, driver: Service, entry: Entry | None, snapshot: Snapshot) -> Any:
    if field == KEY:
        return _found_key(tree_of(snapshot, driver.name), entry)
    if field == FILE:
        renamed = RecordedDriver(entry).file_after if entry else ""
        return renamed if renamed and driver.file is None and snapshot.files.get(renamed) else driver.image
    return _found_list(field, driver, entry, snapshot)


def _found_list(place: str, driver: Service, entry: Entry | None, snapshot: Snapshot) -> Value | None:
    """Return the cleaned list of the entry where the list does not name the driver, even if it changed otherwise."""
    found = value_at(place, snapshot)
    is_clean = not entry_in(place, found, driver.name, driver.image)
    return entry.after[place] if entry and place in entry.after and is_clean else found


def _found_key(tree: Tree, entry: Entry | None) -> Tree:
    """Return the key of the ledger where the server has all or a part of it.

    Windows rewrites Enum when a driver stops or starts, and it deletes the subkeys of a key one after another.
    """
    recorded = RecordedDriver(entry) if entry else None
    if recorded is None or recorded.key is None or recorded.key_state(tree) is KeyState.DIFFERENT:
        return tree
    return recorded.key
