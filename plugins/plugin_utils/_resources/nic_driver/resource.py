# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network adapters with their drivers, and whether the drivers are good enough. nic_driver_facts is this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._planning.plan import Plan
from ..._planning.resource import Controller
from ..._planning.selection import Selection
from ..._planning.step import Step, plan_of
from ..._planning.task import Task
from ..._planning.waive_option import WAIVE
from ..._protocol.queries import Query
from ..._windows.machine import machine_of
from ..._windows.network.adapters import CLASS
from . import advisories
from .advisories import Advisory, read_advisories
from .applied import advisory_warnings, applied_to, not_applied
from .findings import NAME, driver_findings
from .judged_adapters import JudgedAdapter, driver_queries, judged_adapters, unread_findings
from .seen import FACTS

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "select": {"type": "str", "default": ""},
    "advisories": advisories.OPTION,
    "require_match": {"type": "bool", "default": False},
    **WAIVE,
}


@dataclass(frozen=True)
class Options:
    """The options of a task. selection: None for every adapter. require_match: whether the selection and each advisory
    of the task must apply to an adapter. ports: at which the server may see the connection."""

    selection: Selection | None
    advisories: tuple[Advisory, ...]
    require_match: bool
    ports: tuple[int, ...]


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for an expression or an advisory that cannot be meant."""
    selection = Selection("select", arguments["select"]) if arguments["select"] else None
    advisories = read_advisories(arguments["advisories"])
    return Options(selection, advisories, arguments["require_match"], controller.ports)


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server, the registry and its drivers' files."""
    return driver_queries(options.advisories, options.ports)


def plan(task: Task) -> Plan:
    """Change nothing, and judge the driver of every selected adapter.

    data: nic_drivers, the server, its adapters, to how many the task's advisories apply, and which keys of adapters
    could not be read.
    """
    selection, advisories = task.options.selection, task.options.advisories
    judged = judged_adapters(task.snapshot, advisories, task.now)
    selected = [each for each in judged if selection is None or selection.matches(each.facts)]
    facts = {
        "server": machine_of(task.snapshot).as_dict(),
        "adapters": [each.facts for each in selected],
        "advisories": applied_to(advisories, judged),
        "unreadable": [{"key": key, "reason": reason} for key, reason in task.snapshot.unreadable_below(CLASS)],
    }
    of_drivers = (finding for each in selected for finding in driver_findings(each))
    whole = plan_of(map(Step, (*unread_findings(NAME, task.snapshot), *of_drivers)), {"nic_drivers": facts})
    mistaken = selection.warnings(FACTS) if selection else ()
    unmatched = _unmatched(task.options, selected, judged) if task.options.require_match else ()
    return replace(whole, warnings=(*mistaken, *advisory_warnings(advisories)), error="; ".join(unmatched))


def _unmatched(options: Options, selected: Sequence[JudgedAdapter], judged: Sequence[JudgedAdapter]) -> tuple[str, ...]:
    """Return in a sentence each what of the options matches no adapter."""
    nothing = ("select matches no adapter of the server",) if options.selection and not selected else ()
    return (*nothing, *not_applied(options.advisories, judged))
