# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the ledger keeps of a driver beside Start and status, field by field, and how it is entered and put back.

key                        the whole key below Services but for Start: relative path -> {value name: value}
file                       the path of the driver's file
<key>\\UpperFilters, ...    one field for each filter list that is cleaned: the whole list, None for no list
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..._planning.ledger import Entry
from ..._protocol import operations as op
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, Values, texts_of, type_of
from ..._windows.drivers.filter_lists import FILTER_VALUES, FilterList, put_back, without
from ..._windows.drivers.protection import dependants_of
from ..._windows.drivers.registry_links import possible_links
from ..._windows.drivers.services import SERVICES, Service
from .task import Context, state_of, value_at

KEY = "key"
FILE = "file"
_PLAIN = ("Start", "status")
_RENAMED = ".removed"
_NO_MARKS = str.maketrans("", "", "-:")  # a file's name has no colon

Tree = dict[str, Values]


def tree_of(snapshot: Snapshot, name: str) -> Tree:
    """Return the whole key of a driver by relative paths, "" for the key itself, without Start."""
    root = f"{SERVICES}\\{name}"
    tree = {path[len(root) + 1 :]: dict(values) for path, values in snapshot.tree(root).items()}
    return {
        path: {each: value for each, value in values.items() if path or not equals_ignore_case(each, "Start")}
        for path, values in tree.items()
    }


def unwritable(snapshot: Snapshot, name: str) -> list[str]:
    """Return what of a driver's key could not be put back: sentences, none when all can."""
    key = f"{SERVICES}\\{name}"
    found = list(possible_links(snapshot.tree(key), key))
    for path, values in snapshot.tree(key).items():
        for each, value in values.items():
            if type_of(value) in ("REG_NONE", "REG_UNKNOWN"):
                found.append(f"{path}\\{each} is of type {type_of(value)}, which could not be put back")
    return found


def renamed(image: str, now: str) -> str:
    """Return the name under which the file of a driver that is removed now stays.

    With the time in it the name is free, though a file of a former removal lies there; that cannot be asked of a server
    before it is known where the image is.
    """
    return f"{image}{_RENAMED}-{now.translate(_NO_MARKS)}"


def enter(driver: Service, wanted: dict[str, Any], context: Context) -> tuple[str, list[op.Operation]]:
    """Return the ledger entry for a change of a driver, and the operations that make it.

    What an open entry knows beside what is wanted now, such as a list that was cleaned, stays as it is and stays known.
    """
    entry = context.ledger.open_entry(driver.name)
    fields = [field for field in {**(entry.before if entry else {}), **wanted} if field not in _PLAIN]
    found = {**state_of(driver), **{field: _found(field, driver, entry, context.snapshot) for field in fields}}
    kept = {field: found[field] for field in fields}
    record, operations = context.ledger.enter(
        driver.name, found, {**kept, **wanted}, context.options["reason"], context.now
    )
    return record, [
        _with_files(each, driver.image, wanted) if isinstance(each, op.LedgerEntry) else each for each in operations
    ]


def can_stop_now(driver: Service, entry: Entry | None, snapshot: Snapshot) -> bool:
    """Tell whether a driver that runs is to be stopped at once.

    Not where Windows refused it before, and not where others need it, which only force lets come so far: Windows would stop
    them as well, of which nothing would stand in the ledger.
    """
    refused = entry is not None and entry.refused_code is not None
    return driver.status == "running" and driver.can_stop and not refused and not dependants_of(driver.name, snapshot)


def carry_refusal(entry: Entry | None, record: str, recording: list[op.Operation]) -> list[op.Operation]:
    """Return what notes in a new entry that Windows refused to stop the driver under the former one: it is not tried again."""
    if not recording or entry is None or not entry.refused_code:
        return []
    return [op.SetValue(record, "RefusedCode", entry.refused_code, None)]


def _with_files(entry: op.LedgerEntry, image: str, wanted: Mapping[str, Any]) -> op.LedgerEntry:
    """Name the files in values of their own, which the next reading describes. After stays last: see _ledger.py."""
    if FILE not in wanted or wanted[FILE] == image:
        return entry
    return replace(entry, values={"Image": image, "Renamed": wanted[FILE], **entry.values})


def _found(field: str, driver: Service, entry: Entry | None, snapshot: Snapshot) -> Any:
    if field == KEY:
        return _found_key(tree_of(snapshot, driver.name), entry)
    if field == FILE:
        moved = entry.after.get(FILE) if entry else None
        return moved if moved and driver.file is None and snapshot.files.get(moved) else driver.image
    return _found_list(field, driver.name, entry, snapshot)


def _found_list(place: str, name: str, entry: Entry | None, snapshot: Snapshot) -> Value | None:
    """Take a list without the driver for the one that was cleaned, whatever else became of it."""
    found = value_at(place, snapshot)
    is_clean = found is None or not any(equals_ignore_case(each, name) for each in texts_of(found))
    return entry.after[place] if entry and place in entry.after and is_clean else found


def _found_key(tree: Tree, entry: Entry | None) -> Tree:
    """Take a key for the one of the ledger when they differ in Enum alone, which Windows rewrites when a driver stops or starts.

    What is left of a key whose removal was cut off counts as the whole: Windows deletes a key's subkeys one after another.
    """
    former = entry.before.get(KEY) if entry else None
    if entry is None or former is None:
        return tree
    return former if same_key(tree, former) or is_part(tree, entry) else tree


def is_part(tree: Tree, entry: Entry) -> bool:
    """Tell whether a key is a part, or all, of the one that an entry removed, so that its removal or return is under way."""
    former = entry.before.get(KEY)
    if former is None or entry.after.get(KEY, former) is not None:
        return False
    return all(
        path in former and all(former[path].get(name) == value for name, value in values.items())
        for path, values in without_enum(tree).items()
    )


def same_key(one: Tree, other: Tree) -> bool:
    """Tell whether two keys of a driver are the same but for Enum."""
    return without_enum(one) == without_enum(other)


def without_enum(tree: Tree) -> Tree:
    """Return a driver's key without Enum, which Windows makes itself, while it runs: a stored one would only be false (facts D, volatile [M])."""
    return {path: values for path, values in tree.items() if not equals_ignore_case(path.split("\\")[0], "Enum")}


def clean_lists(
    lists: Iterable[FilterList], name: str, context: Context
) -> tuple[dict[str, Value | None], list[op.Operation]]:
    """Return the lists as they are to be without a driver, by place, and the operations for that."""
    wanted = {each.place: without(context.list_at(each.place), name) for each in lists}
    return wanted, [operation for place, value in wanted.items() for operation in context.plan_list(place, value)]


def is_list(field: str) -> bool:
    """Tell whether a field of an entry is a filter list."""
    return field.rpartition("\\")[2] in FILTER_VALUES


def restore_lists(entry: Entry, context: Context) -> tuple[dict[str, Value | None], list[op.Operation]]:
    """Return the filter lists of an entry with the driver in its place again, and the operations for that."""
    former = {place: value for place, value in entry.before.items() if is_list(place) and value is not None}
    wanted = {place: put_back(entry.subject, value, context.list_at(place)) for place, value in former.items()}
    return wanted, [operation for place, value in wanted.items() for operation in context.plan_list(place, value)]


def rename(image: str, to: str, facts: Mapping[str, Any]) -> op.RenameFile:
    """Return the operation that renames a file. facts: of the file as it was read, or as the ledger has it."""
    return op.RenameFile(image, to, {"size": facts.get("size"), "modified": facts.get("modified"), "taken": False})
