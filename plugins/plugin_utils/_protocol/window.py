# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Maintenance windows: when a server may be restarted, such as "Sat,Sun 22:00-04:00 Europe/Berlin"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .errors import CollectionError

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WINDOW = re.compile(
    r"(?:(?P<days>[A-Za-z]{3}(?:[,-][A-Za-z]{3})*) )?"
    r"(?P<first>(?:[01][0-9]|2[0-3]):[0-5][0-9])-(?P<last>(?:[01][0-9]|2[0-3]):[0-5][0-9])"
    r"(?: (?P<zone>[A-Za-z][A-Za-z0-9_+/-]*))?"
)
_FORM = "write it as 22:00-04:00, or as Sat,Sun 22:00-04:00 Europe/Berlin"


class BadWindow(CollectionError, ValueError):
    """A text that is no window. The message says how to write one."""


@dataclass(frozen=True)
class Window:
    """A time of some days of the week. days: on which it begins, 0 is Monday. last: not a part of it; where it is not
    after first, it is one of the next day."""

    days: frozenset[int]
    first: time
    last: time
    zone: tzinfo

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment is in the window. moment: with its time zone."""
        here = moment.astimezone(self.zone)
        clock = here.time().replace(second=0, microsecond=0)
        if self.first < self.last:
            return here.weekday() in self.days and self.first <= clock < self.last
        if clock >= self.first:
            return here.weekday() in self.days
        return clock < self.last and (here - timedelta(days=1)).weekday() in self.days


def read_window(text: str) -> Window:
    """Return the window that a text says. Raises BadWindow."""
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        raise BadWindow(f"{text!r} is no window: {_FORM}")
    first, last = (time.fromisoformat(found[name]) for name in ("first", "last"))
    return Window(_days(text, found["days"]), first, last, _zone(text, found["zone"] or "UTC"))


def _days(text: str, given: str | None) -> frozenset[int]:
    """Return the days of a list, in which two with a hyphen between them are all from one to the other."""
    if given is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in given.split(","):
        ends = [_day(text, name) for name in part.split("-")]
        if len(ends) > 2:
            raise BadWindow(f"{text!r} is no window: {part} is no range of days; {_FORM}")
        days |= {(ends[0] + each) % 7 for each in range((ends[-1] - ends[0]) % 7 + 1)}
    return frozenset(days)


def _day(text: str, name: str) -> int:
    if name.capitalize() not in _DAYS:
        raise BadWindow(f"{text!r} is no window: {name} is none of {', '.join(_DAYS)}")
    return _DAYS.index(name.capitalize())


def _zone(text: str, name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError) as error:
        raise BadWindow(
            f"{text!r} is no window: the controller knows no time zone {name}; give one such as Europe/Berlin or UTC"
        ) from error
