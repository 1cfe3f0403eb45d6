# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's page of altitudes, with the irregularities that it has."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.altitudes import (
    driver_key,
    parse_altitudes,
)

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
| hznprotect.sys(Renamed) | 400700.5 | Omnissa |
| RTOLogon.sys (Renamed) | 386200 | VMware, Inc. |
| minispy.sys - Top | 385100 | Microsoft |
| unidrive.sys-old | 131900 | Unidesk |
| ivm.sys.old | 131800 | RingCube Technologies |
| nvfr_cpd | 280310 | Bakbone Software Inc. |
| Microsoft.Uev.AgentDriver.sys | 404710 | Microsoft |
| pfmfs_???.sys | 172100 | Pismo Technic Inc |
| pfmfs_???.sys | 47300 | Pismo Technic Inc |
| one.sys | 326000 | Ahnlab |
| other.sys | 326000 | Somebody Else |
| ??.sys | 10000 | Everybody |

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
        ("hznprotect.sys", ("Omnissa",)),
        ("rtologon", ("VMware, Inc.",)),
        ("MINISPY.sys", ("Microsoft",)),
        ("unidrive", ("Unidesk",)),
        ("ivm", ("RingCube Technologies",)),
        ("nvfr_cpd.sys", ("Bakbone Software Inc.",)),
        ("microsoft.uev.agentdriver", ("Microsoft",)),
        ("pfmfs_8a1.sys", ("Pismo Technic Inc",)),
        ("pfmfs_8a11.sys", ()),
        ("ab", ()),
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


def test_a_driver_of_an_unlisted_name_is_looked_up_by_its_altitude() -> None:
    page = parse_altitudes(PAGE)
    assert page.companies("renamed", ("425000",)) == ("First Company",)
    assert page.companies("renamed", ("326000",)) == ("Ahnlab", "Somebody Else")
    assert page.companies("renamed", ("425000.5",)) == ()
    assert page.companies("tight", ("425000",)) == ("Tight",)


def page_of_microsoft() -> str:
    """Return Microsoft's whole page where the environment names it, else the rows above."""
    path = os.environ.get("ALTITUDES_FILE")
    return Path(path).read_text(encoding="utf-8") if path else PAGE


def test_every_row_answers_by_its_name_or_by_its_altitude() -> None:
    text = page_of_microsoft()
    cells = [[cell.strip() for cell in line.split("|")[1:4]] for line in text.splitlines() if line.startswith("|")]
    rows = [cell for cell in cells if re.match(r"\d", cell[1])]
    page = parse_altitudes(text)
    for name, altitude, company in rows:
        file = f"{driver_key(name)}.sys".replace("?", "x")
        if name != "??.sys":  # names nothing
            assert company in page.companies(file, (altitude,)), name
        assert company in page.companies("nothing of the list", (altitude,))
    assert len(rows) > (2000 if "ALTITUDES_FILE" in os.environ else 10)
