# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit says of a server beside its drivers, in both modules that audit."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from tests.support.cases import kind, leftover
from tests.support.planning import plan_for
from tests.support.scenarios.drivers import large
from tests.support.servers import SERVICES

NOW = "2026-11-23T14:00:00Z"
SELECT = "HKLM\\SYSTEM\\Select"
RULES = ("network_component", "provider_order", "hidden", "delete_flag", "start_override", "control_sets")


def findings(document: dict[str, Any], **given: Any) -> list[Finding]:
    """Return the findings beside those on drivers, which win_filter_driver tells alike."""
    ids = [f"filter_driver.{rule}" for rule in RULES]
    told = [each for each in plan_for(info, document, NOW, **given).findings if each.id in ids]
    audited = plan_for(filter_driver, document, NOW, state="audited", **given).findings
    assert [each for each in audited if each.id in ids] == told
    return told


def only(document: dict[str, Any], **given: Any) -> Finding:
    """Return the only finding beside those on drivers."""
    (found,) = findings(document, **given)
    return found


def test_a_server_with_nothing_beside_its_drivers_has_none() -> None:
    assert findings(large()) == []


@pytest.mark.parametrize(
    ("case", "name", "severity"),
    [("c06b", "INSECURE_NPCAP", "warning"), ("c06c", "INSECURE_NPF", "warning"), ("c07c", "weg_lwf", "critical")],
)
def test_a_component_is_removed_by_netcfg_and_by_a_person(case: str, name: str, severity: str) -> None:
    found = only(leftover(case))
    assert (found.status, found.subject, found.act, found.severity) == ("drifted", name, "decide", severity)
    assert found.title == f"Remove the network component {name}"
    assert found.fix == f"Remove the component: netcfg -u {name}."
    assert found.found["bound_to"]


def test_an_order_of_providers_says_what_it_is_to_be() -> None:
    found = only(kind("K14"))
    assert (found.status, found.act, found.severity, found.restart) == ("drifted", "decide", "error", True)
    assert found.wanted == {"ProviderOrder": "LanmanWorkstation"}
    assert "no file share can be reached" in found.evidence[0]
    assert "Dokan1, which has no service" in found.evidence[1]


def test_a_driver_that_goes_with_the_next_start_is_pending() -> None:
    found = only(kind("K17"))
    assert (found.subject, found.status, found.restart) == ("WinDivert1.4", "pending", True)


def test_a_driver_that_the_service_manager_hides_needs_a_decision() -> None:
    document = large()
    del document["services"]["vmmemctl"]
    found = only(document)
    assert (found.id, found.subject, found.status) == ("filter_driver.hidden", "vmmemctl", "attention")


def test_a_disabled_driver_with_an_override_needs_a_look() -> None:
    document = large()
    document["registry"][f"{SERVICES}\\TvTrack\\StartOverride"] = {"0": 0}
    found = only(document)
    assert (found.subject, found.status, found.found["StartOverride"]) == ("TvTrack", "attention", 0)
    assert found.evidence == (f"Start of {SERVICES}\\TvTrack is 4 (disabled), and StartOverride is 0 (boot)",)


@pytest.mark.parametrize(
    ("default", "good", "severities"),
    [(1, 1, []), (2, 1, [""]), (1, 2, ["info"]), (2, 3, ["", "info"]), (0, 0, [])],
)
def test_another_control_set_is_told(default: int, good: int, severities: list[str]) -> None:
    document = large()
    document["registry"][SELECT] = {"Current": 1, "Default": default, "LastKnownGood": good}
    found = findings(document)
    assert [each.severity for each in found] == severities
    assert {each.status for each in found} <= {"attention"}
