# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries are answered from a document as the payload answers them on a server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import IDENTITY
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.servers import FAMV4, FAMV4_FILE, SERVICES, exchange

A = "HKLM\\SOFTWARE\\A"
DOCUMENT: dict[str, Any] = {
    "environment": {"SystemRoot": "C:\\WINDOWS", "SystemDrive": "C:"},
    "registry": {
        A: {"": "default", "Type": 2},
        f"{A}\\0001": {"Type": 1, "Name": "one"},
        f"{A}\\0001\\Ndi": {"Service": "b57"},
        f"{A}\\0001\\Ndi\\params": {},
        f"{A}\\0002": {"Type": "2", "Name": ["one", "Two"]},
        f"{A}\\Properties": {"Type": 3},
        f"{A}\\Locked\\Below": {"Type": 1},
        "HKU\\S-1-5-18\\Software\\A": {"Type": 1},
    },
    "unreadable": {f"{A}\\Locked": "access_denied"},
    "interfaces": [{"name": "LAN"}],
    "commands": {"netsh interface tcp dump": {"exit_code": 0, "output": "set global"}},
}


def answer(*queries: q.Query, document: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what a replica answers."""
    return Replica(document or DOCUMENT).execute(Request(queries)).document


def found(query: q.RegistryQuery) -> dict[str, list[str]]:
    """Return the keys that a query finds, without the path that they share, with the names of their values."""
    registry: dict[str, dict[str, Any]] = answer(query)["registry"]
    return {path.removeprefix(A).lstrip("\\"): list(values) for path, values in registry.items()}


READ: dict[str, tuple[q.RegistryQuery, dict[str, list[str]]]] = {
    "one key": (q.RegistryQuery(A), {"": ["", "Type"]}),
    "the default value": (q.RegistryQuery(A, ("",)), {"": [""]}),
    "a name as it was asked": (q.RegistryQuery(A, ("TYPE",)), {"": ["TYPE"]}),
    "a key without the names is left out": (
        q.RegistryQuery(f"{A}\\*", ("Name",)),
        {"0001": ["Name"], "0002": ["Name"]},
    ),
    "a pattern": (q.RegistryQuery(f"{A}\\????", ("Type",)), {"0001": ["Type"], "0002": ["Type"]}),
    "a path below a pattern": (q.RegistryQuery(f"{A}\\*\\Ndi"), {"0001\\Ndi": ["Service"]}),
    "two patterns": (q.RegistryQuery("HKLM\\*\\A\\*\\n*"), {"0001\\Ndi": ["Service"]}),
    "a level more": (q.RegistryQuery(f"{A}\\0001", depth=1), {"0001": ["Type", "Name"], "0001\\Ndi": ["Service"]}),
    "the whole tree": (
        q.RegistryQuery(f"{A}\\0001", depth=q.WHOLE_TREE),
        {"0001": ["Type", "Name"], "0001\\Ndi": ["Service"], "0001\\Ndi\\params": []},
    ),
    "a bit": (q.RegistryQuery(f"{A}\\*", ("Type",), where=q.Filter("Type", mask=2)), {"Properties": ["Type"]}),
    "a text": (
        q.RegistryQuery(f"{A}\\*", ("Type",), where=q.Filter("Name", any_of=("ONE",))),
        {"0001": ["Type"], "0002": ["Type"]},
    ),
    "a text of a list": (
        q.RegistryQuery(f"{A}\\*", ("Type",), where=q.Filter("Name", any_of=("two", "x"))),
        {"0002": ["Type"]},
    ),
    "no such key": (q.RegistryQuery("HKLM\\SOFTWARE\\B\\*"), {}),
    "another hive": (q.RegistryQuery("HKU\\*\\Software\\A"), {"HKU\\S-1-5-18\\Software\\A": ["Type"]}),
    "a key below a locked one": (q.RegistryQuery(f"{A}\\Locked\\Below"), {"Locked\\Below": ["Type"]}),
}


@pytest.mark.parametrize("case", READ)
def test_a_query_finds_its_keys_and_values(case: str) -> None:
    query, expected = READ[case]
    assert found(query) == expected


@pytest.mark.parametrize("path", [f"{A}\\Locked", f"{A}\\*", f"{A}\\*\\Below"])
def test_a_key_that_cannot_be_read_is_told_and_not_entered(path: str) -> None:
    told = answer(q.RegistryQuery(path))
    assert told["unreadable"] == {f"{A}\\Locked": "access_denied"}
    assert not [key for key in told["registry"] if "Locked" in key]


def test_a_key_below_that_cannot_be_read_is_told() -> None:
    assert answer(q.RegistryQuery(A, depth=1))["unreadable"] == {f"{A}\\Locked": "access_denied"}


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("HKLM\\SOFTWARE\\A\\0001", True),
        ("HKLM\\SOFTWARE\\A\\0001\\Ndi", True),
        ("hklm\\software\\a\\*", True),
        ("HKLM\\SOFTWARE\\A", False),
        ("HKLM\\SOFTWARE\\B\\0001", False),
    ],
)
def test_what_was_not_collected_is_not_taken_for_missing(asked: str, known: bool) -> None:
    told = answer(q.RegistryQuery(asked), document={**DOCUMENT, "collected": ["HKLM\\SOFTWARE\\A\\*"]})
    assert told["unreadable"].get(asked) == (None if known else "not collected in this snapshot")


def test_the_image_of_a_service_is_described_in_the_same_answer() -> None:
    told = answer(q.RegistryQuery(f"{SERVICES}\\*", ("Type",), image="ImagePath"), document=exchange())
    assert told["files"][FAMV4_FILE]["size"] == 40448
    assert told["files"]["C:\\WINDOWS\\System32\\drivers\\atapi.sys"] is None


def test_a_file_is_described_under_the_path_that_was_asked() -> None:
    assert list(answer(q.FileQuery((FAMV4_FILE.upper(), "C:\\none")), document=exchange())["files"].items()) == [
        (FAMV4_FILE.upper(), {"company": "Vision Works Solutions Incorporated", "size": 40448}),
        ("C:\\none", None),
    ]


def services(document: dict[str, Any]) -> dict[str, str]:
    """Return the services that a replica lists, with the status of each."""
    return {
        name: each["status"] for name, each in answer(q.ServiceQuery(("*",)), document=document)["services"].items()
    }


def test_a_service_has_a_status_when_the_service_manager_lists_it() -> None:
    assert services(exchange()) == {"FAMv4": "running", "atapi": "running"}
    assert services(exchange() | {"services": {}}) == {}
    assert list(answer(q.ServiceQuery(("fam*", "none")), document=exchange())["services"]) == ["FAMv4"]


def test_a_service_that_is_listed_without_a_key_is_told() -> None:
    assert services({**exchange(), "services": {"Ghost": {"status": "running"}}}) == {"Ghost": "running"}


def test_a_document_without_a_list_lists_every_key_of_a_service_and_no_other() -> None:
    document = exchange()
    del document["services"]
    document["registry"][f"{SERVICES}\\Winsock"] = {"Type": 4}
    document["registry"][f"{SERVICES}\\WinSock2"] = {"Current_Protocol_Catalog": "x"}
    assert services(document) == dict.fromkeys(("FAMv4", "W3SVC", "atapi"), "stopped")


@pytest.mark.parametrize("written", [{}, {f"{SERVICES}\\Locked": {}}])
def test_a_denied_key_is_met_by_who_enumerates_its_parent(written: dict[str, Any]) -> None:
    document = exchange() | {
        "unreadable": {f"{SERVICES}\\Locked": "access_denied", f"{FAMV4}\\Secrets": "access_denied"}
    }
    document["registry"] |= written
    drivers = answer(q.RegistryQuery(f"{SERVICES}\\*", ("Type",), where=q.Filter("Type", mask=2)), document=document)
    assert drivers["unreadable"] == {f"{SERVICES}\\Locked": "access_denied"}
    whole = answer(q.RegistryQuery(FAMV4, depth=q.WHOLE_TREE), document=document)
    assert whole["unreadable"] == {f"{FAMV4}\\Secrets": "access_denied"}


def test_what_no_key_is_does_not_become_one() -> None:
    """Files, logs and patterns stand among what is unreadable too."""
    places = ("C:\\pagefile.sys", "Application\\MSExchangeIS", "HKLM\\SOFTWARE\\B\\*")
    document = {**DOCUMENT, "unreadable": dict.fromkeys(places, "access_denied")}
    assert answer(q.RegistryQuery("HKLM\\SOFTWARE\\*"), document=document)["unreadable"] == {}


def test_interfaces_commands_and_environment_are_repeated() -> None:
    known, unknown = q.CommandQuery("netsh", "interface tcp dump"), q.CommandQuery("netsh", "x")
    told = answer(q.InterfaceQuery(), known, unknown)
    assert told["interfaces"] == [{"name": "LAN"}]
    assert told["commands"] == {
        known.line: {"exit_code": 0, "output": "set global"},
        unknown.line: {"exit_code": 1, "output": ""},
    }
    assert told["environment"] == DOCUMENT["environment"]
    assert answer()["interfaces"] == []


def test_a_value_that_two_queries_read_stands_once() -> None:
    told = answer(q.RegistryQuery(FAMV4, ("Start",)), q.RegistryQuery(FAMV4, ("Type", "Start")), document=exchange())
    assert told["registry"] == {FAMV4: {"Start": 1, "Type": 2}}


def test_an_image_path_that_names_no_file_describes_none() -> None:
    document = exchange(ImagePath="\\Device\\X\\y.sys")
    assert answer(q.RegistryQuery(FAMV4, image="ImagePath"), document=document)["files"] == {}


def logged(number: int, day: int) -> dict[str, Any]:
    """Return one event."""
    return {"id": number, "time": f"2006-03-{day:02d}T00:00:00Z"}


# ids, since, most, whether the log goes back to its beginning: the days that are told, and whether these are all
EVENTS = {
    "all": ((1, 2), "", 9, True, [3, 2, 1], True),
    "some ids": ((2,), "", 9, True, [2], True),
    "since a day, that day too": ((1, 2), "2006-03-02T00:00:00Z", 9, True, [3, 2], True),
    "of a log that forgot its beginning": ((1, 2), "", 9, False, [3, 2, 1], False),
    "of such a log, since a day that it remembers": ((1, 2), "2006-03-02T00:00:00Z", 9, False, [3, 2], True),
    "of such a log, since the first day that it remembers": (
        (1, 2),
        "2006-03-01T00:00:00Z",
        9,
        False,
        [3, 2, 1],
        False,
    ),
    "the newest": ((1, 2), "", 2, True, [3, 2], False),
    "as many as there are": ((1, 2), "", 3, True, [3, 2, 1], True),
}


@pytest.mark.parametrize("case", EVENTS)
def test_events_are_told_and_whether_they_are_all(case: str) -> None:
    ids, since, most, complete, days, whole = EVENTS[case]
    events = [logged(1, 3), logged(2, 2), logged(1, 1)]
    document = {**DOCUMENT, "events": {"System\\Tcpip": {"complete": complete, "events": events}}}
    told = answer(q.EventQuery("System", "Tcpip", ids, since, most), document=document)["events"]["System\\Tcpip"]
    assert [int(event["time"][8:10]) for event in told["events"]] == days
    assert told["complete"] is whole


def test_of_a_log_that_was_not_collected_nothing_is_known() -> None:
    query = q.EventQuery("System", "Tcpip", (1,))
    told = answer(query)
    assert (told["events"], told["unreadable"]) == ({}, {"System\\Tcpip": "not collected in this snapshot"})
    denied = {**DOCUMENT, "unreadable": {"System\\Tcpip": "access_denied"}}
    assert answer(query, document=denied)["unreadable"] == {"System\\Tcpip": "access_denied"}


def test_a_hive_that_was_not_read_has_no_keys() -> None:
    assert answer(q.RegistryQuery("HKU\\*\\Software"), document=exchange())["registry"] == {}


def test_only_the_keys_that_were_asked_for_name_images() -> None:
    document = exchange()
    document["registry"][f"{FAMV4}\\Instances"]["ImagePath"] = "system32\\other.sys"
    told = answer(q.RegistryQuery(FAMV4, depth=q.WHOLE_TREE, image="ImagePath"), document=document)
    assert list(told["files"]) == [FAMV4_FILE]


SIGNED, UNSIGNED = "C:\\WINDOWS\\signed.sys", "C:\\WINDOWS\\unsigned.sys"
FILES: dict[str, Any] = {
    "environment": DOCUMENT["environment"],
    "registry": {f"{A}\\Driver": {"ImagePath": SIGNED}, f"{A}\\Bare": {"ImagePath": UNSIGNED}},
    "files": {SIGNED: {"size": 1, "signer": "CN=A", "sha256": "0" * 64, "authentihash": None}, UNSIGNED: {"size": 2}},
}
IMAGES = q.RegistryQuery(f"{A}\\*", (), image="ImagePath")


def test_a_file_is_identified_where_a_query_asks_and_as_far_as_the_document_tells() -> None:
    asked = answer(replace(IMAGES, identify=IDENTITY), IMAGES, document=FILES)["files"]
    assert asked == {
        SIGNED: FILES["files"][SIGNED],
        UNSIGNED: {"size": 2, "unidentified": "not collected in this snapshot"},
    }
    assert answer(IMAGES, document=FILES)["files"] == {SIGNED: {"size": 1}, UNSIGNED: {"size": 2}}


def test_a_named_file_is_identified_whatever_it_says_of_itself() -> None:
    own = {"company": "Microsoft Corporation", "original_filename": "signed.sys", "signer": None}
    document = {**FILES, "files": {SIGNED: own}}
    assert "signer" not in answer(replace(IMAGES, identify=("signer",)), document=document)["files"][SIGNED]
    assert answer(q.FileQuery((SIGNED, "C:\\a"), ("signer",)), document=document)["files"] == {
        SIGNED: own,
        "C:\\a": None,
    }
    assert FILES["files"][UNSIGNED] == {"size": 2}
