# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option adapters of win_tcp_offload: which adapters are meant, what is written, and which are restarted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, Server, run

SWITCH = {"0": "Disabled", "1": "Enabled"}
CHECKSUM = {"0": "Disabled", "1": "Tx", "2": "Rx", "3": "Rx & Tx"}


def switch(value: str | None, default: str = "1", choices: dict[str, str] | None = None) -> tuple[Any, ...]:
    """Return a keyword with an enumeration: value, schema, choices."""
    return value, {"ParamDesc": "x", "type": "enum", "Default": default}, choices or SWITCH


PARAMS: dict[str, Any] = {
    "*RSS": switch("1"),
    "*TCPConnectionOffloadIPv4": switch(None),
    "*TCPConnectionOffloadIPv6": switch("1"),
    "*LsoV1IPv4": switch("1"),
    "*LsoV2IPv6": switch("1"),
    "*IPChecksumOffloadIPv4": switch("3", "3", CHECKSUM),
    "*TCPChecksumOffloadIPv6": switch("3", "3", CHECKSUM),
    "*VMQ": switch("0", "0"),
    "*FlowControl": switch("3", "0", {"0": "Off", "3": "Both"}),
    "*ReceiveBuffers": ("256", {"type": "int", "default": "256", "min": "64", "max": "2048", "step": "64"}, {}),
}
INTEL = "PCI\\VEN_8086&DEV_10C9&SUBSYS_A04C8086&REV_01\\4&B70F118&0&000{}"


def ethernet(number: int, name: str | None = None, **said: Any) -> dict[str, Any]:
    """Return the registry of one physical adapter."""
    said = {"description": f"Intel(R) Gigabit #{number}", "params": PARAMS, "version": "9.0.0.0", **said}
    return nic.adapter(INTEL.format(number), f"{number:04d}", name or f"LAN {number}", **said)


def key_of(number: int) -> str:
    """Return the class key of an adapter."""
    return f"{nic.CLASS}\\{number:04d}"


def server(release: str = "6.1.7601", *adapters: dict[str, Any], carrying: int = 0) -> Server:
    """Return a server with adapters, by default one.

    carrying: the number of the one that carries the connection, 0 when that is not known.
    """
    document = netsh.server(release)
    for each in adapters or (ethernet(1),):
        document["registry"].update(each)
    for number in range(1, 3):
        interface = {
            "id": nic.guid(f"{number:04d}"),
            "name": f"LAN {number}",
            "status": "up",
            "addresses": [f"10.0.0.{number}"],
        }
        document["interfaces"].append({**interface, "management": number == carrying if carrying else None})
    return Server(document)


def offload(target: Server, *rules: dict[str, Any], check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, target, {"adapters": list(rules), **args}, check=check)


def values(target: Server, number: int = 1) -> dict[str, Any]:
    """Return the values of an adapter's class key."""
    return dict(target.document["registry"][key_of(number)])


