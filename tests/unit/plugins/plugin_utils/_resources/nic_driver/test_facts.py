# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's facts: their form, their size, and what they rest on."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import InterfaceQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.controller import controller_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.filetime import (
    date_of_filetime,
    date_of_text,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.machine import (
    machine_of,
    machine_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.adapters import (
    adapter_queries,
    adapters_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.hardware import (
    HardwareId,
    hardware_id,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.management_interface import (
    connection_carriers,
)
from tests.support import CAPTURES
from tests.support.planning import options_of, plan_for
from tests.support.scenarios import adapters as scenarios
from tests.support.scenarios.adapters import CLASS, CONNECTIONS, ENUM, SCENARIOS, SERVICES, adapter, guid, server
from tests.support.servers import Server, read, run

CAPTURE = CAPTURES / "adapters.yml"
PCI = "PCI\\VEN_14E4&DEV_1659&SUBSYS_01E61028&REV_11\\4&1"


def gathered(document: dict[str, Any], **args: Any) -> dict[str, Any]:
    """Return the facts of a server."""
    result = run(ActionModule, Server(document), args)
    facts: dict[str, Any] = result["ansible_facts"]["nic_drivers"]
    return facts


def one(document: dict[str, Any]) -> Any:
    """Return the only adapter of a document."""
    (found,) = adapters_of(read(document, adapter_queries()))
    return found


def test_nic_driver_facts_takes_one_execution() -> None:
    machine = Server(SCENARIOS["Dell PowerEdge 1950"].document)
    result = run(ActionModule, machine, {}, check=True)
    assert set(result) == {"ansible_facts", "changed", "findings", "judged", "server"}
    assert not result["changed"]
    assert set(result["ansible_facts"]) == {"nic_drivers"}
    assert machine.executions == 1


def test_nic_driver_facts_are_equal_from_run_to_run_and_fit_a_cache() -> None:
    document = SCENARIOS["Dell PowerEdge 1950"].document
    first, second = (json.dumps(gathered(document)) for _unused in range(2))
    assert first == second
    assert len(first) < 6000


def test_nic_driver_facts_name_the_server() -> None:
    told = gathered(SCENARIOS["Dell PowerEdge 1950"].document)["server"]
    assert told == {
        "maker": "Dell Inc.",
        "model": "PowerEdge 2950",
        "nt": "5.2",
        "release": "5.2.3790",
        "windows": "5.2.3790",
        "service_pack": "2",
        "product": "Microsoft Windows Server 2003",
    }
    assert gathered(SCENARIOS["vmxnet3"].document)["server"]["maker"] == "VMware, Inc."


@pytest.mark.parametrize("table", ["", "00020400ff", "0002040006000000010400000000", "00020400060000000102000000007f"])
def test_nic_driver_facts_do_not_trip_over_a_damaged_firmware_table(table: str) -> None:
    document = server()
    document["registry"][f"{SERVICES}\\mssmbios\\Data"] = {"SMBiosData": {"REG_BINARY": table}}
    told = machine_of(read(document, machine_queries()))
    assert (told.maker, told.nt) == (None, "5.2")


def test_nic_driver_facts_of_a_server_whose_release_cannot_be_read() -> None:
    assert machine_of(read({"registry": {}}, machine_queries())).as_dict() == dict.fromkeys(
        ("maker", "model", "nt", "release", "windows", "service_pack", "product")
    )


def many() -> dict[str, Any]:
    """Return a server with a Broadcom, an Intel and a WAN miniport."""
    document = copy.deepcopy(SCENARIOS["Broadcom 3.5.8.0"].document)
    intel = adapter(
        "PCI\\VEN_8086&DEV_1079&SUBSYS_01691028&REV_03\\4&9",
        "0008",
        "LAN 2",
        "8.10.1.0",
        service="e1000",
        provider="Intel",
        date="2007-11-20",
    )
    wan = adapter("ROOT\\MS_NDISWANIP\\0000", "0009", "WAN", "5.2.3790.3959", 0x29, service="NdisWan")
    document["registry"].update({**intel, **wan})
    return document


@pytest.mark.parametrize(
    ("select", "keys"),
    [
        ("", ["0007", "0008", "0009"]),
        ("physical", ["0007", "0008"]),
        ("version_lt(driver.version, '3.10')", ["0007"]),
        ("glob(name, 'lan*')", ["0008"]),
        ("snp_support == 'none' && physical", ["0007"]),
        ("carries_connection == `true`", []),
    ],
)
def test_nic_driver_facts_select_adapters(select: str, keys: list[str]) -> None:
    assert [each["class_key"] for each in gathered(many(), select=select)["adapters"]] == keys


def test_nic_driver_facts_select_by_a_function_that_cannot_be_applied() -> None:
    result = run(ActionModule, Server(many()), {"select": "version_lt(keywords, '1')"})
    assert result["failed"]
    assert "select" in result["msg"]


# One signal of presence after another.
PRESENCE: dict[str, tuple[dict[str, Any], bool | None]] = {
    "its driver serves it": ({}, True),
    "its driver serves another": ({f"{SERVICES}\\b57w2k\\Enum": {"Count": 1, "0": "PCI\\OTHER"}}, None),
    "its driver says nothing": ({f"{SERVICES}\\b57w2k\\Enum": {}}, None),
    "no device has it": (
        {
            f"{SERVICES}\\b57w2k\\Enum": {},
            f"{ENUM}\\{PCI}": {},
            f"{ENUM}\\PCI\\X\\1": {"ClassGUID": scenarios.NETWORK, "Driver": f"{scenarios.NETWORK}\\0001"},
        },
        False,
    ),
}


@pytest.mark.parametrize("name", PRESENCE)
def test_nic_driver_presence(name: str) -> None:
    registry, present = PRESENCE[name]
    document = server("5.2", "", "", adapter(PCI, service="b57w2k"), registry)
    found = one(document)
    assert (found.present, found.is_non_present) == (present, present is False)


@pytest.mark.parametrize(("flags", "present"), [(0, False), (0x1, None), (0x400, False), (None, None)])
def test_nic_driver_presence_of_a_disabled_adapter_is_unknown(flags: int | None, present: bool | None) -> None:
    unserved = {f"{SERVICES}\\b57w2k\\Enum": {"Count": 0}}
    document = server("5.2", "", "", adapter(PCI, service="b57w2k"), unserved)
    if flags is not None:
        document["registry"][f"{ENUM}\\{PCI}"]["ConfigFlags"] = flags
    others = [{"id": "{OTHER}", "name": "LAN 2", "status": "up", "addresses": ["192.0.2.1"]}]
    found = one({**document, "interfaces": others})
    assert (found.present, found.is_non_present) == (present, present is False)
    assert one(document).present is None


@pytest.mark.parametrize(
    ("transport", "port", "ports"),
    [
        ("winrm", 5986, (5986,)),
        ("psrp", None, (5985, 5986)),
        ("ssh", None, (22,)),
        ("ssh", "2222", (2222,)),
        ("vendor.other", 5985, ()),
    ],
)
def test_nic_driver_asks_for_sessions_at_the_port_of_the_connection_alone(
    transport: str, port: Any, ports: tuple[int, ...]
) -> None:
    assert controller_of(SimpleNamespace(transport=transport, get_option=lambda name: port), {}).ports == ports
    queries = nic_driver.queries(options_of(nic_driver, ports=ports))
    assert [query.ports for query in queries if isinstance(query, InterfaceQuery)] == [ports]


def test_nic_driver_without_an_address_may_lie_under_the_one_that_carries_the_connection() -> None:
    document = server("6.3", "", "", adapter(PCI, service="b57w2k"))
    switch = {"id": "{VSWITCH}", "addresses": ["192.0.2.10"], "management": True}
    under = {"id": guid("0007"), "status": "up", "addresses": [], "management": False}
    assert one({**document, "interfaces": [switch, under]}).carries_connection is None
    beside = {**under, "addresses": ["198.51.100.1"]}
    assert one({**document, "interfaces": [switch, beside]}).carries_connection is False


def test_nic_driver_presence_is_not_denied_where_devices_could_not_be_read() -> None:
    registry, _unused = PRESENCE["no device has it"]
    document = server("5.2", "", "", adapter(PCI, service="b57w2k"), registry)
    document["unreadable"] = {f"{ENUM}\\PCI": "access_denied"}
    assert one(document).present is None


def shown(document: dict[str, Any], **told: Any) -> Any:
    """Return the adapter of a document when the network stack shows it."""
    interface = {
        "id": guid("0007").lower(),
        "status": "up",
        "speed": 10**9,
        "mac": "001517A0B1C2",
        "addresses": ["192.0.2.10"],
        **told,
    }
    return one({**document, "interfaces": [interface]})


def test_nic_driver_takes_what_the_network_stack_shows() -> None:
    document = server("5.2", "", "", adapter(PCI, service="b57w2k"), {f"{SERVICES}\\b57w2k\\Enum": {}})
    found = shown(document)
    assert (found.present, found.status, found.speed, found.mac) == (True, "up", 10**9, "001517A0B1C2")
    assert found.addresses == ("192.0.2.10",)
    assert found.carries_connection is True
    assert one(document).carries_connection is None


def test_nic_driver_of_a_teams_member_may_carry_the_connection() -> None:
    document = server(
        "5.2", "", "", adapter(PCI, service="b57w2k"), {f"{CLASS}\\0007\\Linkage": {"UpperBind": ["Blfp"]}}
    )
    found = one({**document, "interfaces": [{"id": "{T}", "addresses": ["192.0.2.10"], "management": True}]})
    assert found.is_team_member
    assert found.carries_connection is None


WAYS: dict[str, tuple[dict[str, Any], dict[str, bool | None]]] = {
    "a standing connection": (
        {"A": {"management": True, "addresses": ["192.0.2.1"]}, "B": {"management": False, "addresses": ["192.0.2.2"]}},
        {"A": True, "B": False, "{not shown}": False},
    ),
    "two of them": (
        {"A": {"management": True}, "B": {"management": True}, "C": {"management": False}},
        {"A": True, "B": True, "C": False, "{not shown}": False},
    ),
    "one way in": (
        {"A": {"addresses": ["192.0.2.1", "fe80::1%4"]}, "L": {"addresses": ["127.0.0.1", "::1"]}},
        {"A": True, "L": False, "{not shown}": False},
    ),
    "two ways in": (
        {"A": {"addresses": ["192.0.2.1"]}, "B": {"addresses": ["2001:db8::1"]}},
        {"A": None, "B": None, "{not shown}": None},
    ),
    "none": ({"A": {"addresses": ["169.254.3.4", "odd"]}, "B": {}}, {"A": None, "B": None, "{not shown}": None}),
}


@pytest.mark.parametrize("name", WAYS)
def test_nic_driver_which_adapter_carries_the_connection(name: str) -> None:
    interfaces, expected = WAYS[name]
    carriers = connection_carriers(interfaces)
    assert {name: carriers.carries(name) for name in (*interfaces, "{not shown}")} == expected


IDS = {
    "PCI\\VEN_8086&DEV_100F&SUBSYS_075015AD&REV_01\\4&B70F118&0&0888": HardwareId("8086", "100F", "15AD"),
    "b06bdrv\\l2nd&pci_164c14e4&subsys_01b21028&rev_12\\5&1": HardwareId("14E4", "164C", "1028"),
    "USB\\VID_2001&PID_7E41&MI_00\\6&1B9D08D4&0&0000": HardwareId("2001", "7E41"),
    "ROOT\\MS_NDISWANIP\\0000": HardwareId(),
}


@pytest.mark.parametrize("instance", IDS)
def test_nic_driver_hardware_ids(instance: str) -> None:
    assert hardware_id((instance,)) == IDS[instance]


DATES = {
    "6-21-2006": "2006-06-21",
    " 8-21-1996": "1996-08-21",
    "12-1-2014": "2014-12-01",
    "13-1-2014": None,
    "": None,
    "2014-12-01": None,
    "2-30-2008": None,
}


@pytest.mark.parametrize("text", DATES)
def test_nic_driver_dates_as_text(text: str) -> None:
    assert date_of_text(text) == DATES[text]


FILETIMES: list[tuple[Any, str | None]] = [
    ({"REG_BINARY": "00808ca3c594c601"}, "2006-06-21"),
    ({"REG_BINARY": "00808ca3c594c6"}, None),
    ({"REG_BINARY": "0000000000000000"}, None),
    ({"REG_BINARY": "ffffffffffffffff"}, None),
    ("6-21-2006", None),
    (None, None),
]


@pytest.mark.parametrize(("value", "day"), FILETIMES)
def test_nic_driver_dates_as_filetime(value: Any, day: str | None) -> None:
    assert date_of_filetime(value) == day


def test_nic_driver_date_of_the_filetime_outweighs_the_text() -> None:
    document = server("5.2", "", "", adapter(PCI, date="2007-07-27"))
    document["registry"][f"{CLASS}\\0007"]["DriverDate"] = "10-20-2007"
    assert one(document).driver_date == "2007-07-27"
    del document["registry"][f"{CLASS}\\0007"]["DriverDateData"]
    assert one(document).driver_date == "2007-10-20"


def test_nic_driver_keywords_whatever_the_case() -> None:
    document = server("6.1", "", "", adapter(PCI))
    key = f"{CLASS}\\0007"
    document["registry"][key] |= {"*rss": "1", "*JumboPacket": "1514", "*IfType": 6, "Other": "x"}
    document["registry"][f"{key}\\Ndi\\PARAMS\\*RSS"] = {"Default": "0", "TYPE": "Enum", "paramdesc": "Skalierung"}
    document["registry"][f"{key}\\Ndi\\PARAMS\\*RSS\\Enum"] = {"0": "Aus", "1": "Ein", "-1": "Auto"}
    document["registry"][f"{key}\\Ndi\\PARAMS\\*NumRssQueues"] = {
        "default": "4",
        "min": "1",
        "Max": "16",
        "step": "1",
        "type": "int",
    }
    keywords = one(document).keywords
    assert sorted(keywords) == ["*JumboPacket", "*NumRssQueues", "*RSS"]
    rss, queues, jumbo = keywords["*RSS"], keywords["*numrssqueues"], keywords["*jumbopacket"]
    assert (rss.value, rss.default, rss.effective, rss.allowed, rss.kind, rss.text) == (
        "1",
        "0",
        "1",
        ("0", "1", "-1"),
        "enum",
        "Skalierung",
    )
    assert (queues.value, queues.effective, queues.minimum, queues.maximum, queues.step, queues.allowed) == (
        None,
        "4",
        "1",
        "16",
        "1",
        None,
    )
    assert (jumbo.effective, jumbo.supported, rss.supported) == ("1514", False, True)
    facts = gathered(document)["adapters"][0]["keywords"]
    assert sorted(facts) == ["*NumRssQueues", "*RSS"]


def test_nic_driver_facts_on_5_2_find_the_device_without_the_connections_word() -> None:
    document = server("5.2", "", "", adapter(PCI))
    del document["registry"][f"{CONNECTIONS}\\{guid('0007')}\\Connection"]
    found = one(document)
    assert found.instance_id == PCI
    assert found.name is None


def test_nic_driver_class_keys_that_are_none_are_left_out() -> None:
    document = server("6.1", "", "", adapter(PCI))
    document["registry"] |= {
        f"{CLASS}\\abcd": {"DriverDesc": "no adapter"},
        f"{CLASS}\\0001\\Ndi": {"Service": "remains"},
    }
    assert one(document).class_key == "0007"


def captured() -> list[dict[str, Any]]:
    """Return the adapters of public captures; they are not copied into the project."""
    found: list[dict[str, Any]] = yaml.safe_load(CAPTURE.read_text(encoding="utf-8"))
    return found


def test_nic_driver_facts_of_captured_adapters() -> None:
    for capture in captured():
        names = (
            "DriverDesc",
            "DriverVersion",
            "DriverDate",
            "ProviderName",
            "ComponentId",
            "MatchingDeviceId",
            "DeviceInstanceID",
            "Characteristics",
            "InfPath",
        )
        values = {name: capture[name] for name in names if capture[name] is not None}
        class_key = f"{int(str(capture['key'])):04d}"
        found = one(server("6.1", "", "", {f"{CLASS}\\{class_key}": {**values, **capture["keywords"]}}))
        on_pci = (capture["DeviceInstanceID"] or capture["MatchingDeviceId"]).lower().startswith("pci\\")
        assert found.is_physical == on_pci, capture["DriverDesc"]
        assert bool(found.vendor_id) == on_pci
        assert found.driver_date is not None
        assert found.driver_version == capture["DriverVersion"]
        assert found.is_inbox_inf == (not capture["InfPath"].startswith("oem"))
        assert set(found.keywords) == {name for name in capture["keywords"] if name.startswith("*")}


def test_nic_driver_facts_of_a_snapshot_equal_those_of_the_server() -> None:
    for scenario in SCENARIOS.values():
        taken = snapshot.document(read(scenario.document, snapshot.QUERIES), snapshot.Options("x.yml", "copy"))
        assert gathered(taken) == gathered(scenario.document)


def test_nic_driver_resource_changes_nothing() -> None:
    assert plan_for(nic_driver, server(), "2026-11-23T14:00:00Z").operations == ()
