# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of win_filter_driver on servers that refuse, stop half-way, or cannot be read afterwards."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.servers import CONTROL, FAMV4, FAMV4_FILE, LEDGER, SERVICES, Server, exchange, run

DISKS = f"{CONTROL}\\Class\\{{4d36e967-e325-11ce-bfc1-08002be10318}}"
FACTS = {"company": "Vision Works Solutions Incorporated", "size": 40448, "modified": "2006-03-01T00:00:00Z"}


def task(server: Server, *, check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the task on FAMv4, if no policy is given, and return its result."""
    named = {} if {"match", "classifications"} & set(args) else {"name": "FAMv4"}
    return run(ActionModule, server, {**named, **args}, check=check)


def done(server: Server, **args: Any) -> dict[str, Any]:
    """Run the task, which must change the server as check mode predicted, and leave nothing to do."""
    predicted, result = task(server, check=True, **args), task(server, **args)
    assert not result.get("failed"), result["msg"]
    assert (result["after"], list(result["after"])) == (predicted["after"], list(predicted["after"]))
    assert result["reboot_required"] == predicted["reboot_required"]
    assert result["changed"]
    if "match" not in args:
        assert not task(server, **args)["changed"]
    return result


def whole(**famv4: Any) -> dict[str, Any]:
    """Return a server whose FAMv4 has several subkeys."""
    document = exchange(**famv4)
    document["registry"][f"{FAMV4}\\Instances\\FAM"] = {"Altitude": "1", "Flags": 0}
    document["registry"][f"{FAMV4}\\Parameters"] = {"Blob": {"REG_BINARY": "00ff"}}
    document["files"] = {FAMV4_FILE: FACTS}
    return document


def key_of(server: Server) -> dict[str, Any]:
    """Return the whole key of FAMv4."""
    return {path: values for path, values in server.document["registry"].items() if path.startswith(FAMV4)}


def stubborn() -> Server:
    """Return a server whose FAMv4 was disabled and refused to stop."""
    document = exchange()
    document["services"]["FAMv4"]["refused_code"] = 1460
    server = Server(document)
    assert task(server)["reboot_required"]
    return server


def test_a_stubborn_driver_that_drifts_is_disabled_again_and_not_stopped_again() -> None:
    server = stubborn()
    server.document["registry"][FAMV4]["Start"] = 1
    result = done(server)
    assert result["reboot_required"]
    assert "stop_driver" not in [each["operation"] for each in result["operations"]]
    assert "error 1460" in " ".join(result["findings"][0]["evidence"])
    assert server.document["registry"][f"{LEDGER}\\0002"]["RefusedCode"] == 1460


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_lists_are_cleaned_of_a_stubborn_driver(state: str) -> None:
    server = stubborn()
    server.document["registry"][DISKS] = {"UpperFilters": ["FAMv4", "partmgr"]}
    server.document["registry"][f"{SERVICES}\\partmgr"] = {"Type": 1, "Start": 0}
    server.document["files"]["C:\\WINDOWS\\System32\\drivers\\partmgr.sys"] = FACTS
    result = task(server, state=state, clean_filter_lists=True)
    assert not result.get("failed"), result["msg"]
    assert server.document["registry"][DISKS] == {"UpperFilters": ["partmgr"]}
    assert not task(server, state=state, clean_filter_lists=True)["changed"]


def test_a_driver_that_is_enabled_meanwhile_is_tried_again() -> None:
    server = stubborn()
    done(server, state="enabled", start_type="system")
    server.document["services"]["FAMv4"].pop("refused_code")
    assert done(server)["after"] == {"FAMv4": {"Start": 4, "status": "stopped"}}


@pytest.mark.parametrize("state", ["disabled", "absent"])
def test_a_refused_stop_is_not_reported_as_a_refused_start(state: str) -> None:
    server = stubborn()
    task(server, state=state)
    server.document["services"]["FAMv4"]["status"] = "stopped"
    server.document["services"]["FAMv4"].pop("refused_code")
    done(server, state="restored")
    server.document["services"]["FAMv4"]["status"] = "stopped"
    assert "refused to start" not in str(task(server, state="restored")["findings"])


def restoring(server: Server) -> list[dict[str, Any]]:
    """Return the documents that an interrupted restore leaves, one for every place where it can be interrupted."""

    class Watched(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            for count in range(1, len(request.operations)):
                other = Server(self.document)
                Server.answer(other, nonce, Request((), request.operations[:count]))
                found.append(other.document)
            return super().answer(nonce, request)

    found: list[dict[str, Any]] = []
    task(Watched(server.document), state="restored")
    return found


def test_a_restoration_that_was_cut_off_goes_on_wherever_it_was_cut() -> None:
    server = Server(whole())
    done(server, state="absent")
    halves = restoring(server)
    assert len(halves) > 8
    for half in halves:
        again = Server(half)
        done(again, state="restored")
        assert key_of(again) == key_of(Server(whole()))


def test_a_restoration_that_was_cut_off_goes_on_by_match_or_says_how() -> None:
    server = Server(whole())
    done(server, state="absent")
    for half in restoring(server)[:-1]:
        again = Server(half)
        result = task(again, state="restored", match="name == 'FAMv4'")
        if not result["changed"]:
            assert "name it: name: [FAMv4]" in str(result["findings"])
            assert again.document["registry"] == half["registry"]
        else:
            assert key_of(again) == key_of(Server(whole()))


def test_a_key_that_was_restored_in_part_is_no_win32_service() -> None:
    server = Server(whole())
    done(server, state="absent")
    half = Server(restoring(server)[1])
    assert "Type" not in half.document["registry"][FAMV4]
    message = task(half)["msg"]
    assert "finish that with state: restored" in message
    assert "Win32" not in message


def half_deleted(gone: tuple[str, ...], **famv4: Any) -> Server:
    """Return a server whose FAMv4 is to be removed, cut off when some of its subkeys were gone."""

    class Breaks(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            if not request.operations:
                return super().answer(nonce, request)
            super().answer(nonce, Request((), request.operations[:-1]))
            for path in gone:
                del self.document["registry"][f"{FAMV4}\\{path}"]
            return b""

    server = Breaks(whole(**famv4))
    assert "goes on from there" in task(server, state="absent")["msg"]
    return Server(server.document)


GONE = [
    ("Parameters",),
    ("Instances\\FAM",),
    ("Instances\\FAM", "Instances"),
    ("Instances\\FAM", "Instances", "Parameters"),
]


@pytest.mark.parametrize("gone", GONE)
def test_a_deletion_that_was_cut_off_half_way_goes_on_and_loses_nothing(gone: tuple[str, ...]) -> None:
    server = half_deleted(gone)
    done(server, state="absent")
    assert key_of(server) == {}
    done(server, state="restored")
    assert key_of(server) == key_of(Server(whole()))


@pytest.mark.parametrize("gone", GONE)
def test_a_deletion_that_was_cut_off_half_way_is_restored_at_once(gone: tuple[str, ...]) -> None:
    server = half_deleted(gone)
    done(server, state="restored")
    assert key_of(server) == key_of(Server(whole()))


def test_a_driver_without_a_start_type_comes_back_without_one() -> None:
    server = half_deleted(("Parameters",), Start=None)
    assert server.document["registry"][FAMV4]["Start"] == 4
    done(server, state="restored")
    assert key_of(server) == key_of(Server(whole(Start=None)))


def test_a_part_of_the_key_with_another_value_is_anothers() -> None:
    server = half_deleted(("Parameters",))
    server.document["registry"][FAMV4]["ErrorControl"] = 0
    assert "is there again with other values" in task(server, state="restored")["msg"]


def test_a_policy_shows_what_became_of_what_it_no_longer_chooses() -> None:
    server = Server(whole())
    assert done(server, state="absent", classifications=["known_leftover"])["after"] == {"FAMv4": None}
    assert set(done(server, state="restored", match="name == 'FAMv4'")["after"]) == {"FAMv4"}


@pytest.mark.parametrize("place", [FAMV4, LEDGER])
def test_a_server_that_cannot_be_read_back_fails_the_task(place: str) -> None:
    class Closes(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            if not request.operations:
                return super().answer(nonce, request)
            super().answer(nonce, Request((), request.operations))
            self.document = {**copy.deepcopy(self.document), "unreadable": {place: "access_denied"}}
            return self.answer_as_done(nonce, request)

    result = task(Closes(exchange()))
    assert result["failed"]
    assert result["msg"].startswith("all was written, but ")
    assert place in result["msg"]


def closed(place: str) -> Server:
    """Return a server on which a key below Services cannot be read."""
    document = whole()
    document["registry"].setdefault(f"{SERVICES}\\{place}", {})
    return Server({**document, "unreadable": {f"{SERVICES}\\{place}": "access_denied"}})


def test_a_subkey_of_another_driver_that_cannot_be_read_stops_no_removal() -> None:
    assert done(closed("atapi\\Security"), state="absent", classifications=["known_leftover"])["after"] == {
        "FAMv4": None
    }


@pytest.mark.parametrize("place", ["atapi", "FAMv4\\Parameters"])
def test_a_service_and_a_subkey_of_the_driver_itself_that_cannot_be_read_do(place: str) -> None:
    server = closed(place)
    result = task(server, state="absent", match="name == 'FAMv4'")
    assert not result["changed"]
    assert "could not be read (access_denied)" in str(result["findings"])
    assert "unknown" in {each["status"] for each in result["findings"]}
    assert key_of(server)


def test_a_forced_driver_that_others_need_is_not_stopped_under_them() -> None:
    """Windows would stop the others with it, of which nothing would stand in the ledger."""
    document = exchange()
    document["registry"][f"{SERVICES}\\Backup"] = {"Type": 16, "Start": 2, "DependOnService": ["FAMv4"]}
    server = Server(document)
    result = done(server, force=["FAMv4"])
    assert [each["operation"] for each in result["operations"]] == ["ledger_entry", "set_value"]
    assert (result["after"], result["reboot_required"]) == ({"FAMv4": {"Start": 4, "status": "running"}}, True)
    assert "Backup would be stopped with it" in " ".join(result["findings"][0]["evidence"])


@pytest.mark.parametrize("way", [{"stop": False}, {}], ids=["not to be stopped", "refuses to stop"])
def test_a_restart_between_two_changes_does_not_lose_the_start_type(way: dict[str, Any]) -> None:
    document = whole()
    document["services"]["FAMv4"]["refused_code"] = 1460
    server = Server(document)
    original = key_of(server)
    task(server, **way)
    server.document["services"]["FAMv4"]["status"] = "stopped"  # what the restart does
    done(server, state="absent")
    done(server, state="restored")
    assert key_of(server) == original
