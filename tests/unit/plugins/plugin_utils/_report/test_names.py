# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of servers sort as people count, and lists of them stay short without losing one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.names import (
    in_order,
    listed,
    natural_key,
    ranges,
)


def test_numbers_count_and_case_does_not() -> None:
    assert in_order(["ex10", "EX2", "ex1", "a", "ex02"]) == ["a", "ex1", "EX2", "ex02", "ex10"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["ex01"], ["ex01"]),
        (["ex03", "ex01", "ex02"], ["ex01–ex03"]),
        (["ex01", "ex03"], ["ex01", "ex03"]),
        (["ex9", "ex10", "ex11"], ["ex9–ex11"]),
        (["ex09", "ex10"], ["ex09–ex10"]),
        (["ex099", "ex0100"], ["ex099", "ex0100"]),
        (["ex1.lan", "ex2.lan"], ["ex1.lan–ex2.lan"]),
        (["ex1.lan", "ex2.net"], ["ex1.lan", "ex2.net"]),
        (["a1b1", "a1b2", "a2b3"], ["a1b1–a1b2", "a2b3"]),
        (["web", "mail"], ["mail", "web"]),
    ],
)
def test_runs_are_told_by_their_ends(names: list[str], expected: list[str]) -> None:
    assert ranges(names) == expected


def test_what_does_not_fit_is_counted() -> None:
    names = [f"ex{number:02}" for number in (1, 2, 3, 5, 7, 9, 10)]
    assert listed(names, 2) == "ex01–ex03, ex05 and 3 more"
    assert listed(names, 4) == listed(names) == "ex01–ex03, ex05, ex07, ex09–ex10"


@given(st.lists(st.from_regex(r"[a-c]{0,2}[0-9]{1,3}[a-b]?", fullmatch=True), unique=True))
def test_ranges_lose_no_name(names: list[str]) -> None:
    assert sum(map(_size, ranges(names))) == len(names)


def _size(text: str) -> int:
    first, _unused, last = text.partition("–")
    return 1 if not last else _number(last) - _number(first) + 1


def _number(name: str) -> int:
    return int(name.rstrip("ab").lstrip("abc"))


@given(st.lists(st.text()))
def test_the_order_is_total(names: list[str]) -> None:
    assert in_order(names) == in_order(reversed(names))
    assert sorted(names, key=natural_key) == in_order(names)
