# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A condition means what it means to jmespath, and all that the collection ships is a condition."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.nic_advisories import known_advisories
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning import conditions, functions
from tests.support.packing import ROOT

BEYOND = (
    *(
        "",
        "a b",
        "a == b == c",
        "a[0]",
        "a[]",
        "a[?b]",
        "a | b",
        "@",
        "a.*",
        "{a: b}",
        "[a]",
        "&a",
        "`1`",
        '"a"',
        "a < b",
    ),
    *(
        "!a.b",
        "!keyword('x').effective",
        "a.lower(b)",
        "length(a)",
        "lower(a",
        "lower()",
        "(a",
        "a)",
        "a &&",
        "'it\\'s'",
    ),
    *("contains([], a)", "contains([[a]], a)", "'open", "a..b", "ä"),
)


def shipped() -> list[str]:
    """Return every expression that the collection ships."""
    found = [each["applies_to"] for each in known_advisories()]
    for role in ("nic_drivers",):
        defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text(encoding="utf-8"))
        found.append(defaults["nic_drivers_select"])
    return found


@pytest.mark.parametrize("expression", shipped())
def test_what_is_shipped_is_a_condition_and_parsed_as_jmespath_parses_it(expression: str) -> None:
    assert trees(conditions.parse(expression)) == trees(jmespath.compile(expression).parsed)


def trees(node: Any) -> Any:
    """Return a tree as tuples, in which a value that is not there is None."""
    return (node["type"], node.get("value"), tuple(trees(child) for child in node["children"]))


@pytest.mark.parametrize("expression", BEYOND)
def test_what_is_more_than_a_condition_is_left_to_the_library(expression: str) -> None:
    with pytest.raises(conditions.Beyond):
        conditions.parse(expression)


ATOMS = st.sampled_from(
    ["a", "b.c", "a.b.c", "'x'", "''", "'a\\b'", "`true`", "`false`", "`null`", "(a)", "contains(d, a)"]
)
EXPRESSIONS = st.recursive(
    ATOMS | st.sampled_from(["contains(['x', a], b.c)", "contains([a, b.c], 'x').y", "contains('xyz', a)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||", " && ", "\n|| "]), inner).map("".join),
        st.tuples(ATOMS, st.sampled_from(["==", " != "]), ATOMS).map("".join),
        inner.map("({})".format),
        st.sampled_from(["a", "(b)", "!a", "contains(d, 'x')"]).map("!{}".format),
    ),
    max_leaves=8,
)
VALUES = st.sampled_from(["", "x", "xy", 0, 1, 2, True, False, None, [], ["x"], [0], {}])
DATA = st.fixed_dictionaries(
    {"d": st.sampled_from([["x", 1], "xy", []])},
    optional={"a": VALUES | st.fixed_dictionaries({"b": st.fixed_dictionaries({"c": VALUES})}), "b": st.none()}
    | {"b": st.fixed_dictionaries({}, optional={"c": VALUES})},
)


def outcome(search: Any, *arguments: Any) -> Any:
    """Return what a search finds, or that it refuses what it is given."""
    try:
        found = search(*arguments)
    except (functions.BadCall, jmespath.exceptions.JMESPathError, TypeError):
        return "refused"
    return (type(found), found)


@given(EXPRESSIONS, DATA)
def test_a_condition_finds_what_jmespath_finds(expression: str, data: dict[str, Any]) -> None:
    tree = conditions.parse(expression)
    assert trees(tree) == trees(jmespath.compile(expression).parsed)
    assert outcome(conditions.evaluate, tree, data) == outcome(jmespath.search, expression, data)
