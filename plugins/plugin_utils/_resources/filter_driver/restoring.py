# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: restored of win_filter_driver: the state from before the collection's first change, as the ledger has it.

What others changed since is left alone, and so is a list that would name what is not there. An entry of which something
is left stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..._planning.finding import Finding
from ..._planning.ledger import Entry
from ..._planning.step import Step, changed_because, write_value
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED
from ..._windows.drivers.boot_rule import is_later, written_lists
from ..._windows.drivers.services import DISABLED, Service, service_of
from ..._windows.registry_paths import SERVICES
from .driver_file import rename_for_restore
from .driver_state import NAME, finding_of, is_started_by_windows, set_start, state_of, state_words
from .entry_check import faults_of
from .filter_lists import FilterListPlan, recorded_lists
from .ledger_fields import KEY, KeyState, RecordedDriver, image_of, tree_of, without_enum
from .options import Options
from .refusals import change_of, objection, refuse
from .restored_lists import RestoredLists, restored_lists
from .start_type import waiting
from .wording import Texts, told

NOTHING_TO_RESTORE = "the ledger holds nothing to restore"
_DELETE_FLAG = "DeleteFlag"  # by which the service manager deletes a key when the server restarts (facts E11)


def restore(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Restore a driver that is there: its start type, the filter lists, and whether it runs."""
    entry = task.ledger.open_entry(driver.name)
    if entry is None:
        return _nothing_to_restore(driver, task)
    options: Options = task.options
    refused = _refused(driver, entry, task)
    if refused:
        return refused
    if options.overwrites(driver.name) and _key_state(driver, entry, task) is KeyState.DIFFERENT:
        return restore_missing(driver.name, task, lists)
    return _restoring(driver, entry, task, lists)


def _refused(driver: Service, entry: Entry, task: Task) -> Step | None:
    """Refuse an entry that is none of the collection's, what others changed since, and a start that is later."""
    options: Options = task.options
    faults = faults_of(entry, task)
    if faults:
        return _of_no_use(driver.name, faults, task)
    changed = () if options.overwrites(driver.name) else _changed_since(driver, entry, task)
    if changed:
        return _changed_by_others(driver.name, changed, task)
    return _later_start(driver, entry, task)


def _changed_by_others(name: str, changed: tuple[str, ...], task: Task) -> Step:
    cure = "To restore it all the same, name it, with overwrite: true."
    return refuse(name, changed, task, "changed_by_others", (cure,))


def _later_start(driver: Service, entry: Entry, task: Task) -> Step | None:
    """Refuse to restore a start that is later than now, which takes a driver away as disabling does."""
    start = entry.before.get("Start", None if KEY in entry.before else driver.start)
    return objection(driver, task, change_of(driver, task)) if is_later(start, driver.start) else None


def _of_no_use(name: str, faults: tuple[str, ...], task: Task) -> Step:
    return refuse(name, faults, task, "unusable_entry")


def _restoring(driver: Service, entry: Entry, task: Task, lists: FilterListPlan) -> Step:
    start = entry.before.get("Start", driver.start)
    file = rename_for_restore(entry, task.snapshot)
    own = (*file.operations, *set_start(driver, start))
    listed = restored_lists(entry, task, lists, own)
    ran = RecordedDriver(entry).ran and driver.status == "stopped" and start != DISABLED
    starts = ran and not listed.left
    step = Step(
        finding_of(driver, DRIFTED, entry.before, (_history(entry),), _texts(driver.name, entry, task)),
        decides=True,
        before=state_of(driver),
        after={"Start": start, "status": "running" if starts else driver.status, **listed.after, **file.after},
        operations=(
            *own,
            *listed.operations,
            *_forget_refusal(entry),
            *([op.StartDriver(driver.name, entry.key)] if starts else []),
        ),
        closing=task.close_restored(entry),
        reboot_required=bool(written_lists(listed.operations)) or (ran and not starts and is_started_by_windows(start)),
        error=file.error,
    )
    return _with_left(step, listed, driver.name)


def _texts(name: str, entry: Entry, task: Task) -> Texts:
    """Return what a finding says of a driver that is to be restored."""
    return {**told("restored", name, entry=entry.key), "why": f"It was {changed_because(entry)}."}


def _with_left(step: Step, listed: RestoredLists, name: str) -> Step:
    """Say which lists a step leaves as they are. The entry stays open for them."""
    if not listed.left:
        return step
    finding = replace(step.finding, evidence=(*step.finding.evidence, *listed.left))
    if not step.operations:
        finding = replace(finding, status=REFUSED, **told("lists_left", name))
    text = f"{name} is not wholly restored: {'; '.join(listed.left)}"
    return replace(step, finding=finding, closing=(), refused=text)


def _changed_since(driver: Service, entry: Entry, task: Task) -> tuple[str, ...]:
    """Return what others changed of a driver since the collection's change: sentences, none when nothing."""
    recorded, image = RecordedDriver(entry), image_of(entry, task)
    if _key_state(driver, entry, task) is KeyState.DIFFERENT:
        return (_installed_again(driver, entry),)
    if recorded.key is None and image and not equals_ignore_case(image, driver.image):
        return (f"its file was {image} when it was changed, and is {driver.image or 'not known'} now",)
    return _start_changed(driver, entry)


def _start_changed(driver: Service, entry: Entry) -> tuple[str, ...]:
    """Return that others changed Start. A restore that was interrupted may not have written it yet."""
    starts = [entry.before.get("Start"), entry.after.get("Start"), *([None] if KEY in entry.before else [])]
    if "Start" not in entry.before or driver.start in starts:
        return ()
    return (f"others changed its Start since: it is {driver.start!a}, and the collection left {starts[1]!a}",)


def is_partly_there(driver: Service, task: Task) -> bool:
    """Tell whether a driver's key is what an interrupted removal left, or what an interrupted restore made of that."""
    entry = task.ledger.open_entry(driver.name)
    return entry is not None and not faults_of(entry, task) and _key_state(driver, entry, task) is KeyState.PARTIAL


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
    starts = entry is not None and _waits_for_restart(driver, entry)
    if entry and starts:
        refused = f"Windows refused to start it (error {entry.refused_code}), so " if entry.refused_code else ""
        evidence.append(f"{refused}it waits for the server to restart")
    cause = "starts" if starts else "lists" if _list_waits(entry, task) else ""
    finding = waiting(cause, driver, task, state, tuple(evidence), calm=_unless_unknown(driver.name, task))
    return Step(finding, decides=True, before=state, after=state, reboot_required=bool(cause))


def _list_waits(entry: Entry | None, task: Task) -> bool:
    """Tell whether the devices of a restored list wait for a restart."""
    return entry is not None and any(recorded_lists(entry)) and task.waits_for_restart(entry.subject)


def _unless_unknown(name: str, task: Task) -> str:
    """Return the status of a driver without an open entry: that it is restored needs an entry which is closed."""
    return NOT_APPLICABLE if task.ledger.last_entry(name) is None else COMPLIANT


def _waits_for_restart(driver: Service, entry: Entry) -> bool:
    """Tell whether a restored driver that ran before starts only when the server restarts."""
    not_started = bool(entry.refused_code or KEY in entry.before) and RecordedDriver(entry).ran
    return not_started and is_started_by_windows(driver.start) and driver.status != "running"


def _installed_again(driver: Service, entry: Entry) -> str:
    return (
        f"{driver.name} was removed on {entry.when}, and is there again with other values than the ledger has, "
        "as when its product was installed again"
    )


def is_restorable(entry: Entry) -> bool:
    """Tell whether an entry can restore something of a driver whose key is gone: the key, or a place in a list."""
    return RecordedDriver(entry).key is not None or any(recorded_lists(entry))


def restore_missing(name: str, task: Task, lists: FilterListPlan) -> Step:
    """Restore a driver whose key is gone, there in part, or to be replaced."""
    driver, entry = service_of(task.snapshot, name), task.ledger.open_entry(name)
    why = _what_is_there(name, driver, entry, task)
    if entry is None:
        return Step(Finding(NAME, name, _unless_unknown(name, task), evidence=(why, NOTHING_TO_RESTORE)))
    faults = faults_of(entry, task)
    if faults:
        return _of_no_use(name, faults, task)
    recorded = RecordedDriver(entry)
    if recorded.key is None and not any(recorded_lists(entry)):
        return not_there(name, why, "restored")
    refused = _refused_rest(driver, entry, task) if driver else None
    return refused or _restoring_missing(name, driver, recorded, (why, _history(entry)), task, lists)


def _refused_rest(driver: Service, entry: Entry, task: Task) -> Step | None:
    """Refuse the rest of a key whose Start others changed since, or that would start later than now."""
    options: Options = task.options
    changed = () if options.overwrites(driver.name) else _start_changed(driver, entry)
    return _changed_by_others(driver.name, changed, task) if changed else _later_start(driver, entry, task)


def _what_is_there(name: str, driver: Service | None, entry: Entry | None, task: Task) -> str:
    if driver is None:
        return f"the server has no driver {name}"
    is_other = entry is not None and _key_state(driver, entry, task) is KeyState.DIFFERENT
    return f"others made the key of {name} anew" if is_other else f"only a part of the key of {name} is there"


def _restoring_missing(
    name: str,
    driver: Service | None,
    recorded: RecordedDriver,
    evidence: tuple[str, ...],
    task: Task,
    lists: FilterListPlan,
) -> Step:
    entry, file = recorded.entry, rename_for_restore(recorded.entry, task.snapshot)
    own = (
        *file.operations,
        *_create_key(recorded, task.snapshot),
        *(set_start(driver, None) if driver and recorded.start is None else ()),
    )
    listed = restored_lists(entry, task, lists, own)
    step = Step(
        Finding(
            NAME, name, DRIFTED, wanted=entry.before, evidence=evidence, kind="removed", **_texts(name, entry, task)
        ),
        decides=True,
        before=state_of(driver) if driver else None,
        after=_state_after(recorded, task.snapshot, {**listed.after, **file.after}),
        operations=(*own, *listed.operations, *_forget_refusal(entry)),
        closing=task.close_restored(entry),
        reboot_required=bool(written_lists(listed.operations))
        or (recorded.key is not None and is_started_by_windows(recorded.start)),
        error=file.error,
    )
    return _with_left(step, listed, name)


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
        operations += _missing_values(full, {**_start_of(recorded, path), **_kept(values, path)}, found or {})
    return tuple(operations)


def _kept(values: Mapping[str, Value], path: str) -> dict[str, Value]:
    """Return the values of a key without the mark by which the service manager would delete the key again."""
    return {name: value for name, value in values.items() if path or not equals_ignore_case(name, _DELETE_FLAG)}


def _start_of(recorded: RecordedDriver, path: str) -> dict[str, Value]:
    """Return Start for the key itself. It is written first: without it an interrupted restore cannot be recognised."""
    return {} if path or recorded.start is None else {"Start": recorded.start}


def _missing_values(key: str, wanted: Mapping[str, Value], found: Mapping[str, Value]) -> list[op.Operation]:
    return [
        op.SetValue(key, name, value, found.get(name)) for name, value in wanted.items() if found.get(name) != value
    ]
