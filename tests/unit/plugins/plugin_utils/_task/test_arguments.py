# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mistake in arguments is told with the place where it is."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.arguments import validated

SPEC: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["on", "off"], "default": "on"},
    "drivers": {
        "type": "list",
        "elements": "dict",
        "options": {"name": {"type": "str"}, "file": {"type": "str"}, "age": {"type": "int"}},
        "required_one_of": [("name", "file")],
    },
    "one": {
        "type": "dict",
        "options": {"deep": {"type": "list", "elements": "dict", "options": {"x": {"type": "int"}}}},
    },
    "waive": {"type": "list", "elements": "dict", "options": {"until": {}, "variable": {}}},
}
NAMED = {"name": "a"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"stat": "on"}, "stat is unknown: it must be one of drivers, one, state, waive"),
        ({"state": "up"}, "value of state must be one of: on, off, got: up"),
        (
            {"drivers": [NAMED, {"name": "b", "fil": "c"}]},
            "drivers[1].fil is unknown: it must be one of age, file, name",
        ),
        ({"drivers": [NAMED, {"age": 3}]}, "drivers[1]: one of the following is required: name, file"),
        ({"drivers": [{"name": "b", "age": "old"}]}, "drivers[0]: argument 'age' is of type"),
        ({"drivers": "b"}, "drivers[0] is 'b': give a mapping of age, file, name"),
        ({"drivers": [NAMED, 7]}, "drivers[1] is 7: give a mapping of age, file, name"),
        ({"one": {"deep": [{"x": 1}, {"y": 1}]}}, "one.deep[1].y is unknown: it must be one of x"),
        ({"waive": [{"variable": "of_site[3]", "untl": "x"}]}, "of_site[3].untl is unknown"),
        ({"drivers": [{"nam": "b"}], "state": "up"}, "value of state must be one of: on, off, got: up; drivers[0].nam"),
    ],
)
def test_a_mistake_is_told_with_its_place(given: dict[str, Any], told: str) -> None:
    with pytest.raises(BadOption) as caught:
        validated(SPEC, {}, given)
    assert str(caught.value).startswith(told)


def test_what_is_right_has_its_defaults() -> None:
    given = {"drivers": [{"name": "a", "age": "3"}], "one": {"deep": [{"x": "1"}]}}
    read = validated(SPEC, {}, given)
    assert (read["state"], read["drivers"][0]["age"], read["one"]["deep"]) == ("on", 3, [{"x": 1}])
