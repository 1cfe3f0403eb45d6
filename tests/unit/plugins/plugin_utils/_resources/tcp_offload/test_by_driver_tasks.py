# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An old driver turns SNP off, a new one turns it on again, and both are reported and recorded."""

from __future__ import annotations

import copy
from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.support.scenarios.adapters import CLASS, SCENARIOS, adapter, guid, server
from tests.support.servers import Server, run

SNP = ("chimney", "rss", "netdma")
VALUES = ("EnableTCPChimney", "EnableRSS", "EnableTCPA")
WHY = "Broadcom 3.5.8.0 < 3.7.19"
KEY = f"{CLASS}\\0007"
BY_DRIVER = {"profile": "by_driver"}


def today() -> str:
    """Return the day of the controller, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")


def old() -> Server:
    """Return a Server 2003 with Broadcom 3.5.8.0."""
    document = copy.deepcopy(SCENARIOS["Broadcom 3.5.8.0"].document)
    document["registry"][PARAMETERS] = {"Hostname": "ex2003"}
    return Server(document)


def update(server: Server, version: str = "4.6.55") -> None:
    """Install another driver."""
    server.document["registry"][KEY] |= {"DriverVersion": version, "DriverDate": "3-10-2008"}
    server.document["registry"][KEY].pop("DriverDateData", None)


def settings(server: Server) -> dict[str, Any]:
    """Return what the server's registry says of SNP."""
    values = server.document["registry"][PARAMETERS]
    return {name: values[name] for name in VALUES if name in values}


