# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions that select, with functions of our own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning import selection as _selection
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.selection import Selection

DRIVER = {"name": "b57nd60x", "version": "10.39.0.0", "none": None, "tags": ["a", "b"], "odd": "1.2 (x)"}

FOUND: dict[str, Any] = {
    "name": "b57nd60x",
    "version_lt(version, '10.100')": True,
    "version_lt(version, '9.99')": False,
    "version_le(version, '10.39')": True,
    "version_gt(version, '10.39')": False,
    "version_ge(version, '10.39')": True,
    "version_eq(version, '10.39')": True,
    "version_lt(odd, '2')": None,
    "version_lt(none, '2')": None,
    "version_eq('2', none)": None,
    "glob(name, 'B57*')": True,
    "glob(name, 'b57')": False,
    "glob(name, 'b57nd60?')": True,
    "glob(none, '*')": False,
    "lower('ÄB')": "äb",
    "lower(none)": None,
    "length(tags)": 2,
}
MATCHES = {
    "glob(name, 'b*') && version_lt(version, '11')": True,
    "version_lt(odd, '2')": False,
    "name": True,
    "missing": False,
    "tags[?@ == 'c']": False,
    "tags[?@ == 'a']": True,
    "`0`": True,
}
REFUSED = {
    "name ==": r"where is not a JMESPath expression: ",
    "": r"where is not a JMESPath expression: ",
    "nothing(name)": r"where \(nothing\(name\)\) cannot be evaluated: .*nothing",
    "glob(tags, 'a')": r"where \(glob\(tags, 'a'\)\) cannot be evaluated: ",
    "glob(name)": r"cannot be evaluated: ",
    "glob(name, none)": r"cannot be evaluated: ",
    "[@, @][] | " * 40 + "@": r"takes more than the 100000 steps that an expression may take",
    "[@, @] | " * 40 + "to_string(@)": r"takes more than the 100000 steps",
    "join('', [@, @]) | " * 40 + "@": r"where \(join",
    "(" * 900 + "name" + ")" * 900: r"is nested too deep: an expression may have 60 levels",
    "!" * 61 + "name": r"is nested too deep",
    "name || " * 80 + "name": r"is nested too deep",
    "`" + "[" * 1900 + "]" * 1900 + "`": r"where",
    "a" * 4001: r"where has 4001 characters; an expression may have 4000",
    "a b": r"where is not a JMESPath expression: Unexpected token: b.*, at character 3 of 'a b'",
    "version_lt(`1`, '2')": r"cannot be evaluated: ",
    "contains(name, `5`)": r"where \(contains\(name, `5`\)\) cannot be evaluated: ",
    "merge(@, `5`)": r"where \(merge\(@, `5`\)\) cannot be evaluated: ",
    "glob(name, '" + "*a" * 101 + "')": r"where .* cannot be evaluated: the pattern .* has more than the 100",
}


@pytest.mark.parametrize("expression", FOUND)
def test_an_expression_finds(expression: str) -> None:
    assert Selection("where", expression).search(DRIVER) == FOUND[expression]


@pytest.mark.parametrize("expression", MATCHES)
def test_an_item_fits_or_does_not(expression: str) -> None:
    assert Selection("where", expression).matches(DRIVER) is MATCHES[expression]


@pytest.mark.parametrize("expression", REFUSED)
def test_what_cannot_be_meant_is_refused_with_the_option(expression: str) -> None:
    with pytest.raises(BadOption, match=f"(?s){REFUSED[expression]}"):
        Selection("where", expression).search(DRIVER)


def test_the_library_is_asked_for_by_its_cure_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_selection, "jmespath", None)
    assert Selection("select", "name == 'b57nd60x'").matches(DRIVER)
    with pytest.raises(BadOption, match=r"^select \(tags\[0\]\) needs the Python library jmespath ") as caught:
        Selection("select", "tags[0]")
    assert [text.endswith(": pip install jmespath") for text in caught.value.warnings] == [True]
