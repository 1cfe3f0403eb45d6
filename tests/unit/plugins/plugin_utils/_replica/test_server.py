# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All operations are applied to a document, or none, as the payload does on a server."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.servers import FAMV4, LEDGER, SERVICES, exchange

NEW = "HKLM\\SOFTWARE\\New"
ENTRY = op.LedgerEntry(f"{LEDGER}\\0001", {"Subject": "FAMv4"})
STOP = op.StopDriver("famv4", ENTRY.key)
START = op.StartDriver("FAMv4", ENTRY.key, "stopped")
DUMP, SET = q.CommandQuery("netsh", "dump"), q.CommandQuery("netsh", "set x")
INSTANCES = {f"{FAMV4}\\Instances": {"DefaultInstance": "FAM"}}


def carry_out(*operations: op.Operation, document: dict[str, Any] | None = None) -> tuple[Reply, dict[str, Any]]:
    """Return the reply to operations, and the document after them."""
    replica = Replica(document or exchange())
    return replica.execute(Request((), operations)), replica.document


DONE: dict[str, tuple[op.Operation, str, dict[str, Any] | None]] = {
    "set": (op.SetValue(FAMV4, "Start", 4, 1), FAMV4, {**exchange()["registry"][FAMV4], "Start": 4}),
    "set the first": (op.SetValue(NEW, "", {"REG_BINARY": ""}, None), NEW, {"": {"REG_BINARY": ""}}),
    "delete": (op.DeleteValue(f"{FAMV4}\\Instances", "DefaultInstance", "FAM"), f"{FAMV4}\\Instances", {}),
    "create a key": (op.CreateKey(NEW), NEW, {}),
    "delete a key": (op.DeleteKey(f"{FAMV4}\\Instances", INSTANCES), f"{FAMV4}\\Instances", None),
    "enter": (ENTRY, ENTRY.key, ENTRY.values),
}


@pytest.mark.parametrize("case", DONE)
def test_an_operation_changes_its_key(case: str) -> None:
    operation, key, expected = DONE[case]
    reply, document = carry_out(operation)
    assert (reply.operations, reply.conflicts, reply.failure) == ([{}], [], None)
    assert document["registry"].get(key) == expected


CONFLICTS: dict[str, tuple[op.Operation, Any]] = {
    "another value": (op.SetValue(FAMV4, "Start", 4, 3), 1),
    "the value in another type": (op.SetValue(FAMV4, "Start", 4, "1"), 1),
    "a value where none was": (op.SetValue(FAMV4, "Start", 4, None), 1),
    "no value": (op.DeleteValue(FAMV4, "Stop", 1), None),
    "a key that exists": (op.CreateKey(f"{FAMV4}\\Instances"), INSTANCES),
    "a tree with more": (op.DeleteKey(f"{FAMV4}\\Instances", {f"{FAMV4}\\Instances": {}}), INSTANCES),
    "a tree that is gone": (op.DeleteKey(NEW, {NEW: {}}), None),
    "a driver that the service manager does not list": (op.StopDriver("W3SVC", ""), None),
    "a driver that runs": (START, "running"),
    "a driver that is gone": (op.StopDriver("Ghost", ""), None),
    "another output": (op.RunCommand(SET, (DUMP, {"exit_code": 0, "output": "y"})), {"exit_code": 1, "output": ""}),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_nothing_is_written_when_one_operation_finds_something_else(case: str) -> None:
    operation, found = CONFLICTS[case]
    reply, document = carry_out(ENTRY, operation)
    assert reply.conflicts == [{"operation": 1, "found": found}]
    assert reply.operations == []
    assert document["registry"] == exchange()["registry"]


def test_nothing_is_written_when_one_key_may_not_be_written() -> None:
    document = {**exchange(), "unreadable": {SERVICES: "access_denied"}}
    set_start, conflicting = op.SetValue(FAMV4, "Start", 4, 1), op.CreateKey(f"{FAMV4}\\Instances")
    reply, after = carry_out(ENTRY, set_start, document=document)
    assert reply.failure == {"operation": 1, "writing": False, "reason": "access_denied"}
    assert (reply.operations, after["registry"]) == ([], exchange()["registry"])
    reply, _unused = carry_out(conflicting, set_start, document=document)
    assert (reply.conflicts, reply.failure) == (
        [{"operation": 0, "found": INSTANCES}],
        {"operation": 1, "writing": False, "reason": "access_denied"},
    )


# what the service manager says, Start, file there, the operation: its status and code, and what the ledger notes
CONTROLLED: dict[str, tuple[dict[str, Any], int, bool, op.Operation, dict[str, Any]]] = {
    "stops": ({"status": "running", "can_stop": True}, 1, True, STOP, {"status": "stopped", "code": 0}),
    "cannot stop": ({"status": "running"}, 1, True, STOP, {"status": "running", "code": 1052}),
    "starts": ({"status": "stopped"}, 3, True, START, {"status": "running", "code": 0}),
    "is disabled": ({"status": "stopped"}, 4, True, START, {"status": "stopped", "code": 1058}),
    "has no file": ({"status": "stopped"}, 3, False, START, {"status": "stopped", "code": 2}),
}


@pytest.mark.parametrize("case", CONTROLLED)
def test_a_driver_starts_and_stops_as_best_effort(case: str) -> None:
    state, start, there, operation, result = CONTROLLED[case]
    document = {**exchange(Start=start), "services": {"FAMv4": state}}
    document["files"] = document["files"] if there else {}
    reply, after = carry_out(ENTRY, operation, document=document)
    assert reply.operations == [{}, result]
    assert after["registry"][ENTRY.key].get("RefusedCode", 0) == result["code"]
    assert after["services"]["FAMv4"]["status"] == result["status"]


def test_a_command_gives_the_output_that_was_kept() -> None:
    document = {**exchange(), "commands": {SET.line: {"exit_code": 0, "output": "Ok."}}}
    reply, _unused = carry_out(op.RunCommand(SET), document=document)
    assert reply.operations == [{"exit_code": 0, "output": "Ok."}]


def test_queries_see_what_the_operations_wrote() -> None:
    request = Request(
        (q.RegistryQuery(FAMV4, ("Start",)), q.ServiceQuery(("FAMv4",))),
        (ENTRY, STOP, op.SetValue(FAMV4, "Start", 4, 1)),
    )
    document = Replica(exchange()).execute(request).document
    assert document["registry"] == {FAMV4: {"Start": 4}}
    assert document["services"] == {"FAMv4": {"status": "stopped", "can_stop": False}}
