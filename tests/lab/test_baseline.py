# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role baseline on a Server 2003 that has both troubles, over real connections: predicted, cured, cured still,
restored. It is win_baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import testinfra

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.lab.cases import exchange_2003_broadcom
from tests.lab.server import LabServer
from tests.support.plays import Run, run_plays

FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"
SNP = ("EnableTCPChimney", "EnableRSS", "EnableTCPA")
TASK = "Enforce the baseline"
SAME = ("changed", "diff", "after", "reboot_required")


def play(server: LabServer, connection: str, role: str, *arguments: str) -> tuple[Run, int]:
    """Run a playbook of hosts and one role, nothing else; -> what it did, and the remote executions that it took."""
    server.endpoint.reset_counts()
    plays = [{"hosts": "all", "gather_facts": False, "roles": [f"server_baseline.windows.{role}"]}]
    run = run_plays({"server": server.hostvars(connection)}, plays, *arguments)
    assert run.code == 0, run.stdout
    return run, server.endpoint.counts.executions


def settings(server: LabServer) -> tuple[Any, list[Any]]:
    """Return the driver's start type, and what the offload features are set to."""
    return server.read_value(FAMV4, "Start"), [server.read_value(PARAMETERS, name) for name in SNP]


def test_baseline_cures_both_cases_with_nothing_but_hosts_and_roles(lab_server: Callable[..., LabServer]) -> None:
    server = lab_server(exchange_2003_broadcom())
    original, start = server.export_registry(), settings(server)

    predicted, executions = play(server, "winrm", "baseline", "--check", "--diff")
    assert (executions, server.export_registry()) == (1, original)
    audited, executions = play(server, "winrm", "audit")
    assert (executions, server.export_registry()) == (1, original)
    found = {each["subject"]: each for each in audited.of_task("server", "Judge the server")["findings"]}
    assert (found["rss"]["status"], found["rss"]["evidence"][0]) == ("drifted", "Broadcom 3.5.8.0 < 3.7.19")

    done, executions = play(server, "winrm", "baseline")
    assert executions == 2
    before, after = (run.of_task("server", TASK) for run in (predicted, done))
    assert [before[part] for part in SAME] == [after[part] for part in SAME]
    host = testinfra.get_host(server.testinfra_url())
    assert "STOPPED" in host.check_output("sc query FAMv4")
    assert "0x4" in host.check_output(f"reg query {FAMV4} /v Start")
    assert settings(server) == (4, [0, 0, 0])

    again, executions = play(server, "winrm", "baseline")
    assert (again.of_task("server", TASK)["changed"], executions) == (False, 1)
    play(server, "winrm", "restore")
    assert settings(server) == start
    assert server.status("FAMv4") == "running"


@pytest.mark.parametrize("connection", ["psrp", "ssh"])
def test_baseline_over_the_other_connections(connection: str, lab_server: Callable[..., LabServer]) -> None:
    server = lab_server(exchange_2003_broadcom())
    predicted, _unused = play(server, connection, "baseline", "--check", "--diff")
    done, _unused = play(server, connection, "baseline")
    before, after = (run.of_task("server", TASK) for run in (predicted, done))
    assert [before[part] for part in SAME] == [after[part] for part in SAME]
    assert settings(server) == (4, [0, 0, 0])
    again, _unused = play(server, connection, "baseline")
    assert not again.of_task("server", TASK)["changed"]


def test_baseline_verifies_after_the_restart_that_what_needed_it_took_effect(
    lab_server: Callable[..., LabServer],
) -> None:
    server = lab_server(exchange_2003_broadcom())
    server.reboot()  # which leaves the time of a shutdown
    assert play(server, "winrm", "baseline")[0].of_task("server", TASK)["reboot_required"]
    waiting, _unused = play(server, "winrm", "baseline")
    assert waiting.of_task("server", TASK)["reboot_required"]
    assert waiting.of_task("server", "Say that the server must be restarted")["msg"] == "server must be restarted"
    server.reboot()
    compliant, executions = play(server, "winrm", "baseline")
    result = compliant.of_task("server", TASK)
    assert (result["changed"], result["reboot_required"], executions) == (False, False, 1)
