# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Companies that go by several names: vendors.yml."""

from __future__ import annotations

from functools import cache

from .data import read

_DATA = read("vendors.yml")


@cache
def vendor_names() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the groups of names of one line of products each, a name as its words in lower case."""
    return tuple(tuple(tuple(name.split()) for name in group) for group in _DATA)
