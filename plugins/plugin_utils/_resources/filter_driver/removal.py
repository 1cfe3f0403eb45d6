# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: absent of win_filter_driver: enter the whole key in the ledger, clean the filter lists, remove the service."""

from __future__ import annotations

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
from .driver_file import reasons_to_keep_name, rename_for_removal
from .driver_state import NAME, finding_of, set_start, state_evidence, state_of
from .entry_check import faults_of_key
from .filter_lists import FilterListPlan, lists_to_clean
from .ledger_fields import KEY, can_stop_now, enter, image_of, not_restorable
from .options import Options
from .refusals import change_of, objection, refuse, refused_step


def remove(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Remove a driver.

    It is disabled and stopped first, so that an interrupted run leaves no half-removed driver that starts.
    """
    stops = can_stop_now(driver, task.ledger.open_entry(driver.name), task.snapshot)
    refused = objection(driver, task, change_of(driver, task, removes=True, stops=stops))
    if refused:
        return refused
    naming = lists_to_clean(driver.name, task, driver.image)
    unforcible = (
        *(not_restorable(task.snapshot, driver.name) or faults_of_key(driver, task.snapshot)),
        *lists.last_of_microsoft(driver.name, naming),
        *reasons_to_keep_name(driver, task),
    )
    return refuse(driver.name, unforcible, task) if unforcible else _removal(driver, stops, naming, task, lists)


def _removal(driver: Service, stops: bool, naming: tuple[FilterList, ...], task: Task, lists: FilterListPlan) -> Step:
    cleaned, file = lists.take_out(driver.name, naming, driver.image), rename_for_removal(driver, task)
    # Start is 4 before the key goes: by that the next run recognises an interrupted removal.
    wanted = {"Start": DISABLED, "status": "stopped", KEY: None, **cleaned.after, **file.after}
    record, entry = enter(driver, wanted, task, keep_refusal=True)
    runs_on = not stops and driver.status not in ("stopped", None)
    return Step(
        finding_of(driver, DRIFTED, wanted, _evidence(driver, naming, runs_on)),
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
    """Decide about a driver that the server does not have: it is compliant.

    Filter lists that still name it are cleaned where the task does so.
    """
    options: Options = task.options
    entry = task.ledger.last_entry(name)
    naming, unread = lists_naming(name, task.snapshot, image_of(entry, task)), unread_lists(task.snapshot)
    evidence = _evidence_without_key(name, naming, unread, task.snapshot)
    if naming and options.clean_filter_lists and not unread:
        return _clean_lists(name, naming, evidence, task, lists)
    fix = "Run the task with clean_filter_lists: true." if naming and not options.clean_filter_lists else ""
    status = UNKNOWN if unread else DRIFTED if naming else COMPLIANT
    error = f"the filter lists cannot be cleaned of {name}: {'; '.join(unread)}; connect as a local administrator"
    return Step(
        Finding(NAME, name, status, evidence=evidence, fix=fix),
        reboot_required=_still_runs(name, task.snapshot),
        error=error if unread and options.clean_filter_lists else "",
    )


def _evidence_without_key(
    name: str, naming: tuple[FilterList, ...], unread: tuple[str, ...], snapshot: Snapshot
) -> tuple[str, ...]:
    return (
        f"the server has no driver {name}",
        *(["it still runs, until the server restarts"] if _still_runs(name, snapshot) else []),
        *(f"{each.place} still names it: a device there does not start" for each in naming),
        *(f"{each}, so it is not known whether a filter list there names it" for each in unread),
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
        return refused_step(name, opening, (*evidence, *last), task.snapshot)
    entry, before = task.ledger.open_entry(name), {each.place: each.raw for each in naming}
    cleaned = lists.take_out(name, naming, image_of(entry, task))
    found = {**(entry.after if entry else {}), **before}
    wanted = {**found, **cleaned.after}
    return Step(
        Finding(NAME, name, DRIFTED, found=found, wanted=wanted, evidence=evidence),
        decides=True,
        before=before,
        after=cleaned.after,
        entry=tuple(
            task.ledger.enter(name, found, wanted, options.reason, task.now, last_shutdown=task.last_shutdown)[1]
        ),
        operations=cleaned.operations,
        reboot_required=True,
    )
