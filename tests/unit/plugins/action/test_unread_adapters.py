# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network adapters that cannot be read: every module that judges them says so, and the policy changes nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule as Facts
from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule as Baseline
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule as Offload
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload_info import ActionModule as Info
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

PLACES = [nic.CLASS, f"{nic.CLASS}\\0002", f"{nic.CLASS}\\0001\\Ndi\\params"]
RULE = {"match": "LAN", "power_saving": "disabled"}
TASKS: list[tuple[Any, dict[str, Any]]] = [
    (Info, {}),
    (Offload, {"adapters": [RULE]}),
    (Offload, {"state": "restored"}),
    (Baseline, {"resources": [{"nic_driver_facts": {}}]}),
    (Baseline, {"resources": [{"win_tcp_offload_info": {}}, {"win_tcp_keepalive": {"milliseconds": 900_000}}]}),
]


def server(place: str) -> Server:
    """Return a server of which one key of the adapters is denied; the class key shows nothing below it then."""
    document = netsh.server("6.1.7601")
    adapter = nic.adapter("PCI\\VEN_8086&DEV_10C9\\4&B70F118&0&1", "0001", "LAN")
    document["registry"].update({key: values for key, values in adapter.items() if not key.startswith(f"{place}\\")})
    document["unreadable"] = {place: "access_denied"}
    return Server(document)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("action", "args"), TASKS)
def test_each_key_that_cannot_be_read_is_a_finding(action: Any, args: dict[str, Any], place: str) -> None:
    result = run(action, server(place), args)
    assert not result.get("failed"), result
    (finding,) = [each for each in result["findings"] if each["subject"] == place]
    assert (finding["status"], finding["evidence"]) == (
        "unknown",
        ["network adapters could not be read (access_denied)"],
    )
    assert "local administrator" in finding["fix"]


@pytest.mark.parametrize("place", PLACES)
def test_the_facts_name_each_key_that_cannot_be_read(place: str) -> None:
    facts = run(Facts, server(place), {})["ansible_facts"]["nic_drivers"]
    assert facts["unreadable"] == [{"key": place, "reason": "access_denied"}]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("state", ["automatic", "disabled"])
def test_the_policy_changes_nothing_that_depends_on_the_adapters(place: str, state: str) -> None:
    target = server(place)
    dump = target.document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace("chimney=automatic", f"chimney={state}")
    before = copy.deepcopy(target.document)
    result = run(Offload, target, {"profile": "by_driver"})
    assert result["failed"]
    assert f"the network adapters could not be read: {place} (access_denied)" in result["msg"]
    assert {each["status"] for each in result["findings"] if each["subject"] == "chimney"} == {"unknown"}
    assert target.document == before
