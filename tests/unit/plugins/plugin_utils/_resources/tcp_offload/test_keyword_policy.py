# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""by_driver on keywords: an adapter does without what an advisory affects, and gets it back when none does."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh, vmq
from tests.support.servers import LEDGER, Server, run

SWITCH = ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"0": "Off", "1": "On"})
CHECKSUM = ("3", {"ParamDesc": "x", "type": "enum", "default": "3"}, {"0": "Off", "3": "Both"})
PARAMS = {
    **dict.fromkeys(("*RSS", "*RscIPv4", "*LsoV2IPv4", "*TCPConnectionOffloadIPv4", "*VMQ"), SWITCH),
    "*TCPChecksumOffloadIPv4": CHECKSUM,
    "*EEE": ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"1": "On", "2": "More"}),
}
KEY = f"{nic.CLASS}\\0001"


def lan(release: str = "6.3.9600", version: str = "1.0.0.0", **said: Any) -> Server:
    """Return a server with one adapter."""
    document = netsh.server(release)
    document["registry"] |= nic.adapter("PCI\\VEN_10EC&DEV_8168\\4&9", "0001", "LAN", version, params=PARAMS, **said)
    return Server(document)


def advisory(*affects: str, **said: Any) -> dict[str, Any]:
    """Return an advisory on every adapter, which holds before version 2."""
    fields = {"id": "x", "applies_to": "physical", "requirement": {"at_least": "2"}, "why": "It loses packets."}
    return {**fields, "affects": list(affects), "scope": "adapter", **said}


