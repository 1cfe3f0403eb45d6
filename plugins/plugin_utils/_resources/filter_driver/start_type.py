# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""state: disabled and enabled of win_filter_driver: the start type, the filter lists, and whether the driver runs."""

from __future__ import annotations

from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._windows.drivers.filter_lists import FilterList
from ..._windows.drivers.protection import dependants_of
from ..._windows.drivers.services import DISABLED, Service
from .driver_state import finding_of, is_started_by_windows, set_start, start_evidence, state_evidence, state_of
from .filter_lists import FilterListPlan, lists_to_clean
from .ledger_fields import can_stop_now, enter
from .options import Options
from .refusals import objections, refuse


def disable(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Set Start to 4 and stop the driver. Where the task cleans filter lists, take the driver out of them first."""
    naming = lists_to_clean(driver.name, task)
    stops = _stops(driver, task)
    if driver.start == DISABLED and not stops and not naming:
        return _disabled_already(driver, task)
    reasons = objections(driver, task)
    if reasons:
        return refuse(driver, reasons, task)
    last = lists.last_of_microsoft(driver.name, naming)
    if last:
        return refuse(driver, last, task, is_forcible=False)
    return _disabling(driver, stops, naming, task, lists)


def _stops(driver: Service, task: Task) -> bool:
    options: Options = task.options
    return options.stop and can_stop_now(driver, task.ledger.open_entry(driver.name), task.snapshot)


def _disabled_already(driver: Service, task: Task) -> Step:
    state = state_of(driver)
    finding = finding_of(driver, COMPLIANT, {"Start": DISABLED, "status": "stopped"}, _evidence(driver, task))
    return Step(finding, decides=True, before=state, after=state, reboot_required=_runs(driver.status))


def _disabling(driver: Service, stops: bool, naming: tuple[FilterList, ...], task: Task, lists: FilterListPlan) -> Step:
    cleaned = lists.take_out(driver.name, naming)
    # The entry says stopped even if only the next restart stops the driver: otherwise a later run would take the stop
    # for a change by somebody else.
    wanted = {"Start": DISABLED, "status": "stopped", **cleaned.after}
    record, entry = enter(driver, wanted, task, keep_refusal=True)
    stopping = (op.StopDriver(driver.name, record),) if stops else ()
    status = "stopped" if stops else driver.status
    evidence = (*_evidence(driver, task), *(f"{each.place} names it" for each in naming))
    return Step(
        finding_of(driver, DRIFTED, wanted, evidence),
        decides=True,
        before={**state_of(driver), **{each.place: each.raw for each in naming}},
        after={**wanted, "status": status},
        entry=entry,
        operations=(*cleaned.operations, *set_start(driver, DISABLED), *stopping),
        reboot_required=_runs(status),
    )


def _runs(status: str | None) -> bool:
    """Tell whether a driver is still loaded. Only a restart of the server stops it then."""
    return status not in ("stopped", None)


def _evidence(driver: Service, task: Task) -> tuple[str, ...]:
    why = _why_not_stopped(driver, task, task.ledger.open_entry(driver.name)) if driver.status == "running" else ""
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
    return "" if driver.can_stop else "it cannot be stopped"


def enable(driver: Service, task: Task, start: int) -> Step:
    """Set Start to a start type. The driver is not started."""
    found, wanted = state_of(driver), {"Start": start, "status": driver.status}
    evidence = (start_evidence(driver),)
    waits = is_started_by_windows(start) and driver.status != "running"
    if driver.start == start:
        finding = finding_of(driver, COMPLIANT, wanted, evidence)
        return Step(finding, decides=True, before=found, after=found, reboot_required=waits)
    return Step(
        finding_of(driver, DRIFTED, wanted, evidence),
        decides=True,
        before=found,
        after=wanted,
        entry=enter(driver, wanted, task)[1],
        operations=set_start(driver, start),
        reboot_required=waits,
    )
