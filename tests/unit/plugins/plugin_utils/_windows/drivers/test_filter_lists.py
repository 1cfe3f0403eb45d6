# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lists: drivers are found in them, taken out of them, and restored where they stood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.filter_lists import (
    filter_list_queries,
    filter_lists,
    is_filter_list,
    lists_naming,
    may_hold_lists,
    restored_list,
    without,
)
from tests.support.scenarios.drivers import CONTROL, DISKS, ENUM, SERVICES
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


CRASHES = f"{CONTROL}\\CrashControl"


def test_dump_filters_name_files() -> None:
    snapshot = Snapshot({"registry": {CRASHES: {"dumpfilters": ["dumpfve.sys", "VCR.sys"]}}})
    (found,) = lists_naming("vcrdump", snapshot, "C:\\Windows\\system32\\drivers\\vcr.sys")
    assert (found.place, found.is_of_dumps, found.is_of_class) == (f"{CRASHES}\\DumpFilters", True, False)
    assert found.entry_of("vcrdump", "C:\\Windows\\system32\\drivers\\vcr.sys") == "VCR.sys"
    assert without(found.raw, found.entry_of("vcr")) == ["dumpfve.sys"]
    assert [each.place for each in lists_naming("vcr", snapshot)] == [found.place]
    assert lists_naming("vcrdump", snapshot) == ()
    assert lists_naming("vcr.sys", snapshot) == ()
    assert filter_lists(snapshot) == (found,)


def test_a_list_of_a_class_names_services_and_no_files() -> None:
    snapshot = Snapshot({"registry": {DISKS: {"UpperFilters": ["partmgr", "vcr.sys"]}}})
    assert lists_naming("vcr", snapshot, "C:\\vcr.sys") == ()
    (found,) = lists_naming("PartMgr", snapshot)
    assert (found.entry_of("PartMgr"), found.entry_of("vcr", "C:\\vcr.sys")) == ("partmgr", "")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (f"{DISKS}\\upperfilters", True),
        (f"{ENUM}\\IDE\\Disk\\1\\LowerFilters", True),
        (f"{CRASHES}\\DumpFilters", True),
        (f"{CRASHES}\\UpperFilters", False),
        (f"{DISKS}\\DumpFilters", False),
        (f"{DISKS}\\Class", False),
        (f"{SERVICES}\\x\\UpperFilters", False),
    ],
)
def test_a_filter_list_is_known_by_its_place(place: str, expected: bool) -> None:
    assert is_filter_list(place) is expected


@pytest.mark.parametrize(("place", "expected"), [(CRASHES, True), (f"{CRASHES}\\x", False), (DISKS, True)])
def test_lists_may_stand_in_the_key_of_crash_dumps_alone(place: str, expected: bool) -> None:
    assert may_hold_lists(place) is expected
