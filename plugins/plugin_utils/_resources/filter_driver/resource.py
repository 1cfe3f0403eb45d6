# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers by name or by policy: audited, disabled, enabled, removed or restored. win_filter_driver is this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..._planning.finding import Finding
from ..._planning.ledger import LEDGER, Entry, UnusableEntry, ledger_queries
from ..._planning.plan import Plan
from ..._planning.step import Step, plan_of, spared, unusable_entry
from ..._planning.task import Task
from ..._planning.waivers import waived
from ..._protocol import operations as op
from ..._protocol.names import CaseInsensitiveDict
from ..._protocol.queries import WHOLE_TREE, Filter, Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import (
    ATTENTION,
    COMPLIANT,
    DRIFTED,
    INFO,
    NOT_APPLICABLE,
    PENDING,
    REFUSED,
    UNKNOWN,
    WAIVED,
)
from ..._windows.access import how_to_read
from ..._windows.drivers.after_plan import AfterPlan
from ..._windows.drivers.boot_rule import Violation, filter_member_queries, violations
from ..._windows.drivers.classification import KNOWN_LEFTOVER, LEFTOVERS
from ..._windows.drivers.filter_lists import dump_filter_names
from ..._windows.drivers.protection import protection_queries
from ..._windows.drivers.services import DRIVER_TYPES, Service, service_of
from ..._windows.registry_paths import CLASSES, DEVICES, SERVICES
from ..._windows.shutdown import shutdown_query
from .audit import Auditor, audit_queries
from .choosing import chosen_drivers, skipped_entries, why_not_known
from .dead_entries import dead_findings
from .driver_state import NAME, finding_of, state_of
from .entry_check import rule_of
from .filter_lists import FilterListPlan
from .findings import audited_finding, distinct, unread_findings
from .left_to_people import left_to_people
from .legacy_block import legacy_block, legacy_block_queries
from .misnamed import display_name_query, misnamed
from .options import ARGUMENT_RULES, ARGUMENT_SPEC, Options, read_options
from .refusals import refuse_violation, refused_step, settled
from .removal import not_present, remove
from .restoring import is_partly_there, not_there, restore, restore_missing
from .server_findings import server_findings
from .start_type import disable, enable, is_off
from .wording import Texts, catalogue_texts, told

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

_ALLOWED = "allow names it"
_NAMED = "named"  # the kind of a driver that nothing but the task says something of


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server: the drivers, all that may need them, and the ledger.

    Whole keys come first. What is read of a key later keeps the order of its values, and the server compares a key that
    it deletes in that order.
    """
    is_restore, is_removal = options.state == "restored", options.state == "absent"
    is_audit = options.state == "audited"
    audits = options.is_policy or is_audit or (options.block_legacy_filters and not is_restore)
    writes_lists = options.clean_filter_lists or options.state in ("enabled", "restored")
    return (
        *((*protection_queries(options.names), display_name_query()) if options.names else ()),
        *(_removal_queries(options) if is_removal else ()),
        *(_KEYS if options.is_policy and is_restore else ()),
        *(audit_queries(options.judging.identity) if audits else ()),
        *(filter_member_queries() if writes_lists else ()),
        *(_PLACES_OF_LISTS if is_restore else ()),
        *ledger_queries(),
        *(() if is_audit else _FILES),
        *(legacy_block_queries(options) or (() if is_audit else (shutdown_query(),))),
    )


# Every key: one that was restored in part may have no Type, by which drivers are found.
_KEYS = (RegistryQuery(f"{SERVICES}\\*"),)

# The files of the drivers that the ledger knows, by their old and new names.
_FILES = tuple(RegistryQuery(f"{LEDGER}\\*", (value,), image=value) for value in ("Image", "Renamed"))

# The keys of classes and devices, of which those without a list are there, too.
_PLACES_OF_LISTS = (
    RegistryQuery(f"{CLASSES}\\*", types=False),
    RegistryQuery(f"{DEVICES}\\*\\*\\*", ("Capabilities", "ConfigFlags", "Service"), types=False),
)


def _removal_queries(options: Options) -> tuple[Query, ...]:
    whole = RegistryQuery(
        f"{SERVICES}\\*", depth=WHOLE_TREE, where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath"
    )
    images = RegistryQuery(f"{SERVICES}\\*", ("Type", "ImagePath"))
    return (*([whole] if options.is_policy else []), *([images] if options.renames_file else []))


def plan(task: Task) -> Plan:
    """Decide about every driver.

    Where one that is named is refused, nothing is done at all; a policy and a restore leave it and change the others.
    """
    options: Options = task.options
    task, auditor = task.checked_by(rule_of(task)), Auditor(options.judging, task.snapshot)
    chosen = chosen_drivers(task, auditor)
    steps = _safe_steps(task, auditor, chosen)
    skipped = (*(_skipped(entry, task.options) for entry in skipped_entries(task, chosen)), *_unusable(task, chosen))
    blocks = legacy_block(task, steps.values())
    return _with_server(plan_of([*steps.values(), *skipped, *blocks], shows_missing=True), task)


def _unusable(task: Task, chosen: CaseInsensitiveDict[tuple[str, ...]]) -> Iterator[Step]:
    """Yield the entries of which a restore by match restores nothing, since they cannot be the collection's own."""
    options: Options = task.options
    for error in task.ledger.unusable_entries() if options.state == "restored" and options.is_policy else ():
        subject = error.subject or error.key
        if subject not in chosen:
            yield settled(unusable_entry(Step, NAME, subject, error), subject, options)


