# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What netsh sets besides offload: the receive window, ECN, timestamps, the first retransmission, and URO of UDP."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload_info import ActionModule as Info
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

WANTED = {"autotuning": "restricted", "ecn": "enabled", "timestamps": "enabled", "initial_rto": 2000, "uro": "enabled"}
TCP = "interface tcp set global autotuninglevel=restricted ecncapability=enabled timestamps=enabled initialrto=2000"
UDP = "interface udp set global uro=enabled"
DUMPS = (netsh.DUMP, netsh.UDP_DUMP)


def offload(server: Server, *, check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server, args, check=check)


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Return subject -> status of the features."""
    return {each["subject"]: each["status"] for each in result["findings"] if each["id"] == "tcp_offload"}


def dumps(server: Server) -> list[str]:
    """Return what netsh shows."""
    return [server.document["commands"][each]["output"] for each in DUMPS]


def commands(result: dict[str, Any]) -> list[str]:
    """Return the commands that were run."""
    return [each["command"]["arguments"] for each in result["operations"] if each["operation"] == "run_command"]


def test_all_are_set_each_context_by_one_command_and_restored() -> None:
    server = Server(netsh.server("10.0.26100"))
    before = dumps(server)
    predicted = offload(server, check=True, **WANTED)
    assert (dumps(server), set(statuses(predicted).values())) == (before, {"drifted"})
    done = offload(server, **WANTED)
    assert (commands(done), commands(predicted)) == ([TCP, UDP], [TCP, UDP])
    assert (statuses(done), done["reboot_required"]) == (dict.fromkeys(WANTED, "fixed"), False)
    assert done["after"] == {name: {"state": str(state)} for name, state in WANTED.items()} == predicted["after"]
    assert "uro=enabled" in dumps(server)[1]
    assert offload(server, **WANTED)["changed"] is False
    assert offload(server, state="restored")["changed"] is True
    assert dumps(server) == before


def test_one_is_restored_by_its_name_whatever_number_stands_beside_it() -> None:
    server = Server(netsh.server("10.0.20348"))
    offload(server, initial_rto=2000, ecn="enabled")
    assert commands(offload(server, state="restored", initial_rto=1)) == ["interface tcp set global initialrto=1000"]


@pytest.mark.parametrize(
    ("release", "missing"),
    [
        ("5.2.3790", set(WANTED)),
        ("6.0.6002", {"initial_rto", "uro"}),
        ("6.1.7601", {"uro"}),
        ("10.0.20348", {"uro"}),
        ("10.0.26100", set()),
    ],
)
def test_what_a_release_does_not_have_is_left_out(release: str, missing: set[str]) -> None:
    result = offload(Server(netsh.server(release)), **WANTED)
    assert {name for name, status in statuses(result).items() if status == "not_applicable"} == missing
    assert result["changed"] is (len(missing) < len(WANTED))


def test_a_word_that_the_dump_does_not_show_is_never_sent() -> None:
    server = Server(netsh.server("6.1.7601"))
    dump = server.document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace(" initialrto=3000", "")
    assert statuses(offload(server, initial_rto=2000)) == {"initial_rto": "not_applicable"}


@pytest.mark.parametrize("answer", [{"exit_code": 1, "output": "?"}, {"exit_code": 0, "output": "pushd interface udp"}])
def test_nothing_is_written_where_the_dump_of_udp_has_no_line(answer: dict[str, Any]) -> None:
    server = Server(netsh.server("10.0.26100"))
    server.document["commands"][netsh.UDP_DUMP] = answer
    result = offload(server, uro="enabled", ecn="enabled")
    assert (result["failed"], statuses(result)["uro"]) == (True, "unknown")
    assert "netsh interface udp dump shows no line" in result["msg"]
    (found,) = [each for each in result["findings"] if each["subject"] == "uro"]
    assert found["fix"].startswith("Run netsh interface udp dump")
    assert "ecncapability=disabled" in dumps(server)[0]


@pytest.mark.parametrize("number", [-1, 0, 299, 3001, 99999999999])
def test_a_number_that_netsh_does_not_take_is_refused_before_anything_is_read(number: int) -> None:
    server = Server(netsh.server("10.0.20348"))
    result = offload(server, initial_rto=number)
    assert (result["failed"], server.executions) == (True, 0)
    assert f"initial_rto is {number}, which netsh does not take: give a number from 300 to 3000" in result["msg"]


@pytest.mark.parametrize("number", [300, 3000])
def test_the_ends_of_the_range_are_taken(number: int) -> None:
    server = Server(netsh.server("10.0.20348"))
    assert offload(server, initial_rto=number)["after"] == {"initial_rto": {"state": str(number)}}


def test_the_finding_says_the_reason_of_the_task_and_the_command() -> None:
    result = offload(Server(netsh.server("10.0.20348")), check=True, ecn="enabled", reason="the switches mark")
    (found,) = [each for each in result["findings"] if each["subject"] == "ecn"]
    assert found["why"] == "The task asks for it: the switches mark."
    assert found["fix"] == "Run netsh interface tcp set global ecncapability=enabled."
    assert found["source"].startswith("learn.microsoft.com")


def test_a_word_that_could_not_be_restored_is_told() -> None:
    server = Server(netsh.server("10.0.20348"))
    dump = server.document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace("timestamps=disabled", "timestamps=allowed")
    (warning,) = offload(server, timestamps="enabled")["warnings"]
    assert "timestamps" in warning
    assert "allowed" in warning


def test_no_profile_touches_them() -> None:
    for profile in ("snp_disabled", "snp_enabled", "by_driver"):
        server = Server(netsh.server("10.0.26100"))
        before = dumps(server)
        offload(server, profile=profile)
        assert dumps(server)[1] == before[1]
        assert "ecncapability=disabled" in dumps(server)[0]


def test_info_tells_them_with_what_may_be_set() -> None:
    features = run(Info, Server(netsh.server("10.0.26100")), {})["tcp_offload"]["features"]
    assert {name: features[name]["state"] for name in WANTED} == {
        "autotuning": "normal",
        "ecn": "disabled",
        "timestamps": "disabled",
        "initial_rto": "1000",
        "uro": "disabled",
    }
    assert [features["initial_rto"][each] for each in ("choices", "minimum", "maximum")] == [[], 300, 3000]
    assert [features["uro"][each] for each in ("choices", "minimum", "maximum")] == [
        ["enabled", "disabled"],
        None,
        None,
    ]
