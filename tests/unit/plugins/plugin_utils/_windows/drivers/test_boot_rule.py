# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No plan leaves a list with a name that has no key, no file or Start 4, nor a driver that starts without its file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.boot_rule import (
    filter_member_queries,
    later_starts,
    violations,
    written_lists,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.protection import (
    protection_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import (
    CLASSES,
    CRASH_CONTROL,
    DEVICES,
    SERVICES,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.cases import kind, leftover
from tests.support.servers import read

DISKS = f"{CLASSES}\\{{4D36E967-E325-11CE-BFC1-08002BE10318}}"
DISK = f"{DEVICES}\\SCSI\\DISK\\1"
DRIVERS = "C:\\Windows\\system32\\drivers"
UPPER = f"{DISKS}\\UpperFilters"


def reading(document: dict[str, Any], *names: str) -> Snapshot:
    """Return a server as a task reads it that may write filter lists."""
    return read(document, (*protection_queries(names), *filter_member_queries()))


def server(registry: dict[str, Any] | None = None, **parts: dict[str, Any]) -> dict[str, Any]:
    """Return a server whose disks have three filters: good, off (which is disabled) and fileless."""
    keys = {
        f"{SERVICES}\\{name}": {"Type": 1, "Start": start, "ImagePath": f"system32\\drivers\\{name}.sys"}
        for name, start in {"good": 0, "off": 4, "fileless": 3}.items()
    }
    document = {
        "environment": {"SystemRoot": "C:\\Windows", "SystemDrive": "C:"},
        "registry": {**keys, DISKS: {"UpperFilters": ["good"]}, **(registry or {})},
        "files": {f"{DRIVERS}\\good.sys": {"size": 1}, f"{DRIVERS}\\off.sys": {"size": 1}},
    }
    return {**document, **parts}


def start(name: str, value: int, found: int | None = 0) -> op.SetValue:
    """Return what sets a driver's start type."""
    return op.SetValue(f"{SERVICES}\\{name}", "Start", value, found)


def listing(*names: str, key: str = DISKS, value: str = "UpperFilters") -> op.SetValue:
    """Return what writes a filter list."""
    return op.SetValue(key, value, list(names), ["good"])


def rename(name: str) -> op.RenameFile:
    """Return what renames a driver's file."""
    return op.RenameFile(f"{DRIVERS}\\{name}.sys", f"{DRIVERS}\\{name}.sys.removed", {})


BAD: dict[str, tuple[tuple[op.Operation, ...], list[tuple[str, str]]]] = {
    "a name without a key": ((listing("good", "gone"),), [("no_key", "gone")]),
    "a name that is disabled": ((listing("OFF"),), [("start_disabled", "OFF")]),
    "a name without a file": ((listing("good", "fileless"),), [("no_file", "fileless")]),
    "all three": (
        (listing("gone", "off", "fileless"),),
        [("no_key", "gone"), ("start_disabled", "off"), ("no_file", "fileless")],
    ),
    "in a list of a device": ((listing("gone", key=DISK, value="LowerFilters"),), [("no_key", "gone")]),
    "in a list as one text": ((op.SetValue(DISKS, "UpperFilters", "gone", ["good"]),), [("no_key", "gone")]),
    "a listed driver is disabled": ((start("good", 4),), [("start_disabled", "good")]),
    "a listed driver is removed": ((op.DeleteKey(f"{SERVICES}\\good", {}),), [("no_key", "good")]),
    "a listed driver's file is renamed": ((rename("good"),), [("no_file", "good"), ("no_file", "good")]),
    "a listed driver gets another file": (
        (op.SetValue(f"{SERVICES}\\good", "ImagePath", f"{DRIVERS}\\off2.sys", ""),),
        [("not_known", "good")],
    ),
    "one without file starts with the server": ((start("fileless", 1, 3),), [("no_file", "fileless")]),
    "a key of a driver that starts with the server, without file": (
        (op.CreateKey(f"{SERVICES}\\new"), start("new", 0, None)),
        [("not_known", "new")],
    ),
    "removed, and made anew with another file": (
        (op.DeleteKey(f"{SERVICES}\\good", {}), op.SetValue(f"{SERVICES}\\good", "ImagePath", "x.sys", None)),
        [("not_known", "good")],
    ),
    "removed and named again": (
        (op.DeleteKey(f"{SERVICES}\\good", {}), listing("good")),
        [("no_key", "good")],
    ),
}
GOOD: dict[str, tuple[op.Operation, ...]] = {
    "nothing": (),
    "the list as it is": (listing("good"),),
    "no list any more, and the driver disabled": (op.DeleteValue(DISKS, "UpperFilters", ["good"]), start("good", 4)),
    "no name any more, and the driver removed": (listing(), op.DeleteKey(f"{SERVICES}\\good", {})),
    "an empty name, as Windows leaves one": (listing("good", ""),),
    "a driver that no list names is disabled": (start("fileless", 4, 3),),
    "a driver without file starts when it is asked for": (start("fileless", 3, 4),),
    "a disabled one is started anew, and then named": (start("off", 0, 4), listing("good", "off")),
    "a class that is none": (op.SetValue(f"{SERVICES}\\good", "UpperFilters", ["gone"], None),),
    "another value of a class": (op.SetValue(DISKS, "Class", "gone", "DiskDrive"),),
    "removed, and made anew with its start": (
        op.DeleteKey(f"{SERVICES}\\good", {}),
        op.SetValue(f"{SERVICES}\\good", "Start", 0, None),
        op.SetValue(f"{SERVICES}\\good", "ImagePath", f"{DRIVERS}\\good.sys", None),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_plan_that_would_leave_a_dead_name_is_told(case: str) -> None:
    operations, expected = BAD[case]
    found = violations(reading(server()), operations)
    assert [(each.rule, each.name) for each in found] == expected
    assert all(each.name in each.text and each.text for each in found)


@pytest.mark.parametrize("case", GOOD)
def test_a_plan_that_leaves_none_passes(case: str) -> None:
    assert violations(reading(server()), GOOD[case]) == ()


UNREAD = {
    "the key": {f"{SERVICES}\\odd": "access_denied"},
    "all keys": {SERVICES: "access_denied"},
    "the file": {f"{DRIVERS}\\good.sys": "access_denied"},
    "a 32-bit process": {"HKLM\\SOFTWARE\\X": "InvalidOperationException: wow64"},
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_could_not_be_read_is_not_taken_for_good(case: str) -> None:
    name = {"the file": "good", "a 32-bit process": "fileless"}.get(case, "odd")
    document = reading(server()).document
    if case == "all keys":
        document = {
            **document,
            "registry": {path: each for path, each in document["registry"].items() if SERVICES not in path},
        }
    snapshot = Snapshot({**document, "unreadable": UNREAD[case]})
    assert [(each.rule, each.name) for each in violations(snapshot, (listing(name),))] == [("not_known", name)]


DUMPS = {f"{CRASH_CONTROL}": {"DumpFilters": ["dumpfve.sys", "good.sys"]}}
ONLY_BITLOCKER = op.SetValue(CRASH_CONTROL, "DumpFilters", ["dumpfve.sys"], ["dumpfve.sys", "good.sys"])
OF_DUMPS: dict[str, tuple[tuple[op.Operation, ...], list[tuple[str, str]]]] = {
    "what stood there stays as it is": ((ONLY_BITLOCKER,), []),
    "a named one is disabled": ((listing(), start("good", 4)), [("start_disabled", "good.sys")]),
    "a named one is removed": ((listing(), op.DeleteKey(f"{SERVICES}\\good", {})), [("no_key", "good.sys")]),
    "a cleaned one is disabled": ((listing(), ONLY_BITLOCKER, start("good", 4)), []),
    "a file that nobody looked for is named": (
        (op.SetValue(CRASH_CONTROL, "DumpFilters", ["dumpfve.sys", "new.sys"], None),),
        [("not_known", "new.sys")],
    ),
}


@pytest.mark.parametrize("case", OF_DUMPS)
def test_dump_filters_count_by_the_names_of_files(case: str) -> None:
    operations, expected = OF_DUMPS[case]
    found = violations(reading(server(DUMPS)), operations)
    assert [(each.rule, each.name) for each in found] == expected


def test_the_cases_of_kb816071_and_kb976267_are_refused_until_their_lists_are_cleaned() -> None:
    for number, name, key in (("K1", "Otman5", DISKS), ("K3", "snapman", f"{DEVICES}\\SCSI\\DISK&VEN_HP")):
        snapshot = reading(kind(number), name)
        disable = start(name, 4)
        assert [each.rule for each in violations(snapshot, (disable,))] == ["start_disabled"]
        place = next(
            path for path in snapshot.registry if path.startswith(key) and "UpperFilters" in snapshot.registry[path]
        )
        assert violations(snapshot, (op.DeleteValue(place, "UpperFilters", [name]), disable)) == ()
    ghost = reading(kind("K2"), "Otman5")
    assert [each.name for each in violations(ghost, (listing("PartMgr", "Otman5"),)) if each.rule == "no_key"] == [
        "Otman5"
    ]


def test_a_list_of_c11_is_restored_only_as_far_as_its_files_are_there() -> None:
    snapshot = reading(leftover("c11"), "fltsrv")
    found = violations(snapshot, (listing("partmgr", "fltsrv"),))
    assert [each.rule for each in found if each.name == "fltsrv"] == ["no_file"]


LATER = {
    "disabled": (start("good", 4), 0, 4),
    "boot becomes demand": (start("good", 3), 0, 3),
    "boot becomes system": (start("good", 1), 0, 1),
    "no value any more": (op.DeleteValue(f"{SERVICES}\\good", "Start", 0), 0, None),
    "removed": (op.DeleteKey(f"{SERVICES}\\good", {}), 0, None),
}


@pytest.mark.parametrize("case", LATER)
def test_a_start_that_becomes_later_is_told_with_its_reasons(case: str) -> None:
    operation, before, after = LATER[case]
    (found,) = later_starts(reading(server(), "good"), (operation,))
    assert (found.driver.start, found.start) == (before, after)
    assert [reason.rule for reason in found.reasons] == ["filter_list"]
    assert found.text.startswith("good would start later than now: Start 0 (boot) becomes ")


@pytest.mark.parametrize("operation", [start("good", 0), start("off", 0, 4), start("off", 4, 4), listing("good")])
def test_a_start_that_stays_or_becomes_earlier_is_not_told(operation: op.Operation) -> None:
    assert later_starts(reading(server(), "good", "off"), (operation,)) == ()


NAMES = ("good", "off", "fileless", "gone")
OPERATIONS = st.lists(
    st.one_of(
        st.lists(st.sampled_from(NAMES), max_size=3).map(lambda names: listing(*names)),
        st.tuples(st.sampled_from(NAMES), st.integers(0, 4)).map(lambda each: start(*each)),
        st.sampled_from(NAMES).map(lambda name: op.DeleteKey(f"{SERVICES}\\{name}", {})),
        st.just(op.DeleteValue(DISKS, "UpperFilters", [])),
    ),
    max_size=5,
)


@given(OPERATIONS)
def test_what_passes_leaves_the_disks_with_living_filters_alone(operations: list[op.Operation]) -> None:
    """The rule's own picture of the server after a plan is held against a server that carries the plan out."""
    document = server()
    passes = not violations(reading(document), operations)
    replica = Replica(document)
    for each in operations:
        replica._apply(each)
    registry = replica.document["registry"]
    names = registry.get(DISKS, {}).get("UpperFilters", [])
    touched = {each.key.rpartition("\\")[2] for each in operations if isinstance(each, (op.SetValue, op.DeleteKey))}
    written = any(isinstance(each, (op.SetValue, op.DeleteValue)) and each.key == DISKS for each in operations)
    checked = names if written else [name for name in names if name in touched]
    starts = {name: registry.get(f"{SERVICES}\\{name}", {"Start": 4}).get("Start") for name in ("good", "off")}
    assert not passes or set(checked) <= {name for name in starts if starts[name] != 4}


def test_the_lists_that_a_plan_writes_are_told_each_once() -> None:
    operations = (listing("good"), listing(), op.DeleteValue(CRASH_CONTROL, "DumpFilters", []), start("good", 4))
    assert written_lists(operations) == (UPPER, f"{CRASH_CONTROL}\\DumpFilters")


def test_the_queries_name_every_driver_and_its_file() -> None:
    reply = Replica(server()).execute(Request(filter_member_queries()))
    assert {path.rpartition("\\")[2] for path in reply.document["registry"]} == {"good", "off", "fileless"}
    assert reply.document["files"][f"{DRIVERS}\\fileless.sys"] is None
