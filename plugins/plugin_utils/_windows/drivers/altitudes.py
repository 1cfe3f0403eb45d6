# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Microsoft's published list of minifilter altitudes: which vendor a driver is of, by its name (facts G).

The list is a page of Markdown with tables of three columns, "| Minifilter | Altitude | Company |". Names and altitudes
in it are not unique, and some cells carry notes: of a name counts the first word, in lower case, without .sys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_ROW = re.compile(r"^\s*\|([^|]*)\|\s*(\d+(?:\.\d+)?)[^|]*\|([^|]*)\|?\s*$")


@dataclass(frozen=True)
class Altitudes:
    """The list. rows: driver -> its (altitude, company) pairs."""

    rows: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def companies(self, name: str, altitudes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the companies that the list gives for a driver, each once.

        name: of its file or service. altitudes: of its instances; where one of them is listed under the name, the
        others do not count.
        """
        rows = self.rows.get(driver_key(name), ())
        exact = [company for altitude, company in rows if altitude in altitudes]
        return tuple(dict.fromkeys(exact or [company for _unused, company in rows]))


def driver_key(cell: str) -> str:
    """Return a driver's name as the list is searched by it."""
    words = cell.replace("\\", "").split()
    return re.sub(r"\.sys$", "", words[0].lower()) if words else ""


def parse_altitudes(text: str) -> Altitudes:
    """Read the list.

    Lines that are no row of its tables are skipped; a text without any row gives an empty list.
    """
    rows: dict[str, tuple[tuple[str, str], ...]] = {}
    for line in text.splitlines():
        match = _ROW.match(line)
        key = driver_key(match.group(1)) if match else ""
        if match and key:
            rows[key] = (*rows.get(key, ()), (match.group(2), match.group(3).strip()))
    return Altitudes(rows)
