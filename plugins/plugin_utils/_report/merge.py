# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The union of documents."""

from __future__ import annotations

from collections.abc import Iterable

from .._protocol import vocabulary as words
from .document import Document, Server, document_of
from .finding import canonical
from .names import natural_key


def union(documents: Iterable[Document]) -> Document:
    """Return the union of documents: every server once, as it was judged last. The order of the documents does not
    matter."""
    servers: dict[str, Server] = {}
    kinds, versions = set(), {""}
    for document in documents:
        kinds.add(document.kind)
        versions.add(document.collection)
        for name, server in document.servers.items():
            known = servers.get(name)
            servers[name] = server if known is None else max(known, server, key=_weight)
    return document_of(servers, kinds.pop() if len(kinds) == 1 else "mixed", max(versions, key=natural_key))


def _weight(server: Server) -> tuple[str, bool, str]:
    """Return what decides between two entries of a server: the later one, then one that was judged, then any rule that
    never changes."""
    own = [server.reason, server.group, server.restart, [finding.line for finding in server.findings]]
    return server.judged, server.state == words.JUDGED, canonical([own, dict(server.server), list(server.software)])
