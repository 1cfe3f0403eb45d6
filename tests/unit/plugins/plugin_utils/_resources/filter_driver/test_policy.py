# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers chosen by what they are: policies, exemptions, waivers, and the audit alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.planning import options_of, plan_for
from tests.support.scenarios import drivers
from tests.support.servers import LEDGER, plan_by

NOW = "2026-11-23T14:00:00Z"
ALL = ["known_leftover", "orphan", "dangling"]
WAIVER = {"finding": "filter_driver", "subject": "FAMv4", "until": "2026-12-31", "by": "Ada", "reason": "next window"}

# AbOpenFile alone is protected: a class's list names it, and its group is one of the boot path.
EASY = {"match": "!filter_lists"}


def decide(document: dict[str, Any], **given: Any) -> Plan:
    """Return the plan for a server."""
    return plan_for(filter_driver, document, NOW, **given)


def apply(document: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Return the server after a task, which must leave nothing to do."""
    plan, replica = decide(document, **given), Replica(copy.deepcopy(document))
    assert plan.error == ""
    options = options_of(filter_driver, **given)
    reply = replica.execute(Request(filter_driver.queries(options), plan.operations))
    assert (reply.conflicts, reply.failure) == ([], None)
    assert plan_by(filter_driver, options, Snapshot(reply.document), NOW).operations == ()
    return replica.document


def statuses(plan: Plan) -> dict[str, str]:
    """Return the status of the finding on each driver."""
    return {finding.subject: finding.status for finding in plan.findings}


def test_a_policy_disables_what_has_one_of_its_classifications() -> None:
    plan = decide(drivers.large(), classifications=ALL, **EASY)
    assert statuses(plan) == {
        "FAMv4": "drifted",
        "GrymSnap": "drifted",
        "OrbVault": "drifted",
        "TvShadow": "drifted",
        "TvTrack": "compliant",
    }
    after = apply(drivers.large(), classifications=ALL, **EASY)
    assert {after["registry"][f"{drivers.SERVICES}\\{name}"]["Start"] for name in statuses(plan)} == {4}


def test_a_policy_says_why_it_chose_a_driver() -> None:
    finding = decide(drivers.large(), match="name == 'OrbVault'", classifications=["orphan"]).findings[0]
    assert finding.evidence[1:3] == ("it is orphan", "its file is of Orbital Data S.A., product Orbital Vault")


def test_a_policy_lets_each_driver_go_its_own_way() -> None:
    plan = decide(drivers.large(), classifications=ALL)
    assert (plan.error, plan.refused) == ("", ())
    assert statuses(plan) == {
        "AbOpenFile": "refused",
        "FAMv4": "drifted",
        "GrymSnap": "drifted",
        "OrbVault": "drifted",
        "TvShadow": "drifted",
        "TvTrack": "compliant",
    }
    assert "clean_filter_lists: true" in plan.findings[0].fix
    assert not [each for each in plan.operations if "AbOpenFile" in str(each)]


def test_a_refusal_fails_a_policy_in_the_end_where_that_is_asked() -> None:
    plan = decide(drivers.large(), classifications=ALL, fail_on_refused=True)
    assert plan.refused[0].startswith("AbOpenFile is not disabled: its load-order group, Filter, is one of the boot")
    assert len(plan.operations) > 4


def test_a_driver_that_a_policy_names_fails_it_in_the_end() -> None:
    plan = decide(drivers.large(), name=["AbOpenFile"], classifications=ALL)
    assert (len(plan.refused), plan.error) == (1, "")
    assert decide(drivers.large(), name=["AbOpenFile"], classifications=ALL, fail_on_refused=False).refused == ()


def test_named_drivers_go_their_own_way_where_a_refusal_fails_nothing() -> None:
    assert decide(drivers.large(), name=["AbOpenFile", "TvShadow"]).error
    plan = decide(drivers.large(), name=["AbOpenFile", "TvShadow"], fail_on_refused=False)
    assert (plan.error, plan.refused, statuses(plan)) == ("", (), {"AbOpenFile": "refused", "TvShadow": "drifted"})


@pytest.mark.parametrize("exempt", [{"allow": ["abopen*"]}, {"waive": [{**WAIVER, "subject": "AbOpenFile"}]}])
def test_what_is_allowed_or_waived_is_left_alone(exempt: dict[str, Any]) -> None:
    plan = decide(drivers.large(), classifications=ALL, **exempt)
    assert plan.error == ""
    assert statuses(plan)["AbOpenFile"] == ("waived" if "waive" in exempt else "compliant")
    assert not [each for each in plan.operations if "AbOpenFile" in str(each)]


@pytest.mark.parametrize("name", ["FAMv4", "GrymSnap"])
@pytest.mark.parametrize("chosen", [{"name": ["FAMv4", "GrymSnap"]}, {"classifications": ALL}])
def test_what_is_waived_says_what_is_bad_about_it_and_the_remedy(name: str, chosen: dict[str, Any]) -> None:
    given = {**chosen, "waive": [{**WAIVER, "subject": name}]}
    (waived,) = (each for each in decide(drivers.large(), **given).findings if each.subject == name)
    (open_one,) = (each for each in decide(drivers.large(), **chosen).findings if each.subject == name)
    assert (waived.status, open_one.status) == ("waived", "drifted")
    assert waived.why
    assert waived.fix
    told = ("why", "fix", "source", "severity", "kind")
    assert [getattr(waived, field) for field in told] == [getattr(open_one, field) for field in told]


@pytest.mark.parametrize(
    ("start", "running", "status"),
    [(4, "stopped", "compliant"), (4, "running", "waived"), (1, "stopped", "waived")],
)
def test_a_driver_that_is_off_needs_no_waiver(start: int, running: str, status: str) -> None:
    document = copy.deepcopy(drivers.large())
    document["registry"][f"{drivers.SERVICES}\\FAMv4"]["Start"] = start
    document["services"]["FAMv4"]["status"] = running
    for chosen in ({"name": ["FAMv4"]}, {"classifications": ALL}):
        plan = decide(document, waive=[WAIVER], **chosen)
        assert statuses(plan)["FAMv4"] == status
        assert not [each for each in plan.operations if "FAMv4" in str(each)]


def test_a_waiver_that_is_over_counts_for_nothing() -> None:
    over = {**WAIVER, "until": "2026-11-22"}
    assert statuses(decide(drivers.large(), name=["FAMv4"], waive=[over])) == {"FAMv4": "drifted"}
    assert statuses(decide(drivers.large(), name=["FAMv4"], waive=[WAIVER])) == {"FAMv4": "waived"}


def test_a_policy_removes_with_the_lists_and_restores_all() -> None:
    given = {"classifications": ALL, "state": "absent", "clean_filter_lists": True, "force": ["AbOpenFile"]}
    before = drivers.large()
    after = apply(before, **given)
    keys = {path.split("\\")[4] for path in after["registry"] if path.startswith(drivers.SERVICES)}
    assert not keys & set(drivers.LEFTOVERS)
    assert after["registry"][drivers.VOLUMES]["UpperFilters"] == ["volsnap"]
    assert statuses(decide(after, **given)) == {"AbOpenFile": "pending"}  # which runs until the restart
    assert decide(after, **given).reboot_required
    restored = apply(after, state="restored", match="name")
    registry = {path: values for path, values in restored["registry"].items() if not path.startswith(LEDGER)}
    former = Replica(copy.deepcopy(before)).document["registry"]
    del former[f"{drivers.SERVICES}\\GrymSnap"]  # it would start with the server, without its file
    assert registry == former
    assert statuses(decide(restored, state="restored", match="name")) == {"GrymSnap": "refused"}


def test_match_is_evaluated_on_what_the_info_module_returns() -> None:
    plan = decide(drivers.large(), match="glob(company, 'tidevault*') && start != `4`", state="absent")
    assert statuses(plan) == {"TvShadow": "drifted"}


def test_names_and_policy_add_up() -> None:
    plan = decide(drivers.large(), name=["vmhgfs", "tvshadow"], classifications=["orphan"], match="name == 'TvShadow'")
    assert list(statuses(plan)) == ["vmhgfs", "TvShadow"]


def test_restored_by_match_takes_what_the_ledger_knows_and_is_there_or_gone() -> None:
    changed = apply(drivers.large(), name=["FAMv4"], state="disabled")
    changed = apply(changed, name=["TvShadow"], state="absent")
    assert set(statuses(decide(changed, state="restored", match="name"))) == {"FAMv4", "TvShadow"}
    assert set(statuses(decide(changed, state="restored", match="exists == `false`"))) == {"TvShadow"}
    assert statuses(decide(drivers.large(), state="restored", match="name")) == {}


def test_a_removed_driver_that_match_does_not_choose_is_reported() -> None:
    changed = apply(drivers.large(), name=["FAMv4"], state="disabled")
    changed = apply(changed, name=["TvShadow"], state="absent")
    given = {"state": "restored", "match": "company == 'Orbital Data S.A.'"}
    plan = decide(changed, **given)
    assert (statuses(plan), plan.operations, plan.error) == ({"TvShadow": "not_applicable"}, (), "")
    assert "name: [TvShadow]" in plan.findings[0].fix
    named = decide(changed, name=["tvshadow"], **given)
    assert statuses(named) == {"tvshadow": "drifted"}
    back = apply(changed, name=["TvShadow"], state="restored")
    assert statuses(decide(back, **given)) == {}


def test_what_others_uninstalled_meanwhile_is_not_reported_as_removed() -> None:
    changed = apply(drivers.large(), name=["FAMv4"], state="disabled")
    gone = {
        path: values
        for path, values in changed["registry"].items()
        if not path.startswith(f"{drivers.SERVICES}\\FAMv4")
    }
    assert statuses(decide({**changed, "registry": gone}, state="restored", match="running")) == {}


def test_audited_judges_all_or_the_named_and_changes_nothing() -> None:
    plan = decide(drivers.large(), state="audited")
    assert plan.operations == ()
    assert len(plan.findings) == drivers.COUNT
    found = {name: status for name, status in statuses(plan).items() if name in drivers.LEFTOVERS}
    assert found == {
        **dict.fromkeys(drivers.LEFTOVERS, "attention"),
        "FAMv4": "drifted",
        "TvTrack": "compliant",  # it is disabled, as its remedy says
    }
    asking = {name for name, status in statuses(plan).items() if status not in ("compliant", "unknown")}
    assert asking - set(found) == {"vsepflt"}  # a part of VMware Tools that does harm
    named = decide(drivers.large(), state="audited", name=["FAMv4", "Ghost"], allow=[])
    assert statuses(named) == {"FAMv4": "drifted", "Ghost": "compliant"}
    assert statuses(decide(drivers.large(), state="audited", classifications=ALL, allow=["f*"]))["FAMv4"] == "compliant"


def test_audited_classifies_protected_drivers_without_a_refusal() -> None:
    plan = decide(drivers.large(), state="audited", name=["AbOpenFile"])
    assert (statuses(plan), plan.error) == ({"AbOpenFile": "attention"}, "")


def test_nothing_chosen_is_an_error_but_for_audited() -> None:
    with pytest.raises(BadOption, match="name, match, classifications, block_legacy_filters"):
        options_of(filter_driver)
    with pytest.raises(BadOption, match=r"any of the following are missing: name, match, block_legacy_filters$"):
        options_of(filter_driver, state="restored")
    with pytest.raises(BadOption, match="match or classifications"):
        options_of(filter_driver, name=[])
    assert options_of(filter_driver, state="audited").is_policy
