# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers removed from a real registry and restored, and requests that must leave it as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule
from tests.lab.direct import LabConnection
from tests.lab.server import LabServer
from tests.support.scenarios.drivers import CONTROL, DISKS, ENUM, SERVICES, VOLUMES, Builder
from tests.support.servers import run

pytestmark = pytest.mark.lab

FILTER = {"Type": 2, "Start": 1, "Group": "FSFilter Open File"}
IMAGE = "C:\\windows\\system32\\drivers\\FAMv4.sys"
PROGRAM = "C:\\windows\\program.exe"
FIELDS = ("Parameters", "Instances", "Security")


def task(server: LabServer, **args: Any) -> dict[str, Any]:
    """Return the result of a task."""
    connection: Any = LabConnection(server)
    return run(ActionModule, connection, args)


def done(server: LabServer, **args: Any) -> dict[str, Any]:
    """Return the result of a task that must not fail, and of which a second run must change nothing."""
    result = task(server, **args)
    assert not result.get("failed"), result
    assert task(server, **args)["changed"] is False
    return result


def famv4(built: Builder | None = None, **other: Any) -> Builder:
    """Return a server with FAMv4."""
    built = built or Builder()
    image = {"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"}
    values = {**FILTER, "image": IMAGE, "ImagePath": image, **other}
    built.driver("FAMv4", "Vision Works Solutions Incorporated", "File Access Manager", "4.0.0.1", **values)
    return built


# What must be refused: why, beside a driver of Some Company that may be disabled, and a word of the reason.
FORBIDDEN: dict[str, tuple[dict[str, Any], dict[str, dict[str, Any]], str]] = {
    "critical": ({"ErrorControl": 3}, {}, "ErrorControl is 3"),
    "bootgroup": ({"Group": "Boot Bus Extender"}, {}, "load-order group"),
    "safeboot": ({}, {f"{CONTROL}\\SafeBoot\\Minimal\\safeboot": {"": "Driver"}}, "SafeBoot\\Minimal names it"),
    "classlist": ({}, {DISKS: {"UpperFilters": ["classlist", "partmgr"]}}, "the devices there do not start without it"),
    "devicelist": (
        {},
        {f"{ENUM}\\IDE\\Disk\\1": {"LowerFilters": ["devicelist"]}},
        "the devices there do not start without it",
    ),
    "needed": (
        {},
        {f"{SERVICES}\\needing": {"Type": 16, "Start": 3, "DependOnService": ["needed"]}},
        "the service needing needs it",
    ),
    "serving": (
        {},
        {f"{SERVICES}\\serving\\Enum": {"Count": 1, "0": "PCI\\VEN_1\\1"}},
        "it serves the device PCI\\VEN_1\\1",
    ),
    "microsofts": ({}, {}, "is Microsoft's, by its version resource"),
    "hidden": ({}, {f"{SERVICES}\\hidden\\Parameters": {}}, "could not be read"),
    "safegroup": (
        {"Group": "Some Group"},
        {f"{CONTROL}\\SafeBoot\\Network\\Some Group": {"": "Driver Group"}},
        "SafeBoot\\Network names its load-order group",
    ),
    "program": ({"Type": 16, "image": PROGRAM, "ImagePath": PROGRAM}, {}, "is a Win32 service, not a driver"),
}


def forbidden() -> dict[str, Any]:
    """Return a server with all of FORBIDDEN, and those of FORCED."""
    built = Builder()
    for name, (values, beside, _unused) in FORBIDDEN.items():
        company = "Microsoft Corporation" if name == "microsofts" else "Some Company"
        built.driver(name, company, "Product", **{**FILTER, **values})
        built.registry |= copy.deepcopy(beside)
    built.driver("odd", "Some Company", "Product", **FILTER)
    built.registry[f"{SERVICES}\\odd\\Parameters"] = {"Odd": {"REG_NONE": "ab"}}
    for name in ("shared", "sharing"):
        built.driver(name, "Some Company", "Product", **FILTER, ImagePath="system32\\drivers\\shared.sys")
    built.driver("partmgr", "Microsoft Corporation", "Microsoft® Windows® Operating System", Start=0)
    built.registry[VOLUMES] = {"UpperFilters": ["volsnap"]}  # its own key is gone
    return {**built.document(), "unreadable": {f"{SERVICES}\\hidden\\Parameters": "access_denied"}}


@pytest.fixture(scope="module")
def protected() -> Iterator[LabServer]:
    """Return the server of what must be refused; leave it as found."""
    with LabServer(forbidden()) as server:
        yield server


@pytest.fixture(scope="module")
def as_found(protected: LabServer) -> str:
    """Return the registry of that server as text."""
    return protected.export_registry()


@pytest.mark.parametrize("state", ["disabled", "absent"])
@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_request_leaves_the_registry_as_it_is(
    protected: LabServer, as_found: str, name: str, state: str
) -> None:
    result = task(protected, name=[name], state=state)
    (finding,) = result["findings"]
    assert result["failed"]
    assert (finding["subject"], finding["status"]) == (name, "unknown" if name == "hidden" else "refused")
    assert FORBIDDEN[name][2] in " ".join(finding["evidence"])
    assert protected.export_registry() == as_found


def test_a_file_of_another_service_too_is_not_renamed(protected: LabServer, as_found: str) -> None:
    result = task(protected, name=["shared"], state="absent", file="rename")
    assert result["failed"]
    assert "shared.sys is the file of sharing too" in result["msg"]
    assert protected.export_registry() == as_found