def _with_server(plan: Plan, task: Task) -> Plan:
    """Add to the plan of a policy what it cannot know, and to that of an audit what else is wrong with the server."""
    options: Options = task.options
    if not options.is_policy or options.state == "restored":
        return plan
    audits = options.state == "audited"
    found = (
        *(dead_findings(task) if audits else ()),
        *(server_findings(Auditor(options.judging, task.snapshot)) if audits else ()),
        *unread_findings(task),
    )
    findings = distinct((*plan.findings, *found))
    waits = any(each.status == PENDING and each.severity != INFO for each in findings)
    return replace(plan, findings=findings, reboot_required=plan.reboot_required or waits)


def _safe_steps(task: Task, auditor: Auditor, chosen: CaseInsensitiveDict[tuple[str, ...]]) -> dict[str, Step]:
    """Return the step of each driver. None leaves a filter list or a start type as it must not be, whatever is forced.

    Without the refused drivers the others are planned anew, since they may be in one list.
    """
    refused: dict[str, Step] = {}
    while True:
        steps = _steps(task, auditor, chosen, refused)
        offenders = _offenders(steps, task.snapshot)
        if not offenders:
            return steps
        refused |= {
            name: settled(refuse_violation(name, each, task), name, task.options) for name, each in offenders.items()
        }


def _steps(
    task: Task, auditor: Auditor, chosen: CaseInsensitiveDict[tuple[str, ...]], refused: Mapping[str, Step]
) -> dict[str, Step]:
    """Return the step of each driver but for those that are refused already.

    What is refused because of a driver that is removed is tried again, and comes behind it.
    """
    lists, steps = FilterListPlan(task.snapshot), dict[str, Step]()
    after, names = task, list(chosen)
    while names:
        tried = {
            name: refused.get(name) or _with_evidence(_settled_step(name, after, auditor, lists), chosen[name])
            for name in names
        }
        steps = {**{name: each for name, each in steps.items() if name not in tried}, **tried}
        gone = [name for name, each in tried.items() if _removes(each)]
        again = [name for name, each in tried.items() if each.finding.status == REFUSED and name not in refused]
        names = again if gone else []
        after = replace(after, snapshot=_without_services(after.snapshot, gone)) if names else after
    return steps


def _removes(step: Step) -> bool:
    return any(isinstance(each, op.DeleteKey) for each in step.operations)


def _without_services(snapshot: Snapshot, names: list[str]) -> Snapshot:
    """Return what was read of a server without the keys of some services."""
    roots = tuple(f"{SERVICES}\\{name}\\".lower() for name in names)
    registry = {path: values for path, values in snapshot.registry.items() if not f"{path}\\".lower().startswith(roots)}
    return Snapshot({**snapshot.document, "registry": registry})


def _offenders(steps: Mapping[str, Step], snapshot: Snapshot) -> dict[str, list[Violation]]:
    """Return the drivers whose steps would leave what must not be, each with that."""
    found = violations(snapshot, (each for step in steps.values() for each in step.operations))
    offenders: dict[str, list[Violation]] = {}
    for violation in found:
        culprits = [
            name for name, step in steps.items() if step.operations and _causes(name, step, violation, snapshot)
        ]
        for name in culprits or [name for name, step in steps.items() if step.operations]:
            offenders.setdefault(name, []).append(violation)
    return offenders


def _causes(name: str, step: Step, violation: Violation, snapshot: Snapshot) -> bool:
    """Tell whether a step writes the list of a violation, or changes the driver that it is about."""
    driver = service_of(snapshot, name)
    names = (name.lower(), *dump_filter_names(name, driver.image if driver else ""))
    is_written = violation.place.lower() in AfterPlan(snapshot, step.operations).written
    return is_written or violation.name.lower() in names


def _settled_step(name: str, task: Task, auditor: Auditor, lists: FilterListPlan) -> Step:
    try:
        step = _step(name, task, auditor, lists)
    except UnusableEntry as error:
        step = unusable_entry(Step, NAME, name, error)
    return settled(spared(step, task), name, task.options)


def _with_evidence(step: Step, evidence: tuple[str, ...]) -> Step:
    """Add to a finding why its driver was chosen."""
    more = tuple(each for each in evidence if each not in step.finding.evidence)
    return replace(step, finding=replace(step.finding, evidence=(*step.finding.evidence, *more)))


