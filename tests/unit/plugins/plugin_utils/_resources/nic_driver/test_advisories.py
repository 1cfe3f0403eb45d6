# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of an advisory's requirements a driver meets, and what a user may say of advisories."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.action.nic_driver_facts import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.nic_advisories import known_advisories
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import advisories as adv
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.judged_driver import Driver
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.requirement_tests import (
    HOLDS,
    PASSED,
    UNKNOWN,
    Outcome,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.requirements import (
    read_requirement,
)
from tests.support.planning import options_of
from tests.support.scenarios.adapters import SCENARIOS
from tests.support.servers import Server, run

NOW = "2026-11-23T14:00:00Z"
numbers = st.lists(st.integers(0, 65535), min_size=1, max_size=4)


def driver(
    version: str | None = "3.5.8.0", date: str | None = "2007-07-27", provider: str = "Broadcom", **rest: Any
) -> dict[str, Any]:
    """Return the facts of an adapter, as far as requirements look at them."""
    return {
        "hardware": {"vendor": "Broadcom"},
        "driver": {"version": version, "date": date, "provider": provider},
        **rest,
    }


def evaluate(requirement: dict[str, Any], facts: dict[str, Any]) -> Outcome:
    """Return what a requirement says of the facts of an adapter."""
    return read_requirement("requirement", requirement).evaluate(Driver.of(facts), NOW)


def text(version: list[int]) -> str:
    """Write a version."""
    return ".".join(map(str, version))


def whole(version: list[int]) -> list[int]:
    """Fill a version up to four numbers, which is what two versions are compared by."""
    return version + [0] * (4 - len(version))


@given(numbers, numbers)
@example([3, 10], [3, 9])
@example([3, 7, 19], [3, 7, 19, 0])
@example([10], [9])
def test_advisor_compares_versions_as_numbers(found: list[int], wanted: list[int]) -> None:
    at_least = evaluate({"at_least": text(wanted)}, driver(text(found))).result
    above = evaluate({"above": text(wanted)}, driver(text(found))).result
    assert at_least == (PASSED if whole(found) >= whole(wanted) else HOLDS)
    assert above == (PASSED if whole(found) > whole(wanted) else HOLDS)


@pytest.mark.parametrize("version", [None, "", "3.5-beta", "5.2.3790.1830 (srv03_sp1)", "three"])
def test_advisor_takes_what_is_no_version_for_unknown(version: str | None) -> None:
    outcome = evaluate({"at_least": "3.7.19"}, driver(version))
    assert outcome.result == UNKNOWN
    assert outcome.evidence.startswith("Broadcom driver of unknown version")


BUS = {"version": "2.8.13"}
REQUIREMENTS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a version that is too low": ({"at_least": "3.7.19"}, driver(), HOLDS, "Broadcom 3.5.8.0 < 3.7.19"),
    "the very version": ({"at_least": "3.5.8"}, driver(), PASSED, "Broadcom 3.5.8.0"),
    "not above the very version": ({"above": "3.5.8"}, driver(), HOLDS, "Broadcom 3.5.8.0 <= 3.5.8"),
    "the other half": (
        {"at_least": "2.8.18", "of": "bus_driver"},
        driver(bus_driver=BUS),
        HOLDS,
        "Broadcom bus driver 2.8.13 < 2.8.18",
    ),
    "no other half": (
        {"at_least": "2.8.18", "of": "bus_driver"},
        driver(bus_driver=None),
        UNKNOWN,
        "Broadcom bus driver of unknown version, from 2.8.18 needed",
    ),
    "a day": (
        {"not_before": "2008-02-28"},
        driver(),
        HOLDS,
        "Broadcom driver of 2007-07-27, one of 2008-02-28 or later needed",
    ),
    "the very day": (
        {"not_before": "2007-07-27"},
        driver(),
        PASSED,
        "Broadcom driver of 2007-07-27, one of 2007-07-27 or later needed",
    ),
    "not before the last good version": ({"below": "3.5.8"}, driver(), HOLDS, "Broadcom 3.5.8.0 >= 3.5.8"),
    "before it": ({"below": "3.5.9"}, driver(), PASSED, "Broadcom 3.5.8.0"),
    "the last good version": ({"at_most": "3.5.8"}, driver(), PASSED, "Broadcom 3.5.8.0"),
    "after the last good version": ({"at_most": "3.5.7"}, driver(), HOLDS, "Broadcom 3.5.8.0 > 3.5.7"),
    "a bad version": ({"not": ["2.2.4", "3.5.8"]}, driver(), HOLDS, "Broadcom 3.5.8.0 is a bad version"),
    "earlier than a bad version": ({"not": ["3.5.9"]}, driver(), PASSED, "Broadcom 3.5.8.0"),
    "not known whether a bad version": (
        {"not": ["3.5.9"]},
        driver(None),
        UNKNOWN,
        "Broadcom driver of unknown version, one other than 3.5.9 needed",
    ),
    "no version at all": (
        {"never": "it was withdrawn"},
        driver(),
        HOLDS,
        "Broadcom driver 3.5.8.0: it was withdrawn",
    ),
    "a setting": (
        {"keyword": {"*VMQ": "0"}},
        driver(keywords={"*vmq": {"effective": "1"}}),
        HOLDS,
        "Broadcom adapter with *VMQ 1, 0 needed",
    ),
    "a setting as it must be": (
        {"keyword": {"*VMQ": 0}},
        driver(keywords={"*VMQ": {"effective": "0"}}),
        PASSED,
        "Broadcom adapter with *VMQ 0",
    ),
    "one value of several": (
        {"keyword": {"*FlowControl": ["0", "3"]}},
        driver(keywords={"*FlowControl": {"effective": "1"}}),
        HOLDS,
        "Broadcom adapter with *FlowControl 1, 0 or 3 needed",
    ),
    "a setting that is too low": (
        {"keyword": {"*ReceiveBuffers": {"at_least": 512, "at_most": "8192"}}},
        driver(keywords={"*ReceiveBuffers": {"effective": "256"}}),
        HOLDS,
        "Broadcom adapter with *ReceiveBuffers 256, 512 or more and 8192 or less needed",
    ),
    "a setting that is no number": (
        {"keyword": {"*ReceiveBuffers": {"at_least": 512}}},
        driver(keywords={"*ReceiveBuffers": {"effective": "auto"}}),
        UNKNOWN,
        "Broadcom adapter with *ReceiveBuffers auto, 512 or more needed",
    ),
    "a setting that the driver lacks": (
        {"keyword": {"*VMQ": "0"}},
        driver(),
        UNKNOWN,
        "Broadcom adapter with no setting *VMQ, 0 needed",
    ),
    "the teaming driver": (
        {"at_least": "6.3.23", "of": "team"},
        driver(teaming={"version": "6.2.1"}),
        HOLDS,
        "Broadcom team driver 6.2.1 < 6.3.23",
    ),
    "no team": (
        {"at_least": "6.3.23", "of": "team"},
        driver(teaming=None),
        UNKNOWN,
        "Broadcom team driver of unknown version, from 6.3.23 needed",
    ),
    "the network stack": (
        {"at_least": "5.2.3790.4331", "of": "tcpip"},
        driver(server={"tcpip": "5.2.3790.3959"}),
        HOLDS,
        "tcpip.sys 5.2.3790.3959 < 5.2.3790.4331",
    ),
    "Windows": (
        {"at_least": "10.0.20348.1970", "of": "windows"},
        driver(server={"windows": "10.0.20348.2402"}),
        PASSED,
        "Windows 10.0.20348.2402",
    ),
    "a product": (
        {"at_least": "11.3.5", "of": "product", "product": "VMware Tools*"},
        driver(server={"products": [{"name": "VMware Tools", "version": "10.3.5"}]}),
        HOLDS,
        "VMware Tools* 10.3.5 < 11.3.5",
    ),
    "a product that is not there": (
        {"at_least": "11.3.5", "of": "product", "product": "VMware Tools"},
        driver(server={"products": []}),
        UNKNOWN,
        "VMware Tools is not installed, from 11.3.5 needed",
    ),
    "products that could not be read": (
        {"at_least": "11.3.5", "of": "product", "product": "VMware Tools"},
        driver(server={"products": None}),
        UNKNOWN,
        "VMware Tools of unknown version, from 11.3.5 needed",
    ),
    "an update": ({"hotfix": ["KB950224"]}, driver(server={"hotfixes": ["KB950224"]}), PASSED, "KB950224 is installed"),
    "an update of two": (
        {"hotfix": ["KB979614", "kb967224"]},
        driver(server={"hotfixes": ["KB967224"]}),
        PASSED,
        "kb967224 is installed",
    ),
    "no update": (
        {"hotfix": ["KB979614", "KB967224"]},
        driver(server={"hotfixes": []}),
        HOLDS,
        "KB979614 or KB967224 is not installed",
    ),
    "updates that could not be read": (
        {"hotfix": ["KB979614"]},
        driver(server={"hotfixes": None}),
        UNKNOWN,
        "the installed updates are not known, KB979614 needed",
    ),
    "no day": (
        {"not_before": "2008-02-28"},
        driver(date=None),
        UNKNOWN,
        "Broadcom driver of unknown date, one of 2008-02-28 or later needed",
    ),
    "an age": ({"max_age_days": 365}, driver(), HOLDS, "Broadcom driver of 2007-07-27, older than 365 days"),
    "an age of one year to the day": (
        {"max_age_days": 365},
        driver(date="2025-11-23"),
        PASSED,
        "Broadcom driver of 2025-11-23",
    ),
    "an age of a day more": (
        {"max_age_days": 365},
        driver(date="2025-11-22"),
        HOLDS,
        "Broadcom driver of 2025-11-22, older than 365 days",
    ),
    "no age": ({"max_age_days": 365}, driver(date=None), UNKNOWN, "Broadcom driver of unknown date"),
    "the right provider": (
        {"provider": "Broadcom*"},
        driver(provider="broadcom corp"),
        PASSED,
        "Broadcom driver of broadcom corp",
    ),
    "another's": (
        {"provider": "Intel*"},
        driver(provider=""),
        UNKNOWN,
        "Broadcom driver of unknown origin, of which no version is known to be good",
    ),
    "nothing known": ({"unknown": "nobody says"}, driver(), UNKNOWN, "Broadcom driver 3.5.8.0: nobody says"),
    "one of two": (
        {"at_least": "3.5", "not_before": "2008-02-28"},
        driver(),
        HOLDS,
        "Broadcom driver of 2007-07-27, one of 2008-02-28 or later needed",
    ),
    "one unknown of two": (
        {"at_least": "3.5", "max_age_days": 1},
        driver(date=None),
        UNKNOWN,
        "Broadcom driver of unknown date",
    ),
}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_advisor_judges_a_requirement(name: str) -> None:
    requirement, facts, result, evidence = REQUIREMENTS[name]
    assert evaluate(requirement, facts) == Outcome(result, evidence)


