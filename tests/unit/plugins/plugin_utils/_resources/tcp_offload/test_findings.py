# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every open finding on offload and on network drivers says what to do, why and how, and what kind it is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule as Baseline
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.shutdown import KEY, VALUE
from tests.support import DEMO_SNAPSHOTS
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

SWITCH = ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"0": "Off", "1": "On"})
LAN = "PCI\\VEN_10EC&DEV_8168\\4&9"
RESTARTED = {"REG_BINARY": "0080c5131e6bc701"}
BY_DRIVER = {"profile": "by_driver"}
AUDIT = {"resources": [{"win_tcp_offload": BY_DRIVER}, {"nic_driver_facts": {}}, {"win_tcp_offload_info": {}}]}

Findings = list[dict[str, Any]]


def lan(**said: Any) -> Server:
    """Return a Server 2008 R2 with one adapter."""
    document = netsh.server("6.1.7601")
    document["registry"] |= nic.adapter(LAN, "0001", "LAN", "9.0.0.0", params={"*RSS": SWITCH}, **said)
    document["registry"][KEY] = {VALUE: RESTARTED}
    document["interfaces"].append({"id": nic.guid("0001"), "name": "LAN", "status": "up", "addresses": ["192.0.2.1"]})
    return Server(document)


def told(server: Server, check: bool = True, **args: Any) -> Findings:
    """Return the findings of a task."""
    found: Findings = run(ActionModule, server, args, check=check)["findings"]
    return found


def no_such_state() -> Findings:
    """Ask for a state that a release does not have."""
    return told(Server(netsh.server("5.2.3790")), chimney="automatic")


def contradiction() -> Findings:
    """Judge NetDMA, whose two settings disagree."""
    return told(Server(netsh.server("6.1.7601", EnableTCPA=0)), netdma="enabled")


def without_dump() -> Findings:
    """Judge a server whose netsh does not answer."""
    document = netsh.server("10.0.20348")
    document["commands"] = {}
    return told(Server(document), profile="snp_disabled")


def unread_adapters() -> Findings:
    """Judge a server whose adapters cannot be read."""
    document = copy.deepcopy(lan().document)
    document["unreadable"] = {nic.CLASS: "access_denied"}
    return [*told(Server(document), **BY_DRIVER), *run(Baseline, Server(document), AUDIT, check=True)["findings"]]


def pending_server() -> Findings:
    """Judge a server that waits for a restart."""
    document = netsh.server("5.2.3790")
    document["registry"][KEY] = {VALUE: RESTARTED}
    server = Server(document)
    told(server, check=False, rss="disabled")
    return told(server, rss="disabled")


def pending_adapter() -> Findings:
    """Judge an adapter that waits for a restart."""
    server, rule = lan(), {"match": "LAN", "rss": "disabled"}
    told(server, check=False, adapters=[rule])
    return told(server, adapters=[rule])


def restored() -> Findings:
    """Restore a feature and a keyword."""
    server = lan()
    told(server, check=False, chimney="disabled", adapters=[{"match": "LAN", "rss": "disabled"}])
    return told(server, state="restored")


def changed_by_others() -> Findings:
    """Restore what somebody else has changed since."""
    server = lan()
    args = {"task_offload": "disabled", "adapters": [{"match": "LAN", "power_saving": "disabled"}]}
    told(server, check=False, **args)
    server.document["registry"][netsh.PARAMETERS]["DisableTaskOffload"] = 7
    server.document["registry"][f"{nic.CLASS}\\0001"]["PnPCapabilities"] = 0x118
    return told(server, state="restored")


def asked_of_adapters() -> Findings:
    """Ask for settings of adapters, right ones and wrong ones."""
    keywords = {"*RSS": "7", "*Misspelt": "1"}
    return [
        *told(lan(), adapters=[{"match": "LAN", "keywords": keywords}]),
        *told(lan(), adapters=[{"match": "LAN", "rss": "disabled", "power_saving": "disabled"}]),
        *told(lan(), adapters=[{"match": "LAN", "keywords": {"*RSS": "0"}}]),
        *told(lan(characteristics=None), adapters=[{"match": "LAN", "power_saving": "disabled"}]),
    ]


def returned() -> Findings:
    """Let a feature return after its driver was mended."""
    server = Server(nic.SCENARIOS["Broadcom 3.5.8.0"].document)
    server.document["registry"][netsh.PARAMETERS] = {"Hostname": "x"}
    told(server, check=False, **BY_DRIVER)
    server.document["registry"][f"{nic.CLASS}\\0007"]["DriverVersion"] = "4.6.55"
    return told(server, **BY_DRIVER)


