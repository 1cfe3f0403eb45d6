# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Times as the registry keeps them, written ISO 8601: FILETIME, and the days of drivers (facts D)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from .._protocol.values import Value, data_of, type_of

_EPOCH = datetime(1601, 1, 1)
_MONTH_DAY_YEAR = re.compile(r"\s*(\d{1,2})[-/](\d{1,2})[-/](\d{4})\s*")  # one old sample has a blank before it


def date_of_filetime(value: Value | None) -> str | None:
    """Return the day of a FILETIME, None when the value holds none."""
    moment = time_of_filetime(value)
    return moment[:10] if moment else None


def time_of_filetime(value: Value | None) -> str | None:
    """Return the second of a FILETIME in a REG_BINARY value (100 ns since 1601, UTC, little-endian), None when it holds
    none."""
    if value is None or type_of(value) != "REG_BINARY":
        return None
    octets = bytes.fromhex(data_of(value))
    ticks = int.from_bytes(octets, "little")
    if len(octets) != 8 or not ticks:
        return None
    try:
        return (_EPOCH + timedelta(seconds=ticks // 10_000_000)).isoformat() + "Z"
    except OverflowError:  # a year above 9999
        return None


def date_of_text(text: str) -> str | None:
    """Return the day of a DriverDate, which is month-day-year in every language of Windows, None when it is no day."""
    match = _MONTH_DAY_YEAR.fullmatch(text)
    if not match:
        return None
    month, day, year = (int(number) for number in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def days_between(earlier: str, later: str) -> int:
    """Return the days from one ISO date or time to another."""
    return (date.fromisoformat(later[:10]) - date.fromisoformat(earlier[:10])).days
