# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a redacted snapshot leaves out, and what it keeps: redaction.yml, whose head describes it."""

from __future__ import annotations

from dataclasses import dataclass

from .data import read


@dataclass(frozen=True)
class Kept:
    """Values that are kept as they are. key: pattern of a key relative to Services. values: their names in lower
    case."""

    key: str
    values: frozenset[str] = frozenset()
    numbers: bool = False
    all: bool = False


_DATA = read("redaction.yml")
LEFT_OUT: tuple[str, ...] = tuple(_DATA["left_out"])
"""Keys relative to Services that are left out with all below them."""


def _kept(part: str) -> tuple[Kept, ...]:
    return tuple(Kept(**{**row, "values": frozenset(map(str.lower, row.get("values", ())))}) for row in _DATA[part])


KEPT = _kept("kept")
"""Of keys relative to Services."""
ADAPTERS_KEPT = _kept("adapters")
"""Of keys relative to the class of the network adapters."""
