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
        Before       {"Start":1,"status":"running"}
        After        {"Start":4,"status":"stopped"}
        RefusedCode  the error of Windows, where it would not stop or start the driver
        Closed       "restored 2026-12-01T09:00:00Z" or "superseded ..."; not there while the entry is open

An entry is written before its change, so a run that is cut off leaves an entry and perhaps no change. Which of the two
it was is not stored: it shows in what stands there now. A subject has at most one open entry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ._windows.names import same
from ._windows.snapshot import Snapshot
from ._windows.values import text_of
from ._wire import operations as op
from ._wire.queries import RegistryQuery

LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"


@dataclass(frozen=True)
class Entry:
    """One entry. before, after: state of the subject, field by field. refused_code: None when Windows refused nothing."""

    key: str
    subject: str
    when: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    refused_code: int | None = None

    def close(self, how: str, now: str) -> op.SetValue:
        """Return the operation that closes the entry. how: "restored" or "superseded"."""
        return op.SetValue(self.key, "Closed", f"{how} {now}", None)

    def is_under_way(self, found: dict[str, Any]) -> bool:
        """Tell whether a state is what the entry's change made of the server, wholly or in part."""
        fields = [
            (found.get(name), self.before.get(name), self.after.get(name)) for name in {**self.before, **self.after}
        ]
        return found != self.before and all(now in (before, after) for now, before, after in fields)


class Ledger:
    """The ledger of one server as one resource sees it."""

    def __init__(self, resource: str, snapshot: Snapshot) -> None:
        self._resource = resource
        self._snapshot = snapshot
        self._names = snapshot.subkeys(LEDGER)
        self._entered = 0

    def open_entry(self, subject: str) -> Entry | None:
        """Return the open entry of a subject, None when there is none."""
        for name in reversed(self._names):
            key = f"{LEDGER}\\{name}"
            if self._text(key, "Resource") == self._resource and same(self._text(key, "Subject"), subject):
                return None if self._text(key, "Closed") else self._entry(key)
        return None

    def enter(
        self, subject: str, found: dict[str, Any], wanted: dict[str, Any], reason: str, now: str
    ) -> tuple[str, list[op.Operation]]:
        """Return the key of the entry for a change, and the operations that make it.

        A change that was cut off goes on under its entry. A change of what the collection itself had set keeps the state
        from before the first; a change of what someone else set meanwhile starts anew from there.
        """
        entry = self.open_entry(subject)
        if entry and entry.after == wanted and entry.is_under_way(found):
            return entry.key, []
        before = entry.before if entry and entry.is_under_way(found) else found
        key = self._next_key()
        texts = {"Before": json.dumps(before, sort_keys=True), "After": json.dumps(wanted, sort_keys=True)}
        values = {"Resource": self._resource, "Subject": subject, "When": now, "Reason": reason, **texts}
        return key, [op.LedgerEntry(key, values), *([entry.close("superseded", now)] if entry else [])]

    def _next_key(self) -> str:
        self._entered += 1
        numbers = [int(name) for name in self._names if name.isdecimal()]
        return f"{LEDGER}\\{max(numbers, default=0) + self._entered:04d}"

    def _text(self, key: str, name: str) -> str:
        return text_of(self._snapshot.value(key, name))

    def _entry(self, key: str) -> Entry:
        before, after = (json.loads(self._text(key, name) or "{}") for name in ("Before", "After"))
        refused = self._snapshot.value(key, "RefusedCode")
        return Entry(
            key, self._text(key, "Subject"), self._text(key, "When"), self._text(key, "Reason"), before, after, refused
        )


def ledger_query() -> RegistryQuery:
    """Return the query that reads the ledger."""
    return RegistryQuery(f"{LEDGER}\\*")
