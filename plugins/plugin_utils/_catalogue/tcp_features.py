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
    """One row of a feature; tcp_features.yml says what the fields mean.

    codes: state -> REG_DWORD, empty for what the dump stores. numbers: that the dump shows in place of states, None for
    none.
    """

    feature: str
    first: str
    last: str
    store: str
    context: str
    name: str
    states: tuple[str, ...]
    numbers: range | None
    codes: Mapping[str, int]
    other_numbers: str
    default_when_missing: str
    inferred: bool
    runtime_command: str
    takes_effect: str
    only_by_name: tuple[str, ...]
    caution: str
    requires_snp: bool
    overriding_value: str
    note: str
    source: str

    def has(self, state: str) -> bool:
        """Tell whether a state is one of this release, or a number that its netsh takes."""
        is_number = self.numbers is not None and state.isascii() and state.isdigit() and len(state) < 10
        return int(state) in self.numbers if is_number and self.numbers else state in self.states

    @property
    def choices(self) -> str:
        """What may be set, in words."""
        numbers = self.numbers
        return f"{numbers.start} to {numbers.stop - 1}" if numbers else " and ".join(self.states)


@cache
def feature_rows() -> dict[str, tuple[Row, ...]]:
    """Return the rows of every feature, in the order of the table."""
    return {name: tuple(_row(name, row) for row in rows) for name, rows in _DATA["features"].items()}


def _row(feature: str, row: Mapping[str, Any]) -> Row:
    states = row.get("states", ())
    return Row(
        feature=feature,
        first=row["first"],
        last=row.get("last", ""),
        store=row["store"],
        context=row.get("context", "tcp"),
        name=row["name"],
        states=tuple(states),
        numbers=range(row["minimum"], row["maximum"] + 1) if "minimum" in row else None,
        codes=states if isinstance(states, dict) else {},
        other_numbers=row.get("other_numbers", ""),
        default_when_missing=row.get("default_when_missing", ""),
        inferred=row.get("inferred", False),
        runtime_command=row.get("runtime_command", ""),
        takes_effect=row["takes_effect"],
        only_by_name=tuple(row.get("only_by_name", ())),
        caution=row.get("caution", ""),
        requires_snp=row.get("requires_snp", False),
        overriding_value=row.get("overriding_value", ""),
        note=row.get("note", ""),
        source=row["source"],
    )


@cache
def feature_states() -> dict[str, tuple[str, ...]]:
    """Return the states that each feature has on one release or another; none where it is a number."""
    return {
        name: tuple(dict.fromkeys(state for row in rows for state in row.states))
        for name, rows in feature_rows().items()
    }


def why_off() -> dict[str, str]:
    """Return what is bad about a feature that is on, for those of which a source says it."""
    return dict(_DATA["why"])


def ignored_values() -> dict[str, str]:
    """Return the values that Windows does not read: name -> from which release on."""
    return dict(_DATA["ignored_values"])


def profiles() -> dict[str, dict[str, str]]:
    """Return the profiles: name -> feature -> state."""
    return {name: dict(states) for name, states in _DATA["profiles"].items()}
