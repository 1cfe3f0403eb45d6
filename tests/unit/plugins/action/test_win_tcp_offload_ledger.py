# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What win_tcp_offload makes of ledger entries that it did not write, and of what somebody else has changed."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule as Baseline
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload_info import ActionModule as InfoModule
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, Server, run

GUID = nic.guid("0001")
KEY = f"{nic.CLASS}\\0001"
RSS = f"{GUID}\\*RSS"
PARAMS = {
    "*RSS": ("1", {"type": "enum", "default": "1"}, {"0": "Off", "1": "On"}),
    "*FlowControl": ("3", {"type": "enum", "default": "3"}, {"0": "Off", "3": "Both"}),
}


def server(release: str = "5.2.3790", **parameters: Any) -> Server:
    """Return a server with one adapter."""
    document = netsh.server(release, **parameters)
    document["registry"].update(nic.adapter("PCI\\VEN_8086&DEV_10C9\\4&B70F118&0&1", "0001", "LAN", params=PARAMS))
    return Server(document)


def offload(target: Server, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, target, args)


def forge(target: Server, number: int, subject: str, before: Any, after: Any, **values: Any) -> str:
    """Write an entry as the collection would, or nearly so, and return its key."""
    key = f"{LEDGER}\\{number:04d}"
    states = {"Before": json.dumps(before), "After": json.dumps(after)}
    entry = {"Resource": "tcp_offload", "Subject": subject, "When": "2026-01-01T00:00:00Z", **states, **values}
    target.document["registry"][key] = entry
    return key


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Return subject -> status."""
    return {finding["subject"]: finding["status"] for finding in result["findings"]}


# release, subject, Before, After, other values -> what is said
FORGED: dict[str, tuple[str, str, Any, Any, dict[str, Any], str]] = {
    "a word that is another command": (
        "6.1.7601", "chimney", {"chimney": "enabled autotuninglevel=disabled"}, {"chimney": "automatic"}, {},
        "which this Windows does not know",
    ),
    "a word of another release": (
        "6.0.6002", "chimney", {"chimney": "automatic"}, {"chimney": "enabled"}, {}, "this Windows does not know",
    ),
    "another value of Tcpip": (
        "5.2.3790", "rss", {"NameServer": "10.0.0.66"}, {"NameServer": ""}, {}, "has the field 'NameServer' in Before",
    ),
    "a value beside the feature's": (
        "5.2.3790", "rss", {"EnableRSS": 1, "Hostname": "x"}, {"EnableRSS": 0}, {}, "has the field 'Hostname'",
    ),
    "a number of no range": (
        "5.2.3790", "rss", {"EnableRSS": 2**32}, {"EnableRSS": 0}, {}, "has EnableRSS = 4294967296 in Before",
    ),
    "no previous state": ("5.2.3790", "rss", {}, {"EnableRSS": 0}, {}, "does not say what stood there before"),
    "a newer format": ("5.2.3790", "rss", {"EnableRSS": 1}, {"EnableRSS": 0}, {"Format": "2"}, "has the Format 2"),
    "a keyword that the adapter does not have": (
        "6.1.7601", f"{GUID}\\DriverDesc", {"DriverDesc": "x"}, {"DriverDesc": ""}, {},
        "its driver has no keyword DriverDesc",
    ),
    "a value that the driver does not take": (
        "6.1.7601", RSS, {"*RSS": "7"}, {"*RSS": "1"}, {}, "its driver takes 0, 1 for *RSS, not 7",
    ),
    "a field of another keyword": (
        "6.1.7601", RSS, {"*FlowControl": "0"}, {"*FlowControl": "3"}, {}, "has the field '*FlowControl' in Before",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED)
def test_an_entry_that_we_would_not_have_made_is_refused_and_named_and_the_others_are_restored(case: str) -> None:
    release, subject, before, after, values, message = FORGED[case]
    target = server(release, EnableRSS=0)
    offload(target, task_offload="disabled")
    key = forge(target, 7, subject, before, after, **values)
    entry, settings = copy.deepcopy(target.document["registry"][key]), copy.deepcopy(target.document)
    result = offload(target, state="restored", overwrite=True)
    assert (result["changed"], statuses(result)) == (True, {**statuses(result), subject: "refused"})
    (said,) = [each for each in result["warnings"] if message in each]
    assert said.startswith(key)
    assert target.document["registry"][key] == entry
    assert "DisableTaskOffload" not in target.document["registry"][netsh.PARAMETERS]
    del settings["registry"][netsh.PARAMETERS]["DisableTaskOffload"]
    assert target.document["registry"][KEY] == settings["registry"][KEY]
    assert target.document["registry"][netsh.PARAMETERS] == settings["registry"][netsh.PARAMETERS]
    assert target.document["commands"] == settings["commands"]
    assert not offload(target, state="restored")["changed"]


def test_a_task_that_names_a_subject_whose_entry_is_unusable_fails_and_a_profile_goes_on_without_it() -> None:
    target = server(EnableTCPChimney=1, EnableRSS=1)
    key = forge(target, 1, "rss", "nothing", {"EnableRSS": 0})
    before = copy.deepcopy(target.document)
    for asked in ({"rss": "disabled"}, {"rss": "disabled", "state": "restored"}):
        failed = offload(target, **asked)
        assert failed["failed"]
        assert key in failed["msg"]
        assert target.document == before
    result = offload(target, profile="snp_disabled")
    assert (statuses(result)["rss"], statuses(result)["chimney"]) == ("refused", "fixed")
    assert (len(result["warnings"]), key in result["warnings"][0]) == (1, True)
    assert target.document["registry"][netsh.PARAMETERS]["EnableRSS"] == 1


def test_one_damaged_entry_does_not_stop_the_other_resources_of_a_baseline() -> None:
    target = server(EnableRSS=1)
    forge(target, 1, "rss", 5, {})
    parts = [{"win_tcp_offload": {"profile": "snp_disabled"}}, {"win_tcp_keepalive": {"milliseconds": 900_000}}]
    result = run(Baseline, target, {"resources": parts})
    assert not result.get("failed")
    assert (statuses(result)["rss"], statuses(result)["KeepAliveTime"]) == ("refused", "fixed")


def test_the_policy_leaves_a_feature_alone_whose_entry_is_unusable() -> None:
    target = server(EnableTCPChimney=0)
    forge(target, 1, "chimney", {"EnableTCPChimney": 1, "Domain": "x"}, {"EnableTCPChimney": 0}, ReviewWhen="by_driver")
    result = offload(target, profile="by_driver")
    assert statuses(result)["chimney"] == "refused"
    assert target.document["registry"][netsh.PARAMETERS]["EnableTCPChimney"] == 0


def test_the_info_module_names_what_will_not_be_restored() -> None:
    target = server()
    key = forge(target, 1, "rss", 5, {})
    offload(target, task_offload="disabled")
    result = run(InfoModule, target, {})
    assert [each["subject"] for each in result["tcp_offload"]["changes"]] == ["task_offload"]
    (finding,) = [each for each in result["findings"] if each["id"] == "tcp_offload.ledger"]
    assert (finding["subject"], finding["status"], key in finding["evidence"][0]) == ("rss", "unknown", True)


def test_what_somebody_else_has_set_since_is_left_alone_unless_it_is_named_and_overwritten() -> None:
    target = server(EnableRSS=1)
    offload(target, rss="disabled", task_offload="disabled")
    target.document["registry"][netsh.PARAMETERS]["EnableRSS"] = 7
    for args in ({}, {"overwrite": True}, {"rss": "enabled"}, {"profile": "snp_enabled", "overwrite": True}):
        result = offload(target, state="restored", **args)
        assert statuses(result)["rss"] == "refused"
        assert "EnableRSS is 7: somebody else has changed it since it was changed on" in result["warnings"][0]
        assert target.document["registry"][netsh.PARAMETERS]["EnableRSS"] == 7
        assert "Closed" not in target.document["registry"][f"{LEDGER}\\0001"]
    assert "DisableTaskOffload" not in target.document["registry"][netsh.PARAMETERS]
    assert offload(target, state="restored", rss="enabled", overwrite=True)["changed"]
    assert target.document["registry"][netsh.PARAMETERS]["EnableRSS"] == 1
    assert not offload(target, state="restored", rss="enabled", overwrite=True)["changed"]


def test_a_word_of_netsh_that_somebody_else_has_set_since_is_left_alone() -> None:
    target = server("6.1.7601")
    offload(target, chimney="disabled")
    dump = target.document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace("chimney=disabled", "chimney=enabled")
    assert statuses(offload(target, state="restored"))["chimney"] == "refused"
    assert "chimney=enabled" in dump["output"]
    offload(target, state="restored", chimney="disabled", overwrite=True)
    assert "chimney=automatic" in target.document["commands"][netsh.DUMP]["output"]


def test_a_keyword_that_somebody_else_has_set_since_is_left_alone_unless_it_is_named_and_overwritten() -> None:
    target = server("6.1.7601")
    rule = {"match": "LAN", "power_saving": "disabled"}
    offload(target, adapters=[rule])
    target.document["registry"][KEY]["PnPCapabilities"] = 0x100
    for args in ({}, {"overwrite": True}, {"adapters": [rule]}, {"adapters": [{"match": "LAN"}], "overwrite": True}):
        result = offload(target, state="restored", **args)
        assert statuses(result) == {"LAN: power_saving": "refused"}
        assert target.document["registry"][KEY]["PnPCapabilities"] == 0x100
    assert offload(target, state="restored", adapters=[rule], overwrite=True)["changed"]
    assert "PnPCapabilities" not in target.document["registry"][KEY]


def test_a_value_that_the_driver_does_not_take_is_replaced_with_a_warning_and_not_restored() -> None:
    target = server("6.1.7601")
    target.document["registry"][KEY]["*RSS"] = "7"
    rule = {"match": "LAN", "keywords": {"*RSS": "0"}}
    done = offload(target, adapters=[rule])
    assert "*RSS is '7' (REG_SZ), which state: restored will not bring back" in done["warnings"][0]
    assert not offload(target, adapters=[rule])["changed"]
    result = offload(target, state="restored")
    assert statuses(result) == {RSS: "refused"}
    assert target.document["registry"][KEY]["*RSS"] == "0"
