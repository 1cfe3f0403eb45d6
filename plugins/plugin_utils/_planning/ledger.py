# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The record on a server of what the collection changed there: what, when, why, and what stood there before.

One registry key an entry, so that an administrator can read it with regedit and no entry can be half overwritten:

    HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0001
        Format       1: the version of this form
        Resource     filter_driver
        Subject      FAMv4
        When         2026-11-23T14:00:00Z
        Reason       left behind by an uninstalled product
        ReviewWhen   when to look at the change again, where the task said so
        Before       {"Start":1,"status":"running"}
        After        {"Start":4,"status":"stopped"}
        RefusedCode  the error of Windows, where it would not stop or start the driver, or of a command that failed
        PutBack      the names of values that a command damaged and the server restored
        Causes       ids of what the change is because of, such as adapters; separated by commas
        LastShutdown when the server had last been shut down by then, where a change takes effect at a restart and that
        is known
        Restarted    when the collection restarted the adapter whose setting it is
        Closed       "restored 2026-12-01T09:00:00Z" or "superseded ..."; not there while the entry is open

An entry is written before its change, so a run that is cut off leaves an entry and perhaps no change. Which of the two
it was is not stored: it shows in what stands there now. After is written last, so an entry without it was itself cut
off, before its change, and counts for nothing. A subject has at most one open entry.

Others can write what looks like an entry. So each is checked before anything is made of it: its form here
(ledger_entry.py), what it says by the rule of its resource. One that fails stops its subject, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._protocol import operations as op
from .._protocol.names import CaseInsensitiveDict
from .._protocol.queries import AccessQuery, Query, RegistryQuery
from .._protocol.snapshot import Snapshot
from .._protocol.values import Value
from .ledger_entry import (
    LEDGER_FORMAT,
    Entry,
    EntryRule,
    UnusableEntry,
    any_entry,
    is_closed,
    is_entered,
    read_entry,
    shown_subject,
    why_no_number,
)

__all__ = [
    "LEDGER",
    "LEDGER_FORMAT",
    "Entry",
    "EntryRule",
    "Ledger",
    "ServerLedger",
    "UnusableEntry",
    "ledger_queries",
    "other_writers",
]

_WRITERS = (
    "S-1-5-32-544",  # Administrators
    "S-1-5-18",  # SYSTEM
    "S-1-3-0",  # CREATOR OWNER: who made a key, which is one of these two
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
)

LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"
_LAST_NUMBER = 99_999_999


@dataclass(frozen=True)
class _Stored:
    """An entry as it stands in the registry, not yet checked."""

    key: str
    values: CaseInsensitiveDict[Value]


