# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What win_tcp_offload_info tells of servers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule as Offload
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload_info import ActionModule
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

SWITCH = ({"0": "Off", "1": "On"},)
PARAMS: dict[str, Any] = {
    "*RSS": ("0", {"type": "enum", "default": "1"}, *SWITCH),
    "*LsoV1IPv4": (None, {"type": "enum", "default": "1"}, *SWITCH),
    "*LsoV2IPv6": ("0", {"type": "enum", "default": "1"}, *SWITCH),
}


def info(server: Server, **args: Any) -> dict[str, Any]:
    """Return what the module tells."""
    result = run(ActionModule, server, args)
    assert result["changed"] is False
    told: dict[str, Any] = result["tcp_offload"]
    return told


@pytest.mark.parametrize(
    ("release", "states"),
    [
        ("5.2.3790", ("enabled", "enabled", "enabled", "not_applicable", "enabled")),
        ("6.0.6002", ("enabled", "enabled", "enabled", "not_applicable", "unknown")),
        ("6.1.7601", ("automatic", "enabled", "enabled", "not_applicable", "unknown")),
        ("6.2.9200", ("disabled", "enabled", "not_applicable", "enabled", "unknown")),
        ("6.3.9600", ("disabled", "enabled", "not_applicable", "enabled", "unknown")),
        ("10.0.14393", ("disabled", "enabled", "not_applicable", "enabled", "unknown")),
        ("10.0.17763", ("not_applicable", "enabled", "not_applicable", "enabled", "unknown")),
        ("10.0.20348", ("not_applicable", "enabled", "not_applicable", "enabled", "unknown")),
        ("10.0.26100", ("not_applicable", "enabled", "not_applicable", "enabled", "unknown")),
    ],
)
@pytest.mark.parametrize("language", netsh.LANGUAGES)
def test_tcp_offload_info_tells_every_feature(release: str, language: str, states: tuple[str, ...]) -> None:
    server = Server(netsh.server(release, language))
    told = info(server)
    offload, others = list(told["features"])[:5], list(told["features"])[5:]
    assert tuple(told["features"][name]["state"] for name in offload) == states
    assert offload == ["chimney", "rss", "netdma", "rsc", "task_offload"]
    assert others == ["autotuning", "ecn", "timestamps", "initial_rto", "uro"]
    assert (told["release"]["version"], server.executions) == (release, 1)


def test_tcp_offload_info_tells_updates_versions_and_ignored_values() -> None:
    document = netsh.server("5.2.3790", EnableRSS=0)
    document["registry"]["HKLM\\SOFTWARE\\Microsoft\\Updates\\Windows Server 2003\\SP3\\KB948496"] = {
        "Description": "Update"
    }
    told = info(Server(document))
    assert told["updates"] == {"KB912222": False, "KB948496": True, "KB950224": False}
    assert (told["tcpip_version"], told["ignored_values"]) == ("5.2.3790.3959", {})
    assert told["features"]["rss"] | {"evidence": []} == {
        "state": "disabled",
        "value": 0,
        "stored_as": "EnableRSS",
        "choices": ["enabled", "disabled"],
        "minimum": None,
        "maximum": None,
        "takes_effect": "restart",
        "evidence": [],
    }
    assert info(Server(netsh.server("6.1.7601", EnableRSS=0)))["ignored_values"] == {"EnableRSS": 0}


def test_tcp_offload_info_tells_what_is_unknown() -> None:
    document = netsh.server("6.1.7601")
    document["commands"] = {}
    document["unreadable"] = {"HKLM\\SOFTWARE\\Microsoft\\Updates": "access_denied"}
    result = run(ActionModule, Server(document), {})
    features = result["tcp_offload"]["features"]
    assert [features[name]["state"] for name in ("chimney", "rss", "netdma")] == ["unknown"] * 3
    assert features["task_offload"]["state"] == "unknown"
    assert {finding["status"] for finding in result["findings"]} == {"unknown"}
    assert set(result["tcp_offload"]["updates"].values()) == {None}


