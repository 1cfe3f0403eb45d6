# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapters that occur in the field give the facts and results that they must."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from tests.support.scenarios.adapters import SCENARIOS
from tests.support.servers import Server, run


def adapter_of(document: dict[str, Any], **args: Any) -> dict[str, Any]:
    """Return the facts of the one adapter of a server."""
    result = run(ActionModule, Server(document), args)
    adapters = result["ansible_facts"]["nic_drivers"]["adapters"]
    assert len(adapters) == 1, result
    facts: dict[str, Any] = adapters[0]
    return facts


@pytest.mark.parametrize("name", SCENARIOS)
def test_nic_driver_facts_of_an_adapter(name: str) -> None:
    facts = adapter_of(SCENARIOS[name].document)
    expected = SCENARIOS[name].facts
    assert {path: jmespath.search(path, facts) for path in expected} == expected


@pytest.mark.parametrize("name", SCENARIOS)
def test_nic_driver_results_on_an_adapter(name: str) -> None:
    facts, scenario = adapter_of(SCENARIOS[name].document), SCENARIOS[name]
    assert facts["snp_support"] == scenario.support
    results = {each["id"]: each["result"] for each in facts["advisories"]}
    assert results == scenario.advisories
    assert [(each["component"], each["found"], each["needed"]) for each in facts["updates"]] == list(scenario.updates)


def test_nic_driver_scenarios_are_the_fifteen_and_one_more() -> None:
    assert len(SCENARIOS) == 16