def scenarios() -> Iterator[dict[str, Any]]:
    """Judge every server that the tests describe, and ask each release for what it does not have by default."""
    for scenario in nic.SCENARIOS.values():
        document = copy.deepcopy(scenario.document)
        document["registry"][netsh.PARAMETERS] = {"Hostname": "x"}
        yield from run(Baseline, Server(document), AUDIT, check=True)["findings"]
    for release in netsh.RELEASES:
        for profile in ("snp_disabled", "snp_enabled"):
            yield from told(Server(netsh.server(release)), profile=profile, rss="disabled", task_offload="disabled")


SOURCES: dict[Callable[[], Any], set[str]] = {
    no_such_state: {"no_such_state"},
    contradiction: {"contradiction"},
    without_dump: {"unreadable"},
    unread_adapters: {"unreadable"},
    pending_server: {"restart"},
    pending_adapter: {"restart"},
    restored: {"restore"},
    changed_by_others: {"changed_by_others"},
    asked_of_adapters: {"no_such_value", "no_such_keyword", "setting", "unreadable"},
    returned: {"no_longer_affected"},
    scenarios: {"setting", "driver-age", "broadcom-netxtreme2-snp", "hp-broadcom-onboard"},
}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_every_open_finding_says_what_to_do_why_and_how(source: Callable[[], Any]) -> None:
    found = [each for each in source() if each["status"] in words.OPEN]
    assert {each["kind"] for each in found} >= SOURCES[source]
    for each in found:
        assert all(each[name] for name in ("title", "why", "fix", "kind", "evidence", "source")), each
        assert each["act"] in words.ACTS
        assert each["severity"] in words.SEVERITIES
        assert "re-enabled" not in str(each)


def test_a_restart_that_is_pending_says_since_when() -> None:
    for each in (*pending_server(), *pending_adapter()):
        if each["status"] == words.PENDING:
            assert (each["act"], each["restart"]) == (words.RESTART, True)
            assert each["since"].endswith("Z")


def test_a_driver_has_one_finding_however_many_advisories_hold() -> None:
    document = nic.SCENARIOS["Dell PowerEdge 1950"].document
    found = run(Baseline, Server(document), {"resources": [{"nic_driver_facts": {}}]}, check=True)["findings"]
    (only,) = found
    assert (only["status"], only["act"], only["severity"]) == (words.ATTENTION, words.UPDATE, words.CRITICAL)
    assert only["id"] == "nic_driver.broadcom-5706-5708-vbd"
    assert set(only["found"]["advisories"]) == {
        "broadcom-5706-5708-vbd",
        "broadcom-netxtreme2-snp",
        "dell-broadcom-3.5.8.0",
    }
    assert only["title"] == (
        "Update the network driver Broadcom 3.5.8.0: bus driver 2.8.18 or later and 3.7.19 or later is needed"
    )


def test_what_only_an_advisory_of_severity_info_says_is_a_hint() -> None:
    found = run(Baseline, lan(date="2015-07-21"), {"resources": [{"nic_driver_facts": {}}]}, check=True)["findings"]
    assert {(each["kind"], each["status"], each["act"], each["severity"]) for each in found} == {
        ("no_advisory", words.ATTENTION, words.NONE, words.INFO),
        ("driver-age", words.ATTENTION, words.NONE, words.INFO),
    }


def physical_2022() -> Server:
    """Return a current physical server with two adapters of which no advisory speaks."""
    document = netsh.server("10.0.20348")
    firmware = {"SystemManufacturer": "Dell Inc.", "SystemProductName": "PowerEdge R750"}
    document["registry"]["HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"] = firmware
    for number, device in (("0001", "VEN_8086&DEV_1521"), ("0002", "VEN_177D&DEV_A026")):
        instance = f"PCI\\{device}&SUBSYS_00008086&REV_01\\{number}"
        said = {"service": f"nic{number}", "date": "2026-06-01", "provider": "Maker"}
        document["registry"] |= nic.adapter(instance, number, f"NIC {number}", "12.19.2.0", **said)
    return Server(document)


@pytest.mark.parametrize("name", ["app2022", "ex2003", "ex2007", "fs2008", "fs2012r2", "web2008r2", ""])
def test_an_audit_of_offload_and_drivers_has_no_unknown_line(name: str) -> None:
    if name:
        path = DEMO_SNAPSHOTS / f"{name}.yml"
        server = Server(yaml.safe_load(path.read_text(encoding="utf-8")))
    else:
        server = physical_2022()
    found = run(Baseline, server, AUDIT, check=True)["findings"]
    assert [each for each in found if each["status"] == words.UNKNOWN] == []
    titles = {each["title"] for each in found if each["kind"] == "no_advisory"}
    if not name:
        assert titles == {"No advisory knows the network driver Intel 12.19.2.0", _UNHEARD}


_UNHEARD = "No advisory knows the network driver Maker 12.19.2.0"