def test_advisor_names_the_provider_where_the_chip_is_not_known() -> None:
    facts = {**driver(provider="Contoso"), "hardware": {"vendor": ""}}
    assert evaluate({"at_least": "9"}, facts).evidence == "Contoso 3.5.8.0 < 9"


def test_advisor_has_a_source_and_a_remedy_for_everything_in_the_catalogue() -> None:
    entries = known_advisories()
    assert len({entry["id"] for entry in entries}) == len(entries) >= 35
    for entry in entries:
        assert all(entry[name] for name in ("source", "fix", "why")), entry["id"]
        assert entry["severity"] in adv.SEVERITIES
    assert len(adv.read_advisories(())) == len(entries)


def test_advisor_says_what_must_become_what() -> None:
    facts = driver(keywords={"*VMQ": {"effective": "1"}, "*RSS": {"effective": "1"}}, server={"hotfixes": []})
    requirement = {"at_least": "3.7", "not": ["3.8"], "keyword": {"*VMQ": "0", "*RSS": "1"}, "hotfix": ["KB950224"]}
    assert evaluate(requirement, facts).updates == (
        {"component": "driver", "found": "3.5.8.0", "needed": "3.7"},
        {"component": "hotfix", "found": None, "needed": "KB950224"},
        {"component": "*VMQ", "found": "1", "needed": "0"},
    )


