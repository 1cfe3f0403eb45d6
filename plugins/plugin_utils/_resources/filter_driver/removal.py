# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: absent of win_filter_driver: enter the whole key in the ledger, clean the filter lists, remove the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..._planning.finding import Finding
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, UNKNOWN
from ..._windows.drivers.boot_rule import written_lists
from ..._windows.drivers.filter_lists import FilterList, lists_naming, unread_lists
from ..._windows.drivers.network_components import why_not_stopped
from ..._windows.drivers.services import DISABLED, Service
from .dead_entries import dead_entry, listed
from .driver_file import reasons_to_keep_name, rename_for_removal
from .driver_state import NAME, finding_of, set_start, state_evidence, state_of
from .entry_check import faults_of_key
from .filter_lists import FilterListPlan, lists_to_clean
from .findings import removed_but_loaded
from .ledger_fields import KEY, can_stop_now, enter, image_of, not_restorable
from .options import Options
from .refusals import change_of, objection, refuse, refused_step
from .wording import Texts, told


def remove(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Remove a driver.

    It is disabled and stopped first, so that an interrupted run leaves no half-removed driver that starts.
    """
    stops = can_stop_now(driver, task.ledger.open_entry(driver.name), task.snapshot)
    refused = objection(driver, task, change_of(driver, task, removes=True, stops=stops))
    if refused:
        return refused
    naming = lists_to_clean(driver.name, task, driver.image)
    unforcible = {
        "not_restorable": not_restorable(task.snapshot, driver.name) or faults_of_key(driver, task.snapshot),
        "last_of_microsoft": lists.last_of_microsoft(driver.name, naming),
        "kept_file": reasons_to_keep_name(driver, task),
    }
    causes = [cause for cause, reasons in unforcible.items() if reasons]
    if not causes:
        return _removal(driver, stops, naming, task, lists)
    return refuse(driver.name, tuple(each for reasons in unforcible.values() for each in reasons), task, causes[0])


def _removal(driver: Service, stops: bool, naming: tuple[FilterList, ...], task: Task, lists: FilterListPlan) -> Step:
    cleaned, file = lists.take_out(driver.name, naming, driver.image), rename_for_removal(driver, task)
    # Start is 4 before the key goes: by that the next run recognises an interrupted removal.
    wanted = {"Start": DISABLED, "status": "stopped", KEY: None, **cleaned.after, **file.after}
    record, entry = enter(driver, wanted, task, keep_refusal=True)
    runs_on = not stops and driver.status not in ("stopped", None)
    return Step(
        finding_of(driver, DRIFTED, wanted, _evidence(driver, naming, runs_on), _texts(driver, task)),
        decides=True,
        before={**state_of(driver), **{each.place: each.raw for each in naming}},
        entry=entry,
        operations=(
            *cleaned.operations,
            *set_start(driver, DISABLED),
            *([op.StopDriver(driver.name, record)] if stops else []),
            *file.operations,
            op.DeleteKey(driver.key, _whole_key(driver, task.snapshot)),
        ),
        reboot_required=runs_on or bool(written_lists(cleaned.operations)),
    )


def _texts(driver: Service, task: Task) -> Texts:
    return told("absent", driver.name, key=driver.key)


def _evidence(driver: Service, naming: tuple[FilterList, ...], runs_on: bool) -> tuple[str, ...]:
    why = why_not_stopped(driver) or "it cannot be stopped"
    return (
        state_evidence(driver),
        *(f"{each.place} names it" for each in naming),
        *([f"{why}, so it runs until the server restarts"] if runs_on else []),
    )


def _whole_key(driver: Service, snapshot: Snapshot) -> dict[str, Any]:
    """Return a driver's key as it was read, under the path by which it is written."""
    return {
        f"{driver.key}{path[len(driver.key) :]}": dict(values) for path, values in snapshot.tree(driver.key).items()
    }


def not_present(name: str, task: Task, lists: FilterListPlan) -> Step:
    """Decide about a driver that the server does not have: it is compliant, unless it runs until the server restarts.

    Filter lists that still name it are cleaned where the task does so.
    """
    options: Options = task.options
    entry = task.ledger.last_entry(name)
    naming, unread = lists_naming(name, task.snapshot, image_of(entry, task)), unread_lists(task.snapshot)
    evidence = _evidence_without_key(name, naming, unread, task.snapshot)
    if unread:
        return _unread_lists(name, evidence, unread, task)
    if naming and options.clean_filter_lists:
        return _clean_lists(name, naming, evidence, task, lists)
    if naming:
        finding = dead_entry(name, naming, evidence, cleans=False)
        return Step(finding, reboot_required=_still_runs(name, task.snapshot))
    if _still_runs(name, task.snapshot):
        finding = removed_but_loaded(name, task, evidence[0])
        return Step(finding, reboot_required=True)
    return Step(Finding(NAME, name, COMPLIANT, evidence=evidence))


def _unread_lists(name: str, evidence: tuple[str, ...], unread: tuple[str, ...], task: Task) -> Step:
    """Return the step of a driver without a key where it is not known whether a list names it."""
    options: Options = task.options
    error = f"the filter lists cannot be cleaned of {name}: {'; '.join(unread)}; connect as a local administrator"
    texts = {**told("unreadable", name), "fix": _READ_LISTS, "kind": "unreadable"}
    finding = Finding(NAME, name, UNKNOWN, evidence=evidence, **texts)
    runs = _still_runs(name, task.snapshot)
    return Step(finding, reboot_required=runs, error=error if options.clean_filter_lists else "")


def _evidence_without_key(
    name: str, naming: tuple[FilterList, ...], unread: tuple[str, ...], snapshot: Snapshot
) -> tuple[str, ...]:
    return (
        f"the server has no driver {name}",
        *(["it still runs, until the server restarts"] if _still_runs(name, snapshot) else []),
        *map(listed, naming),
        *(f"{each}, so it is not known whether a filter list there names it" for each in unread),
    )


_READ_LISTS = (
    "Connect as a local administrator; where that is so already, give Administrators the right to read the lists."
)


def _still_runs(name: str, snapshot: Snapshot) -> bool:
    return (snapshot.services.get(name) or {}).get("status") == "running"


def _clean_lists(
    name: str, naming: tuple[FilterList, ...], evidence: tuple[str, ...], task: Task, lists: FilterListPlan
) -> Step:
    """Take a driver whose key is gone out of filter lists, under the entry of its removal where there is one."""
    options: Options = task.options
    last = lists.last_of_microsoft(name, naming)
    if last:
        others = "" if options.lets_others_go else ", and nothing else is changed"
        opening = f"the filter lists are not cleaned of {name}{others}: "
        return refused_step(name, opening, (*evidence, *last), task, "last_of_microsoft")
    entry, before = task.ledger.open_entry(name), {each.place: each.raw for each in naming}
    cleaned = lists.take_out(name, naming, image_of(entry, task))
    found = {**(entry.after if entry else {}), **before}
    wanted = {**found, **cleaned.after}
    finding = dead_entry(name, naming, evidence, cleans=True)
    return Step(
        replace(finding, found=found, wanted=wanted),
        decides=True,
        before=before,
        after=cleaned.after,
        entry=tuple(
            task.ledger.enter(name, found, wanted, options.reason, task.now, last_shutdown=task.last_shutdown)[1]
        ),
        operations=cleaned.operations,
        reboot_required=True,
    )
