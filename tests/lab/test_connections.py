# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first case of the seed, from task to server and back: over three connections, with the oldest and the newest
ansible-core."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import testinfra

from tests.lab.cases import exchange_2003, stubborn_2022
from tests.lab.server import LabServer
from tests.support.plays import OWN_CORE, TaskResult, cores, module_task, play

FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:]{8}Z")
CONNECTIONS = ("winrm", "psrp", "ssh")


@pytest.fixture(scope="module")
def exchange() -> Iterator[LabServer]:
    """Return an Exchange server on which FAMv4 runs; every test leaves it so."""
    with LabServer(exchange_2003(), powershell="outer") as server:
        yield server


def disable(**options: Any) -> dict[str, Any]:
    return module_task("win_filter_driver", {"name": "FAMv4", "reason": "hangs Exchange", **options})


def core_cases() -> list[Any]:
    """Return every core that make installed, and that of the tests themselves where there is none."""
    return [pytest.param(folder, id=f"core {name}") for name, folder in (cores() or {"own": OWN_CORE}).items()]


@pytest.mark.parametrize("connection", CONNECTIONS)
@pytest.mark.parametrize("core", core_cases())
def test_famv4_is_found_cured_stays_cured_and_is_put_back(exchange: LabServer, connection: str, core: Path) -> None:
    hosts = {"exchange": exchange.hostvars(connection)}
    original = exchange.values(FAMV4)

    (predicted,) = play(hosts, [disable()], check=True, core=core)
    assert exchange.values(FAMV4) == original
    tasks = [disable(), disable(), disable(state="restored"), disable(state="restored")]
    cured, again, restored, nothing = play(hosts, tasks, core=core)

    assert [result.status for result in (predicted, cured, again, restored, nothing)] == ["ok"] * 5
    assert [result["changed"] for result in (predicted, cured, again, restored, nothing)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert cured["after"] == predicted["after"] == {"FAMv4": {"Start": 4, "status": "stopped"}}
    assert cured["diff"] == predicted["diff"]
    assert [finding["status"] for finding in (*predicted["findings"], *cured["findings"])] == ["drifted", "fixed"]
    assert cured["reboot_required"] is predicted["reboot_required"] is False
    assert "warnings" not in cured.data
    assert "deprecations" not in cured.data
    assert exchange.values(FAMV4) == original
    assert b"RUNNING" in exchange.wine("sc", "query", "FAMv4").stdout


def test_an_independent_client_sees_the_cure(exchange: LabServer) -> None:
    hosts = {"exchange": exchange.hostvars("winrm")}
    original = exchange.values(FAMV4)
    host = testinfra.get_host(exchange.testinfra_url())
    play(hosts, [disable()])
    assert "STOPPED" in host.run("sc query FAMv4").stdout
    assert "0x4" in host.run(f'reg query "{FAMV4}" /v Start').stdout
    play(hosts, [disable(state="restored")])
    assert "RUNNING" in host.run("sc query FAMv4").stdout
    assert exchange.values(FAMV4) == original


def test_a_driver_that_does_not_stop_waits_for_a_restart() -> None:
    with LabServer(stubborn_2022()) as server:
        hosts = {"server": server.hostvars("winrm")}
        first, second = play(hosts, [disable(), disable()])
        (checked,) = play(hosts, [disable()], check=True)
    assert first["after"] == {"FAMv4": {"Start": 4, "status": "running"}}
    assert [result["changed"] for result in (first, second, checked)] == [True, False, False]
    assert [result["reboot_required"] for result in (first, second, checked)] == [True, True, True]
    assert "Windows refused to stop it (error 1460)" in " ".join(first["findings"][0]["evidence"])


def test_check_mode_writes_nothing_at_all(exchange: LabServer, tmp_path: Path) -> None:
    before = exchange.export_registry()
    tasks = [disable(), module_task("win_snapshot", {"dest": str(tmp_path / "server.yml")})]
    results = play({"exchange": exchange.hostvars("winrm")}, tasks, check=True)
    assert [result["changed"] for result in results] == [True, True]
    assert exchange.export_registry() == before
    assert list(tmp_path.iterdir()) == []


def test_a_compliant_server_costs_one_execution_and_a_drifted_one_two(exchange: LabServer) -> None:
    hosts = {"exchange": exchange.hostvars("winrm")}
    executions = [
        _executions(exchange, lambda state=state: play(hosts, [disable(state=state)]))
        for state in ("restored", "disabled", "disabled")
    ]
    assert executions == [1, 2, 1]
    play(hosts, [disable(state="restored")])


def _executions(server: LabServer, run: Callable[[], list[TaskResult]]) -> int:
    server.endpoint.reset_counts()
    assert run()[0].status == "ok"
    return server.endpoint.counts.executions


@pytest.mark.parametrize("connection", CONNECTIONS)
def test_a_snapshot_of_a_server_answers_as_the_server_does(
    exchange: LabServer, connection: str, tmp_path: Path
) -> None:
    snapshot = tmp_path / "server.yml"
    hosts = {"exchange": exchange.hostvars(connection)}
    saved, again = play(hosts, [module_task("win_snapshot", {"dest": str(snapshot)})] * 2)
    assert [saved["changed"], again["changed"]] == [True, False]

    replica = {
        "ansible_connection": "server_baseline.windows.replica",
        "ansible_replica_snapshot": str(snapshot),
        "ansible_replica_changes": str(tmp_path / "changes.yml"),
    }
    tasks = [disable(), disable(), disable(state="restored"), disable(name=["nsiproxy", "RpcSs", "nothing"], force=[])]
    tasks[-1]["ignore_errors"] = True
    on_server, on_replica = (play({"exchange": each}, tasks) for each in (hosts["exchange"], replica))
    assert [_without_times(result.data) for result in on_replica] == [
        _without_times(result.data) for result in on_server
    ]


def _without_times(data: Any) -> Any:
    """Return a result without the times of day in it, which the ledger is about."""
    if isinstance(data, dict):
        return {name: _without_times(part) for name, part in data.items() if name != "exception"}
    if isinstance(data, list):
        return [_without_times(part) for part in data]
    return TIME.sub("TIME", data) if isinstance(data, str) else data