def findings(result: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return status and first evidence of every finding on what the task decides about."""
    decided = [each for each in result["findings"] if each["id"] == "tcp_offload"]
    return {each["subject"]: (each["status"], each["evidence"][0]) for each in decided}


def test_by_driver_turns_off_and_on_again_from_check_mode_to_the_last_run() -> None:
    server = old()
    predicted = run(ActionModule, server, BY_DRIVER, check=True)
    assert settings(server) == {}
    off = run(ActionModule, server, BY_DRIVER)
    assert settings(server) == dict.fromkeys(VALUES, 0)
    assert findings(off) == dict.fromkeys(SNP, ("fixed", WHY))
    assert predicted["diff"] == off["diff"]
    assert "Local Area Connection: Broadcom 3.5.8.0" in off["findings"][0]["evidence"]
    assert not run(ActionModule, server, BY_DRIVER)["changed"]

    update(server)
    words = f"off since {today()} because {WHY}; driver is now 4.6.55, and no advisory speaks against it"
    predicted = run(ActionModule, server, BY_DRIVER, check=True)
    assert findings(predicted) == dict.fromkeys(SNP, ("drifted", words))
    server.executions = 0
    on = run(ActionModule, server, BY_DRIVER)
    assert server.executions == 2
    assert settings(server) == {}
    assert findings(on) == dict.fromkeys(SNP, ("fixed", words))

    server.executions = 0
    again = run(ActionModule, server, BY_DRIVER)
    assert server.executions == 1
    assert not again["changed"]
    assert findings(again) == dict.fromkeys(SNP, ("compliant", "every driver supports it"))


def test_by_driver_keeps_the_ledger_of_what_it_did() -> None:
    server = old()
    run(ActionModule, server, BY_DRIVER)
    ledger = {path: values for path, values in server.document["registry"].items() if "Ledger\\" in path}
    assert {values["Subject"] for values in ledger.values()} == set(SNP)
    recorded = {(values["Reason"], values["ReviewWhen"], values["Causes"]) for values in ledger.values()}
    assert recorded == {(WHY, "by_driver", guid("0007"))}


def test_by_driver_keeps_waiting_for_a_driver_that_is_good_enough() -> None:
    server = old()
    run(ActionModule, server, BY_DRIVER)
    update(server, "3.6.1")
    result = run(ActionModule, server, BY_DRIVER)
    assert not result["changed"]
    assert findings(result) == dict.fromkeys(SNP, ("compliant", "Broadcom 3.6.1 < 3.7.19"))


def test_by_driver_turns_off_again_what_came_back_too_early() -> None:
    server = old()
    for version in ("4.6.55", "3.5.8.0"):
        update(server, version)
        run(ActionModule, server, BY_DRIVER)
    assert settings(server) == dict.fromkeys(VALUES, 0)


def test_by_driver_brings_back_what_was_handed_over_and_nothing_else() -> None:
    server = old()
    run(ActionModule, server, {"chimney": "disabled", "reason": "users cannot log on", "review_when": "by_driver"})
    run(ActionModule, server, {"rss": "disabled", "reason": "asked for by the network team"})
    update(server)
    result = run(ActionModule, server, BY_DRIVER)
    assert settings(server) == {"EnableRSS": 0}
    told = findings(result)
    assert (
        told["chimney"][1]
        == f"off since {today()} because users cannot log on; driver is now 4.6.55, and no advisory speaks against it"
    )
    assert told["rss"] == (
        "compliant",
        "every driver supports it; it was not this policy that turned it off, so it stays off",
    )


def test_by_driver_leaves_alone_what_was_off_before_anyone_looked() -> None:
    server = old()
    server.document["registry"][PARAMETERS]["EnableRSS"] = 0
    run(ActionModule, server, BY_DRIVER)
    update(server)
    run(ActionModule, server, BY_DRIVER)
    assert settings(server) == {"EnableRSS": 0}


def test_by_driver_is_outweighed_by_what_the_task_names() -> None:
    server = old()
    run(ActionModule, server, {**BY_DRIVER, "rss": "enabled"})
    assert settings(server) == {"EnableTCPChimney": 0, "EnableTCPA": 0}


def test_by_driver_is_undone_by_restored() -> None:
    server = old()
    run(ActionModule, server, BY_DRIVER)
    run(ActionModule, server, {**BY_DRIVER, "state": "restored"})
    assert settings(server) == {}


@pytest.mark.parametrize("reason", ["access_denied", ""])
def test_by_driver_does_nothing_where_the_adapters_cannot_be_read(reason: str) -> None:
    server = old()
    run(ActionModule, server, BY_DRIVER)
    if reason:
        server.document["unreadable"] = {CLASS: reason}
    else:
        for path in [path for path in server.document["registry"] if path.startswith(CLASS) or "\\Network\\" in path]:
            del server.document["registry"][path]
    result = run(ActionModule, server, BY_DRIVER)
    assert result["failed"]
    assert "cannot be left to the drivers: the network adapters could not be read" in result["msg"]
    assert settings(server) == dict.fromkeys(VALUES, 0)


def test_by_driver_leaves_alone_a_driver_that_no_advisory_speaks_of() -> None:
    realtek = adapter("PCI\\VEN_10EC&DEV_8168\\4&9", version="6.252.414.2008", service="Rtenic")
    result = run(ActionModule, Server(server("5.2", "", "", realtek, {PARAMETERS: {"Hostname": "x"}})), BY_DRIVER)
    assert not result["changed"]
    assert set(findings(result).values()) == {("compliant", "no advisory speaks against it")}


def test_by_driver_obeys_advisories_of_ones_own() -> None:
    server = old()
    tolerant = {"id": "broadcom-netxtreme2-snp", "requirement": {"at_least": "3.5"}}
    assert not run(ActionModule, server, {**BY_DRIVER, "advisories": [tolerant]})["changed"]
    offload = {
        "id": "x",
        "applies_to": "physical",
        "requirement": {"at_least": "9"},
        "affects": ["task_offload"],
        "why": "y",
    }
    run(ActionModule, server, {**BY_DRIVER, "advisories": [tolerant, offload]})
    values = server.document["registry"][PARAMETERS]
    assert values["DisableTaskOffload"] == 1
    assert settings(server) == {}


def test_by_driver_does_not_turn_rss_off_on_its_own_from_2008_on() -> None:
    document = copy.deepcopy(SCENARIOS["Broadcom 3.5.8.0"].document)
    document["registry"]["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"] = {
        "CurrentVersion": "6.1",
        "CurrentBuildNumber": "7601",
    }
    document["registry"][PARAMETERS] = {"Hostname": "ex2008"}
    dump = "pushd interface tcp\r\nset global rss=enabled chimney=automatic netdma=enabled\r\npopd\r\n"
    document["commands"] = {"netsh interface tcp dump": {"exit_code": 0, "output": dump}}
    machine = Server(document)
    told = {subject: status for subject, (status, _unused) in findings(run(ActionModule, machine, BY_DRIVER)).items()}
    assert told == {"chimney": "fixed", "rss": "compliant", "netdma": "fixed"}
    update(machine)
    run(ActionModule, machine, BY_DRIVER)
    assert "chimney=automatic" in machine.document["commands"]["netsh interface tcp dump"]["output"]


def test_by_driver_gives_way_to_a_task_for_what_it_already_turned_off() -> None:
    server = old()
    run(ActionModule, server, BY_DRIVER)
    task = {"rss": "disabled", "reason": "the network team asked for it"}
    assert run(ActionModule, server, task, check=True)["diff"] == run(ActionModule, server, task)["diff"]
    assert not run(ActionModule, server, task)["changed"]
    assert not run(ActionModule, server, BY_DRIVER)["changed"]
    update(server)
    result = run(ActionModule, server, BY_DRIVER)
    assert settings(server) == {"EnableRSS": 0}
    assert "it was not this policy that turned it off" in findings(result)["rss"][1]
    run(ActionModule, server, {"state": "restored"})
    assert settings(server) == {}


def test_by_driver_turns_on_again_what_it_is_handed_later() -> None:
    server = old()
    run(ActionModule, server, {"rss": "disabled"})
    run(ActionModule, server, {"rss": "disabled", "review_when": "by_driver"})
    update(server)
    run(ActionModule, server, BY_DRIVER)
    assert settings(server) == {}


def test_by_driver_turns_off_what_a_teaming_driver_does_not_support() -> None:
    document = copy.deepcopy(SCENARIOS["a team"].document)
    document["registry"][PARAMETERS] = {"Hostname": "ex2003", **dict.fromkeys(VALUES, 1)}
    document["registry"][KEY]["DriverVersion"] = "6.3.20"
    server = Server(document)
    off = run(ActionModule, server, BY_DRIVER)
    assert findings(off)["chimney"] == ("fixed", "Broadcom team driver 6.3.20 < 6.3.23")
    assert settings(server)["EnableTCPChimney"] == 0
    update(server, "6.3.23")
    on = run(ActionModule, server, BY_DRIVER)
    assert findings(on)["chimney"][0] == "fixed"
    assert settings(server)["EnableTCPChimney"] == 1
