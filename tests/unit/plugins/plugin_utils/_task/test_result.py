# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of tasks, from plans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import COMMON_KEYS, Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.result import failed, judged, succeeded
from tests.support.servers import FAMV4

SET = op.SetValue(FAMV4, "Start", 4, 1)


def plan(
    status: str = "drifted", *operations: op.Operation, reboot: bool = False, evidence: str = "Start is 1"
) -> Plan:
    """Return a plan about FAMv4."""
    finding = Finding("filter_driver", "FAMv4", status, evidence=(evidence,))
    return Plan((finding,), operations, {"FAMv4": 1}, {"FAMv4": 4}, reboot)


def test_a_predicted_result_is_that_of_the_run_but_for_the_status() -> None:
    predicted = succeeded(plan("drifted", SET))
    done = succeeded(plan("drifted", SET), plan("compliant"))
    assert [predicted.pop("findings")[0]["status"], done.pop("findings")[0]["status"]] == ["drifted", "fixed"]
    assert {**done, "after": {}, "diff": []} == {**predicted, "after": {}, "diff": []}
    assert predicted["changed"]
    assert predicted["diff"] == [
        {"before_header": "before", "after_header": "after", "before": {"FAMv4": 1}, "after": {"FAMv4": 4}}
    ]


def test_what_was_read_back_counts_where_it_was_not_predicted() -> None:
    verified = plan("compliant", reboot=True, evidence="Windows refused to stop it")
    done = succeeded(plan("drifted", SET), verified)
    assert done["after"] == verified.before
    assert done["reboot_required"]
    assert done["findings"][0]["evidence"] == ["Start is 1", "Windows refused to stop it"]


def test_a_compliant_server_is_not_changed() -> None:
    result = succeeded(plan("compliant"))
    assert not result["changed"]
    assert result["operations"] == []
    assert "warnings" not in result


def test_what_a_plan_leaves_as_it_is_has_drifted_still() -> None:
    other = Finding("filter_driver", "Ghost", "drifted")
    first, second = plan("drifted", SET), plan("compliant")
    done = succeeded(replace(first, findings=(*first.findings, other)), replace(second, findings=(other,)))
    assert [finding["status"] for finding in done["findings"]] == ["fixed", "drifted"]


@pytest.mark.parametrize("verified", [None, plan("compliant")])
def test_what_is_left_undone_fails_the_task_in_the_end_with_all_that_was_done(verified: Plan | None) -> None:
    result = succeeded(replace(plan("drifted", SET), refused=("a is not", "b is not")), verified)
    assert (result["failed"], result["changed"], result["msg"]) == (True, True, "a is not; b is not")
    assert result["findings"][0]["status"] == ("fixed" if verified else "drifted")
    assert "failed" not in succeeded(plan("drifted", SET), verified)


def test_warnings_of_a_plan_are_told() -> None:
    assert succeeded(Plan(warnings=("mind this",)))["warnings"] == ["mind this"]


def test_a_failure_carries_the_findings() -> None:
    result = failed("no", plan("refused"))
    assert (result["failed"], result["changed"], result["msg"]) == (True, False, "no")
    assert [finding["status"] for finding in result["findings"]] == ["refused"]
    assert failed("no")["findings"] == []


def test_data_of_a_resource_stands_beside_what_every_result_holds() -> None:
    told = Plan(findings=plan().findings, data={"drivers": [1]})
    assert succeeded(told)["drivers"] == judged(told)["drivers"] == [1]
    assert len(succeeded(told)["findings"]) == len(judged(told)["findings"]) == 1


@pytest.mark.parametrize("key", sorted(COMMON_KEYS))
def test_data_of_a_resource_replaces_nothing_that_every_result_holds(key: str) -> None:
    with pytest.raises(ValueError, match=f"would replace {key} of every result"):
        Plan(data={key: "mine"})


def test_every_key_of_a_result_is_common() -> None:
    whole = Plan(parts=(("win_x", Plan(warnings=("mind this",))),))
    results = [
        succeeded(Plan(warnings=("mind this",))),
        succeeded(whole),
        *succeeded(whole)["resources"],
        failed("no"),
        judged(Plan()),
    ]
    assert {key for result in results for key in result} <= COMMON_KEYS
