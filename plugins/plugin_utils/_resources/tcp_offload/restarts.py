# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""When settings of adapters take effect: drivers read their keywords when they start (facts C).

A restart stays due until the server was restarted, or this collection restarted the adapter and noted it in the ledger:
nothing on a server says when an adapter started.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._planning.step import write_value
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.vocabulary import DRIFTED, PENDING
from ..._windows.network.adapters import Adapter
from ..._windows.network.netsh import restart_adapter
from ..._windows.releases import release_of
from .keywords import AdapterStep
from .options import Options

_BY_NETSH = "6.0"  # from this release on netsh disables an adapter by its connection's name
_NOTE = "Restarted"
_HANGS = "6.1"  # here Chimney fails on all adapters when one is restarted, and the server may hang (KB2477730)
_HANG = (
    "Chimney is on, and with the restart of one adapter it would fail on all, and the server may hang (KB2477730); set "
    "chimney: disabled in the same task"
)
_MAY_HANG = (
    "Chimney is automatic: where connections are offloaded, the restart of one adapter makes it fail on all, and the "
    "server may hang (KB2477730); set chimney: disabled in the same task"
)


@dataclass(frozen=True)
class Chimney:
    """The state of Chimney before and after the steps, None where it is not known or not there."""

    before: str | None
    after: str | None

    @property
    def is_turned_off(self) -> bool:
        """Whether the task turns it off."""
        return self.after == "disabled" and self.before != self.after


@dataclass(frozen=True)
class Restarts:
    """The adapters whose settings wait for a restart. now: the task restarts them. later: someone still has to.

    skipped: id of an adapter of later -> why the task does not restart it. operations: commands and notes in the
    ledger. held_back: whether they come after the rest was read back.
    """

    now: tuple[Adapter, ...]
    later: tuple[Adapter, ...]
    skipped: dict[str, str]
    operations: tuple[op.Operation, ...]
    held_back: bool
    reboot_required: bool
    warnings: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        """The fields of a result. An adapter counts as a risk unless it is known not to carry the connection."""
        due = (*self.now, *self.later)
        return {
            "adapter_restart_required": bool(self.later),
            "adapters_to_restart": [adapter.label for adapter in self.later],
            "restarts_skipped": {adapter.label: self.skipped[adapter.id] for adapter in self.later},
            "connection_at_risk": any(adapter.carries_connection is not False for adapter in due),
        }

    def explained(self, step: AdapterStep) -> AdapterStep:
        """Return a step whose finding says what becomes of the restart that it needs."""
        if step.adapter is None or not (step.operations or step.waits):
            return step
        if step.adapter.id not in self.skipped:
            restarted = step.finding.status == PENDING and step.adapter in self.now
            return replace(step, finding=replace(step.finding, status=DRIFTED)) if restarted else step
        why = f"the adapter is not restarted: {self.skipped[step.adapter.id]}"
        finding = replace(step.finding, evidence=(*step.finding.evidence, why), restart=True)
        return replace(step, finding=finding)


def restarts(task: Task, steps: Sequence[AdapterStep], chimney: Chimney) -> Restarts:
    """Decide about the adapters that the steps change, or changed before. The adapter that carries the connection is
    restarted last, and none on 2008 R2 before Chimney is known to be off."""
    due = {each.adapter.key: each.adapter for each in steps if each.adapter and (each.operations or each.waits)}
    changed = [adapter for adapter in due.values() if not adapter.is_non_present]
    release = release_of(task.snapshot)
    by_netsh = release is not None and release.is_within(_BY_NETSH)
    may_hang = release is not None and release.is_within(_HANGS, _HANGS)
    danger = chimney.after if may_hang else None
    reasons = {
        each.id: why
        for each in changed
        if (why := _why_not(each, task.options, by_netsh=by_netsh) or (_HANG if danger == "enabled" else ""))
    }
    now = sorted((each for each in changed if each.id not in reasons), key=_is_risk)
    later = tuple(each for each in changed if each.id in reasons)
    operations = tuple(each for adapter in now for each in _operations(task, adapter, steps))
    warnings = (_MAY_HANG,) if now and danger == "automatic" else ()
    held_back = may_hang and chimney.is_turned_off
    return Restarts(tuple(now), later, reasons, operations, held_back, bool(later) and not by_netsh, warnings)


def comes_last(operation: op.Operation) -> bool:
    """Tell whether an operation restarts an adapter, or notes that one was: it comes after all others."""
    if isinstance(operation, op.RunCommand):
        return bool(operation.restarts)
    return isinstance(operation, op.SetValue) and operation.name == _NOTE


def _is_risk(adapter: Adapter) -> bool:
    return adapter.carries_connection is not False


def _why_not(adapter: Adapter, options: Options, *, by_netsh: bool) -> str:
    """Return why an adapter is not restarted, "" where it is."""
    if not by_netsh:
        return "Windows Server 2003 has no command that restarts it"
    if not options.restart_adapters:
        return "only restart_adapters: allowed restarts it"
    if adapter.status is None:
        return "the network stack does not show it, so it may be disabled, and must not be enabled"
    if not adapter.name or '"' in adapter.name:
        return "its connection has no name that netsh takes"
    if _is_risk(adapter) and not options.restart_connection_adapter:
        carries = "carries" if adapter.carries_connection else "may carry"
        return f"it {carries} the connection; only restart_connection_adapter: true restarts it"
    return ""


def _operations(task: Task, adapter: Adapter, steps: Iterable[AdapterStep]) -> Iterable[op.Operation]:
    """Yield what restarts an adapter: the commands, which note their failure in one of its entries, and the notes that
    it was restarted in all of them."""
    records = [each.record for each in steps if each.adapter == adapter and each.record]
    before = {entry.key: entry for entry in task.ledger.last_entries() if entry.key in records}
    for entry in before.values():
        yield from write_value(entry.key, "RefusedCode", None, entry.refused_code)
    name = str(adapter.name)
    for command in restart_adapter(name):
        yield op.RunCommand(command, record=records[0] if records else "", restarts=name)
    for record in records:
        noted = before[record].restarted if record in before else ""
        yield op.SetValue(record, _NOTE, task.now, noted or None)
