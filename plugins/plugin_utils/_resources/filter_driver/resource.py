# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers by name or by policy: judged, disabled, enabled, removed, or put back as they were. win_filter_driver is this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..._planning.ledger import LEDGER, Entry, ledger_queries
from ..._planning.plan import COMPLIANT, NOT_APPLICABLE, REFUSED, UNKNOWN, WAIVED, Finding, Plan
from ..._planning.resource import Controller
from ..._planning.selection import Selection
from ..._planning.task import Task
from ..._protocol.names import CaseInsensitiveDict
from ..._protocol.queries import WHOLE_TREE, Filter, Query, RegistryQuery
from ..._windows.drivers.protection import protection_queries
from ..._windows.drivers.services import DRIVER_TYPES, SERVICES, Service, service_of
from .audit import AUDIT, audit, audited_driver, is_chosen
from .judging_options import fits_any, waiver_for
from .options import ARGUMENT_SPEC, JUDGED_STATES, check, is_policy
from .removal import missing, remove
from .restoring import is_half_there, is_restorable, restore, restore_missing
from .start_type import disable, enable
from .task import NAME, Context, Step, finding_of, state_of

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "check", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server: the drivers, all that may need them, and the ledger.

    Whole keys come first: what is read of a key later does not change the order of its values, by which a key to delete is compared.
    """
    names, state = tuple(options["name"]), options["state"]
    return (
        *(protection_queries(names) if names else ()),
        *(_removal_queries(options) if state == "absent" else ()),
        *(_KEYS if is_policy(options) and state == "restored" else ()),
        *(AUDIT if is_policy(options) or state == "audited" else ()),
        *ledger_queries(),
        *(_FILES if state in ("absent", "restored") else ()),
    )


# Every key, for one that was put back in part may have no Type, by which drivers are found.
_KEYS = (RegistryQuery(f"{SERVICES}\\*"),)

# The files that state: absent renamed, where they were and where they are.
_FILES = tuple(RegistryQuery(f"{LEDGER}\\*", (value,), image=value) for value in ("Image", "Renamed"))


def _removal_queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    whole = RegistryQuery(
        f"{SERVICES}\\*", depth=WHOLE_TREE, where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath"
    )
    images = RegistryQuery(f"{SERVICES}\\*", ("Type", "ImagePath"))
    return (*([whole] if is_policy(options) else []), *([images] if options["file"] == "rename" else []))


def plan(task: Task) -> Plan:
    """Decide for every driver; when one of them is refused, nothing is done at all."""
    context = Context(task)
    chosen = _chosen(context)
    steps = [_explained(_step(name, context), evidence) for name, evidence in chosen.items()]
    steps += [_passed_over(entry) for entry in _removed(context) if entry.subject not in chosen]
    errors = [step.error for step in steps if step.error]
    return Plan(
        findings=tuple(step.finding for step in steps),
        operations=tuple(operation for step in steps for operation in step.operations),
        before={step.finding.subject: step.before for step in steps},
        after={step.finding.subject: step.after for step in steps},
        reboot_required=any(step.reboot_required for step in steps),
        error="; ".join(errors),
    )


def _explained(step: Step, evidence: tuple[str, ...]) -> Step:
    """Add to a finding why its driver was chosen."""
    more = tuple(each for each in evidence if each not in step.finding.evidence)
    return replace(step, finding=replace(step.finding, evidence=(*step.finding.evidence, *more)))


def _chosen(context: Context) -> CaseInsensitiveDict[tuple[str, ...]]:
    """Return the drivers that are named, then those that match and classifications choose, these with the evidence of their classifications."""
    names: dict[str, tuple[str, ...]] = dict.fromkeys(context.options["name"], ())
    if is_policy(context.options):
        choose = _changed if context.options["state"] == "restored" else _audited
        names |= choose(context)
    return CaseInsensitiveDict(names)


def _audited(context: Context) -> dict[str, tuple[str, ...]]:
    audited = audit(context.options, context.snapshot, context.now)
    return {each.driver.name: (f"it is {each.judgement.classification}", *each.judgement.evidence) for each in audited}


def _changed(context: Context) -> dict[str, tuple[str, ...]]:
    """Return the drivers that match chooses among those that the ledger knows; of a removed one only the name can be matched."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in context.ledger.last_entries():
        driver = service_of(context.snapshot, entry.subject)
        if not entry.closed and _matches(driver, entry.subject, context):
            found[entry.subject] = ()
    return found


