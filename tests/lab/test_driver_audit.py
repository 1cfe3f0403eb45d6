# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every driver of real registries and a real service manager: what was left behind is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver_info import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import LEFTOVERS
from tests.lab.direct import LabConnection
from tests.lab.parts import for_lab
from tests.lab.server import LabServer
from tests.support.scenarios import drivers
from tests.support.servers import run

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def server() -> Iterator[LabServer]:
    """Return the server of 300 drivers."""
    with LabServer(for_lab(drivers.large())) as server:
        yield server


def audit(server: LabServer, **args: Any) -> tuple[dict[str, Any], LabConnection]:
    """Return what the module reports of a server, and the connection that it used."""
    connection: Any = LabConnection(server)
    result = run(ActionModule, connection, args)
    assert not result.get("failed"), result
    return result, connection


def test_the_six_and_no_other_are_found_in_one_execution_and_nothing_is_written(server: LabServer) -> None:
    before = server.export_registry()
    result, connection = audit(server)
    assert connection.executions == 1
    assert connection.reply_bytes <= 64 * 1024
    assert len(result["drivers"]) >= drivers.COUNT
    assert {
        each["name"]: each["classification"] for each in result["drivers"] if each["classification"] in LEFTOVERS
    } == drivers.LEFTOVERS
    assert server.export_registry() == before


def test_what_runs_and_what_can_be_stopped_is_the_service_managers_word(server: LabServer) -> None:
    result, _unused = audit(server, match="running", select="[].name")
    assert {"AbOpenFile", "FAMv4"} <= set(result["selected"])


def test_a_stock_lab_server_has_nothing_left_behind() -> None:
    """Wine's own drivers name neither company nor version: nothing can be known of them."""
    with LabServer({"format": 1, "registry": {}}) as bare:
        result, _unused = audit(bare)
    assert result["drivers"]
    assert {each["classification"] for each in result["drivers"]} <= {"unknown", "system"}
