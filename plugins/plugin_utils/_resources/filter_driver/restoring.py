# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: restored of win_filter_driver: the state from before the collection's first change, as the ledger has it."""

from __future__ import annotations

from collections.abc import Mapping

from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, Finding
from ..._planning.step import Step, changed_because, write_value
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._windows.drivers.services import DISABLED, Service, service_of
from ..._windows.registry_paths import SERVICES
from .driver_file import rename_for_restore
from .driver_state import NAME, finding_of, is_started_by_windows, set_start, state_of, state_words
from .filter_lists import FilterListPlan, recorded_lists
from .ledger_fields import KEY, KeyState, RecordedDriver, tree_of, without_enum
from .refusals import refused_step

NOTHING_TO_RESTORE = "the ledger holds nothing to restore"


def restore(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Restore a driver that is there: its start type, the filter lists, and whether it runs."""
    entry = task.ledger.open_entry(driver.name)
    if entry is None:
        return _nothing_to_restore(driver, task)
    if _key_state(driver, entry, task) is KeyState.DIFFERENT:
        return _installed_again(driver, entry)
    start = entry.before.get("Start", driver.start)
    starts = RecordedDriver(entry).ran and driver.status == "stopped" and start != DISABLED
    listed, file = lists.restore(entry), rename_for_restore(entry, task.snapshot)
    return Step(
        finding_of(driver, DRIFTED, entry.before, (_history(entry),)),
        decides=True,
        before=state_of(driver),
        after={"Start": start, "status": "running" if starts else driver.status, **listed.after, **file.after},
        operations=(
            *file.operations,
            *set_start(driver, start),
            *listed.operations,
            *_forget_refusal(entry),
            *([op.StartDriver(driver.name, entry.key)] if starts else []),
        ),
        closing=(entry.close("restored", task.now),),
        error=file.error,
    )


def is_partly_there(driver: Service, task: Task) -> bool:
    """Tell whether a driver's key is what an interrupted removal left, or what an interrupted restore made of that."""
    entry = task.ledger.open_entry(driver.name)
    return entry is not None and _key_state(driver, entry, task) is KeyState.PARTIAL


def _key_state(driver: Service, entry: Entry, task: Task) -> KeyState:
    return RecordedDriver(entry).key_state(tree_of(task.snapshot, driver.name))


def _forget_refusal(entry: Entry) -> tuple[op.Operation, ...]:
    """Return what deletes the code of a refused stop: in a restored entry the code is that of a refused start."""
    return write_value(entry.key, "RefusedCode", None, entry.refused_code)


def _history(entry: Entry) -> str:
    return f"{changed_because(entry)}; it was {state_words(entry.before)} before"


def _nothing_to_restore(driver: Service, task: Task) -> Step:
    """Leave a driver as it is. One that Windows refused to start after a restore starts when the server restarts."""
    state, evidence, entry = state_of(driver), [NOTHING_TO_RESTORE], task.ledger.last_entry(driver.name)
    waits = entry is not None and _waits_for_restart(driver, entry)
    if entry and waits:
        refused = f"Windows refused to start it (error {entry.refused_code}), so " if entry.refused_code else ""
        evidence.append(f"{refused}it waits for the server to restart")
    finding = finding_of(driver, _unless_unknown(driver.name, task), state, tuple(evidence))
    return Step(finding, decides=True, before=state, after=state, reboot_required=waits)


def _unless_unknown(name: str, task: Task) -> str:
    """Return the status of a driver without an open entry: that it is restored needs an entry which is closed."""
    return NOT_APPLICABLE if task.ledger.last_entry(name) is None else COMPLIANT


def _waits_for_restart(driver: Service, entry: Entry) -> bool:
    """Tell whether a restored driver that ran before starts only when the server restarts."""
    not_started = bool(entry.refused_code or KEY in entry.before) and RecordedDriver(entry).ran
    return not_started and is_started_by_windows(driver.start) and driver.status != "running"


def _installed_again(driver: Service, entry: Entry) -> Step:
    why = f"{driver.name} was removed on {entry.when}, and is there again with other values than the ledger has"
    remedy = "to restore it, remove it with state: absent first; else keep it as it is"
    return refused_step(driver, "", (why,), f"; {remedy}", fix=remedy)


def is_restorable(entry: Entry) -> bool:
    """Tell whether an entry can restore something of a driver whose key is gone: the key, or a place in a list."""
    return RecordedDriver(entry).key is not None or any(recorded_lists(entry))


def restore_missing(name: str, task: Task, lists: FilterListPlan) -> Step:
    """Restore a driver whose key is gone, or there in part."""
    driver, entry = service_of(task.snapshot, name), task.ledger.open_entry(name)
    why = f"only a part of the key of {name} is there" if driver else f"the server has no driver {name}"
    if entry is None:
        return Step(Finding(NAME, name, _unless_unknown(name, task), evidence=(why, NOTHING_TO_RESTORE)))
    listed, recorded = lists.restore(entry), RecordedDriver(entry)
    if recorded.key is None and not listed.operations:
        return not_there(name, why, "restored")
    file = rename_for_restore(entry, task.snapshot)
    return Step(
        Finding(NAME, name, DRIFTED, wanted=entry.before, evidence=(why, _history(entry))),
        decides=True,
        before=state_of(driver) if driver else None,
        after=_state_after(recorded, task.snapshot, {**listed.after, **file.after}),
        operations=(
            *file.operations,
            *_create_key(recorded, task.snapshot),
            *(set_start(driver, None) if driver and recorded.start is None else ()),
            *listed.operations,
            *_forget_refusal(entry),
        ),
        closing=(entry.close("restored", task.now),),
        reboot_required=recorded.key is not None and is_started_by_windows(recorded.start),
        error=file.error,
    )


def not_there(name: str, why: str, state: str) -> Step:
    """Refuse a task that needs a driver which the server does not have."""
    return Step(
        Finding(NAME, name, NOT_APPLICABLE, evidence=(why,)),
        error=f"{why}, so it cannot be {state}; remove it from name, or install its product",
    )


def _state_after(
    recorded: RecordedDriver, snapshot: Snapshot, more: Mapping[str, Value | None]
) -> dict[str, Value | None] | None:
    """Return the state of a driver whose key is restored, None where only filter lists are."""
    if recorded.key is None:
        return None
    status = (snapshot.services.get(recorded.entry.subject) or {}).get("status") or "stopped"
    return {"Start": recorded.start, "status": status, **more}


def _create_key(recorded: RecordedDriver, snapshot: Snapshot) -> tuple[op.Operation, ...]:
    """Return what creates the missing part of a key, every value with its type. Enum is left to Windows."""
    operations: list[op.Operation] = []
    for path, values in sorted(without_enum(recorded.key or {}).items()):
        full = f"{SERVICES}\\{recorded.entry.subject}" + (f"\\{path}" if path else "")
        found = snapshot.values(full)
        operations += [op.CreateKey(full)] if found is None else []
        operations += _missing_values(full, {**_start_of(recorded, path), **values}, found or {})
    return tuple(operations)


def _start_of(recorded: RecordedDriver, path: str) -> dict[str, Value]:
    """Return Start for the key itself. It is written first: without it an interrupted restore cannot be recognised."""
    return {} if path or recorded.start is None else {"Start": recorded.start}


def _missing_values(key: str, wanted: Mapping[str, Value], found: Mapping[str, Value]) -> list[op.Operation]:
    return [
        op.SetValue(key, name, value, found.get(name)) for name, value in wanted.items() if found.get(name) != value
    ]