def _removed(context: Context) -> list[Entry]:
    """Return the open entries of drivers whose keys are gone, and that a restoration by match could bring back."""
    if context.options["state"] != "restored" or not is_policy(context.options):
        return []
    entries = [each for each in context.ledger.last_entries() if not each.closed and is_restorable(each)]
    return [each for each in entries if service_of(context.snapshot, each.subject) is None]


def _passed_over(entry: Entry) -> Step:
    why = f"the server has no driver {entry.subject}, of which match was given the name alone, and match does not choose it"
    fix = f"To put it back, name it: name: [{entry.subject}]."
    return Step(
        Finding(
            NAME, entry.subject, NOT_APPLICABLE, evidence=(f"removed driver, changed on {entry.when}", why), fix=fix
        )
    )


def _matches(driver: Service | None, name: str, context: Context) -> bool:
    if driver is None:
        return Selection("match", context.options["match"]).matches({"name": name, "exists": False})
    return is_chosen(
        audited_driver(driver, context.judge, context.options, context.snapshot, context.now), context.options
    )


def _step(name: str, context: Context) -> Step:
    for place, reason in context.snapshot.unreadable_below(f"{SERVICES}\\{name}"):
        return _unread(name, f"{place} could not be read ({reason})")
    driver = service_of(context.snapshot, name)
    if driver is None:
        return _WHEN_MISSING[context.options["state"]](name, context)
    if context.options["state"] == "restored" and is_half_there(driver, context):
        return _rest(driver, context)
    if not driver.is_driver:
        why = f"{name} is {_other_kind(driver)}"
        return Step(Finding(NAME, name, REFUSED, found=state_of(driver), evidence=(why,)), error=why)
    return _spared(driver, context) or _WHEN_THERE[context.options["state"]](driver, context)


def _rest(driver: Service, context: Context) -> Step:
    """Put back what is missing of a key. Only the keys of named drivers are read whole."""
    if driver.name in CaseInsensitiveDict(dict.fromkeys(context.options["name"])):
        return restore_missing(driver.name, context)
    why = f"the key of {driver.name} was removed or put back in part; to put back the rest, name it: name: [{driver.name}]"
    return Step(Finding(NAME, driver.name, UNKNOWN, found=state_of(driver), evidence=(why,)), error=why)


def _other_kind(driver: Service) -> str:
    if driver.is_win32:
        return (
            f"a Win32 service, not a driver (Type {driver.type}): services are managed with ansible.windows.win_service"
        )
    return (
        f"no driver (Type {driver.type}): if the collection was cut off putting it back, finish that with state: restored; "
        "else mend or delete its key by hand"
    )


def _unread(name: str, why: str) -> Step:
    return Step(
        Finding(NAME, name, UNKNOWN, evidence=(why,)),
        error=f"{name} could not be judged: {why}; connect as a local administrator",
    )


def _spared(driver: Service, context: Context) -> Step | None:
    """Return the step of a driver that is to be left alone: allowed for good, or waived until a day."""
    state = state_of(driver)
    if context.options["state"] not in JUDGED_STATES[:2]:
        return None
    if fits_any(driver.name, context.options["allow"]):
        return Step(finding_of(driver, COMPLIANT, state, ("allow names it",), context), state, state)
    waiver = waiver_for(driver.name, context.options, context.now)
    return Step(finding_of(driver, WAIVED, state, (waiver.text,), context), state, state) if waiver else None


def _judge(driver: Service, context: Context) -> Step:
    finding = audited_driver(driver, context.judge, context.options, context.snapshot, context.now).finding
    if fits_any(driver.name, context.options["allow"]):
        finding = replace(finding, status=COMPLIANT, evidence=(*finding.evidence, "allow names it"))
    return Step(finding, state_of(driver), state_of(driver))


def _not_there(name: str, context: Context) -> Step:
    why, state = f"the server has no driver {name}", context.options["state"]
    if state == "audited":
        return Step(Finding(NAME, name, COMPLIANT, evidence=(why,)))
    return Step(
        Finding(NAME, name, NOT_APPLICABLE, evidence=(why,)),
        error=f"{why}, so it cannot be {state}; remove it from name, or install its product",
    )


_WHEN_THERE: dict[str, Callable[[Service, Context], Step]] = {
    "disabled": disable,
    "enabled": enable,
    "absent": remove,
    "audited": _judge,
    "restored": restore,
}
_WHEN_MISSING: dict[str, Callable[[str, Context], Step]] = {
    "disabled": missing,
    "enabled": _not_there,
    "absent": missing,
    "audited": _not_there,
    "restored": restore_missing,
}
