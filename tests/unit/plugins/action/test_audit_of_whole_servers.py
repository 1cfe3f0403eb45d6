# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit says of whole servers: nothing is unknown where everything can be read, and the answer is small."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import wrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.lab.large import large
from tests.support import DEMO_SNAPSHOTS
from tests.support.planning import options_of
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

AUDIT = {
    "resources": [
        {"win_filter_driver": {"state": "audited"}},
        {"win_tcp_offload": {"profile": "by_driver"}},
        {"nic_driver_facts": {}},
        {"win_snp_symptoms_info": {"signs": ["keep_alive_time", "tcpip_version"]}},
    ]
}
SWITCH = ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"0": "Off", "1": "On"})
DEVICE = "PCI\\VEN_10EC&DEV_8168&SUBSYS_012310EC&REV_15\\{}"
LIMIT = 64 * 1024


def physical_2022() -> dict[str, Any]:
    """Return a current server with two adapters of which no advisory speaks."""
    document = netsh.server("10.0.20348")
    for number in (1, 2):
        name, key = f"LAN {number}", f"{number:04d}"
        params = {"*RSS": SWITCH, "*LsoV2IPv4": SWITCH, "*VMQ": SWITCH}
        said = {"provider": "Realtek", "date": "2026-01-15", "params": params, "service": f"rt{number}"}
        document["registry"] |= nic.adapter(DEVICE.format(number), key, name, "1168.10.1.0", **said)
        shown = {"id": nic.guid(key), "name": name, "status": "up", "addresses": [f"192.0.2.{number}"]}
        document["interfaces"].append({**shown, "management": number == 1})
    return document


def unknown(document: dict[str, Any]) -> list[str]:
    """Return what an audit does not know of a server."""
    found = run(ActionModule, Server(document), AUDIT, check=True)["findings"]
    assert {each["id"].partition(".")[0] for each in found} >= {"filter_driver", "nic_driver", "tcp_offload"}
    return [f"{each['id']} {each['subject']}" for each in found if each["status"] == "unknown"]


@pytest.mark.parametrize("path", sorted(DEMO_SNAPSHOTS.glob("*.yml")), ids=lambda path: path.stem)
def test_an_audit_of_the_demo_knows_everything(path: Path) -> None:
    assert unknown(load(path)) == []


def test_an_audit_of_a_current_server_knows_everything() -> None:
    document = physical_2022()
    assert unknown(document) == []
    del document["registry"][f"{nic.CLASS}\\0001"]["DriverVersion"]
    own = {"id": "x", "applies_to": "physical", "requirement": {"at_least": "1.0"}, "affects": ["vmq"], "why": "W."}
    told = {**AUDIT, "resources": [{"nic_driver_facts": {"advisories": [own]}}]}
    assert "unknown" in {each["status"] for each in run(ActionModule, Server(document), told)["findings"]}


def test_the_answer_of_a_large_server_on_its_adapters_is_small() -> None:
    reply = Replica(large()).execute(Request(resource.queries(options_of(resource))))
    assert len(base64.b64encode(gzip.compress(wrap("0" * 32, reply).encode()))) <= LIMIT
