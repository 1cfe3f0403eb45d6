# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Hyper-V host of 2012 R2 whose Broadcom 1 GbE adapter must not have VMQ, and the story of its driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh

KEY = f"{nic.CLASS}\\0007"
SUBJECT = "NIC1: *VMQ"
OLD, NEW = "16.2.0.4", "16.8.0.1"
WHY = f"Broadcom {OLD} < 16.8"
ADVISORY = {
    "id": "broadcom-1gbe-vmq",
    "applies_to": "hardware.vendor == 'Broadcom' && keyword('*VMQ').effective == '1'",
    "requirement": {"at_least": "16.8"},
    "affects": ["vmq"],
    "scope": "adapter",
    "severity": "error",
    "why": "With VMQ the guests of a host with Broadcom's 1 GbE adapters have a slow network.",
    "fix": "Install a driver 16.8 or later; until then keep VMQ off.",
    "source": "KB2902166",
}
BY_DRIVER = {"profile": "by_driver", "advisories": [ADVISORY]}
_SWITCH = ("1", {"ParamDesc": "VMQ", "type": "enum", "default": "1"}, {"0": "Disabled", "1": "Enabled"})


def host() -> dict[str, Any]:
    """Return the server."""
    document = netsh.server("6.3.9600")
    document["registry"] |= nic.adapter(
        "PCI\\VEN_14E4&DEV_165F&SUBSYS_1F5B1028&REV_00\\0000090B11C0000000",
        "0007",
        "NIC1",
        OLD,
        service="b57nd60a",
        provider="Broadcom Corporation",
        description="Broadcom NetXtreme Gigabit Ethernet",
        params={"*VMQ": _SWITCH, "*RSS": _SWITCH},
    )
    document["interfaces"] = [{"id": nic.guid("0007"), "name": "NIC1", "status": "up", "addresses": ["192.0.2.54"]}]
    return document


def tell(play: Callable[[], dict[str, Any]], install: Callable[[str], None], value: Callable[[], Any]) -> None:
    """Tell the story once: VMQ goes off with its reason, stays off, comes back with the reason, and stays.

    play: runs the policy and returns the task's result. install: installs a driver. value: returns what *VMQ is.
    """
    install(OLD)
    off = finding(play())
    assert (off["status"], off["kind"], off["severity"]) == ("fixed", "broadcom-1gbe-vmq", "error")
    assert off["evidence"][0] == WHY
    assert value() == "0"
    again = play()
    assert (again["changed"], finding(again)["status"]) == (False, "compliant")

    install(NEW)
    on = finding(play())
    assert (on["status"], on["kind"]) == ("fixed", "no_longer_affected")
    assert f"because {WHY}; driver is now {NEW}, and no advisory speaks against it" in on["evidence"][0]
    assert value() == "1"
    settled = play()
    assert not settled["changed"]
    assert SUBJECT not in {each["subject"] for each in settled["findings"]}


def finding(result: dict[str, Any]) -> dict[str, Any]:
    """Return the finding on VMQ."""
    assert not result.get("failed"), result
    (found,) = [each for each in result["findings"] if each["subject"] == SUBJECT]
    return dict(found)
