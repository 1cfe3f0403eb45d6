# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: which findings they cover, until when, what a plan does about those, and which entries are refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption, Resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.waive_option import read_waivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.waivers import Waivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import baseline, tcp_keepalive
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    resource as tcp_offload,
)
from tests.support import DEMO_SNAPSHOTS
from tests.support.planning import plan_for
from tests.support.servers import exchange

NOW = "2026-11-23T14:00:00Z"
ENTRY = {"finding": "filter_driver", "subject": "FAMv4", "until": "2027-03-31", "by": "Ada", "reason": "next window"}
WHOLE_SERVER = {name: text for name, text in ENTRY.items() if name != "subject"} | {"finding": "*"}


def waivers(*entries: dict[str, str], state: str = "disabled") -> Waivers:
    """Return the waivers of a task."""
    return read_waivers({"waive": entries, "state": state})


def told(finding: Finding, *entries: dict[str, str], now: str = NOW) -> Finding:
    """Return a finding as waivers leave it."""
    return waivers(*entries).told_of(finding, now)


def drift(finding: str = "filter_driver", subject: str = "FAMv4", status: str = words.DRIFTED) -> Finding:
    """Return a finding."""
    return Finding(finding, subject, status, evidence=("it is known_leftover",))


def test_a_waiver_says_until_when_by_whom_and_why() -> None:
    found = told(drift(), ENTRY)
    assert found.status == "waived"
    assert found.waiver == {"until": "2027-03-31", "by": "Ada", "reason": "next window"}
    assert found.evidence == ("it is known_leftover", "waived by Ada until 2027-03-31: next window")
    assert (found.as_dict()["act"], found.as_dict()["title"]) == ("none", "FAMv4 is waived")


@pytest.mark.parametrize("status", words.OPEN)
def test_every_open_finding_can_be_waived(status: str) -> None:
    assert told(drift(status=status), ENTRY).status == "waived"


@pytest.mark.parametrize("status", sorted(set(words.STATUSES) - set(words.OPEN)))
def test_no_other_finding_is_touched(status: str) -> None:
    assert told(drift(status=status), ENTRY) == drift(status=status)


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        ({"subject": "famV4"}, True),
        ({"subject": "FAM*"}, True),
        ({"subject": "FAMv?"}, True),
        ({"subject": "TvShadow"}, False),
        ({"finding": "FILTER_driver"}, True),
        ({"finding": "filter_driver.*"}, False),
        ({"finding": "*", "subject": "tv*"}, False),
        ({"finding": "f*", "subject": "*"}, True),
    ],
)
def test_id_and_subject_are_patterns_of_whole_names(entry: dict[str, str], covered: bool) -> None:
    assert (told(drift(), {**ENTRY, **entry}).status == "waived") is covered


def test_a_waiver_of_everything_needs_no_subject() -> None:
    assert told(drift("nic_driver.driver-age", "Team 1"), WHOLE_SERVER).status == "waived"


@pytest.mark.parametrize(("now", "status"), [("2027-03-31T23:59:59Z", "waived"), ("2027-04-01T00:00:00Z", "drifted")])
def test_it_counts_through_its_last_day(now: str, status: str) -> None:
    assert told(drift(), ENTRY, now=now).status == status


@pytest.mark.parametrize(("now", "soon"), [("2027-03-16T23:00:00Z", False), ("2027-03-17T00:00:00Z", True)])
def test_one_that_ends_within_14_days_is_told(now: str, soon: bool) -> None:
    assert ("the waiver ends within 14 days" in told(drift(), ENTRY, now=now).evidence[-1]) is soon


def test_one_that_has_ended_is_told_with_the_finding_that_it_covered() -> None:
    found = told(drift(), ENTRY, now="2027-04-01T00:00:00Z")
    assert found.evidence[-1] == "the waiver of Ada ended on 2027-03-31: next window"
    assert found.waiver["until"] == "2027-03-31"
    assert told(drift(subject="TvShadow"), ENTRY, now="2027-04-01T00:00:00Z") == drift(subject="TvShadow")


