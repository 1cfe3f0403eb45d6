# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers by name or by policy: audited, disabled, enabled, removed or restored. win_filter_driver is this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..._catalogue.drivers import KnownDriver
from ..._planning.ledger import LEDGER, Entry, ledger_queries
from ..._planning.plan import COMPLIANT, NOT_APPLICABLE, UNKNOWN, WAIVED, Finding, Plan
from ..._planning.step import Step, plan_of
from ..._planning.task import Task
from ..._protocol.queries import WHOLE_TREE, Filter, Query, RegistryQuery
from ..._windows.drivers.protection import protection_queries
from ..._windows.drivers.services import DRIVER_TYPES, Service, service_of
from ..._windows.registry_paths import SERVICES
from .audit import AUDIT, Auditor, catalogue_texts
from .choosing import chosen_drivers, skipped_entries
from .driver_state import NAME, finding_of, state_of
from .filter_lists import FilterListPlan
from .options import ARGUMENT_RULES, ARGUMENT_SPEC, Options, read_options
from .refusals import refused_step
from .removal import not_present, remove
from .restoring import is_partly_there, not_there, restore, restore_missing
from .start_type import disable, enable

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

_ALLOWED = "allow names it"


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server: the drivers, all that may need them, and the ledger.

    Whole keys come first. What is read of a key later keeps the order of its values, and the server compares a key that
    it deletes in that order.
    """
    is_restore, is_removal = options.state == "restored", options.state == "absent"
    return (
        *(protection_queries(options.names) if options.names else ()),
        *(_removal_queries(options) if is_removal else ()),
        *(_KEYS if options.is_policy and is_restore else ()),
        *(AUDIT if options.is_policy or options.state == "audited" else ()),
        *ledger_queries(),
        *(_FILES if is_removal or is_restore else ()),
    )


# Every key: one that was restored in part may have no Type, by which drivers are found.
_KEYS = (RegistryQuery(f"{SERVICES}\\*"),)

# The files that state: absent renamed, by their old and new names.
_FILES = tuple(RegistryQuery(f"{LEDGER}\\*", (value,), image=value) for value in ("Image", "Renamed"))


def _removal_queries(options: Options) -> tuple[Query, ...]:
    whole = RegistryQuery(
        f"{SERVICES}\\*", depth=WHOLE_TREE, where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath"
    )
    images = RegistryQuery(f"{SERVICES}\\*", ("Type", "ImagePath"))
    return (*([whole] if options.is_policy else []), *([images] if options.renames_file else []))


def plan(task: Task) -> Plan:
    """Decide about every driver. When one of them is refused, nothing is done at all."""
    options: Options = task.options
    auditor, lists = Auditor(options.judging, task.snapshot, task.now), FilterListPlan(task.snapshot)
    chosen = chosen_drivers(task, auditor)
    steps = [_with_evidence(_step(name, task, auditor, lists), evidence) for name, evidence in chosen.items()]
    return plan_of([*steps, *(_skipped(entry) for entry in skipped_entries(task, chosen))], shows_missing=True)


def _with_evidence(step: Step, evidence: tuple[str, ...]) -> Step:
    """Add to a finding why its driver was chosen."""
    more = tuple(each for each in evidence if each not in step.finding.evidence)
    return replace(step, finding=replace(step.finding, evidence=(*step.finding.evidence, *more)))


def _with_catalogue(step: Step, known: KnownDriver | None) -> Step:
    """Add to the finding of a decision what the catalogue says of the driver."""
    if known is None or not step.decides:
        return step
    return replace(step, finding=replace(step.finding, **catalogue_texts(known)))


def _step(name: str, task: Task, auditor: Auditor, lists: FilterListPlan) -> Step:
    options: Options = task.options
    for place, reason in task.snapshot.unreadable_below(f"{SERVICES}\\{name}"):
        return _unread(name, f"{place} could not be read ({reason})")
    driver = service_of(task.snapshot, name)
    if driver is None:
        return _WHEN_MISSING[options.state](name, task, lists)
    if options.state == "restored" and is_partly_there(driver, task):
        return _rest(driver, task, lists)
    if not driver.is_driver:
        return refused_step(driver, "", (f"{name} is {_other_kind(driver)}",))
    if options.state == "audited":
        return _audited(driver, task, auditor)
    step = _exempt(driver, task) or _WHEN_THERE[options.state](driver, task, lists)
    return _with_catalogue(step, auditor.known(driver))


def _skipped(entry: Entry) -> Step:
    """Report a removed driver that a restore by match leaves as it is."""
    why = f"the server has no driver {entry.subject}: match sees its name alone, and does not choose it"
    evidence = (f"removed driver, changed on {entry.when}", why)
    fix = f"To restore it, name it: name: [{entry.subject}]."
    return Step(Finding(NAME, entry.subject, NOT_APPLICABLE, evidence=evidence, fix=fix))


def _rest(driver: Service, task: Task, lists: FilterListPlan) -> Step:
    """Restore what is missing of a key. Only the keys of named drivers are read whole."""
    options: Options = task.options
    if options.has_name(driver.name):
        return restore_missing(driver.name, task, lists)
    why = (
        f"only a part of the key of {driver.name} is there, because a removal or a restore was interrupted; "
        f"to restore the rest, name it: name: [{driver.name}]"
    )
    return Step(Finding(NAME, driver.name, UNKNOWN, found=state_of(driver), evidence=(why,)), error=why)


def _other_kind(driver: Service) -> str:
    if driver.is_win32:
        return (
            f"a Win32 service, not a driver (Type {driver.type}): services are managed with ansible.windows.win_service"
        )
    return (
        f"not a driver (Type {driver.type}): if a restore of it was interrupted, finish that with state: restored; "
        "otherwise repair or delete its key by hand"
    )


def _unread(name: str, why: str) -> Step:
    return Step(
        Finding(NAME, name, UNKNOWN, evidence=(why,)),
        error=f"{name} could not be judged: {why}; connect as a local administrator",
    )


def _exempt(driver: Service, task: Task) -> Step | None:
    """Return the step of a driver that the task must leave alone: allowed for good, or waived until a day."""
    options: Options = task.options
    if not options.takes_away:
        return None
    if options.allows(driver.name):
        return _left_alone(driver, COMPLIANT, _ALLOWED)
    waiver = options.judging.waiver(driver.name, task.now)
    return _left_alone(driver, WAIVED, waiver.text) if waiver else None


def _left_alone(driver: Service, status: str, why: str) -> Step:
    state = state_of(driver)
    return Step(finding_of(driver, status, state, (why,)), decides=True, before=state, after=state)


def _audited(driver: Service, task: Task, auditor: Auditor) -> Step:
    options: Options = task.options
    finding, state = auditor.audited(driver).finding, state_of(driver)
    if options.allows(driver.name):
        finding = replace(finding, status=COMPLIANT, evidence=(*finding.evidence, _ALLOWED))
    return Step(finding, before=state, after=state)


def _enabled(driver: Service, task: Task, _lists: FilterListPlan) -> Step:
    return enable(driver, task, task.options.start)


def _missing(name: str, task: Task, _lists: FilterListPlan) -> Step:
    why, state = f"the server has no driver {name}", task.options.state
    return Step(Finding(NAME, name, COMPLIANT, evidence=(why,))) if state == "audited" else not_there(name, why, state)


_WHEN_THERE: dict[str, Callable[[Service, Task, FilterListPlan], Step]] = {
    "disabled": disable,
    "enabled": _enabled,
    "absent": remove,
    "restored": restore,
}
_WHEN_MISSING: dict[str, Callable[[str, Task, FilterListPlan], Step]] = {
    "disabled": not_present,
    "enabled": _missing,
    "absent": not_present,
    "audited": _missing,
    "restored": restore_missing,
}
