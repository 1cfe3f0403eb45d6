# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What every module of the collection is: a resource. CONTRIBUTING.md describes its contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .._protocol.errors import CollectionError
from .._protocol.queries import Query
from .plan import Plan
from .task import Task

# Options of every resource that writes: the ledger keeps them with the change.
LEDGER_NOTES: dict[str, dict[str, Any]] = {
    "reason": {"type": "str", "default": ""},
    "review_when": {"type": "str", "default": ""},
}
# Of a resource that may leave out what is no Windows; the action does it.
OTHER_SYSTEMS: dict[str, dict[str, Any]] = {
    "other_systems": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
}
PRESENT_OR_RESTORED: dict[str, dict[str, Any]] = {
    **LEDGER_NOTES,
    "overwrite": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "restored"], "default": "present"},
}


class BadOption(CollectionError, ValueError):
    """An option that makes no sense. The message names the option, the value and the remedy."""


def _refuse_part(resource: Resource, arguments: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
    raise BadOption(f"options of {resource.NAME} cannot be read as a part of another resource here")


@dataclass(frozen=True)
class Controller:
    """What the controller knows besides the arguments of a task.

    ports: where a server may see the task's connection; none where that is not known. texts: of the files that options
    name, by option.
    read_part: takes another resource and the options that a user gave for it; returns its arguments, as ARGUMENT_SPEC
    has validated them, and its own options. Raises BadOption.
    """

    ports: tuple[int, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    read_part: Callable[[Resource, Mapping[str, Any]], tuple[Mapping[str, Any], Any]] = _refuse_part


class Resource(Protocol):
    """A Python module with these names. It does no I/O and does not import Ansible, so it is tested without a server.

    NAME: what the ledger and the findings call it. ARGUMENT_SPEC, ARGUMENT_RULES: what Ansible itself checks, as
    AnsibleModule takes it (rules: required_if, mutually_exclusive, ... by name).
    """

    NAME: str
    ARGUMENT_SPEC: dict[str, dict[str, Any]]
    ARGUMENT_RULES: dict[str, Any]

    def read_options(self, arguments: Mapping[str, Any], controller: Controller) -> Any:
        """Return the options of a task. Raises BadOption for mistakes that ARGUMENT_SPEC and ARGUMENT_RULES cannot
        describe.

        arguments: plain Python, as ARGUMENT_SPEC has validated them.
        """

    def queries(self, options: Any) -> tuple[Query, ...]:
        """Return what must be read of a server to decide."""

    def plan(self, task: Task) -> Plan:
        """Decide. On what was read back after the plan was applied, the plan must be empty."""


def decide(resource: Resource, task: Task) -> Plan:
    """Return the plan of a resource, with its findings as the waivers of the task leave them."""
    plan = resource.plan(task)
    return replace(plan, findings=tuple(task.waivers.told_of(each, task.now) for each in plan.findings))
