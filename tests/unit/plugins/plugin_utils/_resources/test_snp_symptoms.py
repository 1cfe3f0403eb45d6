# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signs that a server suffers: what is read of them, and what is unknown."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_snp_symptoms_info import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import EventQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.symptoms import event_query
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.decode import decode
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.scenarios import netsh
from tests.support.servers import SERVICES, Server, read, run

JDOE, ASMITH = "/o=Contoso/ou=First/cn=Recipients/cn=jdoe", "/o=Contoso/ou=First/cn=Recipients/cn=asmith"
TCPIP = "C:\\WINDOWS\\system32\\DRIVERS\\tcpip.sys"
LOG = "Application\\MSExchangeIS"


def event(time: str, user: str = JDOE, kind: str = "session", number: int = 9646) -> dict[str, Any]:
    """Return an event as the reader gives it."""
    return {"id": number, "time": f"{time}Z", "strings": [user, "32", kind]}


EVENTS = [
    event("2026-11-23T09:30:00"),
    event("2026-11-20T08:00:00", f"e8ff1bd2-0000-4abc-9000-000000000001: {ASMITH}", "objtFolder"),
    event("2026-11-15T10:00:00", number=1234),
    event("2026-11-10T08:00:00"),
    event("2026-11-01T07:11:00"),
]
NETSTAT = """
Aktive Verbindungen

  Proto  Lokale Adresse         Remoteadresse          Status           Abladungsstatus
  TCP    192.0.2.10:135         192.0.2.20:50112       HERGESTELLT      InHost
  TCP    192.0.2.10:1026        192.0.2.21:2110        HERGESTELLT      Offloaded
  TCP    [::1]:3000             [::1]:3001             HERGESTELLT      InHost
  UDP    0.0.0.0:123            *:*
"""


def exchange(**parts: Any) -> dict[str, Any]:
    """Return an Exchange server that suffers."""
    return {
        "registry": {
            f"{SERVICES}\\MSExchangeIS": {"Type": 0x10, "Start": 2},
            f"{SERVICES}\\MSExchangeIS\\ParametersSystem": {"Maximum Allowed Sessions Per User": 64, "Other": "x"},
            f"{SERVICES}\\MSExchangeIS\\ParametersSystem\\MaxObjsPerMapiSession": {"objtFolder": 1000},
            f"{SERVICES}\\Tcpip\\Parameters": {"Hostname": "ex2003"},
            f"{SERVICES}\\Tcpip": {"ImagePath": {"REG_EXPAND_SZ": "system32\\DRIVERS\\tcpip.sys"}},
            netsh.VERSION_KEY: {"CurrentVersion": "5.2", "CurrentBuildNumber": "3790", "CSDVersion": "Service Pack 2"},
        },
        "environment": {"SystemRoot": "C:\\WINDOWS"},
        "files": {TCPIP: {"file_version": "5.2.3790.3959", "size": 1}},
        "events": {LOG: {"complete": True, "events": copy.deepcopy(EVENTS)}},
        "commands": {"netstat -nt": {"exit_code": 0, "output": NETSTAT}},
        **parts,
    }


