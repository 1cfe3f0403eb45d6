# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a task decides about each subject, and the plan that these decisions make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._protocol import operations as op
from .._protocol.values import Value
from .ledger import Entry
from .plan import COMPLIANT, DRIFTED, UNKNOWN, Finding, Plan
from .task import Task


@dataclass(frozen=True)
class Step:
    """What is to be done about one subject.

    decides: whether the task has a desired state for the subject, so that no other resource of a baseline may have one. before, after:
    state of the subject, None where it has none. entry, operations, closing: on the ledger before the change, the change, on the ledger
    after it. reboot_required: once that is done. error: why nothing may be done at all, in the whole task.
    """

    finding: Finding
    decides: bool = False
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    entry: tuple[op.Operation, ...] = ()
    operations: tuple[op.Operation, ...] = ()
    closing: tuple[op.Operation, ...] = ()
    reboot_required: bool = False
    warnings: tuple[str, ...] = ()
    error: str = ""


def plan_of(steps: Iterable[Step], data: Mapping[str, Any] | None = None, *, shows_missing: bool = False) -> Plan:
    """Return the plan that steps make together; with an error in one of them nothing is done.

    data: what else the result carries. shows_missing: whether before and after have None for a subject without a state.
    """
    steps = tuple(steps)
    return Plan(
        findings=tuple(step.finding for step in steps),
        operations=tuple(each for step in steps for each in (*step.entry, *step.operations, *step.closing)),
        before={each.finding.subject: each.before for each in steps if shows_missing or each.before is not None},
        after={each.finding.subject: each.after for each in steps if shows_missing or each.after is not None},
        decided=frozenset((step.finding.id, step.finding.subject) for step in steps if step.decides),
        reboot_required=any(step.reboot_required for step in steps),
        warnings=tuple(warning for step in steps for warning in step.warnings),
        error="; ".join(step.error for step in steps if step.error),
        data=data or {},
    )


def write_value(key: str, name: str, wanted: Value | None, found: Value | None) -> tuple[op.Operation, ...]:
    """Return what brings a registry value to a desired state, None for no value; nothing where it is in that state already."""
    if wanted == found and type(wanted) is type(found):
        return ()
    return (op.DeleteValue(key, name, found),) if wanted is None else (op.SetValue(key, name, wanted, found),)


@dataclass(frozen=True)
class RegistryValue:
    """A registry value as a subject, by its name: brought to a desired state, or restored, each with its ledger entry.

    restart: whether a change takes effect when the server restarts.
    """

    key: str
    name: str
    restart: bool = False

    def set_to(self, task: Task, wanted: Value | None) -> Step:
        """Return the step that brings the value to a desired state."""
        found = self._found(task)
        entry = () if wanted == found else tuple(task.enter(self.name, {self.name: found}, {self.name: wanted})[1])
        return self._unreadable(task) or self._step(task, wanted, entry, ())

    def restore(self, task: Task) -> Step:
        """Return the step that restores what stood there before the collection's first change."""
        entry = task.ledger.open_entry(self.name)
        if entry is None:
            return self._step(task, self._found(task), (), (), "the ledger holds nothing to restore")
        closing = (entry.close("restored", task.now),)
        return self._unreadable(task) or self._step(
            task, entry.before.get(self.name), (), closing, changed_because(entry)
        )

    def _found(self, task: Task) -> Value | None:
        return task.snapshot.value(self.key, self.name)

    def _unreadable(self, task: Task) -> Step | None:
        for place, reason in task.snapshot.unreadable_below(self.key):
            why = f"{place} could not be read ({reason})"
            return Step(Finding(task.resource, self.name, UNKNOWN, evidence=(why,)), decides=True, error=why)
        return None

    def _step(
        self,
        task: Task,
        wanted: Value | None,
        entry: tuple[op.Operation, ...],
        closing: tuple[op.Operation, ...],
        *evidence: str,
    ) -> Step:
        found = self._found(task)
        writes = write_value(self.key, self.name, wanted, found)
        state = f"{self.name} is {'not there' if found is None else found}"
        finding = Finding(task.resource, self.name, DRIFTED if writes else COMPLIANT, found, wanted, (state, *evidence))
        waits = self.restart and (bool(writes) or task.waits_for_restart(self.name))
        return Step(finding, True, {"value": found}, {"value": wanted}, entry, writes, closing, waits)


def changed_because(entry: Entry) -> str:
    """Say in a sentence when and why the collection changed a subject."""
    return f"changed on {entry.when}" + (f" because: {entry.reason}" if entry.reason else "")
