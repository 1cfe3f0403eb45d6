# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an advisory sees besides the facts: every setting, the team, and what of the server costs a question."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import FileQuery, RegistryQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import seen
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.advisories import (
    wanted_details,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.facts import facts_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.judged_adapters import (
    judged_adapters,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.adapters import adapters_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.teams import teams_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.server_details import DETAILS
from tests.support.planning import options_of
from tests.support.scenarios.adapters import CLASS, CONTROL, SCENARIOS, SERVICES, adapter, server
from tests.support.servers import read

NOW = "2026-11-23T14:00:00Z"
SOFTWARE = "HKLM\\SOFTWARE"
UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
PACKAGES = f"{SOFTWARE}\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages"
PCI = "PCI\\VEN_14E4&DEV_1659&SUBSYS_01E61028&REV_11\\4&1"


def own(**said: Any) -> dict[str, Any]:
    """Return an advisory of a user's own that applies to every adapter."""
    return {"id": "x", "applies_to": "guid", "requirement": {"at_least": "1"}, "affects": [], "why": "y", **said}


def result(document: dict[str, Any], **said: Any) -> tuple[str, str]:
    """Return what an advisory says of the first adapter of a server, with its evidence; empty for nothing."""
    options = options_of(nic_driver, advisories=[own(**said)])
    judged = judged_adapters(read(document, nic_driver.queries(options)), options.advisories, NOW)
    found = [each for each in judged[0].results if each.advisory.id == "x"]
    return (found[0].result, found[0].evidence) if found else ("", "")


def applies(document: dict[str, Any], expression: str) -> bool:
    """Tell whether an expression is true of the first adapter of a server."""
    return result(document, applies_to=expression) != ("", "")


def with_keys(keys: dict[str, Any]) -> dict[str, Any]:
    """Return a server with one adapter, and other keys of the registry."""
    document = server("6.1", "Contoso", "Server", adapter(PCI, version="14.2.0.0", service="b57nd60a"))
    document["registry"] |= keys
    return document


ROLES: dict[str, tuple[dict[str, Any], str]] = {
    "Hyper-V": ({f"{SERVICES}\\vmms": {"Type": 16}}, "server.hyper_v"),
    "Exchange": ({f"{SERVICES}\\MSExchangeTransport": {"Type": 16}}, "server.exchange"),
    "a domain controller": ({f"{CONTROL}\\ProductOptions": {"ProductType": "LanmanNT"}}, "server.domain_controller"),
    "processors": (
        {f"{CONTROL}\\Session Manager\\Environment": {"NUMBER_OF_PROCESSORS": "64"}},
        "version_ge(server.processors, '60')",
    ),
    "a product": (
        {f"{SOFTWARE}\\{UNINSTALL}\\{{1}}": {"DisplayName": "VMware Tools", "DisplayVersion": "12.1.5"}},
        "server.products[?glob(name, 'VMware*') && version_ge(version, '12')]",
    ),
    "a 32-bit product": (
        {f"{SOFTWARE}\\WOW6432Node\\{UNINSTALL}\\PROSet": {"DisplayName": "PROSet", "DisplayVersion": "15.0"}},
        "contains(server.products[*].name, 'PROSet')",
    ),
}


@pytest.mark.parametrize("name", ROLES)
def test_an_expression_sees_what_the_server_is_for(name: str) -> None:
    keys, expression = ROLES[name]
    assert applies(with_keys(keys), expression)
    assert not applies(with_keys({}), expression)


def test_an_expression_sees_release_pack_and_firmware() -> None:
    document = with_keys({"HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS": {"BIOSVersion": "4.2.amazon"}})
    document["registry"]["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"] |= {
        "CSDVersion": "Service Pack 1",
        "UBR": 24000,
    }
    assert applies(document, "server.service_pack == '1' && glob(server.bios, '*amazon')")
    assert result(document, requirement={"at_least": "6.1.7601.24001", "of": "windows"}) == (
        "holds",
        "Windows 6.1.7601.24000 < 6.1.7601.24001",
    )


def test_an_expression_finds_a_setting_whatever_its_case() -> None:
    params = {"*LSOV2IPv4": ("1", {"type": "enum"}, {"0": "Off", "1": "On"}), "LROIPv4": ("1", {}, {})}
    document = server("6.1", "", "", adapter(PCI, params=params))
    document["registry"][f"{CLASS}\\0007"]["*maxRssProcessors"] = 2
    assert applies(document, "keyword('*LsoV2IPv4').effective == '1' && keyword('lroipv4')")
    assert applies(document, "keywords.\"*LsoV2IPv4\".allowed[1] == '1'")
    assert applies(document, "keyword('*MaxRssProcessors').effective == '2'")
    assert not applies(document, "keyword('*RSS')")
    assert result(document, requirement={"keyword": {"*lsov2ipv4": "0"}})[0] == "holds"


def test_an_update_of_windows_is_found_by_its_package() -> None:
    requirement = {"hotfix": ["KB2519736", "KB2525390"]}
    assert result(with_keys({}), requirement=requirement)[0] == "holds"
    for state, expected in ((0x70, "passed"), (0x50, "passed"), (0x40, "holds")):
        package = f"{PACKAGES}\\Package_for_KB2525390~31bf3856ad364e35~amd64~~6.1.1.0"
        assert result(with_keys({package: {"CurrentState": state}}), requirement=requirement)[0] == expected


def test_a_requirement_of_the_network_stack_reads_its_file() -> None:
    document = with_keys({})
    requirement = {"at_least": "6.1.7601.21634", "of": "tcpip"}
    assert result(document, requirement=requirement)[0] == "unknown"
    document["files"]["C:\\windows\\system32\\drivers\\tcpip.sys"] = {"size": 1, "file_version": "6.1.7601.17514"}
    assert result(document, requirement=requirement) == ("holds", "tcpip.sys 6.1.7601.17514 < 6.1.7601.21634")


def test_a_requirement_of_a_product_asks_for_that_product_alone() -> None:
    entries = {
        f"{SOFTWARE}\\{UNINSTALL}\\{{1}}": {"DisplayName": "VMware Tools", "DisplayVersion": "11.0.0"},
        f"{SOFTWARE}\\{UNINSTALL}\\{{2}}": {"DisplayName": "Other", "DisplayVersion": "1.0"},
    }
    requirement = {"at_least": "11.3.5", "of": "product", "product": "VMware Tools"}
    assert result(with_keys(entries), requirement=requirement) == ("holds", "VMware Tools 11.0.0 < 11.3.5")
    asked = nic_driver.queries(options_of(nic_driver, advisories=[own(requirement=requirement)]))
    named = [query.where for query in asked if isinstance(query, RegistryQuery) and "Uninstall" in query.path]
    assert [each and each.any_of for each in named] == [("VMware Tools",)] * 2


def test_nothing_is_asked_of_a_server_that_no_advisory_needs() -> None:
    options = options_of(nic_driver)
    wanted = wanted_details(each for each in options.advisories if each.id == "broadcom-netxtreme2-snp")
    assert wanted.details == frozenset()
    assert seen.server_queries(wanted) == ()
    asked = nic_driver.queries(options)
    assert not [query for query in asked if isinstance(query, FileQuery)]
    assert not [query for query in asked if isinstance(query, RegistryQuery) and "Uninstall" in query.path]


def teamed() -> dict[str, Any]:
    """Return a Server 2003 with a Broadcom team of one adapter."""
    member = adapter(PCI, version="10.39.0.0", service="b57w2k")
    team = adapter(
        "ROOT\\BRCM_BLFM\\0000", "0008", "Team", "6.3.20", 0x81, service="Blfm", provider="Broadcom", description="BASP"
    )
    return server("5.2", "", "", member, team, {f"{CLASS}\\0007\\Linkage": {"UpperBind": ["Blfp"]}})


def test_a_member_sees_its_team_and_the_other_members() -> None:
    document = teamed()
    expression = "team_member && teaming.software == 'BASP' && teaming.members[?vendor == 'Broadcom']"
    assert applies(document, expression)
    requirement = {"at_least": "6.3.23", "of": "team"}
    assert result(document, requirement=requirement) == ("holds", "Broadcom team driver 6.3.20 < 6.3.23")


def test_a_member_whose_team_has_no_adapter_has_a_team_of_unknown_version() -> None:
    document = server("5.2", "", "", adapter(PCI), {f"{CLASS}\\0007\\Linkage": {"UpperBind": ["iANSProtocol"]}})
    assert applies(document, "teaming.software == 'Intel ANS' && !(teaming.version)")
    assert result(document, requirement={"at_least": "9", "of": "team"})[0] == "unknown"


def form_of(value: Any) -> Any:
    """Return the form of data, as seen.FORM has it: names alone."""
    if isinstance(value, dict):
        return {name: form_of(each) for name, each in value.items()}
    return [form_of(value[0])] if isinstance(value, list) and value else None


def fits(form: Any, wanted: Any) -> bool:
    """Tell whether data has all that a form has; where there is no data, none is missed."""
    if form is None or wanted is None:
        return True
    if isinstance(wanted, list):
        return fits(form[0], wanted[0]) if form else True
    if "[]" in wanted:
        return all(fits(each, wanted["[]"]) for each in form.values())
    return set(form) == set(wanted) and all(fits(form[name], each) for name, each in wanted.items())


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_form_of_what_expressions_see_is_that_of_the_data(name: str) -> None:
    options = options_of(nic_driver)
    snapshot = read(copy.deepcopy(SCENARIOS[name].document), nic_driver.queries(options))
    adapters = adapters_of(snapshot)
    details = seen.server_seen(snapshot, wanted_details(options.advisories))
    assert set(DETAILS) < set(details)
    for each in adapters:
        data = seen.adapter_seen(each, facts_of(each, snapshot), snapshot, teams_of(snapshot, adapters), details)
        assert fits(form_of(data), seen.FORM)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_form_of_the_facts_is_that_of_the_facts(name: str) -> None:
    options = options_of(nic_driver)
    snapshot = read(copy.deepcopy(SCENARIOS[name].document), nic_driver.queries(options))
    judged = judged_adapters(snapshot, options.advisories, NOW)
    assert judged
    assert all(fits(form_of(dict(each.facts)), seen.FACTS) for each in judged)
