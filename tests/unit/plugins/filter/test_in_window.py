# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a maintenance window is open: days, time zones, and midnight."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.server_baseline.windows.plugins.filter.in_window import FilterModule

in_window = FilterModule().filters()["in_window"]
# 2026-11-28 is a Saturday; Berlin is an hour ahead of UTC then, and two in July.


@pytest.mark.parametrize(
    ("window", "moment", "is_open"),
    [
        ("", "2026-11-28T12:00", True),
        ("22:00-04:00", "2026-11-28T21:59", False),
        ("22:00-04:00", "2026-11-28T22:00", True),
        ("22:00-04:00", "2026-11-29T03:59:59", True),
        ("22:00-04:00", "2026-11-29T04:00", False),
        ("08:00-09:00", "2026-11-28T08:30", True),
        ("08:00-09:00", "2026-11-28T09:00", False),
        ("Sat 22:00-04:00", "2026-11-28T23:00", True),
        ("Sat 22:00-04:00", "2026-11-29T03:00", True),
        ("Sat 22:00-04:00", "2026-11-29T23:00", False),
        ("Sat 22:00-04:00", "2026-11-28T03:00", False),
        ("sat,SUN 22:00-04:00", "2026-11-29T23:00", True),
        ("Mon-Fri 08:00-09:00", "2026-11-28T08:30", False),
        ("Mon-Fri 08:00-09:00", "2026-11-27T08:30", True),
        ("Fri-Mon 08:00-09:00", "2026-11-29T08:30", True),
        ("Fri-Mon 08:00-09:00", "2026-12-01T08:30", False),
        ("22:00-04:00 Europe/Berlin", "2026-11-28T21:00", True),
        ("22:00-04:00 Europe/Berlin", "2026-11-28T20:59", False),
        ("22:00-04:00 Europe/Berlin", "2026-07-04T20:00", True),
        ("Sat 00:00-04:00 Europe/Berlin", "2026-11-27T23:30", True),
        ("Sat 00:00-04:00 America/New_York", "2026-11-28T04:30", False),
        ("22:00-04:00", "2026-11-28T23:30+02:00", False),
    ],
)
def test_a_window_is_open_in_its_days_and_its_time_zone(window: str, moment: str, is_open: bool) -> None:
    assert in_window(window, moment) is is_open


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("at night", "'at night' is no window: write it as 22:00-04:00"),
        ("24:00-04:00", "is no window"),
        ("22:00", "is no window"),
        ("Sat-Sun-Mon 22:00-04:00", "Sat-Sun-Mon is no range of days"),
        ("Sab 22:00-04:00", "Sab is none of Mon, Tue"),
        ("22:00-04:00 Europe/Bonn", "the controller knows no time zone Europe/Bonn"),
        ("22:00-04:00 ../../etc/passwd", "is no window"),
    ],
)
def test_what_is_no_window_says_how_to_write_one(window: str, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        in_window(window)


def test_a_window_of_the_whole_day_is_open_now() -> None:
    assert in_window("00:00-00:00")