def test_advisor_takes_features_groups_and_settings() -> None:
    entry = own(affects=["rsc", "vmq", "*EEE"], needs=["task_offload"], scope="adapter")
    read = next(each for each in options_of(nic_driver, advisories=[entry]).advisories if each.id == "x")
    assert (read.affects, read.needs, read.scope) == (("rsc", "vmq", "*EEE"), ("task_offload",), "adapter")
    assert next(iter(adv.read_advisories([own()])[:1])).scope == "server"


def results(name: str, *own: dict[str, Any]) -> dict[str, str]:
    """Return the advisories that stand against the adapter of a scenario, with advisories of one's own."""
    result = run(ActionModule, Server(SCENARIOS[name].document), {"advisories": list(own)})
    adapter = result["ansible_facts"]["nic_drivers"]["adapters"][0]
    return {each["id"]: each["result"] for each in adapter["advisories"]}


def test_advisor_lets_a_user_add_an_advisory() -> None:
    own = {
        "id": "vmxnet3-rss",
        "applies_to": "hardware.family == 'vmxnet3' && server.nt == '6.1'",
        "requirement": {"at_least": "1.8.3.0"},
        "affects": ["rss"],
        "why": "RSS loses packets",
    }
    assert results("vmxnet3", own) == {"vmxnet3-rss": "holds"}
    assert results("netvsc", own) == {}


