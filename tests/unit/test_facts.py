# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every section of docs/facts.md that a comment cites is there, and has a source or says that it has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FACTS = (ROOT / "docs/facts.md").read_text(encoding="utf-8")
HEADINGS = dict(re.findall(r"^## ([A-L])\. .+\n((?:(?!^## ).*\n?)*)", FACTS, re.MULTILINE))
NUMBERED = re.findall(r"^- ([A-L]\d+)\. ((?:.|\n(?!- |\n|##))*)", FACTS, re.MULTILINE)
ITEMS = dict(NUMBERED)
CITATION = re.compile(r"facts ([A-L]\d*(?:(?:, | and | to )[A-L]\d*)*)")
SOURCE = re.compile(r"https?://|KB\d{6}|wdd|CSS-Exchange|\[[OIM]\b|RETAIN|TechNet|pci\.ids")


def citations() -> Iterator[tuple[str, str]]:
    """Yield the files that cite facts, each with what it cites."""
    for path in sorted((ROOT / "plugins").rglob("*.*")):
        if path.suffix in (".py", ".yml", ".ps1"):
            for cited in CITATION.findall(path.read_text(encoding="utf-8")):
                yield from ((path.name, letter) for letter in re.findall(r"[A-L]\d*", cited))


def test_what_the_code_cites_is_there() -> None:
    cited = set(citations())
    assert len(cited) > 30
    assert [each for each in sorted(cited) if each[1] not in HEADINGS | ITEMS] == []


def test_every_fact_has_a_number_of_its_own() -> None:
    numbers = [number for number, _unused in NUMBERED]
    assert sorted(numbers) == sorted(set(numbers))


@pytest.mark.parametrize("letter", sorted(HEADINGS))
def test_every_section_has_sources_or_marks(letter: str) -> None:
    items = {name: text for name, text in ITEMS.items() if name.startswith(letter)}
    assert items
    without = [name for name, text in items.items() if not SOURCE.search(text)]
    marked = "[I]" in HEADINGS[letter].partition("\n- ")[0]
    assert marked or without == []