def _with_kind(step: Step, driver: Service, auditor: Auditor, options: Options) -> Step:
    """Say in a finding what its driver is, and where the driver is to go, why."""
    known = auditor.known(driver)
    word = KNOWN_LEFTOVER if known else _NAMED
    if options.is_policy:
        word = auditor.audited(driver).judgement.classification
    finding = replace(step.finding, kind=step.finding.kind or word)
    if finding.status in (ATTENTION, DRIFTED, WAIVED) and options.takes_away:
        reason = {"why": options.reason} if options.reason else {}
        general = {field: text for field, text in _texts(word, driver.name, options).items() if field in _HARM}
        finding = replace(finding, **{**reason, **general, **catalogue_texts(known)})
    return replace(step, finding=finding)


_HARM = ("why", "severity")  # what is said of a leftover, whatever is done about it


def _texts(word: str, name: str, options: Options) -> Texts:
    return told(word, name) if word in LEFTOVERS else {}


def _step(name: str, task: Task, auditor: Auditor, lists: FilterListPlan) -> Step:
    options: Options = task.options
    for place, reason in task.snapshot.unreadable_below(f"{SERVICES}\\{name}"):
        return _unread(name, place, reason, options)
    driver = service_of(task.snapshot, name)
    if driver is None:
        return misnamed(name, task) or _WHEN_MISSING[options.state](name, task, lists)
    if options.state == "restored" and is_partly_there(driver, task):
        return _rest(driver, task, lists)
    if not driver.is_driver:
        return refused_step(driver.name, "", (f"{name} is {_other_kind(driver)}",), task, "no_driver")
    if options.state == "audited":
        return _audited(driver, task, auditor)
    known = auditor.known(driver)
    step = _exempt(driver, task) or _not_known(name, task, auditor) or left_to_people(driver, task, known)
    return _with_kind(step or _WHEN_THERE[options.state](driver, task, lists), driver, auditor, options)


def _not_known(name: str, task: Task, auditor: Auditor) -> Step | None:
    """Return the step of a driver that a policy leaves, since what it was chosen by could not be read."""
    unread = why_not_known(name, task, auditor)
    if not unread:
        return None
    why = f"{name} could not be judged: {'; '.join(unread)}; connect as a local administrator"
    texts = {**told("unreadable_driver", name), "fix": _READ_PLACES}
    return Step(Finding(NAME, name, UNKNOWN, evidence=unread, **texts), error=why)


_READ_PLACES = (
    "Connect as a local administrator; where that is so already, give Administrators the right to read what the "
    "evidence names."
)


def _skipped(entry: Entry, options: Options) -> Step:
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
    texts = told("part_of_key", driver.name)
    finding = Finding(NAME, driver.name, UNKNOWN, found=state_of(driver), evidence=(why,), **texts)
    return Step(replace(finding, kind=_NAMED), error=why)


def _other_kind(driver: Service) -> str:
    if driver.is_win32:
        return (
            f"a Win32 service, not a driver (Type {driver.type}): services are managed with ansible.windows.win_service"
        )
    return (
        f"not a driver (Type {driver.type}): if a restore of it was interrupted, finish that with state: restored; "
        "otherwise repair or delete its key by hand"
    )


def _unread(name: str, place: str, reason: str, options: Options) -> Step:
    why = f"{place} could not be read ({reason})"
    texts = {**told("unreadable_driver", name), "fix": how_to_read(place, reason)}
    return Step(
        Finding(NAME, name, UNKNOWN, evidence=(why,), kind="unreadable", **texts),
        error=f"{name} could not be judged: {why}; connect as a local administrator",
    )


def _exempt(driver: Service, task: Task) -> Step | None:
    """Return the step of a driver that the task must leave alone: allowed for good, or waived until a day.

    One that is off as the task wants it needs no waiver.
    """
    options: Options = task.options
    if not options.takes_away:
        return None
    if options.allows(driver.name):
        return _left_alone(driver, finding_of(driver, COMPLIANT, state_of(driver), (_ALLOWED,)))
    waiver = task.waiver_of(NAME, driver.name)
    if waiver is None or (options.state == "disabled" and is_off(driver, task)):
        return None
    texts = told(options.state, driver.name, key=driver.key)
    return _left_alone(driver, waived(finding_of(driver, WAIVED, state_of(driver), (), texts), waiver, task.now))


def _left_alone(driver: Service, finding: Finding) -> Step:
    state = state_of(driver)
    return Step(finding, decides=True, before=state, after=state)


def _audited(driver: Service, task: Task, auditor: Auditor) -> Step:
    options: Options = task.options
    finding, state = audited_finding(auditor.audited(driver), task), state_of(driver)
    if options.allows(driver.name):
        finding = replace(finding, status=COMPLIANT, evidence=(*finding.evidence, _ALLOWED))
    return Step(finding, before=state, after=state, reboot_required=finding.status == PENDING)


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