def test_advisor_lets_a_user_override_and_switch_off_by_id() -> None:
    tolerant = {"id": "broadcom-netxtreme2-snp", "requirement": {"at_least": "3.5"}}
    ageless = {"id": "driver-age", "enabled": False}
    assert results("Broadcom 3.5.8.0", tolerant, ageless) == {}
    assert results("Broadcom 3.5.8.0", ageless) == {"broadcom-netxtreme2-snp": "holds"}


def own(**said: Any) -> dict[str, Any]:
    """Return an advisory of a user's own, complete but for what is said."""
    whole = {"id": "x", "applies_to": "physical", "requirement": {"at_least": "1"}, "affects": [], "why": "y"}
    return {name: item for name, item in {**whole, **said}.items() if item is not None}


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no expression": (
        own(applies_to=None),
        r"advisories \(x\) has no applies_to: add it; the catalogue has no advisory with this id",
    ),
    "an expression that is none": (
        own(applies_to="physical &&"),
        r"advisories \(x\).applies_to is not a JMESPath expression",
    ),
    "a requirement that nobody knows": (
        own(requirement={"min": "1"}),
        r"requirement.min\. Supported parameters include: above, at_least",
    ),
    "no requirement in it": (own(requirement={"of": "driver"}), "one of the following is required: at_least, above"),
    "a version that YAML made a number": (
        own(requirement={"at_least": 3.10}),
        r"advisories \(x\).requirement.at_least is 3.1: give a version in quotes",
    ),
    "a version that is none": (own(requirement={"above": "new"}), "above is 'new': give a version in quotes"),
    "a day that is none": (
        own(requirement={"not_before": "2008-02-30"}),
        "not_before is '2008-02-30': give a day",
    ),
    "a day in another form": (
        own(requirement={"not_before": "20080228"}),
        "not_before is '20080228': give a day",
    ),
    "an age that is none": (own(requirement={"max_age_days": -1}), "max_age_days is -1: give a number of days"),
    "half of nothing": (
        own(requirement={"at_least": "1", "of": "firmware"}),
        "value of of must be one of: driver, driver_file, .*, windows, got: firmware",
    ),
    "a good version that is none": (own(requirement={"below": "v"}), "below is 'v': give a version in quotes"),
    "no bad version": (own(requirement={"not": []}), "not is \\[\\]: give a list of versions"),
    "a bad version that YAML made a number": (own(requirement={"not": [2.2]}), "not is \\[2.2\\]: give a list of"),
    "never for no reason": (own(requirement={"never": ""}), "never is '': give a text"),
    "no setting": (own(requirement={"keyword": {}}), "keyword is {}: give at least one setting"),
    "a setting without a value": (
        own(requirement={"keyword": {"*VMQ": None}}),
        r"requirement.keyword.\*VMQ is None: give a value",
    ),
    "a bound that is none": (
        own(requirement={"keyword": {"*VMQ": {"at_least": "many"}}}),
        r"requirement.keyword.\*VMQ is {'at_least': 'many'}: give a value",
    ),
    "an update that is none": (own(requirement={"hotfix": ["950224"]}), "hotfix is .*: give ids of updates"),
    "a product without a name": (
        own(requirement={"at_least": "1", "of": "product"}),
        "of is product but all of the following are missing: product",
    ),
    "a name of a product without a product": (
        own(requirement={"at_least": "1", "product": "VMware Tools"}),
        "product is 'VMware Tools', but of is driver",
    ),
    "something that nothing affects": (
        own(affects=["speed"]),
        r"advisories \(x\).affects names speed: give features or groups",
    ),
    "something that nobody needs": (own(needs=["speed"]), r"advisories \(x\).needs names speed: give features"),
    "no reason at all": (own(requirement={"unknown": " "}), "unknown is ' ': give a text"),
}


@pytest.mark.parametrize("name", BAD)
def test_advisor_refuses_what_cannot_be_meant(name: str) -> None:
    entry, message = BAD[name]
    with pytest.raises(BadOption, match=message):
        options_of(nic_driver, advisories=[entry])


def test_advisor_says_what_is_wrong_in_a_task_before_anything_is_read() -> None:
    server = Server(SCENARIOS["vmxnet3"].document)
    with pytest.raises(AnsibleActionFail, match="value of scope must be one of: server, adapter"):
        run(ActionModule, server, {"advisories": [own(scope="rack")]})
    result = run(ActionModule, server, {"advisories": [own(applies_to="physical ===")]})
    assert "advisories (x).applies_to is not a JMESPath expression" in result["msg"]
    result = run(ActionModule, server, {"select": "physical ==="})
    assert "select is not a JMESPath expression" in result["msg"]
    assert server.executions == 0
