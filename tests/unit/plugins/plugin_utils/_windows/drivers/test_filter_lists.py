# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lists: taken out of them, and put back where it stood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.filter_lists import (
    filter_list_queries,
    lists_naming,
    restored_list,
)
from tests.support.scenarios.drivers import DISKS, ENUM, SERVICES
from tests.support.servers import read

NAMES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4, unique=True)


def naming(registry: dict[str, Any], name: str) -> list[tuple[str, str]]:
    """Return where a driver is named: key and value."""
    snapshot = read({"registry": registry}, filter_list_queries())
    return [(each.key, each.value) for each in lists_naming(name, snapshot)]


def test_lists_of_classes_and_devices_are_found_whatever_the_case() -> None:
    device = f"{ENUM}\\IDE\\Disk\\1"
    registry = {
        DISKS: {"upperfilters": ["x", "DRV"], "LowerFilters": ["y"]},
        device: {"LowerFilters": "drv"},
        f"{SERVICES}\\drv": {"UpperFilters": ["drv"]},
    }
    assert naming(registry, "Drv") == [(DISKS, "UpperFilters"), (device, "LowerFilters")]


@pytest.mark.parametrize(
    ("former", "found", "after"),
    [
        (["a", "x", "b"], ["a", "b"], ["a", "x", "b"]),
        (["x"], None, ["x"]),
        (["a", "x", "b"], ["b", "a"], ["b", "a", "x"]),
        (["a", "x"], ["n", "b"], ["x", "n", "b"]),
        (["a", "x"], ["X", "a"], ["X", "a"]),
        ("x", None, "x"),
    ],
)
def test_a_driver_comes_back_behind_its_predecessor(former: Any, found: Any, after: Any) -> None:
    assert restored_list("x", former, found) == after


@given(NAMES, NAMES, st.integers(0, 4))
def test_what_others_changed_meanwhile_stays(former: list[str], found: list[str], place: int) -> None:
    after = restored_list("x", [*former[:place], "x", *former[place:]], found or None)
    assert [name for name in after if name != "x"] == found or after == [*former[:place], "x", *former[place:]]
    assert after.count("x") == 1
