# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""After how long Windows asks a silent TCP connection whether it still stands (facts H2). win_tcp_keepalive is this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._planning.entry_rules import is_dword
from .._planning.ledger import ledger_queries
from .._planning.plan import Plan
from .._planning.resource import PRESENT_OR_RESTORED, BadOption, Controller
from .._planning.step import RegistryValue, plan_of, spared
from .._planning.task import Task
from .._planning.waive_option import WAIVE
from .._protocol.queries import Query, RegistryQuery
from .._windows.network.tcp_settings import PARAMETERS
from .._windows.shutdown import shutdown_query

NAME = "tcp_keepalive"
ARGUMENT_SPEC: dict[str, dict[str, Any]] = {"milliseconds": {"type": "int"}, **PRESENT_OR_RESTORED, **WAIVE}
ARGUMENT_RULES: dict[str, Any] = {"required_if": [("state", "present", ("milliseconds",))]}
_WHY = "A connection whose client is gone stays open until Windows asks it: after two hours, where nothing is set."
_KEEP_ALIVE = RegistryValue(
    PARAMETERS, "KeepAliveTime", restart=True, why=_WHY, source="Microsoft, cc782936", restorable=is_dword
)


@dataclass(frozen=True)
class Options:
    """The options of a task; milliseconds may be None where the task restores."""

    milliseconds: int | None
    overwrite: bool
    reason: str
    review_when: str
    state: str


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for a time that the registry value cannot hold."""
    given = arguments["milliseconds"]
    if given is not None and not 1 <= given <= 0xFFFFFFFF:
        raise BadOption(f"milliseconds is {given}: give a number from 1 to {0xFFFFFFFF}, such as 900000")
    return Options(**{name: value for name, value in arguments.items() if name not in WAIVE})


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    return (RegistryQuery(PARAMETERS, (_KEEP_ALIVE.name,)), shutdown_query(), *ledger_queries())


def plan(task: Task) -> Plan:
    """Set the value, or restore it."""
    options: Options = task.options
    if options.state == "restored":
        return plan_of([_KEEP_ALIVE.restore(task, overwrite=options.overwrite)])
    return plan_of([spared(_KEEP_ALIVE.set_to(task, options.milliseconds), task)])
