# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a ledger entry of win_tcp_offload must be: of a feature or a keyword, with states that these can have."""

from __future__ import annotations

from collections.abc import Mapping

from ..._catalogue.tcp_features import Row, feature_rows
from ..._planning.entry_rules import FieldRule, is_absent_or, is_dword, is_text, why_not_of
from ..._planning.ledger import Entry, EntryRule
from ..._planning.ledger_entry import brief
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._windows.network.keywords import POWER_SAVING
from ..._windows.releases import Release, release_of
from .keyword_subject import KeywordSubject


def entry_rule(snapshot: Snapshot) -> EntryRule:
    """Return the rule for a server. What an adapter's driver takes is asked when a value is restored."""
    release = release_of(snapshot)

    def why_not(entry: Entry) -> str:
        fields = _fields(entry.subject, release)
        return why_not_of(entry, fields) if fields else f"is about {brief(entry.subject)}, which nothing here is called"

    return why_not


def _fields(subject: str, release: Release | None) -> Mapping[str, FieldRule]:
    """Return the fields of a subject; none where there is no such subject."""
    of_adapter = KeywordSubject.parse(subject)
    if of_adapter:
        is_bits = equals_ignore_case(of_adapter.keyword, POWER_SAVING)
        return {of_adapter.keyword: is_absent_or(is_dword if is_bits else _is_keyword_value)}
    rows = feature_rows().get(subject, ())
    return {row.name: _rule_of([each for each in rows if each.name == row.name], release) for row in rows}


def _is_keyword_value(value: object) -> bool:
    return is_dword(value) or is_text(value)


def _rule_of(rows: list[Row], release: Release | None) -> FieldRule:
    """Return what a field may hold: a REG_DWORD or none, or a word that this release knows. rows: those with the field.

    Where this release stores the feature elsewhere, the word is one that another release knows.
    """
    if rows[0].store == "registry":
        return is_absent_or(is_dword)
    here = [row for row in rows if release is not None and release.is_within(row.first, row.last)]
    words = {state for row in here or rows for state in row.states}
    return lambda value: isinstance(value, str) and value in words
