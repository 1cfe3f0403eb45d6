# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""win_tcp_offload on lab servers of every release: check mode predicts the run, a second run changes nothing, restored
is as it was, and all of it is what a replica of the same description does.
tests/unit/plugins/action/test_win_tcp_offload.py has more, on replicas alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import InterfaceQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.netsh import parse_dump
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.lab.direct import DirectExecutor, LabConnection
from tests.lab.server import LabServer
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

ROWS = [{"profile": "snp_disabled"}, {"profile": "snp_enabled"}, {"state": "restored"}]
ENGLISH = [(release, "en") for release in netsh.RELEASES]
FOREIGN = [(release, language) for release in ("6.1.7601", "10.0.14393") for language in ("de", "ja", "ru")]


def timeless(result: dict[str, Any]) -> dict[str, Any]:
    """Return what of a result does not depend on the time of day, nor on whether it was predicted or done.

    Nor on the code page in which Wine's console shows the comments of a dump.
    """
    kept = {name: each for name, each in copy.deepcopy(result).items() if name != "judged"}
    for operation in kept["operations"]:
        operation.get("values", {}).pop("When", None)
        if operation.get("expected") and operation["operation"] == "run_command":
            operation["expected"] = parse_dump(operation["expected"][1]["output"])
        if operation.get("name") == "Closed":
            operation["value"] = operation["value"].split()[0]
    for finding in kept["findings"]:
        finding["status"] = {"fixed": "drifted", "pending": "drifted"}.get(finding["status"], finding["status"])
        for follows_from_status in ("act", "severity", "title", "fix", "since", "restart"):
            del finding[follows_from_status]
        finding["evidence"] = [text.partition("changed on ")[0] for text in finding["evidence"]]
    return kept


def settings(server: LabServer) -> tuple[dict[str, Any] | None, bytes]:
    """Return what a server is set to. Once, on a loaded machine, netsh said nothing at all, and why was not found: it
    is asked again."""
    dumps = (server.wine("netsh", "interface", "tcp", "dump").stdout for _unused in range(3))
    return server.values(netsh.PARAMETERS), next((dump for dump in dumps if dump), b"")


@pytest.mark.parametrize(("release", "language"), [*ENGLISH, *FOREIGN])
def test_tcp_offload_matrix_on_the_lab(release: str, language: str, lab_server: Callable[..., LabServer]) -> None:
    document = netsh.server(release, language)
    server, replica = lab_server(document), Server(document)
    connection, original = LabConnection(server), settings(server)
    for args in ROWS:
        before = connection.executions
        predicted = run(ActionModule, connection, args, check=True)
        done = run(ActionModule, connection, args)
        assert connection.executions - before == (3 if done["changed"] else 2)
        assert timeless(done) == timeless(predicted) == timeless(run(ActionModule, replica, args))
        again = run(ActionModule, connection, args)
        assert (again["changed"], again["before"]) == (False, done["after"])
    assert settings(server) == original


GLOBALS = {"autotuning": "restricted", "ecn": "enabled", "timestamps": "enabled", "initial_rto": 2000, "uro": "enabled"}


@pytest.mark.parametrize("release", ["6.1.7601", "10.0.26100"])
def test_tcp_offload_sets_the_words_of_both_dumps_on_the_lab(
    release: str, lab_server: Callable[..., LabServer]
) -> None:
    document = netsh.server(release)
    server, replica = lab_server(document), Server(document)
    connection = LabConnection(server)
    done = run(ActionModule, connection, GLOBALS)
    assert timeless(done) == timeless(run(ActionModule, replica, GLOBALS))
    assert done["after"]["initial_rto"] == {"state": "2000"}
    asked = [line for line in server.commands_asked() if "set global" in line]
    assert len(asked) == (2 if release == "10.0.26100" else 1)
    assert run(ActionModule, connection, GLOBALS)["changed"] is False
    run(ActionModule, connection, {"state": "restored"})
    assert run(ActionModule, connection, GLOBALS, check=True)["before"] == done["before"]


def test_tcp_offload_on_a_2003_of_the_lab_with_twelve_adapters(lab_server: Callable[..., LabServer]) -> None:
    document = netsh.server("5.2.3790")
    choices = {"0": "Disabled", "1": "Enabled"}
    params = {
        name: ("1", {"type": "enum", "default": "1"}, choices) for name in ("*LsoV1IPv4", "*TCPConnectionOffloadIPv4")
    }
    for number in range(1, 13):
        device = f"PCI\\VEN_14E4&DEV_164C&SUBSYS_01B21028&REV_12\\4&{number}"
        adapter = nic.adapter(device, f"{number:04d}", f"LAN {number}", service=f"l2nd{number}", params=params)
        document["registry"].update(adapter)
    server = lab_server(document)
    connection, before = LabConnection(server), server.values(netsh.PARAMETERS)
    rule = {"match": "LAN *", "lso": "disabled", "tcp_connection_offload": "disabled"}
    args = {"profile": "snp_disabled", "adapters": [rule]}
    result = run(ActionModule, connection, args)
    values = server.values(netsh.PARAMETERS) or {}
    assert {name: values[name] for name in set(values) - set(before or {})} == dict.fromkeys(
        ("EnableTCPChimney", "EnableRSS", "EnableTCPA"), 0
    )
    assert [line for line in server.commands_asked() if "set" in line] == ["netsh interface ip set chimney DISABLED"]
    assert (result["reboot_required"], connection.executions) == (True, 2)
    for number in range(1, 13):
        assert server.read_value(f"{nic.CLASS}\\{number:04d}", "*LsoV1IPv4") == "0"
    assert run(ActionModule, connection, args)["changed"] is False
    assert connection.executions == 3
    run(ActionModule, connection, {"state": "restored"})
    assert server.values(netsh.PARAMETERS) == before
    assert server.read_value(f"{nic.CLASS}\\0012", "*LsoV1IPv4") == "1"


@pytest.mark.parametrize("code", [0, 1])
def test_tcp_offload_restarts_an_adapter_of_the_lab_by_its_name(
    code: int, lab_server: Callable[..., LabServer]
) -> None:
    document = netsh.server("6.1.7601")
    lines = [f"netsh interface set interface name=Büro LAN admin={state}" for state in ("disabled", "enabled")]
    for line, answer in zip(lines, (0, code), strict=True):
        document["commands"][line] = {"exit_code": answer, "output": "\r\n"}
    params = {"*RSS": ("1", {"type": "enum", "default": "1"}, {"0": "Off", "1": "On"})}
    document["registry"].update(
        nic.adapter("PCI\\VEN_8086&DEV_10C9\\1", "0001", "Büro LAN", service="e1", params=params)
    )
    server = lab_server(document)
    shown = execute(DirectExecutor(server), Request((InterfaceQuery(),))).document["interfaces"][0]["id"]
    server.set_value(f"{nic.CLASS}\\0001", "NetCfgInstanceId", shown)  # one that the network stack shows, Wine's own
    server.set_value(f"{nic.CONNECTIONS}\\{shown}\\Connection", "Name", "Büro LAN")
    rule = {"match": "B?ro LAN", "rss": "disabled"}
    args = {"adapters": [rule], "restart_adapters": "allowed", "restart_connection_adapter": True}
    result = run(ActionModule, LabConnection(server), args)
    assert [line for line in server.commands_asked() if "admin=" in line] == lines
    if code:
        assert result["failed"] is True
        assert (
            'admin=enabled failed (exit code 1): the adapter "Büro LAN" was not restarted and may be down'
            in result["msg"]
        )
    else:
        assert (result["changed"], result["adapters_to_restart"]) == (True, [])
