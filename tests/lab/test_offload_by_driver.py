# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""profile=by_driver with an old driver and then a new one, end to end: a real registry, and the lab's netsh.

Features of the server, and a keyword of an adapter.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.lab.direct import LabConnection
from tests.lab.server import LabServer
from tests.support.scenarios import vmq
from tests.support.scenarios.adapters import CLASS, SCENARIOS
from tests.support.servers import run

pytestmark = pytest.mark.lab

SNP = ("EnableTCPChimney", "EnableRSS", "EnableTCPA")
BY_DRIVER = {"profile": "by_driver"}


def evidence(result: dict[str, Any]) -> set[tuple[str, str]]:
    """Return status and first evidence of the findings on features."""
    return {(each["status"], each["evidence"][0]) for each in result["findings"] if each["id"] == "tcp_offload"}


def test_offload_follows_an_old_driver_and_a_new_one() -> None:
    document = copy.deepcopy(SCENARIOS["Broadcom 3.5.8.0"].document)
    document["registry"][PARAMETERS] = {"Hostname": "ex2003"}
    with LabServer(document) as server:
        connection: Any = LabConnection(server)
        off = run(ActionModule, connection, BY_DRIVER)
        assert evidence(off) == {("fixed", "Broadcom 3.5.8.0 < 3.7.19")}
        assert [server.read_value(PARAMETERS, name) for name in SNP] == [0, 0, 0]
        assert "netsh interface ip set chimney DISABLED" in server.commands_asked()

        server.set_value(f"{CLASS}\\0007", "DriverVersion", "4.6.55")
        server.delete_value(f"{CLASS}\\0007", "DriverDateData")
        on = run(ActionModule, connection, BY_DRIVER)
        assert {status for status, _unused in evidence(on)} == {"fixed"}
        assert all(
            "because Broadcom 3.5.8.0 < 3.7.19; driver is now 4.6.55, and no advisory speaks against it" in words
            for _unused, words in evidence(on)
        )
        assert [server.read_value(PARAMETERS, name) for name in SNP] == [None, None, None]
        assert connection.executions == 4

        assert not run(ActionModule, connection, BY_DRIVER)["changed"]
        assert connection.executions == 5


def test_vmq_of_an_adapter_follows_its_driver_twice_over() -> None:
    with LabServer(vmq.host()) as server:
        connection: Any = LabConnection(server)
        for _time in range(2):
            vmq.tell(
                lambda: run(ActionModule, connection, vmq.BY_DRIVER),
                lambda version: server.set_value(vmq.KEY, "DriverVersion", version),
                lambda: server.read_value(vmq.KEY, "*VMQ"),
            )
