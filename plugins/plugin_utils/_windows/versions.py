# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Versions of files and drivers: numbers between dots, compared number by number (3.10 is later than 3.9)."""

from __future__ import annotations

import re
from typing import TypeAlias

Version: TypeAlias = tuple[int, ...]

_VERSION = re.compile(r"\s*v?([0-9]{1,20}(?:\.[0-9]{1,20})*)\s*", re.IGNORECASE)


def parse_version(text: object) -> Version | None:
    """Return the numbers of a version without the zeros at its end, None when the text is no version.

    "3.7.19" and "3.7.19.0" are the same version. What is not wholly a version ("5.2.3790.1830 (srv03_sp1)") is none: a
    guess could pass a driver that must not pass.
    """
    match = _VERSION.fullmatch(str(text)) if text is not None else None
    if not match:
        return None
    numbers = [int(number) for number in match.group(1).split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def compare_versions(one: object, other: object) -> int | None:
    """Return -1, 0 or 1 as one version is before, the same as or after another; None when either is no version."""
    left, right = parse_version(one), parse_version(other)
    if left is None or right is None:
        return None
    return (left > right) - (left < right)
