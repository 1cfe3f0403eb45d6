# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Why a driver must not be changed, and what a refusal looks like: each reason comes with its cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..._catalogue.drivers import known_drivers
from ..._catalogue.in_box import is_in_box
from ..._planning.finding import Finding
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import REFUSED
from ..._windows.drivers.boot_rule import NO_FILE, NO_KEY, START_DISABLED, Violation
from ..._windows.drivers.known_leftovers import entry_for
from ..._windows.drivers.protection import (
    FILTER_LIST,
    NETWORK,
    UNKNOWN,
    Change,
    Reason,
    is_forcible,
    standing_reasons,
)
from ..._windows.drivers.services import Service, service_of
from .driver_state import NAME, state_of
from .options import Options
from .wording import told

_DONE = {"disabled": "disabled", "absent": "removed", "enabled": "given another start type", "restored": "restored"}


def change_of(driver: Service, task: Task, *, removes: bool = False, stops: bool = False) -> Change:
    """Return what a task is about to do to a driver, as far as it outweighs reasons against it."""
    options: Options = task.options
    return Change(
        removes=removes,
        stops=stops,
        cleans_lists=options.clean_filter_lists,
        is_documented=is_documented(driver, task.snapshot),
        is_forced=options.forces(driver.name),
    )


def is_documented(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether disabling a driver is the cure that the collection's own catalogue documents.

    A user's entry lifts no protection, and hides no entry of the collection's catalogue.
    """
    known = entry_for(driver, known_drivers(), snapshot)
    return known is not None and known.disable


def objection(driver: Service, task: Task, change: Change) -> Step | None:
    """Return the step that refuses a change of a driver, None when nothing stands against it."""
    reasons = standing_reasons(driver, task.snapshot, change)
    if not reasons:
        return None
    options: Options = task.options
    cures = tuple(dict.fromkeys(cure for each in reasons for cure in _cures(each, change, options)))
    texts = tuple(each.text for each in reasons)
    return refuse(driver.name, texts, task, _cause(reasons), cures or _force(driver.name, reasons, change, options))


def _cause(reasons: tuple[Reason, ...]) -> str:
    """Return the reason that a finding is called by: first what has a cure of its own, which comes before the rest."""
    rules = [each.rule for each in reasons]
    rule = next((each for each in (UNKNOWN, FILTER_LIST, NETWORK) if each in rules), rules[0])
    return "not_read" if rule == UNKNOWN else rule


def _cures(reason: Reason, change: Change, options: Options) -> tuple[str, ...]:
    """Return what cures a reason. An optional network filter that force lifts is left to run."""
    if reason.rule == FILTER_LIST:
        cure = "Take it out of the list in the same task: clean_filter_lists: true."
        return (cure,) if options.takes_away else ()
    is_left_to_run = reason.rule == NETWORK and reason.is_optional and change.is_forced and not change.removes
    stop = "Or disable it without stopping it: stop: false."
    return (*((reason.fix,) if reason.fix else ()), *((stop,) if is_left_to_run and change.stops else ()))


def _force(name: str, reasons: Iterable[Reason], change: Change, options: Options) -> tuple[str, ...]:
    """Return the advice to force, where nothing else cures a reason, and force lifts them all."""
    if change.is_forced or not all(is_forcible(each, change) for each in reasons):
        return ()
    return (f"If that is wrong here, name it in force: [{name}].",)


def refuse(name: str, reasons: tuple[str, ...], task: Task, cause: str, cures: tuple[str, ...] = ()) -> Step:
    """Refuse to change a driver. cause: of driver_findings.yml. cures: sentences on what to do instead."""
    options: Options = task.options
    others = "" if options.lets_others_go else ", and nothing else is changed"
    return refused_step(name, f"{name} is not {_DONE[options.state]}{others}: ", reasons, task, cause, cures)


def refused_step(
    name: str, opening: str, reasons: tuple[str, ...], task: Task, cause: str, cures: tuple[str, ...] = ()
) -> Step:
    """Return the step of a driver that must not be changed. opening: what the error says before the reasons."""
    driver = service_of(task.snapshot, name)
    texts = told(cause, name)
    state, fix = state_of(driver) if driver else None, " ".join(cures) or texts.get("fix", "")
    finding = Finding(NAME, name, REFUSED, found=state, evidence=reasons, **{**texts, "fix": fix})
    error = f"{opening}{'; '.join(reasons)}" + (f". {fix}".removesuffix(".") if fix else "")
    return Step(finding, before=state, after=state, error=error)


def refuse_violation(name: str, found: Iterable[Violation], task: Task) -> Step:
    """Refuse a change that would leave a filter list or a start type as it must not be."""
    found = tuple(found)
    cures = (_cure_of(name, each, task.options) for each in found)
    texts = (each.text if _is_of_list(name, each) else each.text.replace(each.name, name) for each in found)
    lacks_file = all(each.rule == NO_FILE and not _is_of_list(name, each) for each in found)
    cause = "missing_file" if lacks_file else "violation"
    return refuse(name, tuple(texts), task, cause, tuple(dict.fromkeys(filter(None, cures))))


def _cure_of(name: str, violation: Violation, options: Options) -> str:
    """Return what cures a violation. One of Windows' own is never to be taken out of a list."""
    if (
        violation.rule in (NO_KEY, NO_FILE, START_DISABLED)
        and _is_of_list(name, violation)
        and not is_in_box(violation.name)
    ):
        clean = "clean_filter_lists: true"
        return f"Take {violation.name} out of the list in the same task: name it too, with {clean}."
    return ""


def _is_of_list(name: str, violation: Violation) -> bool:
    """Tell whether it is another name of a list that is wrong."""
    return violation.name.lower() != name.lower()


def settled(step: Step, name: str, options: Options, *, is_named: bool = False) -> Step:
    """Return a step as it counts in its task: a refusal stops all of it, or leaves the others to be changed.

    Where it does not stop the task, it makes it fail in the end, or not even that. is_named: whether the task names it
    by another option than name.
    """
    if step.error and options.lets_others_go:
        step = replace(step, error="", refused=step.error, entry=(), operations=(), closing=(), after=step.before)
    fails = options.fails_on(name) or (is_named and options.fail_on_refused is None)
    return step if fails else replace(step, refused="")