def written(result: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what was written to class keys, in order."""
    operations = [each for each in result["operations"] if each.get("key", "").startswith(nic.CLASS)]
    return [(each["name"], each["value"]) for each in operations]


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Return subject -> status."""
    return {finding["subject"]: finding["status"] for finding in result["findings"]}


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"rss": "disabled"}, {"*RSS": "0"}),
        ({"tcp_connection_offload": "disabled"}, {"*TCPConnectionOffloadIPv4": "0", "*TCPConnectionOffloadIPv6": "0"}),
        ({"tcp_connection_offload_ipv6": "disabled"}, {"*TCPConnectionOffloadIPv6": "0"}),
        ({"lso": "disabled", "lso_ipv6": "enabled"}, {"*LsoV1IPv4": "0"}),
        ({"checksum_offload": "disabled", "lso": "disabled"}, {
            "*LsoV1IPv4": "0",
            "*LsoV2IPv6": "0",
            "*IPChecksumOffloadIPv4": "0",
            "*TCPChecksumOffloadIPv6": "0",
        }),
        ({"vmq": "enabled"}, {"*VMQ": "1"}),
        ({"power_saving": "disabled"}, {"PnPCapabilities": 24}),
        ({"keywords": {"*FlowControl": 0, "*receivebuffers": "512"}}, {"*FlowControl": "0", "*ReceiveBuffers": "512"}),
        ({"rss": "disabled", "keywords": {"*RSS": 1}}, {}),
        ({"tcp_connection_offload_ipv4": "enabled"}, {}),
    ],
)  # fmt: skip
def test_tcp_offload_adapters_are_set_and_restored(settings: dict[str, Any], wanted: dict[str, Any]) -> None:
    target = server()
    original = values(target)
    told = offload(target, {"match": "LAN 1", **settings}, check=True)
    assert values(target) == original
    result = offload(target, {"match": "LAN 1", **settings})
    assert dict(written(told)) == dict(written(result)) == wanted
    assert values(target) == {**original, **wanted}
    assert offload(target, {"match": "LAN 1", **settings})["changed"] is False
    assert offload(target, state="restored")["changed"] is bool(wanted)
    assert values(target) == original


def test_tcp_offload_adapters_lso_goes_before_checksums_and_comes_after_them() -> None:
    target = server()
    both = {"match": "LAN 1", "checksum_offload": "disabled", "lso": "disabled", "rss": "disabled"}
    names = [name for name, _unused in written(offload(target, both))]
    assert names == ["*LsoV1IPv4", "*LsoV2IPv6", "*IPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6", "*RSS"]
    back = {"match": "LAN 1", "checksum_offload": "enabled", "lso": "enabled"}
    names = [name for name, _unused in written(offload(target, back))]
    assert names == ["*IPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6", "*LsoV1IPv4", "*LsoV2IPv6"]


def test_tcp_offload_adapters_warn_of_checksums_that_lso_still_needs() -> None:
    result = offload(server(), {"match": "LAN 1", "checksum_offload_ipv4": "disabled"})
    assert ["*LsoV1IPv4" in warning for warning in result["warnings"]] == [True]


def numbers(*words: str) -> tuple[Any, ...]:
    """Return a keyword of NetKVM, which the first of these values turns on."""
    return switch(words[0], words[0], dict.fromkeys((*words, "0"), "x"))


@pytest.mark.parametrize(
    ("settings", "stay"),
    [
        ({"checksum_offload": "disabled"}, ["*LsoV2IPv4, OffLoad.TxLSO"] * 3),
        ({"checksum_offload_ipv4": "disabled"}, ["*LsoV2IPv4, OffLoad.TxLSO"]),
        ({"checksum_offload": "disabled", "lso_ipv4": "disabled"}, ["OffLoad.TxLSO"] * 3),
        ({"checksum_offload": "disabled", "lso": "disabled"}, []),
    ],
)
def test_tcp_offload_adapters_warn_of_keywords_that_are_of_no_family(settings: dict[str, Any], stay: list[str]) -> None:
    names = {"*TCPChecksumOffloadIPv4": switch("3", "3", CHECKSUM), "*LsoV2IPv4": switch("1")}
    twins = {"OffLoad.TxChecksum": numbers("31"), "OffLoad.RxCS": numbers("31"), "OffLoad.TxLSO": numbers("2")}
    result = offload(server("10.0.20348", ethernet(1, params=names | twins)), {"match": "LAN 1", **settings})
    told = [warning.partition("off, while ")[2].partition(", which")[0] for warning in result.get("warnings", [])]
    assert [each for each in told if each] == stay


def test_tcp_offload_adapters_keep_a_number_a_number() -> None:
    params = {**PARAMS, "*RSS": switch(1)}  # type: ignore[arg-type]
    target = server("6.1.7601", ethernet(1, params=params))
    assert written(offload(target, {"match": "LAN 1", "rss": "disabled"})) == [("*RSS", 0)]


