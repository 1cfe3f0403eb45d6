# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: disabled and enabled of win_filter_driver: the start type, the filter lists, and whether the driver runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._planning.finding import Finding
from ..._planning.ledger import Entry
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, PENDING
from ..._windows.drivers.boot_rule import is_later, written_lists
from ..._windows.drivers.filter_lists import FilterList, is_filter_list
from ..._windows.drivers.network_components import why_not_stopped
from ..._windows.drivers.protection import dependants_of
from ..._windows.drivers.services import DISABLED, Service
from .driver_state import (
    finding_of,
    is_loaded,
    is_started_by_windows,
    set_start,
    start_evidence,
    start_word,
    start_words,
    state_evidence,
    state_of,
)
from .filter_lists import FilterListPlan, lists_to_clean
from .history import since
from .ledger_fields import can_stop_now, enter
from .options import Options
from .refusals import change_of, objection, refuse
from .wording import Texts, told


def disable(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Set Start to 4 and stop the driver. Where the task cleans filter lists, take the driver out of them first."""
    naming = lists_to_clean(driver.name, task, driver.image)
    stops = _stops(driver, task)
    if driver.start == DISABLED and not stops and not naming:
        return _disabled_already(driver, task)
    refused = objection(driver, task, change_of(driver, task, stops=stops))
    if refused:
        return refused
    last = lists.last_of_microsoft(driver.name, naming)
    if last:
        return refuse(driver.name, last, task, "last_of_microsoft")
    return _disabling(driver, stops, naming, task, lists)


def is_off(driver: Service, task: Task) -> bool:
    """Tell whether a driver is disabled and stopped, and no filter list is to be cleaned of it."""
    naming = lists_to_clean(driver.name, task, driver.image)
    return driver.start == DISABLED and not is_loaded(driver.status) and not naming


def _stops(driver: Service, task: Task) -> bool:
    options: Options = task.options
    return options.stop and can_stop_now(driver, task.ledger.open_entry(driver.name), task.snapshot)


def _disabled_already(driver: Service, task: Task) -> Step:
    state, waits = state_of(driver), _waits(driver, task)
    wanted, evidence = {"Start": DISABLED, "status": "stopped"}, _evidence(driver, task)
    return Step(
        waiting(waits, driver, task, wanted, evidence),
        decides=True,
        before=state,
        after=state,
        reboot_required=bool(waits),
    )


def _waits(driver: Service, task: Task) -> str:
    """Return what waits for a restart, "" for nothing: the driver runs on, or devices of a cleaned list have it."""
    entry = task.ledger.last_entry(driver.name)
    cleaned = entry is not None and any(is_filter_list(place) for place in entry.after)
    if is_loaded(driver.status):
        return "stops"
    return "lists" if cleaned and task.waits_for_restart(driver.name) else ""


def waiting(
    cause: str, driver: Service, task: Task, wanted: Mapping[str, Any], evidence: tuple[str, ...], calm: str = COMPLIANT
) -> Finding:
    """Return the finding on a driver that is in the desired state, which may wait for a restart.

    cause: what waits, of driver_findings.yml; "" for nothing. calm: the status where nothing waits.
    """
    if not cause:
        return finding_of(driver, calm, wanted, evidence)
    texts = {**told(cause, driver.name), "since": since(driver.name, task)}
    return finding_of(driver, PENDING, wanted, evidence, texts)


def _disabling(driver: Service, stops: bool, naming: tuple[FilterList, ...], task: Task, lists: FilterListPlan) -> Step:
    cleaned = lists.take_out(driver.name, naming, driver.image)
    # The entry says stopped even if only the next restart stops the driver: otherwise a later run would take the stop
    # for a change by somebody else.
    wanted = {"Start": DISABLED, "status": "stopped", **cleaned.after}
    record, entry = enter(driver, wanted, task, keep_refusal=True)
    stopping = (op.StopDriver(driver.name, record),) if stops else ()
    status = "stopped" if stops else driver.status
    evidence = (*_evidence(driver, task), *(f"{each.place} names it" for each in naming), *not_brought_back(driver))
    return Step(
        finding_of(driver, DRIFTED, wanted, evidence, _texts("disabled", driver, task)),
        decides=True,
        before={**state_of(driver), **{each.place: each.raw for each in naming}},
        after={**wanted, "status": status},
        entry=entry,
        operations=(*cleaned.operations, *set_start(driver, DISABLED), *stopping),
        reboot_required=is_loaded(status) or bool(written_lists(cleaned.operations)),
    )


def _texts(cause: str, driver: Service, task: Task, **words: str) -> Texts:
    return told(cause, driver.name, key=driver.key, **words)


def not_brought_back(driver: Service) -> tuple[str, ...]:
    """Say that a start type which Windows does not know is never restored."""
    is_known = driver.start is None or start_word(driver.start) is not None
    return () if is_known else ("its Start is none of 0 to 4, so a restore will not bring it back",)


def _evidence(driver: Service, task: Task) -> tuple[str, ...]:
    entry = task.ledger.open_entry(driver.name)
    why = _why_not_stopped(driver, task, entry) if driver.status == "running" else ""
    return (state_evidence(driver), *([f"{why}, so it runs until the server restarts"] if why else []))


def _why_not_stopped(driver: Service, task: Task, entry: Entry | None) -> str:
    """Say why a driver that runs is not stopped, "" when it is."""
    options: Options = task.options
    if not options.stop:
        return "it is not to be stopped (stop: false)"
    if entry and entry.refused_code:
        return f"Windows refused to stop it (error {entry.refused_code})"
    dependants = dependants_of(driver.name, task.snapshot)
    if dependants:
        return f"{', '.join(dependants)} would be stopped with it"
    return why_not_stopped(driver) or ("" if driver.can_stop else "it cannot be stopped")


def enable(driver: Service, task: Task, start: int) -> Step:
    """Set Start to a start type. The driver is not started.

    A later start than now takes it away as disabling does.
    """
    found, wanted = state_of(driver), {"Start": start, "status": driver.status}
    evidence = (start_evidence(driver),)
    waits = is_started_by_windows(start) and driver.status != "running"
    if driver.start == start:
        finding = waiting("starts" if waits else "", driver, task, wanted, evidence)
        return Step(finding, decides=True, before=found, after=found, reboot_required=waits)
    refused = objection(driver, task, change_of(driver, task)) if is_later(start, driver.start) else None
    return refused or Step(
        finding_of(
            driver, DRIFTED, wanted, evidence, _texts("enabled", driver, task, start=f"{start} ({start_words(start)})")
        ),
        decides=True,
        before=found,
        after=wanted,
        entry=enter(driver, wanted, task)[1],
        operations=set_start(driver, start),
        reboot_required=waits,
    )
