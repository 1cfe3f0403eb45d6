# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Words that tell nothing, or tell one thing, when the owner of a driver is looked for: words.yml."""

from __future__ import annotations

from functools import cache

from .data import read

_DATA = read("words.yml")


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of one kind, by its name in words.yml."""
    return frozenset(str(word) for word in _DATA[kind])
