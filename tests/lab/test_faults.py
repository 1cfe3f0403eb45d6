# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between a task and a server: each fault says what happened and what to do, and a rerun mends it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.cases import exchange_2003
from tests.lab.server import LabServer
from tests.support.plays import TaskResult, module_task, play

FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"
LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"


@pytest.fixture
def server() -> Iterator[LabServer]:
    """Return an Exchange server on which FAMv4 runs."""
    with LabServer(exchange_2003()) as server:
        yield server


def disable(server: LabServer, connection: str = "winrm", **hostvars: Any) -> TaskResult:
    """Run the one task of these tests."""
    hosts = {"server": {**server.hostvars(connection), **hostvars}}
    (result,) = play(hosts, [module_task("win_filter_driver", {"name": "FAMv4"})])
    return result


def start_of(server: LabServer) -> int:
    return int(server.read_value(FAMV4, "Start"))


def entries(server: LabServer) -> list[dict[str, Any]]:
    """Return the ledger of a server."""
    keys = [f"{LEDGER}\\{number:04d}" for number in range(1, 9)]
    return [values for key in keys if (values := server.values(key)) is not None]


def assert_cured_by_a_rerun(server: LabServer) -> None:
    """A rerun converges, the ledger knows what stood there before, and restoring gives it back."""
    assert disable(server).status == "ok"
    assert (start_of(server), server.status("FAMv4")) == (4, "stopped")
    (entry,) = [entry for entry in entries(server) if "Closed" not in entry]
    assert json.loads(entry["Before"]) == {"Start": 1, "status": "running"}
    again, restored = play(
        {"server": server.hostvars("winrm")},
        [module_task("win_filter_driver", {"name": "FAMv4", "state": state}) for state in ("disabled", "restored")],
    )
    assert (again["changed"], restored["changed"]) == (False, True)
    assert (start_of(server), server.status("FAMv4")) == (1, "running")


def test_no_powershell() -> None:
    with LabServer(exchange_2003(), powershell="absent") as server:
        result = disable(server)
    assert result.status == "failed"
    assert "PowerShell did not answer on the server" in result["msg"]
    assert "installed and on the PATH" in result["msg"]


def test_constrained_language_mode() -> None:
    with LabServer(exchange_2003(), powershell="constrained") as server:
        result = disable(server)
        assert start_of(server) == 1
    assert result.status == "failed"
    assert "ConstrainedLanguage" in result["msg"]
    assert "server_baseline_execution: module" in result["msg"]
    assert (
        "The module was tried in place of the script" in result["msg"]
    )  # which the engine cannot run: it has no ConvertFrom-Json


@pytest.mark.parametrize("connection", ["winrm", "ssh"])
def test_noise_around_the_reply_is_not_part_of_it(connection: str) -> None:
    with LabServer(exchange_2003(), powershell="noisy") as server:
        result = disable(server, connection)
        assert start_of(server) == 4
    assert (result.status, result["changed"]) == ("ok", True)


def test_a_reply_cut_short_says_so_and_changes_nothing_by_itself(server: LabServer) -> None:
    server.endpoint.output = lambda output: output[: len(output) // 2]
    result = disable(server)
    assert (result.status, start_of(server)) == ("failed", 1)
    assert "cut short" in result["msg"]
    server.endpoint.output = lambda output: output
    assert_cured_by_a_rerun(server)


@pytest.mark.parametrize(
    ("connection", "action", "at", "when"),
    [
        pytest.param("winrm", "Send", 1, "before", id="while reading"),
        pytest.param("winrm", "Send", 2, "before", id="before the apply step"),
        pytest.param("psrp", "Command", 2, "before", id="before the apply step, psrp"),
        pytest.param("winrm", "Send", 2, "after", id="during the apply step"),
        pytest.param("winrm", "Receive", 3, "after", id="with the reply of the apply step"),
        pytest.param("winrm", "Signal", 2, "before", id="after the apply step"),
    ],
)
def test_a_connection_dropped_is_put_right_by_a_rerun(
    server: LabServer, connection: str, action: str, at: int, when: str
) -> None:
    """A task that changes sends, for reading and again for writing: Command, Send, Receive, Receive and Signal."""
    server.endpoint.fail("drop", at=at, action=action, when=when)
    result = disable(server, connection, ansible_winrm_operation_timeout_sec=2, ansible_winrm_read_timeout_sec=4)
    assert not server.endpoint.faults.waiting
    wait_for_the_server_to_finish(server)
    assert result.status == "ok" or result["msg"]
    assert result.status != "ok" or start_of(server) == 4
    for entry in entries(server):
        assert json.loads(entry["Before"]) == {"Start": 1, "status": "running"}
    assert start_of(server) == 1 or entries(server)
    assert_cured_by_a_rerun(server)


def wait_for_the_server_to_finish(server: LabServer) -> None:
    """A dropped connection does not end the payload on the server; let it come to its end."""
    until = time.monotonic() + 20
    while server.endpoint.works and time.monotonic() < until:
        time.sleep(0.1)


def test_a_server_error_is_unreachable_or_failed_and_nothing_is_written(server: LabServer) -> None:
    server.endpoint.fail("status", at=2, status=500)
    result = disable(server)
    assert not server.endpoint.faults.waiting
    assert result.status in ("failed", "unreachable")
    assert "500" in result["msg"]
    assert start_of(server) == 1
    assert_cured_by_a_rerun(server)


def test_a_slow_server_is_waited_for(server: LabServer) -> None:
    server.endpoint.fail("delay", at=3, seconds=3)
    assert disable(server)["changed"]


def test_a_value_changed_between_reading_and_writing_stops_the_task(server: LabServer) -> None:
    server.endpoint.call(lambda: server.set_value(FAMV4, "Start", 3), at=2, action="Command")
    result = disable(server)
    assert (result.status, start_of(server), entries(server)) == ("failed", 3, [])
    assert "FAMv4\\Start holds 3 where 1 was read" in result["msg"]
    assert "nothing was written" in result["msg"]


@pytest.mark.parametrize("how", ["access_denied", "read_only"])
def test_access_denied_on_the_drivers_key(server: LabServer, how: str) -> None:
    server.secure_key(FAMV4, how)
    result = disable(server)
    assert (result.status, entries(server)) == ("failed", [])
    assert "Services\\FAMv4" in result["msg"]
    assert "administrator" in result["msg"]


def test_a_32_bit_powershell_reaches_the_64_bit_registry() -> None:
    """Wine's prefix has no 32-bit PowerShell; the variable that Windows sets for one makes the payload run it."""
    description = exchange_2003()
    environment = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
    description["registry"].setdefault(environment, {})["PROCESSOR_ARCHITEW6432"] = "AMD64"
    with LabServer(description) as server:
        (server.prefix.drive / "windows" / "sysnative").symlink_to(server.prefix.drive / "windows" / "system32")
        result = disable(server)
        assert (result.status, start_of(server)) == ("ok", 4)
        assert server.values(f"{LEDGER}\\0001")