def symptoms(document: dict[str, Any], **args: Any) -> dict[str, Any]:
    """Return the module's result."""
    return run(ActionModule, Server(document), args)


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Return the statuses by subject."""
    return {each["subject"]: each["status"] for each in result["findings"]}


def test_nic_driver_symptoms_of_a_server_that_suffers() -> None:
    server = Server(exchange())
    result = run(ActionModule, server, {}, check=True)
    assert server.executions == 1
    assert not result["changed"]
    assert result["mapi_limit_events"] == {
        "count": 4,
        "complete": True,
        "first": "2026-11-01T07:11:00Z",
        "last": "2026-11-23T09:30:00Z",
        "top_users": [
            {"user": JDOE, "type": "session", "count": 3},
            {"user": ASMITH, "type": "objtFolder", "count": 1},
        ],
    }
    assert result["session_limits"] == {"session": 64, "objtFolder": 1000}
    assert result["keep_alive_time"] == 7_200_000
    assert result["tcp_offload_states"] == {"InHost": 2, "Offloading": 0, "Offloaded": 1, "Uploading": 0}
    assert statuses(result) == {
        "mapi_limit_events": "attention",
        "session_limits": "attention",
        "keep_alive_time": "attention",
        "tcp_offload_states": "compliant",
        "tcpip_version": "attention",
    }
    assert all(
        each["why"] and each["fix"] and each["source"] and each["title"]
        for each in result["findings"]
        if each["status"] == "attention"
    )
    (keep_alive,) = [each for each in result["findings"] if each["subject"] == "keep_alive_time"]
    assert keep_alive["fix"].startswith("Set KeepAliveTime to 900000-1800000 ms with win_tcp_keepalive, or by hand in ")


@pytest.mark.parametrize(
    ("args", "count", "complete"),
    [
        ({"since": "2026-11-10"}, 3, True),
        ({"since": "2026-11-10T08:00:01Z"}, 2, True),
        ({"since": "2026-11-10", "max_events": 3}, 3, True),
        ({"max_events": 2}, 2, False),
        ({"since": "2026-11-24"}, 0, True),
    ],
)
def test_nic_driver_symptoms_are_bounded(args: dict[str, Any], count: int, complete: bool) -> None:
    found = symptoms(exchange(), **args)["mapi_limit_events"]
    assert (found["count"], found["complete"]) == (count, complete)


def test_nic_driver_symptoms_with_a_log_that_was_not_read_to_its_end() -> None:
    log = {"complete": False, "events": []}
    assert statuses(symptoms(exchange(events={LOG: log})))["mapi_limit_events"] == "unknown"
    log = {"complete": False, "events": EVENTS}
    result = symptoms(exchange(events={LOG: log}))
    assert result["findings"][0]["evidence"] == [
        "at least 4 events 9646 of MSExchangeIS, from 2026-11-01T07:11:00Z to 2026-11-23T09:30:00Z"
    ]
    assert symptoms(exchange(events={LOG: log}), since="2026-11-05")["mapi_limit_events"]["complete"]


def test_nic_driver_symptoms_of_a_quiet_server() -> None:
    document = exchange(events={LOG: {"complete": True, "events": []}})
    document["registry"][f"{SERVICES}\\Tcpip\\Parameters"]["KeepAliveTime"] = 900_000
    del document["registry"][f"{SERVICES}\\MSExchangeIS\\ParametersSystem"]
    document["files"][TCPIP]["file_version"] = "5.2.3790.4331"
    result = symptoms(document)
    assert result["session_limits"] == {"objtFolder": 1000}
    assert set(statuses(result).values()) == {"compliant"}


def test_nic_driver_symptoms_that_cannot_be_read_are_unknown() -> None:
    denied = dict.fromkeys((f"{SERVICES}\\Tcpip\\Parameters", f"{SERVICES}\\MSExchangeIS", LOG), "access_denied")
    result = symptoms(exchange(unreadable=denied, commands={}, events={}))
    data = ("mapi_limit_events", "session_limits", "keep_alive_time", "tcp_offload_states")
    assert [result[name] for name in data] == ["unknown"] * 4
    assert {name: statuses(result)[name] for name in data} == dict.fromkeys(data, "unknown")


def test_nic_driver_symptoms_where_the_log_alone_cannot_be_read() -> None:
    result = symptoms(exchange(events={}, unreadable={LOG: "InvalidOperationException: no such log"}))
    assert result["mapi_limit_events"] == "unknown"
    assert result["session_limits"] == {"session": 64, "objtFolder": 1000}


def test_nic_driver_symptoms_where_there_is_no_exchange() -> None:
    result = symptoms({"registry": {f"{SERVICES}\\Tcpip\\Parameters": {"KeepAliveTime": "900000"}}})
    assert (result["mapi_limit_events"], result["session_limits"]) == ("not_applicable", "not_applicable")
    assert (result["keep_alive_time"], statuses(result)["keep_alive_time"]) == ("900000", "attention")


OUTPUTS = {
    "no such column": "  TCP    192.0.2.10:135    192.0.2.20:50112    ESTABLISHED\n",
    "words of another language": NETSTAT + "  TCP    192.0.2.10:9    192.0.2.9:9    HERGESTELLT    Imhost\n",
    "nothing": "",
    "no connection": "Active Connections\n",
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_nic_driver_symptoms_do_not_guess_at_netstats_columns(name: str) -> None:
    document = exchange(commands={"netstat -nt": {"exit_code": 0, "output": OUTPUTS[name]}})
    assert symptoms(document)["tcp_offload_states"] == "unknown"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"since": "yesterday"}, "since is 'yesterday': give a day, such as 2026-11-01"),
        ({"since": "2026-02-30"}, "since is '2026-02-30'"),
        ({"since": "2026-11-01T08:00:00"}, "since is '2026-11-01T08:00:00'"),
        ({"max_events": 0}, "max_events is 0: give a number from 1 to 10000"),
        ({"max_events": 10001}, "max_events is 10001"),
    ],
)
def test_nic_driver_symptoms_refuse_what_cannot_be_meant(args: dict[str, Any], message: str) -> None:
    result = symptoms(exchange(), **args)
    assert result["failed"]
    assert message in result["msg"]


def test_nic_driver_symptoms_query_travels() -> None:
    query = EventQuery("Application", "MSExchangeIS", (9646, 9667), "2026-11-10T00:00:00Z", 5)
    assert decode(Request((query,)).encode()).queries == (query,)
    assert read(exchange(), (query,)).events[query.name]["complete"]
    assert event_query("", 7).most == 7


@pytest.mark.parametrize(("value", "status"), [(None, "not_applicable"), (900_000, "not_applicable")])
def test_nic_driver_symptoms_judge_keep_alive_with_exchange_alone(value: int | None, status: str) -> None:
    values = {"Hostname": "web1"} if value is None else {"KeepAliveTime": value}
    result = symptoms({"registry": {f"{SERVICES}\\Tcpip\\Parameters": values}})
    assert (result["keep_alive_time"], statuses(result)["keep_alive_time"]) == (value or 7_200_000, status)
    registry = {f"{SERVICES}\\Tcpip\\Parameters": values}
    hidden = {"registry": registry, "unreadable": {f"{SERVICES}\\MSExchangeTransport": "access_denied"}}
    assert statuses(symptoms(hidden, signs=["keep_alive_time"]))["keep_alive_time"] == "unknown"


@pytest.mark.parametrize("service", ["MSExchangeIS", "MSExchangeTransport", "msexchangeADTopology"])
def test_nic_driver_symptoms_judge_keep_alive_on_every_role_of_exchange(service: str) -> None:
    registry = {f"{SERVICES}\\{service}": {"Type": 16}, f"{SERVICES}\\Tcpip\\Parameters": {"Hostname": "cas"}}
    result = symptoms({"registry": registry}, signs=["keep_alive_time"])
    assert statuses(result) == {"keep_alive_time": "attention"}
    registry[f"{SERVICES}\\Tcpip\\Parameters"]["KeepAliveTime"] = 1_800_000
    assert statuses(symptoms({"registry": registry}))["keep_alive_time"] == "compliant"


@pytest.mark.parametrize(
    ("value", "kind"), [("900000", "REG_SZ"), ({"REG_QWORD": 900_000}, "REG_QWORD"), (["900000"], "REG_MULTI_SZ")]
)
@pytest.mark.parametrize("service", ["MSExchangeIS", "W3SVC"])
def test_nic_driver_symptoms_tell_a_keep_alive_of_the_wrong_type(value: Any, kind: str, service: str) -> None:
    parameters = {"KeepAliveTime": value}
    registry = {f"{SERVICES}\\{service}": {"Type": 16}, f"{SERVICES}\\Tcpip\\Parameters": parameters}
    result = symptoms({"registry": registry}, signs=["keep_alive_time"])
    (finding,) = result["findings"]
    assert (result["keep_alive_time"], finding["status"]) == (value, "attention")
    assert finding["evidence"] == [f"KeepAliveTime is a {kind}, and Windows takes a REG_DWORD"]
    assert finding["title"] == "Set KeepAliveTime as a REG_DWORD"


@pytest.mark.parametrize(
    ("version", "pack", "status"),
    [
        ("5.2.3790.4330", "Service Pack 2", "attention"),
        ("5.2.3790.4331", "Service Pack 2", "compliant"),
        (None, "Service Pack 2", "unknown"),
        ("5.2.3790.2669", "Service Pack 1", "not_applicable"),
        ("5.2.3790.2670", "Service Pack 1", "attention"),
        (None, "Service Pack 1", "unknown"),
    ],
)
def test_nic_driver_symptoms_judge_tcpip_of_server_2003(version: str | None, pack: str, status: str) -> None:
    document = exchange()
    document["registry"][netsh.VERSION_KEY]["CSDVersion"] = pack
    document["files"][TCPIP]["file_version"] = version
    result = symptoms(document, signs=["tcpip_version"])
    assert (result["tcpip_version"], statuses(result)) == (version or "unknown", {"tcpip_version": status})


def test_nic_driver_symptoms_have_no_word_on_tcpip_of_later_releases() -> None:
    for release in netsh.RELEASES[1:]:
        result = symptoms(netsh.server(release), signs=["tcpip_version"])
        assert statuses(result) == {"tcpip_version": "not_applicable"}, release
    assert statuses(symptoms({"registry": {}}))["tcpip_version"] == "unknown"


def test_nic_driver_symptoms_read_and_return_the_named_signs_alone() -> None:
    server = Server(exchange(commands={}, events={}))
    result = run(ActionModule, server, {"signs": ["tcpip_version", "keep_alive_time"]})
    assert [each["subject"] for each in result["findings"]] == ["keep_alive_time", "tcpip_version"]
    assert not {"mapi_limit_events", "session_limits", "tcp_offload_states"} & result.keys()
    refused = run(ActionModule, server, {"signs": []})
    assert refused["failed"]
    assert "signs is empty: name some of mapi_limit_events, session_limits" in refused["msg"]
