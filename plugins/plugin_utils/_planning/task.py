# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""One run of one resource on one server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .._protocol import operations as op
from .._protocol.snapshot import Snapshot
from .._windows.shutdown import last_shutdown
from .ledger import Entry, EntryRule, Ledger, ServerLedger
from .ledger_entry import any_entry
from .waivers import NO_WAIVERS, Waiver, Waivers


@dataclass(frozen=True)
class Task:
    """What a resource decides with.

    resource: its NAME. options: what its read_options returned; a resource that writes has reason and review_when among
    them. now: the time of the task, ISO 8601 in UTC. server_ledger: the ledger of the server, which the parts of a
    baseline share. waivers: what the task must leave as it is. entry_rule: what an entry of the resource must be,
    before anything is made of it.
    """

    resource: str
    options: Any
    snapshot: Snapshot
    now: str
    server_ledger: ServerLedger
    waivers: Waivers = NO_WAIVERS
    entry_rule: EntryRule = any_entry

    @classmethod
    def on(cls, resource: str, options: Any, snapshot: Snapshot, now: str, waivers: Waivers = NO_WAIVERS) -> Task:
        """Return a task on a server as it was read."""
        return cls(resource, options, snapshot, now, ServerLedger(snapshot), waivers)

    def part(self, resource: str, options: Any, waivers: Waivers) -> Task:
        """Return the task of another resource in the same run; entries of both are numbered in one ledger.

        waivers: all that count for it.
        """
        return replace(self, resource=resource, options=options, waivers=waivers, entry_rule=any_entry)

    def checked_by(self, rule: EntryRule) -> Task:
        """Return the task with a rule for the entries of its resource."""
        return replace(self, entry_rule=rule)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger as this resource sees it."""
        return self.server_ledger.of(self.resource, self.entry_rule)

    @cached_property
    def last_shutdown(self) -> str:
        """When the server was last shut down, by its own clock; "" where that is not known."""
        return last_shutdown(self.snapshot) or ""

    def waiver_of(self, finding: str, subject: str) -> Waiver | None:
        """Return the waiver that covers a finding today, None without one. finding: its id."""
        return self.waivers.covering(finding, subject, self.now)

    def enter(
        self, subject: str, found: dict[str, Any], wanted: dict[str, Any], causes: tuple[str, ...] = ()
    ) -> tuple[str, tuple[op.Operation, ...]]:
        """Return the ledger entry of a change: its key, and the operations that make it.

        causes: ids of what the change is because of.
        """
        reason, review = self.options.reason, self.options.review_when
        key, operations = self.ledger.enter(
            subject, found, wanted, reason, self.now, review, self.last_shutdown, causes
        )
        return key, tuple(operations)

    def close_restored(self, entry: Entry) -> tuple[op.Operation, ...]:
        """Return the operations that close the entry of a restored subject, and note when the server was last shut down
        by then."""
        last = self.last_shutdown
        noted = op.SetValue(entry.key, "LastShutdown", last, entry.last_shutdown or None)
        return (entry.close("restored", self.now), *((noted,) if last and last != entry.last_shutdown else ()))

    def waits_for_restart(self, subject: str) -> bool:
        """Tell whether the server was not shut down since the last change of a subject. No clocks are compared (facts
        A6)."""
        entry = self.ledger.last_entry(subject)
        return bool(
            entry and entry.last_shutdown and entry.last_shutdown == self.last_shutdown and entry.before != entry.after
        )
