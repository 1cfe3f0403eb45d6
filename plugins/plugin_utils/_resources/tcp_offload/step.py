# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What win_tcp_offload decides about one subject, and how the decisions become one plan. A subject is a feature of the server or a
keyword of an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._planning.ledger import Entry, Ledger
from ..._planning.plan import Finding
from ..._protocol import operations as op
from ..._protocol.queries import CommandQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._windows.shutdown import last_shutdown

NAME = "tcp_offload"
AS_BEFORE = "{}; it is again, or still, as it was before, so the ledger's entry alone is closed"


@dataclass(frozen=True)
class Task:
    """One run on one server."""

    options: Mapping[str, Any]
    snapshot: Snapshot
    ledger: Ledger
    now: str

    def enter(
        self, subject: str, found: dict[str, Any], wanted: dict[str, Any]
    ) -> tuple[str, tuple[op.Operation, ...]]:
        """Return the ledger entry of a change: its key, and the operations that make it."""
        reason, review = self.options["reason"], self.options["review_when"]
        record, operations = self.ledger.enter(subject, found, wanted, reason, self.now, review, self.last_shutdown)
        return record, tuple(operations)

    def close_restored(self, entry: Entry) -> tuple[op.Operation, ...]:
        """Return the operations that close the entry of what is put back, and note anew when the server was last shut down."""
        noted = (
            write(entry.key, "LastShutdown", self.last_shutdown, entry.last_shutdown or None)
            if self.last_shutdown
            else ()
        )
        return (entry.close("restored", self.now), *noted)

    @property
    def last_shutdown(self) -> str:
        """When the server was last shut down, by its own clock; "" when it does not tell."""
        return last_shutdown(self.snapshot) or ""

    def entry_of_run(self, subject: str) -> Entry | None:
        """Return the entry that this run made or closed; there is none before it wrote."""
        entry = self.ledger.last_entry(subject)
        return entry if entry and (entry.when == self.now or entry.closed.endswith(self.now)) else None


@dataclass(frozen=True)
class Step:
    """What is to be done about one subject.

    entry, closing: operations on the ledger before and after the change. words: what "netsh interface tcp set global" is told.
    live: a command of its own. writes: to the registry. record: the entry's key. reboot_required: once that is done.
    """

    finding: Finding
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    entry: tuple[op.Operation, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    live: CommandQuery | None = None
    writes: tuple[op.Operation, ...] = ()
    closing: tuple[op.Operation, ...] = ()
    record: str = ""
    reboot_required: bool = False
    warnings: tuple[str, ...] = ()
    error: str = ""


def write(key: str, name: str, value: Value | None, found: Value | None) -> tuple[op.Operation, ...]:
    """Return what makes a registry value what it is to be, None for one that is not there."""
    if value == found and type(value) is type(found):
        return ()
    if value is None:
        return (op.DeleteValue(key, name, found),)
    return (op.SetValue(key, name, value, found),)


def restored_from(entry: Entry) -> str:
    """Say in a sentence what an entry is about."""
    because = f" because: {entry.reason}" if entry.reason else ""
    return f"changed on {entry.when}{because}"


def states(steps: Iterable[Step], when: str) -> dict[str, Any]:
    """Return subject -> state, of the subjects whose state is known. when: "before" or "after"."""
    pairs = ((step.finding.subject, getattr(step, when)) for step in steps)
    return {subject: state for subject, state in pairs if state is not None}