@pytest.mark.parametrize(
    ("found", "wanted"), [(None, 24), (0, 24), (256, 280), (272, 280), (16, 24), (24, None), (280, None)]
)
def test_tcp_offload_adapters_power_saving_off_is_24_or_280(found: int | None, wanted: int | None) -> None:
    adapter = ethernet(1)
    if found is not None:
        adapter[key_of(1)]["PnPCapabilities"] = found
    result = offload(server("6.1.7601", adapter), {"match": "LAN 1", "power_saving": "disabled"})
    assert written(result) == ([] if wanted is None else [("PnPCapabilities", wanted)])


@pytest.mark.parametrize(
    ("match", "numbers"),
    [
        ("LAN 1", {1}),
        ("lan ?", {1, 2}),
        ("*", {1, 2}),
        ("Intel(R) Gigabit #2", {2}),
        ("name == 'LAN 2'", {2}),
        ("driver.version && version_lt(driver.version, '9.5')", {1, 2, 3, 4}),
        ("hidden == `true`", {3}),
        ("glob(description, 'intel*') && physical", {1, 2, 3, 4}),
        ("present == `false`", {4}),
    ],
)
def test_tcp_offload_adapters_are_matched_by_name_or_expression(match: str, numbers: set[int]) -> None:
    gone = ethernet(4)
    del gone[f"{nic.SERVICES}\\"], gone[f"{nic.SERVICES}\\\\Enum"], gone[f"{nic.ENUM}\\{INTEL.format(4)}"]
    hidden = ethernet(3, characteristics=0x84 | 0x8)
    target = server("6.1.7601", ethernet(1), ethernet(2), hidden, gone)
    offload(target, {"match": match, "rss": "disabled"})
    assert {number for number in range(1, 5) if values(target, number)["*RSS"] == "0"} == numbers


def test_tcp_offload_adapters_of_which_two_rules_speak_obey_the_later() -> None:
    target = server("6.1.7601", ethernet(1), ethernet(2))
    offload(target, {"match": "*", "rss": "disabled"}, {"match": "LAN 2", "rss": "enabled"})
    assert [values(target, number)["*RSS"] for number in (1, 2)] == ["0", "1"]


def test_tcp_offload_adapters_that_nothing_matches_are_reported_and_an_error_only_when_asked() -> None:
    result = offload(server(), {"match": "WAN*", "rss": "disabled"})
    assert (result["changed"], statuses(result)) == (False, {"WAN*": "not_applicable"})
    assert "'LAN 1'" in str(result["findings"])
    failed = offload(server(), {"match": "WAN*", "rss": "disabled"}, require_match=True)
    assert (failed["failed"], "matches no adapter" in failed["msg"]) == (True, True)


def test_tcp_offload_adapters_without_a_setting_are_not_applicable() -> None:
    result = offload(server(), {"match": "LAN 1", "rsc": "disabled", "keywords": {"*EEE": 0}})
    assert statuses(result) == {"LAN 1: rsc": "not_applicable", "LAN 1: *EEE": "not_applicable"}
    assert result["operations"] == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"keywords": {"*FlowContrl": 0}}, "is it misspelt"),
        ({"keywords": {"*FlowControl": 4}}, "its driver takes 0, 3 for *FlowControl, not 4"),
        ({"keywords": {"*ReceiveBuffers": 100}}, "takes 64 to 2048 in steps of 64 for *ReceiveBuffers, not 100"),
        ({"keywords": {"*ReceiveBuffers": "many"}}, "not many"),
        ({"keywords": {"*ReceiveBuffers": 4096}}, "not 4096"),
        ({"keywords": {"*RSS": True}}, "no value of a keyword"),
        ({"keywords": {5: "1"}}, "adapters[0].keywords has the key 5, which is no text: put it in quotes"),
        ({"keywords": {"*RSS": 0, "*rss": 1}}, "has *RSS and *rss, which are one keyword"),
        ({"keywords": {"PnPCapabilities": 24}}, "power_saving sets PnPCapabilities"),
        ({}, "sets nothing"),
        ({"match": " ", "rss": "disabled"}, "match is empty"),
        ({"match": "name == ", "rss": "disabled"}, "adapters[0].match is not a JMESPath expression"),
    ],
)
def test_tcp_offload_adapters_refuse_what_cannot_be_meant(rule: dict[str, Any], message: str) -> None:
    target = server()
    original = values(target)
    result = offload(target, {"match": "LAN 1", **rule})
    assert result["failed"] is True
    assert message in result["msg"]
    assert values(target) == original


