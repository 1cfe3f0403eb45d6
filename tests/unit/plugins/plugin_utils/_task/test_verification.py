# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task says where a plan was not applied, or not kept."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.verification import (
    NotApplied,
    check_applied,
    check_kept,
    check_ledger_writers,
    check_readable,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.netsh import (
    restart_adapter,
    set_globals,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply
from tests.support.servers import FAMV4, LEDGER

SET = op.SetValue(FAMV4, "Start", 4, 1)
STOP = op.StopDriver("FAMv4", f"{LEDGER}\\0001")
ENTRY = op.LedgerEntry(f"{LEDGER}\\0001", {})


def plan(status: str = "drifted", *operations: op.Operation) -> Plan:
    """Return a plan about FAMv4."""
    finding = Finding("filter_driver", "FAMv4", status, evidence=("Start is 1",))
    return Plan((finding,), operations, {"FAMv4": 1}, {"FAMv4": 4})


def reply(**parts: Any) -> Reply:
    """Return a reply without a document."""
    return Reply({}, **parts)


FAILURES: dict[str, tuple[Reply, str]] = {
    "another value": (
        reply(conflicts=[{"operation": 1, "found": 3}]),
        r"changed between reading and writing, so nothing was written: .*Start holds 3 where 1 was read. Run the task",
    ),
    "no value": (reply(conflicts=[{"operation": 1, "found": None}]), r"Start holds nothing where 1 was read"),
    "a new entry": (reply(conflicts=[{"operation": 0, "found": {}}]), r"Ledger\\0001 holds {} where nothing was read"),
    "two": (
        reply(conflicts=[{"operation": 1, "found": 3}, {"operation": 2, "found": "stopped"}]),
        "read; FAMv4 holds 'stopped' where 'running'",
    ),
    "both": (
        reply(conflicts=[{"operation": 1, "found": 3}], failure={"operation": 2, "writing": True, "reason": "x"}),
        "holds 3 where 1",
    ),
    "denied": (
        reply(failure={"operation": 1, "writing": False, "reason": "access_denied"}),
        r"FAMv4\\Start could not be written: access is denied; connect as a local administrator.*; nothing was written",
    ),
    "halfway": (
        reply(operations=[{}, {}], failure={"operation": 2, "writing": True, "reason": "IOException: x"}),
        (
            "FAMv4 could not be written: IOException: x; "
            "2 operations before it were applied and stand in the ledger; the same"
        ),
    ),
    "the first of all, in part": (
        reply(failure={"operation": 0, "writing": True, "reason": "IOException: x"}),
        "IOException: x; 0 operations before it were applied",
    ),
    "wow64": (
        reply(failure={"operation": 0, "writing": False, "reason": "InvalidOperationException: wow64"}),
        "32-bit PowerShell 2.0 answered on 64-bit Windows.*connect to the 64-bit one",
    ),
    "reading back": (
        reply(failure={"operation": -1, "writing": False, "reason": "x"}),
        "all was written, but the server could not be read back: x. Run",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_was_not_carried_out_is_told_with_key_reason_and_remedy(case: str) -> None:
    answer, message = FAILURES[case]
    with pytest.raises(NotApplied, match=message):
        check_applied(answer, plan("drifted", ENTRY, SET, STOP))


def test_what_was_carried_out_and_kept_is_no_failure() -> None:
    check_applied(reply(operations=[{}]), plan("drifted", SET))
    check_kept(plan("compliant"), reply(), plan())
    check_readable(Snapshot({"unreadable": {FAMV4: "access_denied"}}))


def test_what_the_server_did_not_keep_is_named() -> None:
    with pytest.raises(NotApplied, match=r"did not keep what was written: .*FAMv4\\Start, FAMv4. Does a policy"):
        check_kept(plan("drifted", SET, STOP), reply(), plan())


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("access_denied", "connect as a local administrator"),
        ("InvalidOperationException: wow64", "32-bit"),
        ("IOException: x", "IOException: x"),
    ],
)
def test_a_ledger_that_cannot_be_read_stops_the_task(reason: str, remedy: str) -> None:
    with pytest.raises(NotApplied, match=rf"Ledger\\0001 cannot be read: .*{remedy}"):
        check_readable(Snapshot({"unreadable": {f"{LEDGER}\\0001": reason}}))


DISABLE, ENABLE = (op.RunCommand(each, restarts="LAN 2") for each in restart_adapter("LAN 2"))
NETSH = op.RunCommand(set_globals({"rss": "disabled"}), None, f"{LEDGER}\\0001")


@pytest.mark.parametrize("failure", [None, {"operation": -1, "reason": "x"}])
def test_a_restart_that_failed_is_told_with_code_adapter_and_remedy(failure: dict[str, Any] | None) -> None:
    answer = reply(operations=[{}, {"exit_code": 0}, {"exit_code": 7}], failure=failure)
    told = r'admin=enabled failed \(exit code 7\): the adapter "LAN 2" was not restarted .* name="LAN 2" admin=enabled'
    with pytest.raises(NotApplied, match=told):
        check_applied(answer, plan("drifted", SET, DISABLE, ENABLE))


def test_a_failed_command_that_the_ledger_notes_is_judged_by_what_is_read_back() -> None:
    answer, done = reply(operations=[{"exit_code": 5}]), plan("drifted", NETSH)
    check_applied(answer, done)
    check_kept(plan("compliant"), answer, done)
    with pytest.raises(NotApplied, match=r"did not keep .* rss=disabled failed \(exit code 5\)$"):
        check_kept(plan("drifted", NETSH), answer, done)


@pytest.mark.parametrize(
    ("case", "changed"), [("no value", False), ("denied", False), ("halfway", True), ("reading back", True)]
)
def test_a_failure_says_whether_something_was_written(case: str, changed: bool) -> None:
    with pytest.raises(NotApplied) as error:
        check_applied(FAILURES[case][0], plan("drifted", ENTRY, SET, STOP))
    assert error.value.changed is changed


def test_a_ledger_that_others_may_write_to_is_not_trusted() -> None:
    administrators = ["S-1-5-32-544", "S-1-5-18", "S-1-3-0"]
    check_ledger_writers(Snapshot({}))
    check_ledger_writers(Snapshot({"access": {LEDGER: administrators}}))
    with pytest.raises(NotApplied, match=r"own it: S-1-5-32-547\. .*nothing was done") as caught:
        check_ledger_writers(Snapshot({"access": {LEDGER.upper(): [*administrators, "S-1-5-32-547", "S-1-5-32-547"]}}))
    assert not caught.value.changed


def test_another_run_that_is_writing_is_reported_with_what_to_do() -> None:
    reason = "InvalidOperationException: another run is writing"
    with pytest.raises(
        NotApplied, match=r"another run is writing to this server.*run the task again.*nothing was written"
    ):
        check_applied(reply(failure={"operation": 0, "writing": False, "reason": reason}), plan("drifted", SET))
