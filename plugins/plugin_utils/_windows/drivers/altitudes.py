# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Microsoft's published list of minifilter altitudes: which vendor a driver is of, by its name or its altitude (facts
G1).

The list is a page of Markdown with tables of three columns, "| Minifilter | Altitude | Company |". Names and altitudes
in it are not unique, some names carry notes ("hznprotect.sys(Renamed)"), and some are patterns ("pfmfs_???.sys"): of a
name counts what comes before .sys, else its first word, in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from ..._protocol.patterns import has_wildcard, matches_pattern

Row: TypeAlias = tuple[str, str]
"""The altitude and the company of a row."""

_ROW = re.compile(r"^\s*\|([^|]*)\|\s*(\d+(?:\.\d+)?)[^|]*\|([^|]*)\|?\s*$")
_FILE = re.compile(r"(\S.*?)\.sys(?![^\W_])", re.IGNORECASE)
_WORD = re.compile(r"[^\s(]+")


@dataclass(frozen=True)
class Altitudes:
    """The list. rows: driver -> its (altitude, company) pairs."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def companies(self, name: str, altitudes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the companies that the list gives for a driver, each once.

        name: of its file or service. altitudes: of its instances; where one of them is listed under the name, the
        others do not count. A name that is not listed is looked up by its altitudes alone.
        """
        rows = self._named(driver_key(name))
        exact = [company for altitude, company in rows if altitude in altitudes]
        named = exact or [company for _unused, company in rows]
        return tuple(dict.fromkeys(named or self._at(altitudes)))

    def _named(self, key: str) -> tuple[Row, ...]:
        return self.rows.get(key) or next(
            (self.rows[pattern] for pattern in self._patterns if matches_pattern(pattern, key)), ()
        )

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        """The names with a wildcard, but for those that would match every driver."""
        return tuple(name for name in self.rows if has_wildcard(name) and name.strip("*?"))

    def _at(self, altitudes: tuple[str, ...]) -> list[str]:
        return [company for altitude in altitudes for company in self._by_altitude.get(altitude, ())]

    @cached_property
    def _by_altitude(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for rows in self.rows.values():
            for altitude, company in rows:
                found[altitude] = (*found.get(altitude, ()), company)
        return found


def driver_key(cell: str) -> str:
    """Return a driver's name as the list is searched by it."""
    text = cell.replace("\\", "").strip()
    match = _FILE.match(text)
    word = match.group(1) if match else (_WORD.findall(text) or [""])[0]
    return word.lower()


def parse_altitudes(text: str) -> Altitudes:
    """Read the list.

    Lines that are no row of its tables are skipped; a text without any row gives an empty list.
    """
    rows: dict[str, tuple[Row, ...]] = {}
    for line in text.splitlines():
        match = _ROW.match(line)
        key = driver_key(match.group(1)) if match else ""
        if match and key:
            rows[key] = (*rows.get(key, ()), (match.group(2), match.group(3).strip()))
    return Altitudes(rows)