@pytest.mark.parametrize(
    ("args", "carrying", "restarted", "later", "at_risk"),
    [
        ({}, 1, [], ["LAN 1", "LAN 2"], True),
        ({"restart_adapters": "allowed"}, 1, ["LAN 2"], ["LAN 1"], True),
        ({"restart_adapters": "allowed"}, 0, [], ["LAN 1", "LAN 2"], True),
        ({"restart_adapters": "allowed", "restart_connection_adapter": True}, 1, ["LAN 2", "LAN 1"], [], True),
    ],
)
def test_tcp_offload_adapters_are_restarted_only_as_allowed(
    args: dict[str, Any], carrying: int, restarted: list[str], later: list[str], at_risk: bool
) -> None:
    target = server("6.1.7601", ethernet(1), ethernet(2), carrying=carrying)
    rule = {"match": "LAN *", "rss": "disabled"}
    told, result = offload(target, rule, check=True, **args), offload(target, rule, **args)
    lines = [each["command"]["arguments"] for each in result["operations"] if each["operation"] == "run_command"]
    assert lines == [
        f'interface set interface name="{name}" admin={state}'
        for name in restarted
        for state in ("disabled", "enabled")
    ]
    assert result["adapters_to_restart"] == told["adapters_to_restart"] == later
    assert result["adapter_restart_required"] is bool(later)
    assert (result["connection_at_risk"], result["reboot_required"]) == (at_risk, False)


def test_tcp_offload_adapters_that_do_not_change_are_not_restarted() -> None:
    target = server("6.1.7601", ethernet(1), ethernet(2), carrying=1)
    rule = {"match": "LAN 2", "rss": "disabled"}
    result = offload(target, rule, restart_adapters="allowed")
    assert (result["adapter_restart_required"], result["connection_at_risk"]) == (False, False)
    assert offload(target, rule, restart_adapters="allowed")["operations"] == []


def test_tcp_offload_adapters_that_may_be_disabled_are_not_enabled_by_a_restart() -> None:
    target = server("6.1.7601", ethernet(1), ethernet(3), carrying=1)  # the network stack shows LAN 1 and LAN 2 alone
    result = offload(target, {"match": "LAN 3", "rss": "disabled"}, restart_adapters="allowed")
    assert (result["changed"], result["adapters_to_restart"]) == (True, ["LAN 3"])
    assert [each for each in result["operations"] if each["operation"] == "run_command"] == []


def test_tcp_offload_adapters_of_2003_wait_for_the_reboot() -> None:
    target = server("5.2.3790", ethernet(1), carrying=2)
    result = offload(target, {"match": "LAN 1", "rss": "disabled"}, restart_adapters="allowed")
    assert (result["reboot_required"], result["adapters_to_restart"]) == (True, ["LAN 1"])
    assert [each for each in result["operations"] if each["operation"] == "run_command"] == []


def test_tcp_offload_adapters_twelve_cost_as_many_executions_as_one() -> None:
    target = server("5.2.3790", *(ethernet(number) for number in range(1, 13)))
    rule = {"match": "*", "tcp_connection_offload": "disabled", "lso": "disabled"}
    assert offload(target, rule, profile="snp_disabled")["changed"] is True
    assert target.executions == 2
    assert offload(target, rule, profile="snp_disabled")["changed"] is False
    assert target.executions == 3
    assert all(values(target, number)["*LsoV1IPv4"] == "0" for number in range(1, 13))


