# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that somebody else has written into the ledger of a real registry: refused, named, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule as FilterDriver
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule as TcpOffload
from tests.lab.direct import LabConnection
from tests.lab.server import LabServer
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, run

GUID = nic.guid("0001")
PARAMS = {"*RSS": ("1", {"type": "enum", "default": "1"}, {"0": "Off", "1": "On"})}
ADAPTER = nic.adapter("PCI\\VEN_8086&DEV_10C9\\4&B70F118&0&1", "0001", "LAN", params=PARAMS)
SERVICE = {"": {"Type": 16, "ImagePath": "C:\\Users\\Public\\x.exe", "ObjectName": "LocalSystem"}}

# resource, subject, Before, After; the action and options that would restore it; what is said
FORGED: dict[str, tuple[str, str, Any, Any, Any, dict[str, Any], str]] = {
    "a word that is another command": (
        "tcp_offload", "chimney", {"chimney": "enabled autotuninglevel=disabled"}, {"chimney": "automatic"},
        TcpOffload, {"chimney": "enabled"}, "which this Windows does not know",
    ),
    "a value of the class key that is no keyword": (
        "tcp_offload", f"{GUID}\\DriverDesc", {"DriverDesc": "x"}, {"DriverDesc": ""},
        TcpOffload, {"adapters": [{"match": "LAN"}]}, "its driver has no keyword DriverDesc",
    ),
    "a service in a form that only a newer release knows": (
        "filter_driver", "Tidevault", {"Start": 2, "key": SERVICE}, {"Start": None, "key": None},
        FilterDriver, {"name": ["Tidevault"]}, "has the Format 2, and 1 is the newest that this release knows",
    ),
}  # fmt: skip


def entry(resource: str, subject: str, before: Any, after: Any) -> dict[str, Any]:
    """Return the values of an entry."""
    states = {"Before": json.dumps(before), "After": json.dumps(after)}
    return {"Format": "1", "Resource": resource, "Subject": subject, "When": "2026-01-01T00:00:00Z", **states}


@pytest.mark.lab
@pytest.mark.parametrize("case", FORGED)
def test_a_forged_entry_is_refused_and_named_and_nothing_is_written(
    case: str, lab_server: Callable[..., LabServer]
) -> None:
    resource, subject, before, after, action, args, message = FORGED[case]
    document = netsh.server("6.1.7601")
    document["registry"].update(ADAPTER)
    newer = {"Format": "2"} if action is FilterDriver else {}
    document["registry"][f"{LEDGER}\\0001"] = {**entry(resource, subject, before, after), **newer}
    server = lab_server(document)
    connection: Any = LabConnection(server)
    original = server.export_registry()
    result = run(action, connection, {**args, "state": "restored"})
    assert result["failed"]
    assert f"{LEDGER}\\0001 of the ledger " in result["msg"]
    assert message in result["msg"]
    assert server.export_registry() == original
    everything = run(TcpOffload, connection, {"state": "restored"})
    assert not everything["changed"]
    assert bool(everything.get("warnings")) == (resource == "tcp_offload")
    assert server.export_registry() == original
