# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a resource decides: findings, and the operations that make a server compliant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._protocol import operations as op
from .finding import Finding

# What the results of all modules hold; the data of one resource never replaces any of it.
COMMON_KEYS = frozenset(
    (
        *("after", "before", "changed", "diff", "findings", "module", "operations", "reboot_required", "resources"),
        *("judged", "not_reached", "server"),
        *("ansible_facts", "deprecations", "exception", "failed", "invocation", "msg", "skipped", "warnings"),
    )
)


@dataclass(frozen=True)
class Plan:
    """What is to be done on a server.

    operations: in their order; none means that the server is compliant. held_back: those of them that are applied in an
    execution of their own, once the others were read back and kept. before, after: subject -> state, for result and
    diff.
    decided: id and subject of every finding whose subject the resource has a desired state for.
    error: why nothing may be done; no operation is then applied. refused: what is left undone while the rest is
    applied, in sentences; a task with any fails in the end. data: what else the result holds, none of it under a
    COMMON_KEY.
    parts: the plans that this one is made of, each under its module's name; such a plan has no before, after and data
    of its own.
    """

    findings: tuple[Finding, ...] = ()
    operations: tuple[op.Operation, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reboot_required: bool = False
    warnings: tuple[str, ...] = ()
    error: str = ""
    refused: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[tuple[str, Plan], ...] = ()
    decided: frozenset[tuple[str, str]] = frozenset()
    held_back: tuple[op.Operation, ...] = ()

    def __post_init__(self) -> None:
        reserved = COMMON_KEYS.intersection(self.data)
        if reserved:
            raise ValueError(f"the data of a plan would replace {', '.join(sorted(reserved))} of every result")

    @property
    def stages(self) -> tuple[Plan, Plan | None]:
        """The plan of the first execution, and that of the second with what is held back, if there is one."""
        first = tuple(each for each in self.operations if each not in self.held_back)
        if not first or not self.held_back:
            return replace(self, held_back=()), None
        return replace(self, operations=first), replace(self, operations=self.held_back, held_back=())
