# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page, in a real browser: on a desk, on a phone and on paper, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._report import html
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.report import Report
from tests.support import browser, fleets

WIDTHS = {"desk": 1240, "tablet": 800, "phone": 360, "paper": 688}
"""In pixels of CSS. Paper is A4 without the margins of the page."""

pytestmark = pytest.mark.skipif(browser.missing() is not None, reason=str(browser.missing()))


def as_printed(page: str) -> str:
    """Return a page on which the rules for paper hold, and those for screens do not."""
    return page.replace("@media screen", "@media not all").replace("@media print", "@media all")


def pages(page: str) -> dict[str, tuple[str, int]]:
    """Return the page in each width."""
    return {name: (as_printed(page) if name == "paper" else page, width) for name, width in WIDTHS.items()}


def compared() -> Report:
    """Return the report of 62 servers, compared with last week's."""
    return Report(fleets.fleet(), fleets.last_week())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return what the browser sees of the report in a scheme; it is opened once a scheme."""
    known: dict[str, dict[str, Any]] = {}

    def see(scheme: str) -> dict[str, Any]:
        if scheme not in known:
            known[scheme] = browser.measure(pages(html.render(compared())), scheme, tmp_path_factory.mktemp(scheme))
        return known[scheme]

    return see


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", WIDTHS)
def test_the_page_fits_and_can_be_read(seen: Callable[[str], dict[str, Any]], scheme: str, name: str) -> None:
    page = seen(scheme)["pages"][name]
    assert page["dark"] == (scheme == "dark")
    assert page["background"] == ("rgb(13, 17, 23)" if scheme == "dark" and name != "paper" else "rgb(255, 255, 255)")
    assert page["overflow"] == 0
    assert page["wide"] == []
    assert page["poor"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_console_is_silent(seen: Callable[[str], dict[str, Any]], scheme: str) -> None:
    assert seen(scheme)["console"] == []


def test_every_anchor_reaches_and_nothing_leads_outside(seen: Callable[[str], dict[str, Any]]) -> None:
    page = seen("light")["pages"]["desk"]
    assert page["anchors"] > 100
    assert (page["lost"], page["outside"], page["active"], page["twice"]) == ([], [], 0, [])


def test_headings_and_tables_have_their_structure(seen: Callable[[str], dict[str, Any]]) -> None:
    page = seen("light")["pages"]["desk"]
    assert (page["headings"], page["jumps"], page["unscoped"]) == (1, 0, 0)


def test_the_first_screen_holds_the_whole_list(seen: Callable[[str], dict[str, Any]]) -> None:
    assert 0 < seen("light")["pages"]["desk"]["list"] < 900


def test_the_headline_agrees_with_the_bar_and_every_server_is_in_it_once(seen: Callable[[str], dict[str, Any]]) -> None:
    page = seen("light")["pages"]["desk"]
    headline = re.match(r"(?s).*?baseline: (\d+) of (\d+) servers need something done", page["text"])
    assert headline
    assert int(headline[1]) == page["bar"][0]
    assert int(headline[2]) == sum(page["bar"]) == len(fleets.fleet().servers)


@pytest.mark.parametrize("name", ["desk", "phone", "paper"])
def test_the_browser_finds_every_name(seen: Callable[[str], dict[str, Any]], name: str) -> None:
    text = seen("light")["pages"][name]["text"]
    assert [server for server in fleets.fleet().servers if not re.search(rf"\b{server}\b", text)] == []


def test_foreign_text_is_shown_and_does_nothing(tmp_path: Path) -> None:
    seen = browser.measure(pages(html.render(Report(fleets.foreign(), fleets.last_week()))), "light", tmp_path)
    assert seen["console"] == []
    for page in seen["pages"].values():
        assert (page["overflow"], page["wide"], page["active"], page["lost"], page["twice"]) == (0, [], 0, [], [])
    text = seen["pages"]["desk"]["text"]
    for name in (*fleets.NAMES[:2], *fleets.NAMES[3:7]):
        assert name in text
    assert r"\x1b[31mred\x1b[0m" in text
    assert r"\u202egnp.exe" in text
