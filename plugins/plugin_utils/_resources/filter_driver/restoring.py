# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: restored of win_filter_driver: what stood there before the collection changed it, from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED, Finding
from ..._protocol import operations as op
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._windows.drivers.services import DISABLED, Service, service_of
from ..._windows.registry_paths import SERVICES
from .ledger_fields import FILE, KEY, Tree, is_list, is_part, rename, restore_lists, same_key, tree_of, without_enum
from .task import NAME, Context, Step, finding_of, is_started_by_windows, set_start, state_of, state_words


def restore(driver: Service, context: Context) -> Step:
    """Put back a driver that is there: its start type, the filter lists, and what runs."""
    found, entry = state_of(driver), context.ledger.last_entry(driver.name)
    if entry is None or entry.closed:
        return _nothing_to_restore(driver, entry, context)
    key = entry.before.get(KEY)
    if key is not None and not same_key(tree_of(context.snapshot, driver.name), key):
        return _made_anew(driver, entry)
    wanted, start = entry.before, entry.before.get("Start", driver.start)
    starts = wanted.get("status") == "running" and driver.status == "stopped" and start != DISABLED
    lists, listing = restore_lists(entry, context)
    file, moving, error = _file_back(entry, context.snapshot)
    after = {"Start": start, "status": "running" if starts else driver.status, **lists, **file}
    return Step(
        finding_of(driver, DRIFTED, wanted, (_history(entry),), context),
        found,
        after,
        (
            *moving,
            *set_start(driver, start),
            *listing,
            *_forget_refusal(entry),
            *([op.StartDriver(driver.name, entry.key)] if starts else []),
            entry.close("restored", context.now),
        ),
        error=error,
    )


def _forget_refusal(entry: Entry) -> list[op.Operation]:
    """Return what takes away that Windows refused to stop the driver: the code of a restored entry is that of a refused start."""
    return [] if entry.refused_code is None else [op.DeleteValue(entry.key, "RefusedCode", entry.refused_code)]


def _history(entry: Entry) -> str:
    reason = f" because: {entry.reason}" if entry.reason else ""
    return f"changed on {entry.when}{reason}; it was {state_words(entry.before)} before"


def _nothing_to_restore(driver: Service, entry: Entry | None, context: Context) -> Step:
    """Leave a driver as it is. One that Windows refused to start when it was put back comes back with the server's next start."""
    found, evidence = state_of(driver), ["the ledger holds nothing to restore"]
    waits = bool(entry and (entry.refused_code or KEY in entry.before) and entry.before.get("status") == "running")
    waits = waits and is_started_by_windows(driver.start) and driver.status != "running"
    if entry and waits:
        code = f"Windows refused to start it (error {entry.refused_code}), so it" if entry.refused_code else "it"
        evidence.append(f"{code} waits for the server to restart")
    return Step(finding_of(driver, COMPLIANT, found, tuple(evidence), context), found, found, reboot_required=waits)


def _made_anew(driver: Service, entry: Entry) -> Step:
    why = f"{driver.name} was removed on {entry.when}, and is there again with other values than the ledger has"
    remedy = "remove it with state: absent and restore it then, or keep it as it is"
    finding = Finding(NAME, driver.name, REFUSED, found=state_of(driver), evidence=(why,), fix=remedy)
    return Step(finding, state_of(driver), state_of(driver), error=f"{why}; {remedy}")


def is_restorable(entry: Entry) -> bool:
    """Tell whether an entry can bring something back of a driver whose key is gone: the key, or its place in a filter list."""
    lists = [value for place, value in entry.before.items() if is_list(place)]
    return any(each is not None for each in (entry.before.get(KEY), *lists))


def is_half_there(driver: Service, context: Context) -> bool:
    """Tell whether a key is what a removal left that was cut off, or what a restoration had made of it when it was cut off."""
    entry, tree = context.ledger.open_entry(driver.name), tree_of(context.snapshot, driver.name)
    return entry is not None and is_part(tree, entry) and not same_key(tree, entry.before[KEY])


def restore_missing(name: str, context: Context) -> Step:
    """Put back a driver whose key is gone, or there in part, from the ledger."""
    driver = service_of(context.snapshot, name)
    why = f"only a part of the key of {name} is there" if driver else f"the server has no driver {name}"
    entry = context.ledger.open_entry(name)
    if entry is None:
        return Step(Finding(NAME, name, COMPLIANT, evidence=(why, "the ledger holds nothing to restore")))
    lists, listing = restore_lists(entry, context)
    key = entry.before.get(KEY)
    if key is None and not listing:
        return _gone(name, why)
    file, moving, error = _file_back(entry, context.snapshot)
    status = (context.snapshot.services.get(name) or {}).get("status") or "stopped"
    after = None if key is None else {"Start": entry.before["Start"], "status": status, **lists, **file}
    return Step(
        Finding(NAME, name, DRIFTED, wanted=entry.before, evidence=(why, _history(entry))),
        state_of(driver) if driver else None,
        after,
        (
            *moving,
            *_create(entry, key, context.snapshot),
            *(set_start(driver, None) if driver and entry.before.get("Start") is None else []),
            *listing,
            *_forget_refusal(entry),
            entry.close("restored", context.now),
        ),
        reboot_required=key is not None and is_started_by_windows(entry.before["Start"]),
        error=error,
    )


def _gone(name: str, why: str) -> Step:
    return Step(
        Finding(NAME, name, NOT_APPLICABLE, evidence=(why,)),
        error=f"{why}, so it cannot be restored; remove it from name, or install its product",
    )


def _create(entry: Entry, key: Tree | None, snapshot: Snapshot) -> list[op.Operation]:
    """Return what makes a key with all below it, every value with its type, as far as it is missing. Enum is left to Windows."""
    operations: list[op.Operation] = []
    for path, values in sorted(without_enum(key or {}).items()):
        full = f"{SERVICES}\\{entry.subject}" + (f"\\{path}" if path else "")
        start = {"Start": entry.before["Start"]} if not path and entry.before.get("Start") is not None else {}
        found = snapshot.values(full)
        operations += [op.CreateKey(full)] if found is None else []
        there: Mapping[str, Value] = found or {}
        # Start comes first, for it alone is not told by the rest: what was cut off after Type is known by both.
        operations += [
            op.SetValue(full, name, value, there.get(name))
            for name, value in {**start, **values}.items()
            if there.get(name) != value
        ]
    return operations


def _file_back(entry: Entry, snapshot: Snapshot) -> tuple[dict[str, Any], list[op.Operation], str]:
    """Return the field of the state, the operation, and why it cannot be done, for a file that was renamed."""
    image, moved = entry.before.get(FILE), entry.after.get(FILE)
    if not image or not moved or image == moved or snapshot.files.get(image):
        return {}, [], ""
    facts = snapshot.files.get(moved)
    if not facts:
        return (
            {},
            [],
            f"{entry.subject} cannot be put back: its file {moved} is gone; put the file back as {image} and run the task again",
        )
    return {FILE: image}, [rename(moved, image, facts)], ""
