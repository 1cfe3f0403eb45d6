# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day is one of the calendar, in ASCII digits."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.days import is_day

DAYS = {
    "2026-12-31": True,
    "2024-02-29": True,
    "2026-02-29": False,
    "2026-13-01": False,
    "0000-01-01": False,
    "2026-1-1": False,
    "20261231": False,
    "2026-W01-1": False,
    "2026-12-31T00:00": False,
    " 2026-12-31": False,
    "2026-12-31\n": False,
    "\u0662\u0660\u0662\u0666-12-31": False,  # digits of another script
    "": False,
}


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_one_of_the_calendar(text: str) -> None:
    assert is_day(text) is DAYS[text]
