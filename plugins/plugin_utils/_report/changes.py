# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What has changed between two documents, finding by finding. The key of a finding is (server, id, subject)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .._protocol import vocabulary as words
from .document import Document, Server
from .finding import Finding

NEW = "new"
CHANGED = "changed"
UNCHANGED = "unchanged"
RESOLVED = "resolved"

Key = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One open finding of two documents. kind: one of the words above. finding: as it is now, or as it was when it is
    resolved."""

    kind: str
    server: str
    finding: Finding
    before: Finding | None = None


@dataclass(frozen=True)
class Comparison:
    """Two documents compared. since: when the earlier one was judged last. not_compared: servers that one of them did
    not judge."""

    since: str = ""
    changes: tuple[Change, ...] = ()
    not_compared: tuple[str, ...] = ()
    kinds: Mapping[tuple[str, Finding], str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Change]:
        """Return the changes of one kind."""
        return [each for each in self.changes if each.kind == kind]


def compare(document: Document, previous: Document) -> Comparison:
    """Return what has changed since a previous document."""
    names = [*document.servers, *(name for name in previous.servers if name not in document.servers)]
    both = [name for name in names if _judged(document, name) and _judged(previous, name)]
    compared = set(both)
    changes = tuple(
        change for name in both for change in _changes(name, document.servers[name], previous.servers[name])
    )
    return Comparison(
        since=max((server.judged for server in previous.servers.values()), default=""),
        changes=changes,
        not_compared=tuple(name for name in names if name not in compared),
        kinds={(change.server, change.finding): change.kind for change in changes if change.kind != RESOLVED},
    )


def _judged(document: Document, name: str) -> bool:
    server = document.servers.get(name)
    return server is not None and server.state == words.JUDGED


def _changes(name: str, now: Server, before: Server) -> Iterator[Change]:
    open_now, open_before = _open(now), _open(before)
    for key, finding in open_now.items():
        known = open_before.get(key)
        yield Change(_kind(finding, known), name, finding, known)
    for key, finding in open_before.items():
        if key not in open_now:
            yield Change(RESOLVED, name, finding, finding)


def _open(server: Server) -> dict[Key, Finding]:
    return {(finding.id, finding.subject): finding for finding in server.findings if finding.is_open}


def _kind(finding: Finding, known: Finding | None) -> str:
    if known is None:
        return NEW
    same = (finding.status, finding.found, finding.wanted) == (known.status, known.found, known.wanted)
    return UNCHANGED if same else CHANGED
