# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What win_filter_driver decides with, and what it decides about one driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..._catalogue.drivers import known_drivers
from ..._planning.plan import COMPLIANT, REFUSED, Finding
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._windows.drivers.classification import Classifier
from ..._windows.drivers.known_leftovers import entry_for
from ..._windows.drivers.protection import reasons_to_protect
from ..._windows.drivers.services import START_TYPES, Service
from .audit import start_word
from .judging_options import judge_of

NAME = "filter_driver"

_DONE = {"disabled": "disabled", "absent": "removed"}


class Context:
    """One task on one server. now: the time of the task, ISO 8601 in UTC."""

    def __init__(self, task: Task) -> None:
        self.options: Mapping[str, Any] = task.options
        self.snapshot = task.snapshot
        self.now = task.now
        self.ledger = task.ledger
        self._lists: dict[str, Value | None] = {}

    def list_at(self, place: str) -> Value | None:
        """Return a filter list, by the path of its value, as the drivers that were decided on before leave it."""
        return self._lists[place] if place in self._lists else value_at(place, self.snapshot)

    def plan_list(self, place: str, wanted: Value | None) -> list[op.Operation]:
        """Return what writes a list, nothing when it is to be as it is; the next driver finds it so.

        Every operation expects what was read: a server looks at all of them before it carries out the first.
        """
        if wanted == self.list_at(place):
            return []
        self._lists[place] = wanted
        return write_value(place, wanted, value_at(place, self.snapshot))

    @cached_property
    def judge(self) -> Classifier:
        """What judges the drivers, by the catalogue and the user's entries."""
        return judge_of(self.options, self.snapshot)


@dataclass(frozen=True)
class Step:
    """What is to be done about one driver. error: why nothing may be done at all, in the whole task."""

    finding: Finding
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    operations: tuple[op.Operation, ...] = ()
    reboot_required: bool = False
    error: str = ""


def value_at(place: str, snapshot: Snapshot) -> Value | None:
    """Return the registry value at a path that ends in its name."""
    key, _unused, name = place.rpartition("\\")
    return snapshot.value(key, name)


def write_value(place: str, wanted: Value | None, found: Value | None) -> list[op.Operation]:
    """Return what writes or deletes the value at a path that ends in its name."""
    key, _unused, name = place.rpartition("\\")
    if wanted is None:
        return [op.DeleteValue(key, name, found)] if found is not None else []
    return [op.SetValue(key, name, wanted, found)]


def state_of(driver: Service) -> dict[str, Any]:
    """Return what the ledger keeps of a driver at the least, and a result shows."""
    return {"Start": driver.start, "status": driver.status}


def finding_of(
    driver: Service, status: str, wanted: dict[str, Any], evidence: tuple[str, ...], context: Context
) -> Finding:
    """Return a finding on a driver, with what the catalogue says of it."""
    known = context.judge.known(driver)
    texts = {"why": known.breaks, "fix": known.cure, "source": known.source} if known else {}
    return Finding(NAME, driver.name, status, found=state_of(driver), wanted=wanted, evidence=evidence, **texts)


def untouched(driver: Service, evidence: tuple[str, ...], context: Context) -> Step:
    """Leave a driver as it is, because that is what is wanted."""
    state = state_of(driver)
    return Step(finding_of(driver, COMPLIANT, state, evidence, context), state, state)


def refuse(driver: Service, reasons: list[str], context: Context, is_forcible: bool = True) -> Step:
    """Refuse to touch a driver. is_forcible: whether naming it in force would lift the refusal."""
    done = _DONE[context.options["state"]]
    remedy = f". If that is wrong here, name it in force: [{driver.name}]" if is_forcible else ""
    error = f"{driver.name} is not {done}, and nothing else is changed: {'; '.join(reasons)}{remedy}"
    finding = Finding(NAME, driver.name, REFUSED, found=state_of(driver), evidence=tuple(reasons))
    return Step(finding, state_of(driver), state_of(driver), error=error)


def objections(driver: Service, context: Context) -> list[str]:
    """Return what speaks against disabling or removing a driver.

    A documented cure outweighs the group alone, lists that are cleaned in the same transaction do not count, and force lifts everything.
    """
    if any(equals_ignore_case(driver.name, name) for name in context.options["force"]):
        return []
    outweighed = {
        "group": is_documented(driver, context.snapshot),
        "filter_list": context.options["clean_filter_lists"],
    }
    reasons = reasons_to_protect(driver, context.snapshot)
    return [reason.text for reason in reasons if not outweighed.get(reason.rule)]


def is_documented(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether the catalogue itself has a driver, whose cure is then documented.

    A user's own entry lifts no protection, and takes none of the catalogue's cures away.
    """
    return entry_for(driver, known_drivers(), snapshot) is not None


def set_start(driver: Service, start: Any) -> list[op.Operation]:
    """Return the operation that sets a driver's start type, if it is another; None takes the value away."""
    if driver.start == start:
        return []
    return (
        [op.DeleteValue(driver.key, "Start", driver.start)]
        if start is None
        else [op.SetValue(driver.key, "Start", start, driver.start)]
    )


def is_started_by_windows(start: Any) -> bool:
    """Tell whether Windows starts a driver of this start type by itself."""
    return isinstance(start, int) and start < START_TYPES.index("demand")


def state_words(state: Mapping[str, Any]) -> str:
    """Say in words what a state is, such as "system and running"."""
    return f"{start_words(state.get('Start'))} and {state.get('status')}"


def start_words(start: Any) -> str:
    """Name a start type in a sentence."""
    return start_word(start) or "not one that Windows knows"
