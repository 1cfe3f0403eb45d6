# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapters that a hypervisor emulates are told from hardware, by the server's firmware, its devices or the driver."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule as Baseline
from tests.support import CASES
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

E1000 = "PCI\\VEN_8086&DEV_100E&SUBSYS_001E8086&REV_02\\3&18"
MELLANOX = "PCI\\VEN_15B3&DEV_1016&SUBSYS_190014BF&REV_80\\1&2"
BIOS = "HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"
RNDIS = "USB\\VID_0525&PID_A4A2\\5&1"
AUDIT = {"resources": [{"win_tcp_offload": {"profile": "by_driver"}}, {"nic_driver_facts": {}}]}


def case(name: str) -> dict[str, Any]:
    """Return a case from the field."""
    document: dict[str, Any] = yaml.safe_load((CASES / f"adapters/{name}.yml").read_text(encoding="utf-8"))
    return document


def server(instance: str, firmware: tuple[str, str] = ("", ""), **said: Any) -> dict[str, Any]:
    """Return a Server 2016 with one adapter. firmware: maker and model, as it says them."""
    document = netsh.server("10.0.14393")
    said = {"version": "12.0.0.0", "date": "2012-01-01", **said}
    document["registry"] |= nic.adapter(instance, **said)
    if firmware[0]:
        document["registry"][BIOS] = dict(zip(("SystemManufacturer", "SystemProductName"), firmware, strict=True))
    return document


def hypervisor(document: dict[str, Any]) -> str:
    """Return whose adapter the first one is."""
    facts = run(ActionModule, Server(document), {})["ansible_facts"]["nic_drivers"]
    return str(facts["adapters"][0]["hypervisor"])


@pytest.mark.parametrize(
    ("instance", "firmware", "said", "expected"),
    [
        (E1000, ("innotek GmbH", "VirtualBox"), {}, "VirtualBox"),
        (E1000, ("VMware, Inc.", "VMware Virtual Platform"), {}, "VMware"),
        (E1000, ("QEMU", "Standard PC (Q35 + ICH9, 2009)"), {}, "KVM"),
        (MELLANOX, ("Microsoft Corporation", "Virtual Machine"), {"provider": "Mellanox"}, "Hyper-V"),
        (MELLANOX, ("Microsoft Corporation", "Surface Hub"), {"provider": "Mellanox"}, ""),
        (E1000, ("Dell Inc.", "PowerEdge R640"), {}, ""),
        (E1000, ("", ""), {}, ""),
        ("PCI\\VEN_1022&DEV_2000&SUBSYS_20001022\\1", ("", ""), {"provider": "VMware, Inc."}, "VMware"),
    ],
)
def test_whose_adapter_it_is(instance: str, firmware: tuple[str, str], said: dict[str, Any], expected: str) -> None:
    assert hypervisor(server(instance, firmware, **said)) == expected


def test_virtualbox_is_told_by_another_device_where_the_firmware_says_nothing() -> None:
    document = case("vbox")
    assert hypervisor(document) == "VirtualBox"
    document["registry"][BIOS] = {"SystemManufacturer": "HP", "SystemProductName": "ProLiant DL380"}
    assert hypervisor(document) == ""  # it was moved to hardware, and keeps the devices of the guest that it was


def test_guests_of_hyper_v_have_a_driver_file_and_presence() -> None:
    facts = run(ActionModule, Server(case("netvsc")), {})["ansible_facts"]["nic_drivers"]
    first, second = facts["adapters"]
    assert (first["hypervisor"], first["driver_file"]["version"], first["present"]) == ("Hyper-V", "10.0.14393.0", True)
    assert (second["hypervisor"], second["present"]) == ("Hyper-V", False)


@pytest.mark.parametrize("group", ["Base", "Extended Base", "a group of its own", None])
def test_whatever_serves_an_adapter_has_a_driver_file_and_presence(group: str | None) -> None:
    document = case("netvsc")
    services = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
    renamed = json.loads(json.dumps(document).replace("netvsc", "othernic"))
    renamed["registry"][f"{services}\\othernic"].pop("Group")
    if group:
        renamed["registry"][f"{services}\\othernic"]["Group"] = group
    first, second = run(ActionModule, Server(renamed), {})["ansible_facts"]["nic_drivers"]["adapters"]
    assert (first["driver_file"]["version"], first["present"], second["present"]) == ("10.0.14393.0", True, False)


@pytest.mark.parametrize(
    "document",
    [
        case("vbox"),
        case("netvsc"),
        server(E1000, ("VMware, Inc.", "x")),
        server(RNDIS, description="Remote NDIS Compatible Device"),
    ],
    ids=["vbox", "netvsc", "vmware", "usb"],
)
def test_neither_age_nor_a_missing_advisory_is_told_of_them(document: dict[str, Any]) -> None:
    release = document["registry"][netsh.VERSION_KEY]["CurrentBuildNumber"]
    document.setdefault("commands", {netsh.DUMP: netsh.dump("10.0.14393")} if release != "3790" else {})
    found = run(Baseline, Server(document), AUDIT, check=True)["findings"]
    assert {each["status"] for each in found if each["id"].startswith("nic_driver")} == {"compliant"}
    rss = next(each for each in found if each["subject"] == "rss")
    assert (rss["status"], rss["evidence"][0]) == (
        "compliant",
        "there is no physical adapter that does not support it",
    )


@pytest.mark.parametrize("day", ["2001-07-01", "2002-10-01", "2006-06-21"])
def test_the_date_of_windows_own_drivers_says_nothing_of_their_age(day: str) -> None:
    firmware = ("Dell Inc.", "PowerEdge R640")
    hints = [
        {each["kind"] for each in run(Baseline, Server(server(E1000, firmware, date=date)), AUDIT)["findings"]}
        for date in (day, "2012-01-02")
    ]
    assert ["driver-age" in kinds for kinds in hints] == [False, True]