def test_of_several_the_one_that_ends_last_counts() -> None:
    later = {**ENTRY, "until": "2028-01-01", "by": "Grace"}
    ended = {**ENTRY, "until": "2026-01-01"}
    assert told(drift(), ended, later, ENTRY).waiver["by"] == "Grace"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"until": "soon"}, r"waive\[0\]\.until is 'soon': give its last day, such as 2026-12-31"),
        ({"until": "2026-02-30"}, "give its last day"),
        ({"until": "20261231"}, "give its last day"),
        ({"until": None}, r"waive\[0\]\.until is '': give"),
        ({"until": "２０２６-１２-３１"}, "give its last day"),
        ({"by": " "}, r"waive\[0\]\.by is ' ': say who gives it"),
        ({"reason": ""}, r"waive\[0\]\.reason is '': say why"),
        ({"finding": ""}, r"waive\[0\]\.finding is '': say which findings it is for"),
        ({"subject": None}, r"waive\[0\]\.subject is missing: say which subject of filter_driver it is for"),
        ({"subject": " "}, r"waive\[0\]\.subject is missing"),
        ({"finding": "*", "subject": " "}, r"waive\[0\]\.subject is missing"),
        ({"until": "x", "variable": "server_baseline_waivers_mail[3]"}, r"^server_baseline_waivers_mail\[3\]\.until"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(BadOption, match=message):
        read_waivers({"waive": [{**ENTRY, **entry}]})


@pytest.mark.parametrize("state", ["enabled", "restored"])
def test_what_brings_something_back_is_not_waived(state: str) -> None:
    assert waivers(ENTRY, state=state) == Waivers()


FEATURES = {"finding": "tcp_offload", "subject": "rss", "until": "2027-03-31", "by": "Ada", "reason": "measured"}


@pytest.mark.parametrize(
    ("resource", "given", "entry"),
    [
        (filter_driver, {"name": ["FAMv4"]}, ENTRY),
        (filter_driver, {"name": ["FAMv4"], "state": "absent"}, ENTRY),
        (filter_driver, {"name": ["atapi"]}, WHOLE_SERVER),
        (tcp_offload, {"profile": "snp_disabled"}, WHOLE_SERVER),
        (tcp_keepalive, {"milliseconds": 900000}, WHOLE_SERVER),
        (info, {"match": "name == 'FAMv4'"}, ENTRY),
    ],
)
def test_nothing_is_done_about_what_is_waived(resource: Resource, given: dict[str, Any], entry: dict[str, str]) -> None:
    plan = decide(resource, given, entry)
    assert {each.status for each in plan.findings} <= {"waived", "compliant", "not_applicable"}
    assert "waived" in {each.status for each in plan.findings}
    assert (plan.operations, plan.error, plan.refused, plan.warnings) == ((), "", (), ())
    assert plan.before == plan.after
    assert not plan.reboot_required


def decide(resource: Resource, given: dict[str, Any], *entries: dict[str, str]) -> Plan:
    """Return the plan of a task with waivers."""
    return plan_for(resource, exchange(), NOW, **given, waive=list(entries))


def test_one_feature_that_is_waived_leaves_the_others_to_be_set() -> None:
    document = load(DEMO_SNAPSHOTS / "ex2003.yml")
    plan = plan_for(tcp_offload, document, NOW, profile="snp_disabled", waive=[FEATURES])
    assert {each.subject for each in plan.findings if each.status == "waived"} == {"rss"}
    written = {each.name for each in plan.operations if isinstance(each, op.SetValue)}
    assert "EnableTCPChimney" in written
    assert "EnableRSS" not in written


def test_every_judging_module_reads_the_option() -> None:
    for resource in baseline.RESOURCES.values():
        assert "waive" in resource.ARGUMENT_SPEC
