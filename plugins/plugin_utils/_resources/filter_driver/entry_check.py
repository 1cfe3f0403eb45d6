# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether a ledger entry is one that the collection makes of a driver: nothing is restored of an entry that is not.

An administrator can write into the ledger, so an entry may hold anything. What it names beside the driver's own key,
its places in filter lists and the file that the collection renamed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..._planning.ledger import Entry, EntryRule
from ..._planning.task import Task
from ..._protocol.image_path import resolve_image
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import UnwritableValue, Value, data_of, is_writable, text_of, texts_of
from ..._windows.drivers.filter_lists import is_filter_list
from ..._windows.drivers.names import BadName, check_driver_name
from ..._windows.drivers.services import DISABLED, DRIVER_TYPES, WIN32_TYPES, Service
from .driver_state import start_word
from .filter_lists import entry_in
from .ledger_fields import FILE, KEY, RecordedDriver, image_of, tree_of

STATUSES = (
    *("stopped", "start_pending", "stop_pending", "running"),
    *("continue_pending", "pause_pending", "paused"),
)  # fmt: skip
_RENAMED = re.compile(r"\.removed-\d{8}T\d{6}Z", re.ASCII)
_LIMITS = {"REG_DWORD": 1 << 32, "REG_QWORD": 1 << 64}
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)


def rule_of(task: Task) -> EntryRule:
    """Return the rule that every entry of a driver must keep to be used at all."""
    return lambda entry: next(_faults(entry, task), "")


def faults_of(entry: Entry, task: Task) -> tuple[str, ...]:
    """Return why nothing of an entry may be restored: sentences, none when all of it may.

    A start type that Windows does not know is kept as it was found, and is not written.
    """
    faults = (*_faults(entry, task), *_of_start(entry.before.get("Start")))
    return tuple(f"{entry.key} of the ledger {each}" for each in faults)


def _faults(entry: Entry, task: Task) -> Iterator[str]:
    yield from (*_of_subject(entry), *_of_fields(entry))
    yield from (*_of_lists(entry, task), *_of_file(entry, task.snapshot))


def faults_of_key(driver: Service, snapshot: Snapshot) -> tuple[str, ...]:
    """Return why a driver's key could not be restored after a removal: sentences, none when it could."""
    faults = (*_of_start(driver.start), *_of_key(tree_of(snapshot, driver.name)))
    return tuple(f"its entry in the ledger could not be restored: it {each}" for each in faults)


def _of_subject(entry: Entry) -> Iterator[str]:
    try:
        check_driver_name(entry.subject)
    except BadName as error:
        yield f"has the subject {error}"


def _of_fields(entry: Entry) -> Iterator[str]:
    for when, state in (("Before", entry.before), ("After", entry.after)):
        for name, value in state.items():
            check = _of_list if is_filter_list(name) else _FIELDS.get(name)
            if check is None:
                yield f"has {name!a} in {when}, which is nothing that the collection changes of a driver"
            else:
                yield from (f"{fault}, in {when}" for fault in check(value))


def _of_start(value: Any) -> Iterator[str]:
    if value is not None and (isinstance(value, bool) or start_word(value) is None):
        yield f"has the Start {value!a}, which is none of 0 to {DISABLED}"


def _of_recorded_start(value: Any) -> Iterator[str]:
    if value is not None and not is_form(value):
        yield f"has the Start {value!a}, which is no registry value"


def _of_status(value: Any) -> Iterator[str]:
    if value is not None and value not in STATUSES:
        yield f"has the status {value!a}, which Windows does not know"


def _of_key(value: Any) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, dict) or not all(isinstance(values, dict) for values in value.values()):
        yield "has a key that is none"
        return
    yield from (f"has the key {path!a}, which is no path" for path in value if not _is_path(path))
    for path, values in value.items():
        yield from (f"has a value {path!a}\\{name!a} in no form of a registry value" for name in _malformed(values))
    yield from _of_type(value.get("", {}))


def _is_path(path: str) -> bool:
    return path == "" or all(part and "\0" not in part for part in path.split("\\"))


def _malformed(values: dict[str, Any]) -> Iterator[str]:
    yield from (name for name, value in values.items() if not is_form(value))


def is_form(value: Any) -> bool:
    """Tell whether data is a registry value that can be written, in its form, its type and its range."""
    try:
        if not is_writable(value):
            return False
    except (UnwritableValue, TypeError):
        return False
    kind, data = next(iter(value)) if isinstance(value, dict) else "", data_of(value)
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    if kind == "REG_EXPAND_SZ" or isinstance(value, str):
        return isinstance(data, str)
    if kind == "REG_BINARY":
        return isinstance(data, str) and bool(_HEX.fullmatch(data))
    limit = _LIMITS.get(kind or "REG_DWORD", 0)
    return isinstance(data, int) and not isinstance(data, bool) and 0 <= data < limit


def _of_type(values: dict[str, Any]) -> Iterator[str]:
    """A key that is restored is a driver's: never a program's, which Windows would start as a service."""
    kind = {name.lower(): value for name, value in values.items()}.get("type")
    if not isinstance(kind, int) or not kind & DRIVER_TYPES or kind & WIN32_TYPES:
        yield f"has a key of the Type {kind!a}, which is no driver"


def _of_path(value: Any) -> Iterator[str]:
    if value is not None and not isinstance(value, str):
        yield f"has the file {value!a}, which is no path"


def _of_list(value: Any) -> Iterator[str]:
    if value is None:
        return
    if not is_form(value) or isinstance(value, int) or not texts_of(value):
        yield "has a filter list that is none"
    elif any("\\" in name or "\0" in name for name in texts_of(value)):
        yield "has a filter list with a name that no service can have"


_FIELDS: dict[str, Callable[[Any], Iterator[str]]] = {
    "Start": _of_recorded_start,
    "status": _of_status,
    KEY: _of_key,
    FILE: _of_path,
}


def _of_lists(entry: Entry, task: Task) -> Iterator[str]:
    """A list is restored by the driver's own name in it; nothing else of it is written."""
    for place, value in entry.before.items():
        is_list = is_filter_list(place) and value is not None and is_form(value)
        if is_list and not entry_in(place, value, entry.subject, image_of(entry, task)):
            yield f"has the list {place} that did not name {entry.subject}"


def _of_file(entry: Entry, snapshot: Snapshot) -> Iterator[str]:
    """A file is renamed back only where the collection renamed it, and only to where the driver's key has it."""
    before, after = entry.before.get(FILE), entry.after.get(FILE)
    if not isinstance(before, str) or not isinstance(after, str) or before == after:
        return
    if not (after.startswith(before) and _RENAMED.fullmatch(after[len(before) :])):
        yield f"has the file {after!a}, which is no name that the collection gives"
    recorded = RecordedDriver(entry).key
    values: dict[str, Value] = recorded.get("", {}) if isinstance(recorded, dict) else {}
    image_path = next((value for name, value in values.items() if equals_ignore_case(name, "ImagePath")), None)
    image = resolve_image(text_of(image_path) if is_form(image_path) else "", entry.subject, snapshot.environment)
    if not equals_ignore_case(image, before):
        yield f"has the file {before!a}, which is not that of its key, {image!a}"
