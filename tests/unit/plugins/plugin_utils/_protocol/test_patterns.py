# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of names."""

from __future__ import annotations

import fnmatch
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.patterns import (
    MAX_STARS,
    BadPattern,
    has_wildcard,
    matches_pattern,
    pattern_of,
    wildcards_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import CommandQuery

MATCHES = {
    ("FAM*", "FAMv4"): True,
    ("*", "any\nname"): True,
    ("????", "0001"): True,
    ("????", "Properties"): False,
    ("a.b", "axb"): False,
    ("{4D36*}", "{4d36e972-e325}"): True,
    ("fam", "FAMv4"): False,
    ("v4", "FAMv4"): False,
    ("*a*b*c", "xaxbxbc"): True,
    ("*a*b*c", "xbxaxc"): False,
    ("a**?**b", "aB"): False,
    ("a**?**b", "axxB"): True,
    ("*1*2", "a1a12"): True,
}


@pytest.mark.parametrize(("pattern", "name"), MATCHES)
def test_a_pattern_matches_whole_names(pattern: str, name: str) -> None:
    assert bool(re.search(pattern_of(pattern), name, re.IGNORECASE)) is MATCHES[pattern, name]


_PATTERNS = st.text("aB*?.()\\\\1", max_size=10)


@given(_PATTERNS, st.text("Ab.()\\\\1", max_size=12))
def test_a_pattern_means_what_it_means_elsewhere(pattern: str, name: str) -> None:
    elsewhere = "".join(each if each in "*?" else f"[{each}]" for each in pattern.lower())
    assert matches_pattern(pattern, name) is fnmatch.fnmatchcase(name.lower(), elsewhere)


@given(_PATTERNS)
def test_an_expression_leads_back_to_its_pattern(pattern: str) -> None:
    assert wildcards_of(pattern_of(pattern)) == re.sub(r"\*+", "*", pattern)


@pytest.mark.parametrize("pattern", ["*a" * 100 + "b", "*" * 1000 + "b", "*?" * 100 + "b", "*a*" * 99 + "?b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    started = time.process_time()
    assert not matches_pattern(pattern, "a" * 10_000)
    assert time.process_time() - started < 1


def test_a_pattern_has_a_limit() -> None:
    assert matches_pattern("*a" * MAX_STARS, "a" * MAX_STARS)
    with pytest.raises(BadPattern, match=r"the pattern .* has more than the 100 \"\*\" that one may have"):
        matches_pattern("*a" * (MAX_STARS + 1), "a" * 200)


def test_a_wildcard_is_seen() -> None:
    assert [has_wildcard(text) for text in ("FAM*", "FAMv?", "FAMv4")] == [True, True, False]


def test_a_command_is_named_by_its_line() -> None:
    assert CommandQuery("netsh", "interface tcp dump").line == "netsh interface tcp dump"
