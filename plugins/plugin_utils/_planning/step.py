# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a task decides about each subject, and the plan that these decisions make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .._protocol import operations as op
from .._protocol.names import equals_ignore_case
from .._protocol.values import Value, data_of, type_of
from .._protocol.vocabulary import COMPLIANT, DRIFTED, PENDING, REFUSED, UNKNOWN
from .._windows.access import how_to_read
from .entry_rules import FieldRule, is_absent_or, is_registry_value, why_not_of
from .finding import Finding
from .ledger import Entry, UnusableEntry
from .plan import Plan
from .task import Task
from .waivers import waived


@dataclass(frozen=True)
class Step:
    """What is to be done about one subject.

    decides: whether the task has a desired state for the subject, so that no other resource of a baseline may have one.
    before, after: state of the subject, None where it has none. entry, operations, closing: on the ledger before the
    change, the change, on the ledger after it. reboot_required: once that is done. error: why the whole task may do
    nothing. refused: what is left undone of this subject, for which the task fails once the rest is applied.
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
    refused: str = ""


S = TypeVar("S", bound=Step)


def spared(step: S, task: Task, **more: Any) -> S:
    """Return a step that does nothing where a waiver covers its open finding, else the step as it is.

    more: fields of a subclass that change something, empty.
    """
    waiver = task.waiver_of(step.finding.id, step.finding.subject) if step.finding.is_open else None
    if waiver is None:
        return step
    left: dict[str, Any] = {"operations": (), "closing": (), "entry": (), "warnings": (), "error": "", "refused": ""}
    return replace(
        step, finding=waived(step.finding, waiver, task.now), after=step.before, reboot_required=False, **left, **more
    )


def plan_of(steps: Iterable[Step], data: Mapping[str, Any] | None = None, *, shows_missing: bool = False) -> Plan:
    """Return the plan that steps make together; with an error in one of them nothing is done.

    data: what else the result carries. shows_missing: whether before and after have None for a subject without a state.
    """
    steps = tuple(steps)
    return Plan(
        findings=tuple(_with_restart(step) for step in steps),
        operations=tuple(each for step in steps for each in (*step.entry, *step.operations, *step.closing)),
        before={each.finding.subject: each.before for each in steps if shows_missing or each.before is not None},
        after={each.finding.subject: each.after for each in steps if shows_missing or each.after is not None},
        decided=frozenset((step.finding.id, step.finding.subject) for step in steps if step.decides),
        reboot_required=any(step.reboot_required for step in steps),
        warnings=tuple(warning for step in steps for warning in step.warnings),
        error="; ".join(step.error for step in steps if step.error),
        refused=tuple(step.refused for step in steps if step.refused),
        data=data or {},
    )


def _with_restart(step: Step) -> Finding:
    """Return the finding of a step, which says whether its change takes effect with a restart alone."""
    waits = step.reboot_required and step.finding.status in (DRIFTED, PENDING)
    return replace(step.finding, restart=True) if waits else step.finding


RESTART = "Restart the server."
"""The remedy of a finding that is pending."""


def write_value(key: str, name: str, wanted: Value | None, found: Value | None) -> tuple[op.Operation, ...]:
    """Return what brings a registry value to a desired state, None for no value; nothing where it is in that state
    already."""
    if wanted == found and type(wanted) is type(found):
        return ()
    return (op.DeleteValue(key, name, found),) if wanted is None else (op.SetValue(key, name, wanted, found),)


@dataclass(frozen=True)
class RegistryValue:
    """A registry value as a subject, called by its name. It is set to a desired state, or restored, each with its
    ledger entry.

    restart: whether a change takes effect when the server restarts. why, source, kind: of its findings. restorable:
    which values the ledger may restore, besides none.
    """

    key: str
    name: str
    restart: bool = False
    why: str = ""
    source: str = ""
    kind: str = "setting"
    restorable: FieldRule = is_registry_value

    def set_to(self, task: Task, wanted: Value | None) -> Step:
        """Return the step that sets the value, None for no value."""
        task = self._checked(task)
        return self._blocked(task) or self._set(task, wanted)

    def _set(self, task: Task, wanted: Value | None) -> Step:
        found = self._found(task)
        change = write_value(self.key, self.name, wanted, found)
        if not change:
            return self._step(task, wanted, change)
        entry = task.enter(self.name, {self.name: found}, {self.name: wanted})[1]
        lost = () if found is None or self.restorable(found) else (not_restorable(self.name, found),)
        return replace(self._step(task, wanted, change), entry=entry, warnings=lost)

    def restore(self, task: Task, *, overwrite: bool = False) -> Step:
        """Return the step that restores the state from before the collection's first change.

        overwrite: whether also what somebody else has set since.
        """
        task = self._checked(task)
        return self._blocked(task) or self._restored(task, overwrite=overwrite)

    def _restored(self, task: Task, *, overwrite: bool) -> Step:
        found, entry = self._found(task), task.ledger.open_entry(self.name)
        if entry is None:
            return self._step(task, found, (), "the ledger holds nothing to restore")
        previous = entry.before.get(self.name)
        if previous is not None and not self.restorable(previous):
            why = f"holds {self.name} = {shown(previous)[:80]} in Before, which is not restored"
            return unusable_entry(Step, task.resource, self.name, UnusableEntry(entry.key, entry.subject, why))
        if not overwrite and entry.changed_since({self.name: found}):
            why = changed_by_others(entry, self.name, found)
            finding = self._finding(task, REFUSED, found, previous, why)
            return left_alone(Step, finding, {"value": found})
        change = write_value(self.key, self.name, previous, found)
        step = self._step(task, previous, change, changed_because(entry))
        restoring = replace(step.finding, title=f"Restore {self.name}", why=f"It was {changed_because(entry)}.")
        finding = restoring if change else step.finding
        return replace(step, finding=finding, closing=task.close_restored(entry))

    def _checked(self, task: Task) -> Task:
        """Return the task with the rule of the value's entry."""
        return task.checked_by(lambda entry: why_not_of(entry, {self.name: is_absent_or(is_registry_value)}))

    def _blocked(self, task: Task) -> Step | None:
        """Return the step where the value or its ledger entry must not be used, None where both may be."""
        unreadable = self._unreadable(task)
        try:
            task.ledger.last_entry(self.name)
        except UnusableEntry as error:
            return unreadable or unusable_entry(Step, task.resource, self.name, error)
        return unreadable

    def _found(self, task: Task) -> Value | None:
        return task.snapshot.value(self.key, self.name)

    def _finding(self, task: Task, status: str, found: Value, wanted: Value, *evidence: str) -> Finding:
        return Finding(
            task.resource, self.name, status, found, wanted, evidence, self.why, source=self.source, kind=self.kind
        )

    def _drifted(self, wanted: Value | None) -> dict[str, str]:
        """Return what a finding says that Ansible changes: how to change the value by hand, too."""
        title = f"Delete {self.name}" if wanted is None else f"Set {self.name} to {shown(wanted)}"
        return {"title": title, "fix": self._fix(wanted)}

    def _pending(self, task: Task) -> dict[str, Any]:
        """Return what a finding says of a value that is set and waits for the server to restart."""
        entry = task.ledger.last_entry(self.name)
        since = entry.set_on if entry else ""
        return {"title": f"Restart, so that {self.name} takes effect", "fix": RESTART, "since": since}

    def _fix(self, wanted: Value | None) -> str:
        """Say how to change the value by hand."""
        place = f"{self.name} in {self.key}"
        change = f"Delete {place}" if wanted is None else f"Set {place} to {shown(wanted)}"
        return change + (" and restart the server." if self.restart else ".")

    def _unreadable(self, task: Task) -> Step | None:
        """Return the step of a value that could not be read: an error, as nothing is written over what is not known."""
        for place, reason in task.snapshot.unreadable_below(self.key):
            if equals_ignore_case(place, self.key):
                why, fix = f"{place} could not be read ({reason})", how_to_read(place, reason)
                finding = self._finding(task, UNKNOWN, None, None, why)
                told = replace(finding, title=f"Make {self.name} readable", fix=fix)
                return Step(told, decides=True, error=f"{why}: {fix[0].lower()}{fix[1:]}".removesuffix("."))
        return None

    def _step(self, task: Task, wanted: Value | None, change: tuple[op.Operation, ...], *evidence: str) -> Step:
        found = self._found(task)
        state = f"{self.name} is {shown(found)}"
        waits = self.restart and (bool(change) or task.waits_for_restart(self.name))
        told = (state, *evidence, *(("it takes effect when the server restarts",) if waits and not change else ()))
        status = DRIFTED if change else PENDING if waits else COMPLIANT
        texts = {DRIFTED: self._drifted(wanted), PENDING: self._pending(task)}.get(status, {})
        finding = replace(self._finding(task, status, found, wanted, *told), **texts)
        return Step(finding, True, {"value": found}, {"value": wanted}, (), change, (), waits)


