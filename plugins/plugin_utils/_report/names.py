# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Names of servers: their natural order, and lists of them in short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_PARTS = re.compile(r"([0-9]+)")
_NUMBERED = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)

NaturalKey = tuple[tuple[int, str, int], ...]


@lru_cache(maxsize=32768)
def natural_key(name: str) -> tuple[NaturalKey, str]:
    """Return a key that sorts ex2 before ex10, whatever the case. The name itself ends it, so that the order is
    total."""
    parts = _PARTS.split(name.casefold())
    return tuple((1, "", int(part)) if place % 2 else (0, part, 0) for place, part in enumerate(parts)), name


def in_order(names: Iterable[str]) -> list[str]:
    """Return names in their natural order."""
    return sorted(names, key=natural_key)


def ranges(names: Iterable[str]) -> list[str]:
    """Return names in their natural order, with each run of numbers as its ends: ex01–ex03."""
    return [first if first == last else f"{first}–{last}" for first, last in _runs(in_order(names))]


def _runs(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the first and the last name of each run of names that only count up."""
    first = last = ""
    for name in names:
        if not first:
            first = last = name
        elif _follows(name, last):
            last = name
        else:
            yield first, last
            first = last = name
    if first:
        yield first, last


def _follows(name: str, previous: str) -> bool:
    """Tell whether a name is the previous one, counted up by one and of the same width."""
    one, other = _NUMBERED.fullmatch(previous), _NUMBERED.fullmatch(name)
    if one is None or other is None or (one[1], one[3]) != (other[1], other[3]):
        return False
    same_width = len(one[2]) == len(other[2]) or not (one[2].startswith("0") or other[2].startswith("0"))
    return same_width and int(other[2]) == int(one[2]) + 1


def listed(names: Iterable[str], most: int = 0) -> str:
    """Return names as one text, in ranges. most: how many ranges at most; what is left out is counted. 0 leaves out
    none."""
    ordered = in_order(names)
    short = ranges(ordered)
    if not most or len(short) <= most:
        return ", ".join(short)
    rest = len(ordered) - sum(_size(each, ordered) for each in _ends(ordered, most))
    return f"{', '.join(short[:most])} and {rest} more"


def _ends(ordered: list[str], most: int) -> list[tuple[str, str]]:
    return list(_runs(ordered))[:most]


def _size(ends: tuple[str, str], ordered: list[str]) -> int:
    return ordered.index(ends[1]) - ordered.index(ends[0]) + 1
