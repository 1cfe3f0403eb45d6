# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Names of the driver services that Windows itself lays down: in_box.yml."""

from __future__ import annotations

from functools import cache

from .data import read

_DATA = read("in_box.yml")


@cache
def _in_box_names() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of all releases in lower case: whole ones, and the beginnings of those that vary."""
    names = frozenset(name for names in _DATA.values() for name in names.lower().split())
    return names, tuple(name[:-1] for name in names if name.endswith("*"))


def is_in_box(name: str) -> bool:
    """Tell whether Windows itself lays down a driver service of a name, whatever its case."""
    names, beginnings = _in_box_names()
    return name.lower() in names or name.lower().startswith(beginnings)


def is_named_anew(name: str) -> bool:
    """Tell whether a driver is one of those that Windows names anew with every update, such as Defender's."""
    return name.lower().startswith(_in_box_names()[1])
