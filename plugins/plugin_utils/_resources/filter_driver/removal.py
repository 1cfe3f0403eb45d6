# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: absent of win_filter_driver: the whole key into the ledger, the filter lists cleaned, the service removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._catalogue.in_box import is_in_box
from ..._planning.plan import COMPLIANT, DRIFTED, REFUSED, UNKNOWN, Finding
from ..._protocol import operations as op
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import texts_of
from ..._windows.drivers.companies import is_microsoft
from ..._windows.drivers.filter_lists import FilterList, lists_naming, unread_lists, without
from ..._windows.drivers.origin import windows_own
from ..._windows.drivers.services import DISABLED, Service, service_of, services_of
from .ledger_fields import FILE, KEY, can_stop_now, carry_refusal, clean_lists, enter, rename, renamed, unwritable
from .task import NAME, Context, Step, finding_of, objections, refuse, set_start, start_words, state_of


def remove(driver: Service, context: Context) -> Step:
    """Remove a driver. It is disabled and stopped first, so that a run that is cut off leaves no half-removed one that starts."""
    reasons = objections(driver, context)
    if reasons:
        return refuse(driver, reasons, context)
    lists = cleaned_lists(driver.name, context)
    hard = [*unwritable(context.snapshot, driver.name), *last_of_microsoft(driver.name, lists, context)]
    hard += _file_in_use(driver, context)
    if hard:
        return refuse(driver, hard, context, is_forcible=False)
    return _removal(driver, lists, context)


def _removal(driver: Service, lists: tuple[FilterList, ...], context: Context) -> Step:
    entry = context.ledger.open_entry(driver.name)
    stops = can_stop_now(driver, entry, context.snapshot)
    status = "stopped" if stops else driver.status
    cleaned, cleaning = clean_lists(lists, driver.name, context)
    file, renaming = _renaming(driver, context)
    # Start is 4 on the way: a run that is cut off there is known by it.
    wanted = {"Start": DISABLED, "status": "stopped", KEY: None, **cleaned, **file}
    record, recording = enter(driver, wanted, context)
    recording += carry_refusal(entry, record, recording)
    operations = (
        *recording,
        *cleaning,
        *set_start(driver, DISABLED),
        *([op.StopDriver(driver.name, record)] if stops else []),
        *renaming,
        op.DeleteKey(driver.key, whole_key(driver, context.snapshot)),
    )
    runs_on = status not in ("stopped", None)
    before = {**state_of(driver), **{each.place: each.raw for each in lists}}
    return Step(
        finding_of(driver, DRIFTED, wanted, _evidence(driver, lists, runs_on), context),
        before,
        None,
        operations,
        reboot_required=runs_on,
    )


def _evidence(driver: Service, lists: Iterable[FilterList], runs_on: bool) -> tuple[str, ...]:
    return (
        f"Start is {driver.start} ({start_words(driver.start)}), the driver is {driver.status}",
        *(f"{each.place} names it" for each in lists),
        *(["it cannot be stopped, so it runs until the server restarts"] if runs_on else []),
    )


