# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports of people who run such adapters, as whole servers, are judged as the reports say."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action import win_tcp_offload
from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from tests.support.cases import adapter_case
from tests.support.servers import Server, run

# Case -> the server of the demo that it is pasted over, what else is pasted, and what is said of the case's adapter.
CASES: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "n04": ("fs2012r2", {"hyper_v": True}, {"broadcom-vmq-1g": "unknown"}),
    "n05": ("app2022", {}, {"winnat-rsc": "holds"}),
    "n07": ("app2022", {}, {"vmware-e1000e": "holds"}),
    "n08": ("app2022", {}, {"netkvm-checksum-2022": "holds", "netkvm-uso": "holds", "netkvm-task-offload": "holds"}),
    "n13": (
        "fs2012r2",
        {"bios": "4.2.amazon"},
        {"citrix-pv-ec2": "unknown"},
    ),
    "n24": ("app2022", {}, {"netkvm-uso": "holds", "netkvm-task-offload": "holds"}),
}


def judged(name: str, *own: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of the adapter of a case."""
    base, more, _unused = CASES[name]
    result = run(ActionModule, Server(adapter_case(name, base, **more)), {"advisories": list(own)})
    adapters = result["ansible_facts"]["nic_drivers"]["adapters"]
    (found,) = [each for each in adapters if each["guid"].startswith("{2F1A7015")]
    facts: dict[str, Any] = found
    return facts


def results(facts: dict[str, Any]) -> dict[str, str]:
    """Return what the advisories say of an adapter, but for its age."""
    return {each["id"]: each["result"] for each in facts["advisories"] if each["id"] != "driver-age"}


@pytest.mark.parametrize("name", CASES)
def test_a_case_from_the_field(name: str) -> None:
    assert results(judged(name)) == CASES[name][2]


NETKVM = {
    "*UsoIPv4": "0",
    "*UsoIPv6": "0",
}
# Case -> what by_driver writes of features and of keywords.
OFF: dict[str, tuple[list[str], dict[str, str]]] = {
    "n04": ([], {"*VMQ": "0"}),
    "n05": (["rsc"], {}),
    "n07": ([], {}),
    "n08": (
        [],
        {
            **NETKVM,
            **dict.fromkeys(("*LsoV2IPv4", "*LsoV2IPv6", "OffLoad.TxLSO", "*IPChecksumOffloadIPv4"), "0"),
            **dict.fromkeys(("*TCPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6"), "0"),
            **dict.fromkeys(("*UDPChecksumOffloadIPv4", "*UDPChecksumOffloadIPv6"), "0"),
            **dict.fromkeys(("OffLoad.TxChecksum", "OffLoad.RxCS"), "0"),
        },
    ),
    "n13": (["task_offload"], {}),
    "n24": ([], NETKVM),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_from_the_field_is_set_right_once(name: str) -> None:
    base, more, _unused = CASES[name]
    target = Server(adapter_case(name, base, **more))
    result = run(win_tcp_offload.ActionModule, target, {"profile": "by_driver"})
    drifted = [each["subject"] for each in result["findings"] if each["status"] in ("fixed", "pending")]
    keywords = {each.partition(": ")[2]: "0" for each in drifted if ": " in each}
    assert ([each for each in drifted if ": " not in each], keywords) == OFF[name]
    assert run(win_tcp_offload.ActionModule, target, {"profile": "by_driver"})["changed"] is False


def test_the_host_with_vmq_is_told_what_to_turn_off() -> None:
    (advisory,) = [each for each in judged("n04")["advisories"] if each["id"] == "broadcom-vmq-1g"]
    assert (advisory["affects"], advisory["scope"]) == (["vmq"], "adapter")
    known = {"id": "broadcom-vmq-1g", "requirement": {"at_least": "16.8"}}
    assert results(judged("n04", known)) == {"broadcom-vmq-1g": "holds"}


def test_settings_in_another_case_are_found() -> None:
    own = {
        "id": "citrix-pv-lso",
        "applies_to": "keyword('*LsoV2IPv4').effective == '1' && keyword('lroipv4')",
        "requirement": {"never": "backups are slow"},
        "affects": ["lso"],
        "why": "backups are slow",
    }
    assert results(judged("n13", own))["citrix-pv-lso"] == "holds"


def test_the_adapter_of_vmware_is_that_of_a_hypervisor() -> None:
    facts = judged("n07")
    assert (facts["hypervisor"], facts["hardware"]["family"]) == ("VMware", "82574L")
    assert next(each for each in facts["advisories"] if each["id"] == "vmware-e1000e")["severity"] == "critical"
