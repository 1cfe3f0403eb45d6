# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site that `make docs` has built: every page is reached by links from the start, no link is dead, and its search
finds what an administrator looks for.

`make docs` runs it. Its name keeps it out of `make test`, which builds no site.
"""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tests.support import browser
from tests.support.plays import ROOT

SITE = ROOT / "build/docs/html"
START = "index.html"
PAGES = {path.name for path in SITE.glob("*.html")}
WITHOUT_SOURCE = {"search.html", "genindex.html", "py-modindex.html"}
SEARCHES = {"0x85010014": "guide", "event 9646": "guide", "VMQ": "win_tcp_offload_module", "netcfg": "known_drivers"}
"""What is searched for, and a page that must be among those found."""


class Page(HTMLParser):
    """The links and the anchors of a page, and where its scripts, styles and pictures come from."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loaded: list[str] = []
        self.feed((SITE / name).read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag names."""
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag in ("script", "img", "link", "iframe"):
            self.loaded += [
                values[name] for name in ("src", "href") if name in values and values.get("rel") != "canonical"
            ]


ALL = {name: Page(name) for name in sorted(PAGES)}


def inner(name: str) -> list[tuple[str, str]]:
    """Return the links of a page into the site, each as a page and an anchor."""
    found = [link.partition("#") for link in ALL[name].links if not re.match(r"[a-z]+:", link)]
    return [(unquote(page) or name, unquote(anchor)) for page, _unused, anchor in found]


def test_every_guide_role_and_module_has_a_page() -> None:
    wanted = {path.stem for path in (ROOT / "docs").glob("*.md")} | {"CONTRIBUTING", "changelog", "index"}
    wanted |= {f"{path.name}_role" for path in (ROOT / "roles").iterdir()}
    wanted |= {f"{path.stem}_module" for path in (ROOT / "plugins/modules").glob("*.py")}
    for kind in ("connection", "callback", "filter", "lookup"):
        wanted |= {f"{path.stem}_{kind}" for path in (ROOT / "plugins" / kind).glob("[!_]*.py")}
    assert {f"{name}.html" for name in wanted} <= PAGES


def test_every_page_is_reached_from_the_start() -> None:
    reached, waiting = {START}, [START]
    while waiting:
        new = {page for page, _anchor in inner(waiting.pop()) if page in PAGES} - reached
        reached |= new
        waiting += new
    assert PAGES - WITHOUT_SOURCE - reached == set()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_link_is_dead(name: str) -> None:
    dead = [
        f"{page}#{anchor}"
        for page, anchor in inner(name)
        if not (SITE / page).is_file() or (anchor and page in ALL and anchor not in ALL[page].anchors)
    ]
    assert dead == []


def test_links_into_the_repository_lead_to_files_that_it_has() -> None:
    base = "https://github.com/server-baseline/server_baseline.windows/tree/main/"
    named = {link.removeprefix(base).partition("#")[0] for page in ALL.values() for link in page.links if base in link}
    assert named
    assert [path for path in sorted(named) if not (ROOT / unquote(path)).exists()] == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    assert [source for source in ALL[name].loaded if "//" in source] == []


def test_names_in_the_navigation_are_short() -> None:
    start = (SITE / START).read_text(encoding="utf-8")
    menu = start[start.index('class="wy-menu') : start.index("</nav>")]
    names = re.findall(r'<a class="[^"]*reference internal"[^>]*>([^<]+)</a>', menu)
    assert len(names) > 30
    assert [name for name in names if len(name) > 25] == []


@pytest.mark.skipif(browser.missing() is not None, reason=str(browser.missing()))
@pytest.mark.parametrize(("words", "page"), SEARCHES.items())
def test_the_search_finds(words: str, page: str, tmp_path: Path) -> None:
    command = [browser.PROGRAM, *browser.FLAGS, f"--user-data-dir={tmp_path}", "--dump-dom"]
    address = f"{(SITE / 'search.html').as_uri()}?q={quote(words)}"
    done = subprocess.run([*command, address], capture_output=True, text=True, timeout=120, check=True)
    results = done.stdout[done.stdout.index('id="search-results"') :]
    assert f'href="{page}.html' in results, results[:2000]