def whole_key(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    """Return a driver's key as it was read, under the path by which it is written."""
    return {
        f"{driver.key}{path[len(driver.key) :]}": dict(values) for path, values in snapshot.tree(driver.key).items()
    }


def cleaned_lists(name: str, context: Context) -> tuple[FilterList, ...]:
    """Return the filter lists that the task is to clean of a driver."""
    return lists_naming(name, context.snapshot) if context.options["clean_filter_lists"] else ()


def last_of_microsoft(name: str, lists: Iterable[FilterList], context: Context) -> list[str]:
    """Return the lists from which the last entry of Microsoft's would go: without partmgr or volsnap no disk starts (facts E4)."""
    if not _is_microsofts(name, context.snapshot):
        return []
    return [
        f"it is the last of Microsoft's in {each.place}, which is never taken out"
        for each in lists
        if not any(_is_microsofts(other, context.snapshot) for other in _others(each.place, name, context))
    ]


def _others(place: str, name: str, context: Context) -> list[str]:
    rest = without(context.list_at(place), name)
    return texts_of(rest) if rest is not None else []


def _is_microsofts(name: str, snapshot: Snapshot) -> bool:
    """Tell whether a name in a list is Microsoft's, as far as that was read."""
    driver = service_of(snapshot, name)
    return is_in_box(name) or (driver is not None and (is_microsoft(driver.company) or bool(windows_own(driver))))


def _renaming(driver: Service, context: Context) -> tuple[dict[str, str], list[op.Operation]]:
    """Return the field of the state and the operation for file: rename; a file that is not there is not renamed."""
    if context.options["file"] != "rename":
        return {}, []
    entry = context.ledger.open_entry(driver.name)
    moved = str(entry.after.get(FILE) or "") if entry else ""
    if driver.file is None:
        return ({FILE: moved} if moved else {}), []
    # A removal that was cut off before the file was renamed goes on with the name that it had chosen.
    goes_on = moved not in ("", driver.image) and not context.snapshot.files.get(moved)
    to = moved if goes_on else renamed(driver.image, context.now)
    return {FILE: to}, [rename(driver.image, to, driver.file)]


def _file_in_use(driver: Service, context: Context) -> list[str]:
    """Return why the file must keep its name: another service has it too, or it is Microsoft's."""
    if context.options["file"] != "rename" or driver.file is None:
        return []
    if is_microsoft(driver.company):
        return [
            f"{driver.image} is Microsoft's, by its version resource, and is never renamed: remove the driver with file: keep"
        ]
    others = [
        each.name for each in services_with_images(context.snapshot) if equals_ignore_case(each.image, driver.image)
    ]
    return [
        f"{driver.image} is the file of {name} too: remove the driver with file: keep"
        for name in others
        if not equals_ignore_case(name, driver.name)
    ]


def services_with_images(snapshot: Snapshot) -> tuple[Service, ...]:
    """Return the services whose image is known."""
    return tuple(each for each in services_of(snapshot) if each.image)


def missing(name: str, context: Context) -> Step:
    """Judge a driver that is not there, as wanted. A filter list that names it still is cleaned when that is asked for."""
    running = (context.snapshot.services.get(name) or {}).get("status") == "running"
    lists, unread = lists_naming(name, context.snapshot), unread_lists(context.snapshot)
    evidence = (
        f"the server has no driver {name}",
        *(["it still runs, until the server restarts"] if running else []),
        *(f"{each.place} still names it: a device there does not start" for each in lists),
        *(f"{each}, so it is not known whether a filter list there names it" for each in unread),
    )
    cleans = context.options["clean_filter_lists"]
    if lists and cleans and not unread:
        return _clean_ghost(name, lists, evidence, context)
    error = f"the filter lists cannot be cleaned of {name}: {'; '.join(unread)}; connect as a local administrator"
    fix = "Run the task with clean_filter_lists: true." if lists and not cleans else ""
    finding = Finding(NAME, name, UNKNOWN if unread else COMPLIANT, evidence=evidence, fix=fix)
    return Step(finding, reboot_required=running, error=error if unread and cleans else "")


def _clean_ghost(name: str, lists: tuple[FilterList, ...], evidence: tuple[str, ...], context: Context) -> Step:
    """Clean lists of a driver whose key is gone, under the entry of its removal where there is one."""
    last = last_of_microsoft(name, lists, context)
    if last:
        error = f"the filter lists are not cleaned of {name}, and nothing else is changed: {'; '.join(last)}"
        return Step(Finding(NAME, name, REFUSED, evidence=(*evidence, *last)), error=error)
    entry = context.ledger.open_entry(name)
    found = {**(entry.after if entry else {}), **{each.place: each.raw for each in lists}}
    cleaned, operations = clean_lists(lists, name, context)
    wanted = {**found, **cleaned}
    _unused, recording = context.ledger.enter(name, found, wanted, context.options["reason"], context.now)
    finding = Finding(NAME, name, DRIFTED, found=found, wanted=wanted, evidence=evidence)
    return Step(finding, {each.place: each.raw for each in lists}, dict(cleaned), (*recording, *operations))