FORCED: dict[str, tuple[dict[str, Any], str]] = {
    "what cannot be restored": ({"name": ["odd"], "state": "absent"}, "cannot be restored"),
    "the last of Microsoft's": ({"name": ["classlist", "partmgr"], "clean_filter_lists": True}, "never taken out"),
    "the last of Microsoft's, of which no key is left": (
        {"name": ["volsnap"], "clean_filter_lists": True},
        "never taken out",
    ),
    "a file of Microsoft's": ({"name": ["microsofts"], "state": "absent", "file": "rename"}, "never renamed"),
}


@pytest.mark.parametrize("case", FORCED)
def test_what_no_force_lifts_leaves_the_registry_as_it_is(protected: LabServer, as_found: str, case: str) -> None:
    args, reason = FORCED[case]
    result = task(protected, **args, force=args["name"])
    assert result["failed"]
    assert reason in result["msg"]
    assert protected.export_registry() == as_found


def test_absent_and_restored_with_lists_and_file() -> None:
    built = famv4(running=True)
    for name in ("first", "volsnap"):
        built.driver(name, "Some Company", "Product")
    built.registry |= {
        VOLUMES: {"UpperFilters": ["first", "FAMv4", "volsnap"], "LowerFilters": ["FAMv4"]},
        f"{SERVICES}\\FAMv4\\Instances": {"DefaultInstance": "FAM"},
        f"{SERVICES}\\FAMv4\\Instances\\FAM": {"Altitude": "100123", "Flags": 0, "Blob": {"REG_BINARY": "00ff"}},
    }
    key = f"{SERVICES}\\FAMv4"
    with LabServer(built.document()) as server:
        before = {path: server.registry().tree(path) for path in (key, VOLUMES)}
        removed = done(server, name=["FAMv4"], state="absent", clean_filter_lists=True, file="rename")
        assert removed["reboot_required"] is True  # the devices of the list read it when they start
        assert server.values(key) is None
        assert server.values(VOLUMES) == {"UpperFilters": ["first", "volsnap"]}
        assert not server.prefix.locate(IMAGE).exists()
        done(server, name=["FAMv4"], state="restored")
        assert {path: server.registry().tree(path) for path in (key, VOLUMES)} == before
        assert server.prefix.locate(IMAGE).exists()


def test_one_that_does_not_stop_goes_with_the_restart() -> None:
    with LabServer(famv4(running=True, can_stop=False).document()) as server:
        result = task(server, name=["FAMv4"], state="absent")
        assert result["changed"] is True
        assert result["reboot_required"] is True
        server.reboot()
        again = task(server, name=["FAMv4"], state="absent")
        assert (again["changed"], again["reboot_required"]) == (False, False)
        done(server, name=["FAMv4"], state="restored")
        server.reboot()
        assert server.status("FAMv4") == "running"


_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0\\", exclude_categories=("Cs", "Cc"))
_NAMES = st.text(_CHARACTERS, min_size=1, max_size=8).filter(lambda name: name.lower() not in ("start", "type"))
_TEXTS = st.text(_CHARACTERS, max_size=12)
_VALUES = st.one_of(
    _TEXTS,
    st.integers(0, (1 << 32) - 1),
    st.lists(_TEXTS.filter(bool), max_size=3),
    st.builds(lambda text: {"REG_EXPAND_SZ": text}, _TEXTS),
    st.builds(lambda number: {"REG_QWORD": number}, st.integers(0, (1 << 64) - 1)),
    st.builds(lambda data: {"REG_BINARY": data.hex()}, st.binary(max_size=9)),
)
_KEYS = st.dictionaries(
    st.sampled_from(("", *FIELDS, "Parameters\\Deep")), st.dictionaries(_NAMES, _VALUES, max_size=4), min_size=2
)


def folded(key: dict[str, dict[str, Any]]) -> bool:
    """Tell whether no two values of a key differ in their case alone, by the rules of any system."""
    return all(len({name.upper().lower() for name in values}) == len(values) for values in key.values())


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_KEYS.filter(folded), min_size=8, max_size=8), st.randoms())
def test_what_is_removed_comes_back_equal(keys: list[dict[str, dict[str, Any]]], random: Any) -> None:
    built, names = Builder(), [f"gen{number}" for number in range(len(keys))]
    for name, key in zip(names, keys, strict=True):
        # Not disabled: a driver that does not start is not restored to a filter list.
        built.driver(name, "Some Company", "Product", **{**FILTER, "Start": random.randrange(4)})
        for path, values in key.items():
            built.registry.setdefault(f"{SERVICES}\\{name}{path and chr(92)}{path}", {}).update(values)
    for name in ("other", "partmgr"):
        built.driver(name, "Some Company", "Product")
    order = random.sample([*names, "other", "partmgr"], len(names) + 2)
    built.registry[DISKS] = {"UpperFilters": order}
    paths = [*(f"{SERVICES}\\{name}" for name in names), DISKS]
    with LabServer(built.document()) as server:
        before = {path: server.registry().tree(path) for path in paths}
        assert task(server, name=names, state="absent", clean_filter_lists=True)["changed"]
        assert [server.values(path) for path in paths[:-1]] == [None] * len(names)
        assert task(server, name=names, state="restored")["changed"]
        assert {path: server.registry().tree(path) for path in paths} == before
