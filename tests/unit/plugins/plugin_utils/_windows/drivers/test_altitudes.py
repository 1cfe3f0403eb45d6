# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's page of altitudes, with the irregularities that it has."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.altitudes import parse_altitudes

PAGE = """---
title: Allocated filter altitudes
---
## 420000 - 429999: Filter

| Minifilter | Altitude | Company |
|---|---|---|
| first.sys | 425000 | First Company |
| Shared.sys | 100300 | One |
| shared.sys | 100301.5 | Two |
| nargflti.sys on 32bit | 388320 | Nargle |
| noextension | 45000 | Plain |
|tight.sys|50000|Tight|
| broken | none | Nobody |

Text with | a bar.
"""


@pytest.mark.parametrize(
    ("name", "companies"),
    [
        ("FIRST.SYS", ("First Company",)),
        ("first", ("First Company",)),
        ("nargflti", ("Nargle",)),
        ("noextension.sys", ("Plain",)),
        ("tight", ("Tight",)),
        ("shared", ("One", "Two")),
        ("broken", ()),
        ("minifilter", ()),
        ("", ()),
    ],
)
def test_a_driver_is_found_by_the_first_word_of_its_name(name: str, companies: tuple[str, ...]) -> None:
    assert parse_altitudes(PAGE).companies(name) == companies


def test_the_altitude_decides_between_companies_of_one_name() -> None:
    page = parse_altitudes(PAGE)
    assert page.companies("shared", ("100301.5",)) == ("Two",)
    assert page.companies("shared", ("1",)) == ("One", "Two")


def test_a_text_without_rows_is_an_empty_list() -> None:
    assert parse_altitudes("").rows == {}
    assert parse_altitudes("| a | b | c |").rows == {}