def policy(server: Server, *advisories: dict[str, Any], check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the policy."""
    task = {"profile": "by_driver", "advisories": list(advisories), **args}
    result = run(ActionModule, server, task, check=check)
    assert not result.get("failed"), result
    return result


def keywords(server: Server) -> dict[str, Any]:
    """Return the keywords that are not as they were."""
    values = server.document["registry"][KEY]
    return {name: values.get(name) for name, (before, _unused, _unused) in PARAMS.items() if values.get(name) != before}


def install(server: Server, version: str) -> None:
    """Install a driver."""
    server.document["registry"][KEY]["DriverVersion"] = version


def about(result: dict[str, Any], keyword: str) -> dict[str, Any]:
    """Return the finding on a keyword."""
    (found,) = [each for each in result["findings"] if each["subject"] == f"LAN: {keyword}"]
    return dict(found)


def test_vmq_of_a_hyper_v_host_follows_its_driver_twice_over() -> None:
    server = Server(vmq.host())

    def installed(version: str) -> None:
        server.document["registry"][vmq.KEY]["DriverVersion"] = version

    for _time in range(2):
        vmq.tell(
            lambda: run(ActionModule, server, vmq.BY_DRIVER),
            installed,
            lambda: server.document["registry"][vmq.KEY]["*VMQ"],
        )


@pytest.mark.parametrize(
    ("affects", "off"),
    [
        (["vmq"], {"*VMQ": "0"}),
        (["lso"], {"*LsoV2IPv4": "0"}),
        (["checksum_offload"], {"*TCPChecksumOffloadIPv4": "0", "*LsoV2IPv4": "0"}),
        (["*VMQ", "rsc"], {"*VMQ": "0", "*RscIPv4": "0"}),
        (["chimney"], {"*TCPConnectionOffloadIPv4": "0"}),
        (["rss"], {"*RSS": "0"}),
        (["uso"], {}),
    ],
)
def test_what_an_advisory_affects_of_an_adapter_goes_off_there_and_comes_back(
    affects: list[str], off: dict[str, str]
) -> None:
    server, said = lan(), advisory(*[each for each in affects if each != "uso"] or ["*UsoIPv4"])
    dump = server.document["commands"]
    assert policy(server, said, check=True)["changed"] == bool(off)
    policy(server, said)
    assert keywords(server) == off
    assert server.document["commands"] == dump
    assert not policy(server, said)["changed"]
    install(server, "2.0")
    policy(server, said)
    assert keywords(server) == {}
    assert not policy(server, said)["changed"]


def test_a_feature_that_the_adapter_has_no_keyword_for_goes_off_on_the_server() -> None:
    server = lan()
    policy(server, advisory("task_offload"))
    assert server.document["registry"][netsh.PARAMETERS]["DisableTaskOffload"] == 1


def test_the_ledger_says_why_a_keyword_is_off() -> None:
    server = lan()
    policy(server, advisory("vmq"))
    (entry,) = [each for path, each in server.document["registry"].items() if path.startswith(f"{LEDGER}\\")]
    assert (entry["Subject"], entry["ReviewWhen"]) == (f"{nic.guid('0001')}\\*VMQ", "by_driver")
    assert entry["Reason"] == "Realtek 1.0.0.0 < 2"


def test_an_advisory_that_is_withdrawn_lets_the_keyword_return() -> None:
    server = lan()
    policy(server, advisory("vmq"))
    found = about(policy(server), "*VMQ")
    assert (
        "because Realtek 1.0.0.0 < 2; driver is now 1.0.0.0, and no advisory speaks against it" in found["evidence"][0]
    )
    assert keywords(server) == {}


@pytest.mark.parametrize(
    "said",
    [
        {"requirement": {"keyword": {"*VMQ": "0"}}},
        {"applies_to": "keyword('*VMQ').effective == '1'", "requirement": {"never": "no version is good"}},
    ],
)
def test_what_the_policy_itself_has_set_is_no_reason_to_let_it_return(said: dict[str, Any]) -> None:
    server = lan()
    policy(server, advisory("vmq", **said))
    assert keywords(server) == {"*VMQ": "0"}
    assert not policy(server, advisory("vmq", **said))["changed"]
    policy(server)
    assert keywords(server) == {}


def test_the_value_that_an_advisory_requires_is_the_one_that_is_set() -> None:
    server = lan()
    policy(server, advisory("*EEE", requirement={"keyword": {"*EEE": "2"}}))
    assert keywords(server) == {"*EEE": "2"}


def test_a_value_that_the_driver_does_not_take_is_left_to_people() -> None:
    server = lan()
    found = about(policy(server, advisory("*EEE")), "*EEE")
    assert (found["status"], found["act"], found["kind"]) == ("attention", "decide", "x")
    assert found["title"] == "Decide about *EEE of network adapters: the driver does not take 0"
    assert keywords(server) == {}


def test_what_somebody_else_turned_off_stays_off() -> None:
    server = lan()
    server.document["registry"][KEY]["*VMQ"] = "0"
    policy(server, advisory("vmq"))
    install(server, "2.0")
    assert not policy(server, advisory("vmq"))["changed"]
    assert keywords(server) == {"*VMQ": "0"}


def test_what_somebody_else_has_changed_since_is_left_alone() -> None:
    server = lan()
    policy(server, advisory("*TCPChecksumOffloadIPv4"))
    server.document["registry"][KEY]["*TCPChecksumOffloadIPv4"] = "2"
    install(server, "2.0")
    found = about(policy(server, advisory("*TCPChecksumOffloadIPv4")), "*TCPChecksumOffloadIPv4")
    assert (found["status"], found["kind"]) == ("refused", "changed_by_others")
    assert keywords(server) == {"*TCPChecksumOffloadIPv4": "2"}


def test_what_a_task_gave_and_handed_over_comes_back() -> None:
    server, rule = lan(), {"match": "LAN", "vmq": "disabled", "rsc": "disabled"}
    given = {"adapters": [rule], "reason": "slow guests"}
    run(ActionModule, server, {**given, "review_when": "by_driver"})
    found = about(policy(server), "*VMQ")
    assert "because slow guests; driver is now 1.0.0.0" in found["evidence"][0]
    assert keywords(server) == {}
    run(ActionModule, server, given)
    assert not policy(server)["changed"]


def test_a_task_takes_over_what_the_policy_has_turned_off() -> None:
    server, rule = lan(), {"match": "LAN", "vmq": "disabled"}
    policy(server, advisory("vmq"))
    taken = run(ActionModule, server, {"adapters": [rule], "reason": "for good"})
    assert taken["changed"]
    assert not run(ActionModule, server, {"adapters": [rule], "reason": "for good"})["changed"]
    assert not policy(server)["changed"]
    run(ActionModule, server, {"state": "restored"})
    assert keywords(server) == {}


def test_what_the_task_names_outweighs_the_policy() -> None:
    server = lan()
    result = policy(server, advisory("vmq"), adapters=[{"match": "LAN", "keywords": {"*VMQ": "1"}}])
    assert not result["changed"]
    assert about(result, "*VMQ")["status"] == "compliant"


def test_the_policy_is_undone_by_restored() -> None:
    server = lan()
    policy(server, advisory("vmq"))
    run(ActionModule, server, {"adapters": [{"match": "LAN", "rsc": "disabled"}]})
    run(ActionModule, server, {"profile": "by_driver", "state": "restored"})
    assert keywords(server) == {"*RscIPv4": "0"}


def test_an_adapter_that_is_gone_gets_nothing_back() -> None:
    server = lan()
    policy(server, advisory("vmq"))
    device = "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\PCI\\VEN_10EC&DEV_8168\\4&9"
    registry = server.document["registry"]
    registry[device.replace("8168", "8169")] = {**registry.pop(device), "Driver": f"{nic.NETWORK}\\0002"}
    registry["HKLM\\SYSTEM\\CurrentControlSet\\Services\\\\Enum"] = {"Count": 0}
    assert not policy(server)["changed"]
    assert keywords(server) == {"*VMQ": "0"}


def test_the_adapter_is_restarted_where_the_task_allows_it() -> None:
    server = lan()
    server.document["interfaces"] = [
        {"id": nic.guid("0001"), "name": "LAN", "status": "up", "addresses": ["192.0.2.1"], "management": False},
        {"id": nic.guid("0002"), "name": "LAN 2", "status": "up", "addresses": ["192.0.2.2"], "management": True},
    ]
    result = policy(server, advisory("vmq"), restart_adapters="allowed")
    assert [each["restarts"] for each in result["operations"] if each["operation"] == "run_command"] == ["LAN", "LAN"]