OVERWRITE = "To restore it all the same, name it and set overwrite: true."


def changed_by_others(entry: Entry, name: str, found: Value | None) -> str:
    """Say that a value is neither what the collection set nor what stood there before."""
    by_us, before = (shown(state.get(name)) for state in (entry.after, entry.before))
    return (
        f"{name} is {shown(found)}: somebody else has changed it since it was {changed_because(entry)}, from {before} "
        f"to {by_us}; it is left alone"
    )


def left_alone(make: type[S], finding: Finding, state: Mapping[str, Any] | None) -> S:
    """Return the step of what somebody else has changed since, with the warning that it was not restored."""
    told = replace(finding, fix=OVERWRITE, title=f"Decide about {finding.subject}, which others have changed since")
    return make(told, True, state, state, warnings=(f"{told.subject}: {told.evidence[0]}. {OVERWRITE}",))


def unusable_entry(make: type[S], rule: str, subject: str, error: UnusableEntry, *, is_error: bool = True) -> S:
    """Return the step of a subject whose ledger entry must not be used. rule: id of the finding.

    is_error: whether the whole task may do nothing, as it names the subject; else only a warning says so.
    """
    finding = Finding(
        rule,
        subject,
        REFUSED,
        evidence=(str(error),),
        title=f"Mend the ledger entry of {subject}",
        why="What an entry says would be written to the server, so one that the collection does not make is not used.",
        fix=f"{error.remedy[0].upper()}{error.remedy[1:]}.",
        kind="unusable_entry",
    )
    if is_error:
        return make(finding, True, error=str(error))
    return make(finding, True, warnings=(str(error),))


def not_restorable(name: str, found: Value | None) -> str:
    """Warn that a value which is being replaced will not come back."""
    return f"{name} is {shown(found)}, which state: restored will not bring back; note it"


def shown(value: Value | None) -> str:
    """Show a registry value in a sentence: a number bare, anything else with its type."""
    if value is None:
        return "not there"
    return str(value) if type_of(value) == "REG_DWORD" else f"{data_of(value)!r} ({type_of(value)})"


def changed_because(entry: Entry) -> str:
    """Say in a sentence when and why the collection changed a subject."""
    return f"changed on {entry.when}" + (f" because: {entry.reason}" if entry.reason else "")