def test_tcp_offload_info_tells_adapters_and_what_their_keywords_amount_to() -> None:
    document = netsh.server("6.1.7601")
    document["registry"].update(nic.adapter("PCI\\VEN_8086&DEV_10C9\\1", "0001", "LAN", service="e1", params=PARAMS))
    document["registry"].update(nic.adapter("PCI\\VEN_8086&DEV_10C9\\2", "0002", "Backup", service="e2", params=PARAMS))
    told = info(Server(document), match="L*")
    assert [adapter["name"] for adapter in told["adapters"]] == ["LAN"]
    assert told["adapters"][0]["settings"] == {
        "rss": "disabled",
        "lso": "mixed",
        "lso_ipv4": "enabled",
        "lso_ipv6": "disabled",
        "power_saving": "enabled",
    }
    assert told["adapters"][0]["keywords"]["*LsoV1IPv4"]["effective"] == "1"


def test_tcp_offload_info_tells_what_the_ledger_holds() -> None:
    server = Server(netsh.server("5.2.3790"))
    run(Offload, server, {"rss": "disabled", "reason": "old driver", "review_when": "driver 3.7.19"})
    changes = info(server)["changes"]
    assert [(each["subject"], each["reason"], each["review_when"], each["before"]) for each in changes] == [
        ("rss", "old driver", "driver 3.7.19", {"EnableRSS": None})
    ]
    run(Offload, server, {"state": "restored"})
    assert info(server)["changes"] == []


@pytest.mark.parametrize(
    ("match", "message"), [(" ", "match is empty"), ("name ==", "match is not a JMESPath expression")]
)
def test_tcp_offload_info_refuses_what_cannot_be_meant(match: str, message: str) -> None:
    result = run(ActionModule, Server(netsh.server("6.1.7601")), {"match": match})
    assert message in result["msg"]


def test_tcp_offload_info_tells_adapters_apart_and_lists_all_of_them() -> None:
    document = netsh.server("6.1.7601")
    document["registry"].update(nic.adapter("PCI\\VEN_8086&DEV_10C9\\1", "0001", "LAN", service="e1"))
    document["registry"].update(nic.adapter("ROOT\\X\\0", "0002", "WAN", characteristics=0x29, service="wan"))
    document["registry"][f"{nic.CONNECTIONS}\\{nic.guid('0099')}\\Connection"] = {"Name": "Gone"}
    kinds = ("physical", "virtual", "hidden", "team", "team_member", "present", "carries_connection")
    told = {each["name"]: tuple(each[kind] for kind in kinds) for each in info(Server(document))["adapters"]}
    assert told == {
        "LAN": (True, False, False, False, False, True, "unknown"),
        "WAN": (False, True, True, False, False, True, "unknown"),
        "Gone": (None, None, None, False, False, False, False),
    }
    assert [each["name"] for each in info(Server(document), match="?*")["adapters"]] == ["LAN"]


def test_info_tells_what_options_give_a_value() -> None:
    sizes, profiles = {"1514": "Off", "9014": "9 KB"}, {str(number): "x" for number in range(1, 7)}
    params = {
        "*JumboPacket": ("9014", {"type": "enum", "default": "1514"}, sizes),
        "*RSSProfile": (None, {"type": "enum", "default": "4"}, profiles),
    }
    document = netsh.server("10.0.20348")
    document["registry"] |= nic.adapter("PCI\\VEN_8086&DEV_1572\\1", "0001", "LAN", params=params)
    settings = info(Server(document))["adapters"][0]["settings"]
    assert (settings["jumbo_packet"], settings["rss_profile"]) == ("9014", "numa_static")
    assert "rss_queues" not in settings


SWITCH_ADAPTER = nic.adapter("ROOT\\VMS_MP\\0000", "0002", "vEthernet (nat)", characteristics=0x29)
VMMS = {"HKLM\\SYSTEM\\CurrentControlSet\\Services\\vmms": {"Type": 16}}


@pytest.mark.parametrize(
    ("release", "more", "state"),
    [
        ("10.0.20348", {}, "not_applicable"),
        ("10.0.20348", SWITCH_ADAPTER, "unknown"),
        ("10.0.17763", VMMS, "unknown"),
        ("10.0.14393", {**VMMS, **SWITCH_ADAPTER}, "not_applicable"),
    ],
)
def test_info_tells_what_is_known_of_rsc_of_virtual_switches(release: str, more: dict[str, Any], state: str) -> None:
    document = netsh.server(release)
    document["registry"] |= more
    told = info(Server(document))["virtual_switch_rsc"]
    assert told["state"] == state
    assert ("WMI alone tells it" in told["evidence"][0]) == (state == "unknown")
