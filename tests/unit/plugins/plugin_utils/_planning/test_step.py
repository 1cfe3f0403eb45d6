# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry value as a subject: set and restored, with its ledger entry; and the plan that steps make."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.ledger import ledger_queries
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.step import (
    RegistryValue,
    Step,
    plan_of,
    shown,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.task import Task
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import RegistryQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.shutdown import KEY, shutdown_query
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request

PLACE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\X"
VALUE = RegistryValue(PLACE, "Limit", restart=True, why="It is too high.", source="A page")
QUERIES = (RegistryQuery(PLACE), shutdown_query(), *ledger_queries())
SHUTDOWNS = ["00c0a2f3e5d9da01", "0040be1ab0dada01"]  # two FILETIMEs
STATES = st.one_of(st.none(), st.integers(0, 2**32 - 1), st.text(max_size=3), st.just({"REG_QWORD": 900_000}))


class World:
    """A server that tasks of the value run on, one after another."""

    def __init__(self, value: Any) -> None:
        values = {} if value is None else {"Limit": value}
        self.document: dict[str, Any] = {
            "registry": {PLACE: values, KEY: {"ShutdownTime": {"REG_BINARY": SHUTDOWNS[0]}}}
        }
        self.runs = 0

    def step(self, wanted: Any = None, *, restore: bool = False) -> Step:
        """Return what is decided now."""
        snapshot = Snapshot(Replica(self.document).execute(Request(QUERIES)).document)
        options = SimpleNamespace(reason="a test", review_when="")
        task = Task.on("x", options, snapshot, f"2026-01-01T00:00:{self.runs:02d}Z")
        return VALUE.restore(task) if restore else VALUE.set_to(task, wanted)

    def run(self, wanted: Any = None, *, restore: bool = False) -> Plan:
        """Decide and apply."""
        plan = plan_of([self.step(wanted, restore=restore)])
        replica = Replica(self.document)
        assert replica.execute(Request((), plan.operations)).failure is None
        self.document, self.runs = replica.document, self.runs + 1
        return plan

    def restart(self) -> None:
        """Leave the time of another shutdown."""
        self.document["registry"][KEY]["ShutdownTime"] = {"REG_BINARY": SHUTDOWNS[1]}

    @property
    def value(self) -> Any:
        """The value as it stands."""
        return self.document["registry"][PLACE].get("Limit")


@given(STATES, STATES, STATES)
def test_a_value_is_set_kept_and_restored(first: Any, second: Any, third: Any) -> None:
    world = World(first)
    for wanted in (second, third):
        world.run(wanted)
        assert (world.value, type(world.value)) == (wanted, type(wanted))
        assert world.run(wanted).operations == ()
    world.run(restore=True)
    assert (world.value, type(world.value)) == (first, type(first))
    assert world.run(restore=True).operations == ()


@pytest.mark.parametrize(
    ("found", "text"),
    [(None, "not there"), (900_000, "900000"), ("900000", "'900000' (REG_SZ)"), ({"REG_QWORD": 5}, "5 (REG_QWORD)")],
)
def test_a_value_of_another_type_is_shown_with_its_type(found: Any, text: str) -> None:
    assert shown(found) == text
    step = World(found).step(1)
    assert (step.finding.status, step.finding.evidence) == ("drifted", (f"Limit is {text}",))
    assert (step.finding.found, step.finding.wanted) == (found, 1)


def test_a_number_of_another_type_is_not_the_desired_one() -> None:
    assert [type(each) for each in World({"REG_QWORD": 5}).run(5).operations] == [op.LedgerEntry, op.SetValue]


def test_a_finding_says_what_is_bad_how_to_mend_it_and_from_where_that_is() -> None:
    finding = World(2).step(1).finding
    assert (finding.why, finding.source) == ("It is too high.", "A page")
    assert finding.fix == f"Set Limit in {PLACE} to 1 and restart the server."
    assert World(2).step(None).finding.fix == f"Delete Limit in {PLACE} and restart the server."
    assert World(1).step(1).finding.fix == ""


def test_the_ledger_keeps_what_stood_there_and_what_was_read_is_expected() -> None:
    entry, change = World("old").run(1).operations
    assert isinstance(entry, op.LedgerEntry)
    assert (entry.values["Before"], entry.values["After"]) == ('{"Limit": "old"}', '{"Limit": 1}')
    assert change == op.SetValue(PLACE, "Limit", 1, "old")


def test_a_restart_is_required_until_the_server_was_restarted_after_the_last_change() -> None:
    world = World(2)
    assert world.run(1).reboot_required
    assert world.run(1).reboot_required
    world.restart()
    assert not world.run(1).reboot_required
    assert world.run(restore=True).reboot_required
    assert world.run(2).reboot_required
    assert world.run(restore=True).reboot_required


def test_what_could_not_be_read_is_unknown_and_nothing_is_written() -> None:
    for restore in (False, True):
        world = World(2)
        world.document["unreadable"] = {PLACE.upper(): "access_denied"}
        step = world.step(1, restore=restore)
        assert (step.finding.status, step.operations, step.entry, step.closing) == ("unknown", (), (), ())
        assert "could not be read (access_denied)" in step.error


def test_a_key_below_that_could_not_be_read_says_nothing_of_the_value() -> None:
    world = World(2)
    world.document["unreadable"] = {f"{PLACE}\\Below": "access_denied"}
    assert world.step(1).finding.status == "drifted"


def test_there_may_be_nothing_to_restore() -> None:
    step = World(2).step(restore=True)
    assert (step.finding.status, step.before, step.after) == ("compliant", {"value": 2}, {"value": 2})
    assert step.finding.evidence == ("Limit is 2", "the ledger holds nothing to restore")


def test_a_plan_is_its_steps_in_their_order() -> None:
    write, entry, closing = (
        op.CreateKey("HKLM\\A"),
        op.LedgerEntry("HKLM\\L", {}),
        op.SetValue("HKLM\\L", "Closed", "", None),
    )
    steps = [
        Step(
            Finding("x", "a", "drifted"),
            True,
            {"value": 1},
            {"value": 2},
            (entry,),
            (write,),
            (closing,),
            True,
            ("mind",),
        ),
        Step(Finding("x", "b", "compliant")),
    ]
    plan = plan_of(steps, {"more": 1})
    assert plan.operations == (entry, write, closing)
    assert (plan.before, plan.after) == ({"a": {"value": 1}}, {"a": {"value": 2}})
    assert (plan.decided, plan.warnings, plan.reboot_required, plan.error) == ({("x", "a")}, ("mind",), True, "")
    assert plan.data == {"more": 1}
    assert (
        plan_of([Step(Finding("x", "a", "refused"), error="no"), Step(Finding("x", "b", "unknown"), error="nor")]).error
        == "no; nor"
    )
