# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The record on a server of what the collection changed there: what, when, why, and what stood there before.

One registry key an entry, so that an administrator can read it with regedit and no entry can be half overwritten:

    HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0001
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
        Closed       "restored 2026-12-01T09:00:00Z" or "superseded ..."; not there while the entry is open

An entry is written before its change, so a run that is cut off leaves an entry and perhaps no change. Which of the two
it was is not stored: it shows in what stands there now. After is written last, so an entry without it was itself cut
off, before its change, and counts for nothing. A subject has at most one open entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._protocol import operations as op
from .._protocol.errors import CollectionError
from .._protocol.queries import AccessQuery, Query, RegistryQuery
from .._protocol.snapshot import Snapshot
from .._protocol.text import shown
from .._protocol.values import Value, text_of, texts_of

_WRITERS = (
    "S-1-5-32-544",  # Administrators
    "S-1-5-18",  # SYSTEM
    "S-1-3-0",  # CREATOR OWNER: who made a key, which is one of these two
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
)

LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"


class DamagedLedger(CollectionError, ValueError):
    """An entry whose state cannot be restored. The message names it and the remedy."""


@dataclass(frozen=True)
class Entry:
    """One entry. before, after: state of the subject, field by field. refused_code: None when Windows refused nothing.

    closed: "" while the entry is open. review_when: "" when the task did not say. put_back: names of values that a
    command had damaged.
    last_shutdown: "" when that was not known, or of no interest. causes: ids of what
    the change is because of, in the resource's terms.
    """

    key: str
    subject: str
    when: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    refused_code: int | None = None
    closed: str = ""
    review_when: str = ""
    put_back: tuple[str, ...] = ()
    last_shutdown: str = ""
    causes: tuple[str, ...] = ()

    @property
    def written(self) -> dict[str, Any]:
        """The state that the entry's change left, or that was restored."""
        return self.before if self.closed else self.after

    def close(self, how: str, now: str) -> op.SetValue:
        """Return the operation that closes the entry. how: "restored" or "superseded"."""
        return op.SetValue(self.key, "Closed", f"{how} {now}", None)

    def is_under_way(self, found: dict[str, Any]) -> bool:
        """Tell whether a state is what the entry's change made of the server, wholly or in part."""
        fields = [
            (found.get(name), self.before.get(name), self.after.get(name)) for name in {**self.before, **self.after}
        ]
        return found != self.before and all(now in (before, after) for now, before, after in fields)


class ServerLedger:
    """The ledger of one server: whose entries are whose, found in one pass, and the numbers of new ones."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        numbers = sorted(filter(str.isdecimal, snapshot.subkeys(LEDGER)), key=int)
        self._last = int(numbers[-1]) if numbers else 0
        self._keys: dict[str, dict[str, list[str]]] = {}
        for number in numbers:
            self._index(f"{LEDGER}\\{number}")

    def _index(self, key: str) -> None:
        """Note whose entry a key is. One without After was cut off before its change, and counts for nothing."""
        if self.text(key, "After"):
            subjects = self._keys.setdefault(self.text(key, "Resource"), {})
            subjects.setdefault(self.text(key, "Subject").lower(), []).append(key)

    def of(self, resource: str) -> Ledger:
        """Return the ledger as one resource sees it."""
        return Ledger(resource, self)

    def keys_by_subject(self, resource: str) -> Mapping[str, list[str]]:
        """Return the entries' keys of a resource by subject in lower case, the oldest first."""
        return self._keys.get(resource, {})

    def next_key(self) -> str:
        """Return the key of a new entry, another one each time."""
        self._last += 1
        return f"{LEDGER}\\{self._last:04d}"

    def value(self, key: str, name: str) -> Value | None:
        """Return one value of an entry, None when it is not there."""
        return self._snapshot.value(key, name)

    def text(self, key: str, name: str) -> str:
        """Return one value of an entry as a text, "" when it is not there."""
        return text_of(self.value(key, name))


class Ledger:
    """The ledger of one server as one resource sees it."""

    def __init__(self, resource: str, server: ServerLedger) -> None:
        self._resource = resource
        self._server = server

    def last_entry(self, subject: str) -> Entry | None:
        """Return the last entry of a subject, open or closed, None when there is none. Raises DamagedLedger."""
        keys = self._server.keys_by_subject(self._resource).get(subject.lower())
        return self._entry(keys[-1]) if keys else None

    def open_entry(self, subject: str) -> Entry | None:
        """Return the open entry of a subject, None when there is none. Raises DamagedLedger."""
        entry = self.last_entry(subject)
        return None if entry is None or entry.closed else entry

    def last_entries(self) -> list[Entry]:
        """Return the last entry of every subject, open or closed, the oldest first. Raises DamagedLedger."""
        newest = [keys[-1] for keys in self._server.keys_by_subject(self._resource).values()]
        return [self._entry(key) for key in sorted(newest, key=_number)]

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
        notes = {"ReviewWhen": review_when, "LastShutdown": entry.last_shutdown}
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
        said = {"Resource": self._resource, "Subject": subject, "When": now, "Reason": reason}
        texts = {"Before": json.dumps(before, sort_keys=True), "After": json.dumps(after, sort_keys=True)}
        return op.LedgerEntry(key, {**said, **{name: note for name, note in notes.items() if note}, **texts})

    def _text(self, key: str, name: str) -> str:
        return self._server.text(key, name)

    def _entry(self, key: str) -> Entry:
        subject, when, reason = (self._text(key, name) for name in ("Subject", "When", "Reason"))
        before, after = (self._state(key, name) for name in ("Before", "After"))
        refused = self._server.value(key, "RefusedCode")
        closed, review_when, shutdown = (self._text(key, name) for name in ("Closed", "ReviewWhen", "LastShutdown"))
        put_back = tuple(texts_of(self._server.value(key, "PutBack") or []))
        causes = tuple(filter(None, self._text(key, "Causes").split(",")))
        return Entry(
            key, subject, when, reason, before, after, refused, closed, review_when, put_back, shutdown, causes
        )

    def _state(self, key: str, name: str) -> dict[str, Any]:
        try:
            state = json.loads(self._text(key, name))
        except (ValueError, RecursionError):
            state = None
        if not isinstance(state, dict):
            raise DamagedLedger(
                f"{key}\\{name} of the ledger holds {shown(self._text(key, name))!r}, which is no state that can be restored: "
                f"mend it, or delete the key {key} and set the value that the server had by hand"
            )
        return state


def _number(key: str) -> int:
    return int(key.rpartition("\\")[2])


def ledger_queries() -> tuple[Query, ...]:
    """Return the queries that read the ledger and who may write to it."""
    return RegistryQuery(f"{LEDGER}\\*"), AccessQuery(LEDGER)


def other_writers(snapshot: Snapshot) -> list[str]:
    """Return the SIDs of those who may write to the ledger and are no administrators. What they write there a later run would write elsewhere."""
    return [sid for sid in dict.fromkeys(snapshot.access.get(LEDGER) or ()) if sid not in _WRITERS]
