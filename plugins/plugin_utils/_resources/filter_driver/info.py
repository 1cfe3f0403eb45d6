# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Every driver of a server, and which were left behind. win_filter_driver_info is this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._planning.ledger import LEDGER
from ..._planning.plan import Plan
from ..._planning.resource import Controller
from ..._planning.selection import Selection
from ..._planning.task import Task
from ..._protocol.queries import Query, RegistryQuery
from ..._windows.drivers.classification import CLASSIFICATIONS
from .audit import Auditor, audit_queries
from .dead_entries import dead_findings
from .driver_state import NAME
from .entry_check import rule_of
from .findings import audited_finding, distinct, unread_findings
from .judging_options import JUDGING, JudgingOptions, read_judging_options
from .server_findings import server_findings

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **JUDGING,
    "select": {"type": "str"},
    "classifications": {"type": "list", "elements": "str", "choices": list(CLASSIFICATIONS), "default": []},
}


@dataclass(frozen=True)
class Options:
    """The options of a task. select: searches the list of the drivers that are chosen."""

    judging: JudgingOptions
    select: Selection | None


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption."""
    select = arguments["select"]
    return Options(read_judging_options(arguments, controller), None if select is None else Selection("select", select))


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server: the same for every choice of drivers. The ledger knows what was changed."""
    return (*audit_queries(options.judging.identity), RegistryQuery(f"{LEDGER}\\*"))


def plan(task: Task) -> Plan:
    """Plan nothing, and classify every driver that is chosen. data: drivers, and selected where select is given.

    What could not be read, and what is wrong beside the drivers, is told whatever is chosen.
    """
    options: Options = task.options
    task = task.checked_by(rule_of(task))
    auditor = Auditor(options.judging, task.snapshot)
    audited = auditor.chosen()
    drivers = [each.data for each in audited]
    selected = {} if options.select is None else {"selected": options.select.search(drivers)}
    of_drivers = (audited_finding(each, task) for each in (*audited, *auditor.told()))
    of_server = (*dead_findings(task), *server_findings(auditor), *unread_findings(task))
    return Plan(findings=distinct((*of_drivers, *of_server)), data={"drivers": drivers, **selected})
