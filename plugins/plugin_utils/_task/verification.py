# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Checks of what a server answered to a plan, and of what was read back."""

from __future__ import annotations

from typing import Any

from .._planning.ledger import LEDGER, other_writers
from .._planning.plan import Plan
from .._protocol import operations as op
from .._protocol.errors import CollectionError
from .._protocol.operations import describe
from .._protocol.snapshot import Snapshot
from .._protocol.text import shown
from .._windows.network.netsh import restart_remedy
from .._wire.reply import Reply

WRITTEN = "all was written, but "


class NotApplied(CollectionError):
    """A plan that was not applied, or not wholly. The message says what, why and what to do.

    changed: whether something is known to have been written all the same.
    """

    def __init__(self, message: str, *, changed: bool = False) -> None:
        super().__init__(message)
        self.changed = changed


def check_readable(snapshot: Snapshot, done: str = "") -> None:
    """Raise NotApplied where the ledger could not be read: without it no change could be undone. done: what was done
    before."""
    for path, reason in snapshot.unreadable_below(LEDGER):
        raise NotApplied(f"{done}{path} cannot be read: {_remedy(reason)}", changed=bool(done))


def check_ledger_writers(snapshot: Snapshot) -> None:
    """Raise NotApplied when others than administrators may write to the ledger: its contents may then be anybody's."""
    writers = other_writers(snapshot)
    if writers:
        raise NotApplied(
            f"others than Administrators and SYSTEM may write to {LEDGER} or own it: {', '.join(writers)}. What stands "
            "there would be written to the server as that of an administrator, so nothing was done. Take these "
            "permissions from the key, give it to the Administrators, look through its entries, and run the task again"
        )


def check_applied(reply: Reply, plan: Plan) -> None:
    """Raise NotApplied unless every operation of the plan was applied."""
    if reply.conflicts:
        texts = [_conflict(describe(plan.operations[each["operation"]]), each["found"]) for each in reply.conflicts]
        raise NotApplied(
            "the server changed between reading and writing, so nothing was written: "
            + "; ".join(texts)
            + ". Run the task again"
        )
    unseen = _unseen_failures(reply, plan)
    if reply.failure:
        written = reply.failure["operation"] < 0 or bool(reply.operations)
        message = _failure(reply.failure, len(reply.operations), plan)
        raise NotApplied("; ".join((message, *unseen)), changed=written)
    if unseen:
        raise NotApplied(WRITTEN + "; ".join(unseen), changed=True)


def _unseen_failures(reply: Reply, plan: Plan) -> list[str]:
    """Describe the commands that failed where neither the ledger nor what is read back shows it: restarts of
    adapters."""
    return [
        f"{command.command.line} failed (exit code {code}): {restart_remedy(command.restarts)}"
        for command, code in _failed_commands(reply, plan)
        if command.restarts
    ]


def _failed_commands(reply: Reply, plan: Plan) -> list[tuple[op.RunCommand, int]]:
    answered = zip(plan.operations, reply.operations, strict=False)  # fewer answers than operations where one failed
    commands = [(each, int(answer.get("exit_code", 0))) for each, answer in answered if isinstance(each, op.RunCommand)]
    return [(command, code) for command, code in commands if code]


def check_kept(verified: Plan, reply: Reply, plan: Plan) -> None:
    """Raise NotApplied where what was read back cannot be judged, or is not compliant but for what the plan holds back.
    reply: the answer to the plan's request."""
    if verified.error:
        raise NotApplied(f"{WRITTEN}what was read back is not compliant: {verified.error}", changed=True)
    left = [each for each in verified.operations if each not in plan.held_back]
    if left:
        rest = ", ".join(_subject(describe(operation)) for operation in left)
        codes = [f"{each.command.line} failed (exit code {code})" for each, code in _failed_commands(reply, plan)]
        why = "; ".join(codes) or "Does a policy or another program set it?"
        raise NotApplied(f"the server did not keep what was written: {rest}. {why}", changed=True)


def _subject(operation: dict[str, Any]) -> str:
    """Name what an operation is about: a key, a value by its path, a driver, a command."""
    key, command = operation.get("key") or operation.get("path"), operation.get("command", {})
    return (
        f"{key}\\{operation['name']}"
        if key and "name" in operation
        else str(key or operation.get("name") or " ".join(command.values()))
    )


def _conflict(operation: dict[str, Any], found: Any) -> str:
    texts = ["nothing" if state is None else shown(repr(state)) for state in (found, operation.get("expected"))]
    return f"{_subject(operation)} holds {texts[0]} where {texts[1]} was read"


def _failure(failure: dict[str, Any], done: int, plan: Plan) -> str:
    place, reason = failure["operation"], failure["reason"]
    if place < 0:
        return f"{WRITTEN}the server could not be read back: {reason}. Run the task again"
    subject = _subject(describe(plan.operations[place]))
    written = "nothing was written"
    if failure["writing"]:
        written = (
            f"{done} operations before it were applied and stand in the ledger; "
            "the same task run again goes on from there"
        )
    return f"{subject} could not be written: {_remedy(reason)}; {written}"


def _remedy(reason: str) -> str:
    if reason.endswith("another run is writing"):
        return "another run is writing to this server at this moment; run the task again when that one has ended"
    if reason == "access_denied":
        return (
            "access is denied; connect as a local administrator, "
            "or see who took the rights from the administrators on this key"
        )
    if reason.endswith("wow64"):
        return (
            "a 32-bit PowerShell 2.0 answered on 64-bit Windows, which shows another SOFTWARE than Windows' own; "
            "connect to the 64-bit one: for psrp set ansible_psrp_configuration_name to Microsoft.PowerShell, "
            "else put %SystemRoot%\\System32\\WindowsPowerShell\\v1.0 first on the PATH"
        )
    return reason
