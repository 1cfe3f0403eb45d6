# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy by_driver: features are off where a driver does not support them, and on again when all drivers do."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.ledger import Entry
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.judged_adapters import (
    JudgedAdapter,
    judged_adapters,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload.driver_policy import (
    NOTHING_AGAINST,
    Decision,
    Record,
    record_of,
    snp_policy,
)
from tests.support.planning import options_of
from tests.support.scenarios.adapters import (
    BROADCOM_5708,
    ENUM,
    NETWORK,
    PLAIN,
    SCENARIOS,
    adapter,
    broadcom,
    guid,
    server,
)
from tests.support.servers import read

NOW = "2026-11-23T14:00:00Z"
ON = {"chimney": "enabled", "rss": "enabled", "netdma": "enabled"}
OFF = dict.fromkeys(ON, "disabled")
WHY = "Broadcom 3.5.8.0 < 3.7.19"


def entry(reason: str = WHY, review_when: str = "by_driver", causes: tuple[str, ...] = ()) -> Entry:
    """Return an open entry of the ledger."""
    return Entry("key", "rss", NOW, reason, {"EnableRSS": 1}, {"EnableRSS": 0}, review_when=review_when, causes=causes)


TURNED_OFF = {feature: record_of(entry()) for feature in ON}


def judged(document: dict[str, Any], *own: dict[str, Any]) -> tuple[JudgedAdapter, ...]:
    """Return the judged adapters of a server."""
    options = options_of(nic_driver, advisories=list(own))
    return judged_adapters(read(document, nic_driver.queries(options)), options.advisories, NOW)


def decide(
    document: dict[str, Any], found: dict[str, Any], records: dict[str, Any] | None = None
) -> dict[str, Decision]:
    """Return what the policy makes of a server."""
    return snp_policy(judged(document), found, records or {})


def wanted(
    document: dict[str, Any], found: dict[str, Any] | None = None, records: dict[str, Any] | None = None
) -> dict[str, str | None]:
    """Return the states that the policy wants."""
    return {feature: decision.desired for feature, decision in decide(document, found or ON, records).items()}


def with_second(document: dict[str, Any], instance: str, **said: Any) -> dict[str, Any]:
    """Return a server with one adapter more."""
    both = copy.deepcopy(document)
    both["registry"].update(adapter(instance, "0008", "LAN 2", **said))
    return both


def test_by_driver_turns_off_what_an_old_driver_does_not_support() -> None:
    decisions = decide(SCENARIOS["Broadcom 3.5.8.0"].document, ON)
    assert {decision.desired for decision in decisions.values()} == {"disabled"}
    assert {decision.why for decision in decisions.values()} == {WHY}
    assert decisions["chimney"].drivers == ("Local Area Connection: Broadcom 3.5.8.0",)
    assert decisions["chimney"].adapters == (guid("0007"),)


def test_by_driver_says_a_reason_once_although_two_advisories_hold() -> None:
    decisions = decide(SCENARIOS["Dell PowerEdge 1950"].document, ON)
    assert decisions["rss"].why == WHY
    assert decisions["chimney"].why == f"{WHY}; Broadcom bus driver 2.8.13.0 < 2.8.18"


def test_by_driver_turns_a_feature_on_again_and_says_why() -> None:
    decisions = decide(broadcom("4.6.55", "4.6.15.0"), OFF, TURNED_OFF)
    assert {decision.desired for decision in decisions.values()} == {"enabled"}
    assert (
        decisions["chimney"].why
        == f"off since 2026-11-23 because {WHY}; driver is now 4.6.55, and no advisory speaks against it"
    )


def test_by_driver_leaves_alone_what_is_on_and_may_be() -> None:
    assert wanted(broadcom("4.6.55", "4.6.15.0"), {**ON, "chimney": "automatic"}) == dict.fromkeys(ON)


def test_by_driver_leaves_alone_what_someone_else_turned_off() -> None:
    decisions = decide(
        broadcom("4.6.55", "4.6.15.0"),
        OFF,
        {"chimney": None, "rss": record_of(entry("the network team asked for it", ""))},
    )
    assert {decision.desired for decision in decisions.values()} == {None}
    assert "it was not this policy that turned it off" in decisions["rss"].why


@pytest.mark.parametrize("found", [ON, OFF])
def test_by_driver_goes_on_wanting_it_off_while_the_driver_is_old(found: dict[str, Any]) -> None:
    assert wanted(SCENARIOS["Broadcom 3.5.8.0"].document, found, TURNED_OFF) == OFF


def test_by_driver_takes_unknown_for_not_passing() -> None:
    assert wanted(SCENARIOS["no version"].document, OFF, TURNED_OFF) == OFF
    assert wanted(SCENARIOS["Intel, driver of Dell"].document) == OFF
    assert wanted(SCENARIOS["Intel, driver of Intel"].document) == OFF
    assert wanted(broadcom("v.next", "4.6.15.0")) == OFF
    assert (
        decide(SCENARIOS["no version"].document, ON)["rss"].why
        == "Broadcom driver of unknown version, from 3.7.19 needed"
    )


def test_by_driver_keeps_off_only_what_is_affected() -> None:
    document = SCENARIOS["Broadcom 3.7.19.0 with the bus driver of before"].document
    assert wanted(document, OFF, TURNED_OFF) == {"chimney": "disabled", "rss": "enabled", "netdma": "enabled"}


def test_by_driver_waits_for_all_adapters() -> None:
    good = broadcom("4.6.55", "4.6.15.0")
    intel = "PCI\\VEN_8086&DEV_1079&SUBSYS_01691028&REV_03\\4&9"
    old = with_second(good, intel, version="8.6.17.0", service="e1000", provider="Dell")
    assert wanted(old, OFF, TURNED_OFF) == OFF
    new = with_second(
        good, f"B06BDRV\\L2ND&{BROADCOM_5708.format(board=PLAIN)}\\5&2", version="4.6.55", service="l2nd2"
    )
    decisions = decide(new, OFF, TURNED_OFF)
    assert {decision.desired for decision in decisions.values()} == {"enabled"}
    assert "driver is now 4.6.55, and no advisory speaks against it" in decisions["rss"].why


def test_by_driver_names_the_new_driver_of_the_adapters_that_were_the_cause() -> None:
    fine = {
        "id": "fine",
        "applies_to": "name == 'LAN 2'",
        "requirement": {"at_least": "1"},
        "affects": [*ON],
        "why": "y",
    }
    document = with_second(
        broadcom("4.6.55", "4.6.15.0"), "PCI\\VEN_10EC&DEV_8168\\4&9", version="6.2.4", service="Rtenic"
    )
    known = judged(document, fine)
    for causes, versions in ({(guid("0007"),): "4.6.55", (guid("0008"),): "6.2.4", (): "4.6.55, 6.2.4"}).items():
        decision = snp_policy(known, {"rss": "disabled"}, {"rss": Record("2026-11-23", WHY, causes)})["rss"]
        assert (
            decision.why
            == f"off since 2026-11-23 because {WHY}; driver is now {versions}, and no advisory speaks against it"
        )


def test_by_driver_brings_back_what_no_advisory_speaks_against_any_more() -> None:
    realtek = adapter(
        "PCI\\VEN_10EC&DEV_8168&SUBSYS_816810EC&REV_06\\4&9",
        version="6.252.414.2008",
        service="Rtenic",
        description="Realtek 8168",
    )
    document = server("5.2", "", "", realtek)
    decisions = decide(document, OFF, TURNED_OFF)
    assert {decision.desired for decision in decisions.values()} == {"enabled"}
    assert (
        decisions["rss"].why
        == f"off since 2026-11-23 because {WHY}; driver is now 6.252.414.2008, and {NOTHING_AGAINST}"
    )
    assert wanted(document, ON) == dict.fromkeys(ON)
    assert decide(document, ON)["rss"].why == NOTHING_AGAINST


def test_by_driver_brings_back_what_an_advisory_affected_that_was_withdrawn() -> None:
    document = SCENARIOS["Broadcom 3.5.8.0"].document
    withdrawn = {"id": "broadcom-netxtreme2-snp", "enabled": False}
    decision = snp_policy(judged(document, withdrawn), {"rss": "disabled"}, TURNED_OFF)["rss"]
    assert decision.desired == "enabled"
    assert decision.why == f"off since 2026-11-23 because {WHY}; driver is now 3.5.8.0, and {NOTHING_AGAINST}"


def test_by_driver_names_the_advisory_that_counts_most() -> None:
    decisions = decide(SCENARIOS["Dell PowerEdge 1950"].document, ON)
    causes = {feature: decision.cause.id for feature, decision in decisions.items() if decision.cause}
    assert causes == {
        "chimney": "broadcom-5706-5708-vbd",
        "rss": "broadcom-netxtreme2-snp",
        "netdma": "broadcom-netxtreme2-snp",
    }


@pytest.mark.parametrize("name", ["a non-present adapter", "a WAN miniport", "vmxnet3", "netvsc"])
def test_by_driver_does_not_ask_adapters_that_are_no_hardware(name: str) -> None:
    assert wanted(SCENARIOS[name].document, OFF, TURNED_OFF) == dict.fromkeys(ON, "enabled")
    assert decide(SCENARIOS[name].document, OFF, TURNED_OFF)["rss"].drivers == ()


def test_by_driver_asks_a_hypervisors_adapter_when_an_advisory_speaks_of_it() -> None:
    own = {
        "id": "x",
        "applies_to": "hardware.family == 'vmxnet3'",
        "requirement": {"at_least": "1.8.3"},
        "affects": ["rss"],
        "why": "y",
    }
    decisions = snp_policy(judged(SCENARIOS["vmxnet3"].document, own), {"rss": "enabled", "chimney": None}, {})
    assert decisions["rss"].desired == "disabled"
    assert decisions["rss"].why == "VMware 1.6.6.0 < 1.8.3"
    assert decisions["chimney"].desired is None


def test_by_driver_does_not_ask_an_adapter_that_is_not_there() -> None:
    document = SCENARIOS["Broadcom 3.5.8.0"].document
    away = copy.deepcopy(document)
    devices = [path for path in away["registry"] if path.startswith(ENUM)]
    away["registry"][f"{ENUM}\\PCI\\X\\1"] = {"ClassGUID": NETWORK, "Driver": f"{NETWORK}\\0001"}
    for path in [*devices, "HKLM\\SYSTEM\\CurrentControlSet\\Services\\l2nd\\Enum"]:
        del away["registry"][path]
    assert wanted(away, OFF, TURNED_OFF) == dict.fromkeys(ON, "enabled")
    unsure = copy.deepcopy(document)
    unsure["registry"]["HKLM\\SYSTEM\\CurrentControlSet\\Services\\l2nd\\Enum"] = {}
    assert wanted(unsure, OFF, TURNED_OFF) == OFF


def test_by_driver_does_not_let_age_alone_turn_anything_off() -> None:
    document = broadcom("4.6.55", "4.6.15.0")
    assert [each["id"] for each in judged(document)[0].facts["advisories"]] == ["driver-age"]
    assert wanted(document, ON) == dict.fromkeys(ON)


def test_by_driver_takes_from_the_ledger_what_is_left_to_it() -> None:
    assert record_of(entry()) == Record("2026-11-23", WHY)
    assert record_of(entry(causes=("{A}",))) == Record("2026-11-23", WHY, ("{A}",))
    assert record_of(entry("")) == Record("2026-11-23", "of an unknown reason")
    assert record_of(entry(review_when="driver 3.7.19 or later")) is None
    assert record_of(None) is None