def test_tcp_offload_adapters_are_restored_by_id_when_their_connection_was_renamed() -> None:
    target = server()
    offload(target, {"match": "LAN 1", "rss": "disabled", "lso": "disabled"})
    target.document["registry"][f"{nic.CONNECTIONS}\\{nic.guid('0001')}\\Connection"]["Name"] = "Server LAN"
    result = offload(target, {"match": "Server LAN", "rss": "disabled"}, state="restored")
    assert written(result) == [("*RSS", "1")]
    assert values(target)["*LsoV1IPv4"] == "0"
    assert offload(target, {"match": "Server LAN"}, state="restored")["changed"] is True
    assert values(target)["*LsoV1IPv4"] == "1"


def test_tcp_offload_adapters_that_are_gone_are_not_restored() -> None:
    target = server()
    offload(target, {"match": "LAN 1", "rss": "disabled"})
    for path in [path for path in target.document["registry"] if path.startswith(key_of(1))]:
        del target.document["registry"][path]
    result = offload(target, state="restored")
    assert (result["changed"], list(statuses(result).values())) == (False, ["not_applicable"])
    assert "Closed" not in target.document["registry"][f"{LEDGER}\\0001"]


def test_tcp_offload_adapters_virtual_ones_save_no_power() -> None:
    virtual = nic.adapter("ROOT\\VMS_MP\\0000", "0001", "vEthernet", characteristics=0x1, params=PARAMS)
    result = offload(server("10.0.14393", virtual), {"match": "vEthernet", "power_saving": "disabled"})
    assert statuses(result) == {"vEthernet: power_saving": "not_applicable"}


@pytest.mark.parametrize("code", ["*admin=enabled", "*"])
def test_tcp_offload_adapters_whose_restart_fails_fail_the_task(code: str) -> None:
    target = server("6.1.7601", ethernet(1), ethernet(2), carrying=1)
    target.document["netsh_exit_code"] = {code: 1}
    result = offload(target, {"match": "LAN 2", "rss": "disabled"}, restart_adapters="allowed")
    assert result["failed"] is True
    assert 'the adapter "LAN 2" was not restarted and may be down' in result["msg"]
    assert "(exit code 1)" in result["msg"]
    down = [each["status"] for each in target.document["interfaces"] if each["name"] == "LAN 2"]
    assert down == ["up" if code == "*" else "down"]


def test_tcp_offload_adapters_under_a_virtual_switch_are_not_restarted_as_another() -> None:
    target = server("6.1.7601", ethernet(1), ethernet(2), carrying=2)
    target.document["interfaces"][0]["addresses"] = []  # LAN 1 lies under LAN 2, say
    result = offload(target, {"match": "LAN 1", "rss": "disabled"}, restart_adapters="allowed")
    assert (result["adapters_to_restart"], result["connection_at_risk"]) == (["LAN 1"], True)
    assert [each for each in result["operations"] if each["operation"] == "run_command"] == []


def test_tcp_offload_adapters_are_matched_by_the_tasks_own_advisories() -> None:
    own = {"id": "x", "applies_to": "physical", "requirement": {"at_least": "9.5"}, "affects": ["rss"], "why": "y"}
    rule = {"match": "length(advisories[?id == 'x']) > `0`", "rss": "disabled"}
    assert offload(server(), rule, advisories=[own])["changed"] is True
    assert offload(server(), rule)["changed"] is False


def test_tcp_offload_adapters_get_lso_back_after_checksums() -> None:
    target = server()
    offload(target, {"match": "LAN 1", "checksum_offload": "disabled", "lso": "disabled"})
    names = [name for name, _unused in written(offload(target, state="restored"))]
    assert names == ["*IPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6", "*LsoV1IPv4", "*LsoV2IPv6"]


