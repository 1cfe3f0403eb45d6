# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a ledger entry of win_tcp_offload must be: of a feature or a keyword, with the fields that these have.

Whether a value may be written again is asked when it is restored: here, too, stands what somebody had set amiss.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..._catalogue.tcp_features import Row, feature_rows
from ..._planning.entry_rules import is_absent_or, is_dword, is_registry_value, is_text, why_not_of
from ..._planning.ledger import Entry
from ..._planning.ledger_entry import brief
from ..._protocol.values import Value
from .keyword_subject import KeywordSubject


def why_not_ours(entry: Entry) -> str:
    """Return why an entry cannot be one of win_tcp_offload, "" where it can be."""
    fields = tuple(_fields(entry.subject))
    if not fields:
        return f"is about {brief(entry.subject)}, which is no feature and no keyword of an adapter"
    return why_not_of(entry, dict.fromkeys(fields, is_absent_or(is_registry_value)))


def _fields(subject: str) -> Iterable[str]:
    """Return the fields of a subject; none where there is no such subject."""
    of_adapter = KeywordSubject.parse(subject)
    return [of_adapter.keyword] if of_adapter else [row.name for row in feature_rows().get(subject, ())]


def is_restorable(row: Row, value: Value | None) -> bool:
    """Tell whether a setting of the server may be restored to a value.

    In the registry to a number, to nothing, or to the text that somebody had set amiss; in the dump to a word that this
    release knows, and to nothing else, as it becomes a part of a command.
    """
    if row.store == "dump":
        return isinstance(value, str) and row.has(value)
    return value is None or is_dword(value) or is_text(value)