class ServerLedger:
    """The ledger of one server: the newest entry of every subject, found in one pass, and the numbers of new ones."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._last = 0
        self._newest: dict[str, dict[str, _Stored]] = {}
        for name in sorted(filter(_is_digits, snapshot.subkeys(LEDGER)), key=_order):
            key = f"{LEDGER}\\{name}"
            self._index(name, _Stored(key, snapshot.values(key) or CaseInsensitiveDict({})))

    def _index(self, name: str, stored: _Stored) -> None:
        """Note whose entry a key is. One without After was cut off before its change, and counts for nothing."""
        values, resource = stored.values, stored.values.get("Resource")
        is_numbered = not why_no_number(name)
        self._last = int(name) if is_numbered else self._last
        if isinstance(resource, str) and is_entered(values) and (is_numbered or not is_closed(values)):
            subject = shown_subject(values).lower() or stored.key
            self._newest.setdefault(resource, {})[subject] = stored

    def of(self, resource: str, rule: EntryRule = any_entry) -> Ledger:
        """Return the ledger as one resource sees it. rule: what its entries must be."""
        return Ledger(resource, self, rule)

    def newest(self, resource: str) -> Mapping[str, _Stored]:
        """Return the newest entry of every subject of a resource, by the subject in lower case, the oldest first.

        Of an entry that does not say whose it is the key stands for the subject.
        """
        return self._newest.get(resource, {})

    def next_key(self) -> str:
        """Return the key of a new entry, another one each time. Raises UnusableEntry where no number is left."""
        if self._last >= _LAST_NUMBER:
            key = f"{LEDGER}\\{self._last}"
            raise UnusableEntry(key, "", "has the last number that there is, so nothing can be entered any more")
        self._last += 1
        return f"{LEDGER}\\{self._last:04d}"


class Ledger:
    """The ledger of one server as one resource sees it. An entry that breaks its rule is unusable."""

    def __init__(self, resource: str, server: ServerLedger, rule: EntryRule = any_entry) -> None:
        self._resource = resource
        self._server = server
        self._rule = rule

    def last_entry(self, subject: str) -> Entry | None:
        """Return the last entry of a subject, open or closed, None when there is none. Raises UnusableEntry for an open
        one that must not be used."""
        stored = self._server.newest(self._resource).get(subject.lower())
        return self._entry(stored) if stored else None

    def has(self, subject: str) -> bool:
        """Tell whether there is an entry of a subject, usable or not."""
        return subject.lower() in self._server.newest(self._resource)

    def open_entry(self, subject: str) -> Entry | None:
        """Return the open entry of a subject, None when there is none. Raises UnusableEntry."""
        entry = self.last_entry(subject)
        return None if entry is None or entry.closed else entry

    def last_entries(self) -> list[Entry]:
        """Return the last entry of every subject, open or closed, without those that must not be used."""
        return [each for each in self._read_all() if isinstance(each, Entry)]

    def unusable_entries(self) -> list[UnusableEntry]:
        """Return what is wrong with every open entry that must not be used."""
        return [each for each in self._read_all() if isinstance(each, UnusableEntry)]

    def _read_all(self) -> list[Entry | UnusableEntry | None]:
        return [self._entry_or_fault(each) for each in self._by_age()]

    def _by_age(self) -> list[_Stored]:
        stored = self._server.newest(self._resource).values()
        return sorted(stored, key=lambda each: _order(each.key.rpartition("\\")[2]))

    def _entry_or_fault(self, stored: _Stored) -> Entry | UnusableEntry | None:
        try:
            return self._entry(stored)
        except UnusableEntry as error:
            return error

    def _entry(self, stored: _Stored) -> Entry | None:
        """Return an entry. One that is closed and cannot be used counts for nothing; one that is open is an error."""
        try:
            entry = read_entry(stored.key, stored.values)
            why = self._rule(entry)
            if why:
                raise UnusableEntry(entry.key, entry.subject, why)
        except UnusableEntry:
            if is_closed(stored.values):
                return None
            raise
        return entry

    def enter(
        self,
        subject: str,
        found: dict[str, Any],
        wanted: dict[str, Any],
        reason: str,
        now: str,
        review_when: str = "",
        last_shutdown: str = "",
        causes: tuple[str, ...] = (),
    ) -> tuple[str, list[op.Operation]]:
        """Return the key of the entry for a change, and the operations that make it.

        Raises UnusableEntry where the open entry of the subject must not be used.

        A change that was cut off goes on under its entry. A change of what the collection itself had set keeps the
        state from before the first; a change of what someone else set meanwhile starts anew from there.
        """
        entry = self.open_entry(subject)
        if entry and entry.after == wanted and entry.is_under_way(found):
            return entry.key, []
        before = {**found, **entry.before} if entry and entry.is_under_way(found) else found
        key = self._server.next_key()
        notes = {"ReviewWhen": review_when, "LastShutdown": last_shutdown, "Causes": ",".join(causes)}
        made = self._made(key, subject, now, reason, notes, before, wanted)
        return key, [made, *([entry.close("superseded", now)] if entry else [])]

    def renew(self, entry: Entry, reason: str, now: str, review_when: str) -> tuple[str, list[op.Operation]]:
        """Return the key of an entry that takes the place of an open one, for a new reason, and the operations that
        make it."""
        key = self._server.next_key()
        notes = {"ReviewWhen": review_when, "LastShutdown": entry.last_shutdown, "Restarted": entry.restarted}
        made = self._made(key, entry.subject, now, reason, notes, entry.before, entry.after)
        return key, [made, entry.close("superseded", now)]

    def _made(
        self,
        key: str,
        subject: str,
        now: str,
        reason: str,
        notes: dict[str, str],
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> op.LedgerEntry:
        """Return the operation that makes an entry. notes: values that an entry need not have."""
        named = {"Format": str(LEDGER_FORMAT), "Resource": self._resource, "Subject": subject}
        said = {**named, "When": now, "Reason": reason}
        texts = {"Before": json.dumps(before, sort_keys=True), "After": json.dumps(after, sort_keys=True)}
        return op.LedgerEntry(key, {**said, **{name: note for name, note in notes.items() if note}, **texts})


def _is_digits(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _order(name: str) -> tuple[bool, int, str]:
    """Return the place of an entry by its number; what is not numbered as an entry is comes last."""
    no_number = bool(why_no_number(name))
    return (no_number, len(name) if no_number else int(name), name)


def ledger_queries() -> tuple[Query, ...]:
    """Return the queries that read the ledger and who may write to it."""
    return RegistryQuery(f"{LEDGER}\\*"), AccessQuery(LEDGER)


def other_writers(snapshot: Snapshot) -> list[str]:
    """Return the SIDs of those who may write to the ledger and are no administrators. What they write there a later run
    would write elsewhere."""
    return [sid for sid in dict.fromkeys(snapshot.access.get(LEDGER) or ()) if sid not in _WRITERS]
