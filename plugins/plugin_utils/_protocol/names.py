# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Names as Windows takes them: case is kept and does not matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class CaseInsensitiveDict(Mapping[str, T]):
    """A mapping whose keys are found whatever their case; it lists them as they were written."""

    def __init__(self, items: Mapping[str, T]) -> None:
        self._items = {name.lower(): (name, item) for name, item in items.items()}

    def __getitem__(self, name: str) -> T:
        return self._items[name.lower()][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _unused in self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def spelled(self, name: str) -> str:
        """Return a name as it was written; raises KeyError when there is no such name."""
        return self._items[name.lower()][0]


def equals_ignore_case(one: str, other: str) -> bool:
    """Tell whether two names are the same to Windows."""
    return one.lower() == other.lower()


def spelled_twice(names: Iterable[str]) -> tuple[str, str] | None:
    """Return two spellings of what is one name to Windows, None when there are none. Of two the last would win
    unseen."""
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            return seen[name.lower()], name
        seen[name.lower()] = name
    return None
