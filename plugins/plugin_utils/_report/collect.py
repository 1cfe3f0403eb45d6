# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Results of tasks, gathered while a run goes on: of ansible-playbook by a callback, of ansible-runner by its
events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._protocol import vocabulary as words
from .document import Document, Server, document_of
from .entry import server_of, unhandled
from .finding import Finding, Findings

_COLLECTION = "server_baseline.windows."


class Collector:
    """Gathers what tasks returned, server by server."""

    def __init__(self, findings: Findings | None = None) -> None:
        self._findings = findings or Findings()
        self._servers: dict[str, Server] = {}
        self._groups: dict[str, str] = {}

    def expect(self, name: str, group: str = "") -> None:
        """Expect a server, which is not handled until a result of it comes."""
        self._groups[name] = group
        self._servers.setdefault(name, unhandled(group))

    def add(self, name: str, action: str, result: Mapping[str, Any], judged: str) -> None:
        """Add what a task returned. action: its module, with the collection's name. judged: when.

        Results of modules of other collections count where they say that a server was not reached or failed.
        """
        if not action.startswith(_COLLECTION) and not result.get("unreachable") and not result.get("failed"):
            return
        if action.startswith(_COLLECTION) and not _tells(result):
            return
        server = server_of(result, self._findings, judged=judged, group=self._groups.get(name, ""))
        self._servers[name] = _joined(self._servers.get(name), server)

    def document(self, kind: str, collection: str = "") -> Document:
        """Return the document of what was gathered."""
        return document_of(self._servers, kind, collection)


def _tells(result: Mapping[str, Any]) -> bool:
    """Tell whether a result says something of its server."""
    return "findings" in result or any(result.get(word) for word in ("unreachable", "failed", "not_windows"))


def _joined(known: Server | None, server: Server) -> Server:
    """Return a server with what several tasks said of it: the later of two findings with one key, and the later state.

    A task that fails without judging takes nothing back of what was judged: its message is the reason. Nor does one
    that fails after a server was lost.
    """
    if known is not None and known.state == words.NOT_REACHED and server.state == words.FAILED:
        return known
    if known is None or known.state != words.JUDGED or server.state == words.NOT_REACHED:
        return server
    if server.state != words.JUDGED:
        return replace(known, reason=server.reason, judged=server.judged)
    return replace(
        server,
        findings=_later(known.findings, server.findings),
        reason=server.reason or known.reason,
        server={**known.server, **server.server},
        restart=server.restart or known.restart,
        software=server.software or known.software,
    )


def _later(known: Iterable[Finding], more: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple({(each.id, each.subject): each for each in (*known, *more)}.values())
