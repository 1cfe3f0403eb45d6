# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An advisory that says nothing is told: what does not exist, what applies to nothing, and what must apply."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule as OffloadAction
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.support.scenarios.adapters import SCENARIOS
from tests.support.servers import Server, run

SERVER = SCENARIOS["vmxnet3"].document


def own(applies_to: str, **said: Any) -> dict[str, Any]:
    """Return an advisory of a user's own."""
    return {"id": "x", "applies_to": applies_to, "requirement": {"at_least": "1"}, "affects": [], "why": "y", **said}


def told(*entries: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Return the result of judging a server with advisories of a user's own."""
    return run(ActionModule, Server(SERVER), {"advisories": list(entries), **options})


WARNINGS = {
    "hardware.famly == 'vmxnet3'": "reads hardware.famly, which does not exist",
    "server.build == '7601'": "reads server.build, which does not exist",
    "driver.version.major == '1'": "reads driver.version.major, which does not exist",
    "server.products[?nam == 'x']": "reads server.products[].nam, which does not exist",
    "keyword('*LsoV2IPv4').efective == '1'": "reads keywords[].efective, which does not exist",
    "teaming.members[?vendor == 'Intel'].sped": "reads teaming.members[].sped, which does not exist",
    "physical && !(missing || glob(nowhere, 'x'))": "reads missing, which does not exist",
    r"glob(hardware.instance_id, 'PCI\\VEN_*')": "has a doubled backslash in 'PCI",
    "!teaming.version": "negates the first name of a path alone: write !(a.b) for !a.b",
    "keyword('*LSOv2IPv5').effective == '1'": "asks for the setting *LSOv2IPv5, which is no standardized one",
}


@pytest.mark.parametrize("applies_to", WARNINGS)
def test_an_expression_that_cannot_be_meant_is_told_before_anything_is_read(applies_to: str) -> None:
    warnings = told(own(applies_to))["warnings"]
    assert any(WARNINGS[applies_to] in each for each in warnings), warnings
    assert all(each.startswith("advisories (x)") for each in warnings)


@pytest.mark.parametrize(
    "applies_to",
    [
        "hardware.family == 'vmxnet3' && version_ge(server.release, '6.1')",
        "keywords.\"*RSS\".effective == '0'",
        "keyword('*rss').effective == '0' && keyword('*RSS').allowed[0] == '0'",
        "contains(['vmxnet3'], hardware.family) || server.products[?glob(name, 'VMware*')].version | [0]",
        "link.addresses[0] != `null` || length(server.hotfixes) > `0`",
        "@.physical && teaming.members[*].name",
        r"glob(hardware.instance_id, 'PCI\VEN_15AD*')",
        "map(&name, teaming.members)",
    ],
)
def test_an_expression_that_can_be_meant_gives_no_warning(applies_to: str) -> None:
    assert "warnings" not in told(own(applies_to))


def test_a_required_setting_that_is_not_standardized_is_told() -> None:
    warnings = told(own("physical", requirement={"keyword": {"*RRS": "1"}}))["warnings"]
    assert warnings == ["advisories (x) asks for the setting *RRS, which is no standardized one"]


def test_an_affected_setting_that_is_not_standardized_is_told() -> None:
    warnings = told(own("physical", affects=["*RRS", "rss", "*EEE"]))["warnings"]
    assert warnings == ["advisories (x) asks for the setting *RRS, which is no standardized one"]


@pytest.mark.parametrize("select", ["phsyical", "server.nt == '6.1'", "advisories[?affect]", "driver.versoin == '1'"])
def test_an_expression_that_chooses_adapters_by_what_they_do_not_have_is_told(select: str) -> None:
    warning, *_more = told(select=select)["warnings"]
    assert warning.startswith(f"select ({select}) reads ")
    rule = {"match": f"{select} || `false`", "rss": "enabled"}
    warning, *_more = run(OffloadAction, Server(SERVER), {"adapters": [rule]})["warnings"]
    assert warning.startswith(f"adapters[0].match ({select} || `false`) reads ")


@pytest.mark.parametrize("select", ["physical && updates", "advisories[?result == 'holds'].id", "link.addresses[0]"])
def test_an_expression_that_chooses_adapters_by_what_they_have_is_not(select: str) -> None:
    assert "warnings" not in told(select=select)


def test_the_facts_tell_to_how_many_adapters_an_advisory_applies() -> None:
    entries = [own("physical"), own("hardware.family == 'none'", id="z"), {"id": "ena-2022", "enabled": False}]
    facts = told(*entries)["ansible_facts"]["nic_drivers"]
    assert facts["advisories"] == [{"id": "x", "applied_to": 1}, {"id": "z", "applied_to": 0}]
    assert told()["ansible_facts"]["nic_drivers"]["advisories"] == []


def test_an_advisory_that_must_apply_and_does_not_fails_the_task() -> None:
    result = told(own("hardware.family == 'none'"), require_match=True)
    assert result["failed"]
    assert result["msg"] == "advisories (x).applies_to matches no adapter of the server"
    assert not told(own("physical"), require_match=True).get("failed")


def test_a_selection_that_must_match_and_does_not_fails_the_task() -> None:
    result = told(select="hardware.family == 'none'", require_match=True)
    assert result["msg"] == "select matches no adapter of the server"
    assert not told(select="hardware.family == 'none'").get("failed")


def test_setting_offload_by_driver_tells_the_same() -> None:
    document = copy.deepcopy(SCENARIOS["Broadcom 3.7.19"].document)
    document["registry"][PARAMETERS] = {"Hostname": "ex2003"}
    options = {"profile": "by_driver", "advisories": [own("hardware.famly == 'vmxnet3'")]}
    result = run(OffloadAction, Server(document), options)
    assert any("reads hardware.famly" in each for each in result["warnings"])
    result = run(OffloadAction, Server(document), {**options, "require_match": True})
    assert "advisories (x).applies_to matches no adapter of the server" in result["msg"]
