# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module over a real connection: in check mode, for real, again, and restored; another release over each one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.server import LabServer
from tests.support.plays import module_task, play
from tests.support.scenarios import netsh

LEFTOVER = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"
IMAGE = "C:\\windows\\system32\\drivers\\FAMv4.sys"

READ = [
    module_task("win_filter_driver_info"),
    module_task("nic_driver_facts"),
    module_task("win_tcp_offload_info"),
    module_task("win_snp_symptoms_info"),
]
REMOVE = module_task(
    "win_filter_driver", {"classifications": ["known_leftover"], "state": "absent", "reason": "left behind"}
)
RESTORE = [
    module_task("win_filter_driver", {"name": "FAMv4", "state": "restored"}),
    module_task("win_tcp_offload", {"state": "restored"}),
]


def with_leftover(document: dict[str, Any]) -> dict[str, Any]:
    """Return a server on which an uninstalled product has left its driver, running."""
    facts = {
        "file_version": "4.0.0.1",
        "company": "Vision Works Solutions Incorporated",
        "product": "File Access Manager",
    }
    image = {"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"}
    driver = {"Type": 2, "Start": 1, "ErrorControl": 1, "Group": "FSFilter Open File", "ImagePath": image}
    return {
        **document,
        "registry": {**document["registry"], LEFTOVER: driver, f"{LEFTOVER}\\Parameters": {"Paths": ["C:\\", ""]}},
        "files": {**(document.get("files") or {}), IMAGE: facts},
        "services": {**(document.get("services") or {}), "FAMv4": {"status": "running", "can_stop": True}},
    }


@pytest.mark.parametrize(
    ("connection", "release", "setting"),
    [
        ("winrm", "5.2.3790", {"profile": "snp_disabled"}),
        ("psrp", "6.1.7601", {"profile": "snp_disabled"}),
        ("ssh", "10.0.20348", {"rsc": "disabled"}),
    ],
)
def test_every_module_over_a_real_connection(
    connection: str, release: str, setting: dict[str, Any], lab_server: Callable[..., LabServer]
) -> None:
    change = [REMOVE, module_task("win_tcp_offload", {**setting, "reason": "the driver does not support it"})]
    server = lab_server(with_leftover(netsh.server(release)))
    hosts = {"server": server.hostvars(connection)}
    original, tree = server.export_registry(), server.registry().tree(LEFTOVER)

    predicted = play(hosts, [*READ, *change], check=True)
    assert server.export_registry() == original
    results = play(hosts, [*READ, *change, *change, *RESTORE, *RESTORE])

    assert [result.status for result in (*predicted, *results)] == ["ok"] * len((*predicted, *results))
    assert [result["changed"] for result in predicted] == [False] * 4 + [True] * 2
    assert [result["changed"] for result in results] == [False] * 4 + [True] * 2 + [False] * 2 + [True] * 2 + [
        False
    ] * 2
    assert [result.data["diff"] for result in results[4:6]] == [result.data["diff"] for result in predicted[4:6]]
    assert [each["subject"] for each in predicted[0]["findings"] if each["status"] == "drifted"] == ["FAMv4"]
    assert server.registry().tree(LEFTOVER) == tree