def test_tcp_offload_adapters_of_an_unknown_kind_have_no_known_power_saving() -> None:
    result = offload(
        server("6.1.7601", ethernet(1, characteristics=None)), {"match": "LAN 1", "power_saving": "disabled"}
    )
    assert (statuses(result), result["changed"]) == ({"LAN 1: power_saving": "unknown"}, False)


@pytest.mark.parametrize(
    "name", ["*SRIOV", "*QOS", "*NetworkDirect", "*UsoIPv4", "*PtpHardwareTimestamp", "*RssOnHostVPorts"]
)
def test_tcp_offload_adapters_lack_newer_standardized_keywords_without_an_error(name: str) -> None:
    result = offload(server(), {"match": "LAN 1", "keywords": {name: 0}})
    assert statuses(result) == {f"LAN 1: {name}": "not_applicable"}


def test_tcp_offload_adapters_that_are_again_as_before_are_not_told_to_be_fixed() -> None:
    target = server()
    offload(target, {"match": "LAN 1", "rss": "disabled"})
    target.document["registry"][key_of(1)]["*RSS"] = "1"
    result = offload(target, state="restored")
    assert (statuses(result), written(result)) == ({"LAN 1: *RSS": "compliant"}, [])
    assert offload(target, state="restored")["changed"] is False


PROFILES = {str(number): f"profile {number}" for number in range(1, 7)}
SIZES = {"1514": "Off", "4088": "4 KB", "9014": "9 KB"}
VALUES: dict[str, Any] = {
    "*JumboPacket": switch("1514", "1514", SIZES),
    "*RSSProfile": switch(None, "4", PROFILES),
    "*NumRSSQueues": switch("8", "8", {"2": "2", "8": "8"}),
    "*RssBaseProcNumber": ("0", {"type": "int", "default": "0", "min": "0", "max": "63", "step": "1"}, {}),
}
WANTED = {"match": "LAN 1", "jumbo_packet": 9014, "rss_profile": "numa", "rss_queues": 2, "rss_base_processor": 4}


def test_options_that_give_a_value_set_their_keyword_and_are_restored() -> None:
    target = server("10.0.20348", ethernet(1, params=VALUES))
    before = values(target)
    predicted, done = offload(target, WANTED, check=True), offload(target, WANTED)
    assert predicted["after"] == done["after"]
    written = {"*JumboPacket": "9014", "*RSSProfile": "3", "*NumRSSQueues": "2", "*RssBaseProcNumber": "4"}
    assert {name: values(target)[name] for name in written} == written
    assert offload(target, WANTED)["changed"] is False
    offload(target, {"match": "LAN 1", "jumbo_packet": 1514}, state="restored")
    assert values(target)["*JumboPacket"] == before["*JumboPacket"]
    offload(target, state="restored")
    assert values(target) == before


@pytest.mark.parametrize(("option", "value"), [("jumbo_packet", 9000), ("jumbo_packet", 0), ("rss_queues", 4)])
def test_a_value_that_the_driver_does_not_take_is_refused(option: str, value: int) -> None:
    target = server("10.0.20348", ethernet(1, params=VALUES))
    before = values(target)
    result = offload(target, {"match": "LAN 1", option: value})
    assert (result["failed"], values(target)) == (True, before)
    assert f"not {value}" in result["msg"]


def test_a_value_that_the_driver_does_not_declare_is_left_out() -> None:
    target = server("10.0.20348", ethernet(1, params=VALUES))
    result = offload(target, {"match": "LAN 1", "rss_processors": 4, "rss_max_processor": 8})
    assert (result["changed"], result.get("failed")) == (False, None)
    assert {each["status"] for each in result["findings"]} == {"not_applicable"}
    assert "undeclared: true sets it all the same" in result["warnings"][0]


def test_a_keyword_by_its_name_outweighs_the_option() -> None:
    target = server("10.0.20348", ethernet(1, params=VALUES))
    offload(target, {**WANTED, "keywords": {"*JumboPacket": 4088}})
    assert values(target)["*JumboPacket"] == "4088"
