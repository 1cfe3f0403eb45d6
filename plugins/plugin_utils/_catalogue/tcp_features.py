# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which TCP offload feature which release has, where it keeps it and what a change needs: tcp_features.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .data import read

_DATA = read("tcp_features.yml")


@dataclass(frozen=True)
class Row:
    """One row of a feature; tcp_features.yml says what the fields mean. codes: state -> REG_DWORD, empty for what the dump keeps."""

    feature: str
    first: str
    last: str
    kept: str
    name: str
    words: tuple[str, ...]
    codes: Mapping[str, int]
    absent: str
    inferred: bool
    live: str
    takes_effect: str
    only_by_name: tuple[str, ...]
    caution: str
    needs_pack: bool
    also: str
    note: str
    source: str


@cache
def feature_rows() -> dict[str, tuple[Row, ...]]:
    """Return the rows of every feature, in the order of the table."""
    return {name: tuple(_row(name, row) for row in rows) for name, rows in _DATA["features"].items()}


def _row(feature: str, row: Mapping[str, Any]) -> Row:
    words = row["words"]
    return Row(
        feature=feature,
        first=row["first"],
        last=row.get("last", ""),
        kept=row["kept"],
        name=row["name"],
        words=tuple(words),
        codes=words if isinstance(words, dict) else {},
        absent=row.get("absent", ""),
        inferred=row.get("inferred", False),
        live=row.get("live", ""),
        takes_effect=row["takes_effect"],
        only_by_name=tuple(row.get("only_by_name", ())),
        caution=row.get("caution", ""),
        needs_pack=row.get("needs_pack", False),
        also=row.get("also", ""),
        note=row.get("note", ""),
        source=row["source"],
    )


def why_off() -> dict[str, str]:
    """Return what is bad about each feature that is on."""
    return dict(_DATA["why"])


def leftovers() -> dict[str, str]:
    """Return the values that say nothing any more: name -> from which release on."""
    return dict(_DATA["leftovers"])


def profiles() -> dict[str, dict[str, str]]:
    """Return the profiles: name -> feature -> state."""
    return {name: dict(states) for name, states in _DATA["profiles"].items()}
