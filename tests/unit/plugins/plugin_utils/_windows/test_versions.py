# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions are compared number by number, and what is no version is never compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.versions import (
    compare_versions,
    parse_version,
)

ORDER = {
    ("3.10", "3.9"): 1,
    ("3.7.19", "3.7.19.0"): 0,
    ("3.7.19.0", "3.7.19.1"): -1,
    ("v4.0", "4"): 0,
    (" 5.2.3790.1830 ", "5.2.3790.1830"): 0,
    ("10", "9.9.9.9"): 1,
    ("0.0.0.0", "0"): 0,
    (4, "4.0"): 0,
}
NO_VERSIONS = [
    "",
    "1.",
    ".1",
    "a",
    "1.2b",
    "5.2.3790.1830 (srv03_sp1)",
    "1,2",
    None,
    "-1",
    "1..2",
    "9" * 5000,
    "\u0663.1",
]


@pytest.mark.parametrize(("left", "right"), ORDER)
def test_numbers_decide(left: str, right: str) -> None:
    assert compare_versions(left, right) == ORDER[left, right]
    assert compare_versions(right, left) == -ORDER[left, right]


@pytest.mark.parametrize("text", NO_VERSIONS)
def test_what_is_no_version_compares_with_nothing(text: str | None) -> None:
    assert parse_version(text) is None
    assert compare_versions(text, "1") is None
    assert compare_versions("1", text) is None


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=4), st.lists(st.integers(0, 65535), min_size=4, max_size=4))
def test_four_numbers_compare_as_lists_do(some: list[int], four: list[int]) -> None:
    padded = some + [0] * (4 - len(some))
    found = compare_versions(".".join(map(str, some)), ".".join(map(str, four)))
    assert found == (padded > four) - (padded < four)
