# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of names."""

from __future__ import annotations

import re

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.patterns import has_wildcard, pattern_of
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
}


@pytest.mark.parametrize(("pattern", "name"), MATCHES)
def test_a_pattern_matches_whole_names(pattern: str, name: str) -> None:
    assert bool(re.search(pattern_of(pattern), name, re.IGNORECASE)) is MATCHES[pattern, name]


def test_a_wildcard_is_seen() -> None:
    assert [has_wildcard(text) for text in ("FAM*", "FAMv?", "FAMv4")] == [True, True, False]


def test_a_command_is_named_by_its_line() -> None:
    assert CommandQuery("netsh", "interface tcp dump").line == "netsh interface tcp dump"
