# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Results of tasks, from plans and replies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._planning.ledger import LEDGER, other_writers
from .._planning.plan import DRIFTED, FIXED, Finding, Plan, describe
from .._protocol import operations as op
from .._protocol.errors import CollectionError
from .._protocol.names import CaseInsensitiveDict
from .._protocol.snapshot import Snapshot
from .._windows.network.netsh import remedy_of
from .._wire.reply import Reply

WRITTEN = "all was written, but "


class NotCarriedOut(CollectionError):
    """What was planned was not done, or not wholly; the message says what, why and what to do.

    changed: whether something is known to have been written all the same.
    """

    def __init__(self, message: str, *, changed: bool = False) -> None:
        super().__init__(message)
        self.changed = changed


def failed(message: str, plan: Plan | None = None, *, changed: bool = False) -> dict[str, Any]:
    """Return the result of a task that fails, with what it judged before."""
    return {
        "failed": True,
        "changed": changed,
        "msg": message,
        "findings": [finding.as_dict() for finding in (plan or Plan()).findings],
    }


def succeeded(plan: Plan, verified: Plan | None = None) -> dict[str, Any]:
    """Return the result of a task. verified: the plan made anew from what was read back; None when nothing was written."""
    return _of_parts(plan, verified) if plan.parts else _of_one(plan, verified)


def _of_parts(plan: Plan, verified: Plan | None) -> dict[str, Any]:
    """Return the result of a plan that is made of others: theirs, and all of it together."""
    again = verified.parts if verified else plan.parts
    results = [
        (module, _of_one(part, second if verified and part.operations else None))
        for (module, part), (_unused, second) in zip(plan.parts, again, strict=True)
    ]
    warnings = dict.fromkeys(text for _unused, each in results for text in each.get("warnings", ()))
    return {
        "changed": bool(plan.operations),
        "before": _by_module(results, "before"),
        "after": _by_module(results, "after"),
        "operations": [describe(operation) for operation in plan.operations],
        "diff": [
            _titled(module, diff)
            for module, each in results
            for diff in each["diff"]
            if each["before"] != each["after"]
        ],
        "reboot_required": any(each["reboot_required"] for _unused, each in results),
        "findings": [finding for _unused, each in results for finding in each["findings"]],
        "resources": [{"module": module, **each} for module, each in results],
        **({"warnings": list(warnings)} if warnings else {}),
    }


def _by_module(results: list[tuple[str, dict[str, Any]]], when: str) -> dict[str, Any]:
    states: dict[str, dict[str, Any]] = {}
    for module, each in results:
        if each[when]:
            states.setdefault(module, {}).update(each[when])
    return states


def _titled(module: str, diff: dict[str, Any]) -> dict[str, Any]:
    return {**diff, "before_header": module, "after_header": module}


def _of_one(plan: Plan, verified: Plan | None) -> dict[str, Any]:
    before, after = dict(plan.before), _after(plan, verified)
    findings = _confirmed(plan, verified) if verified else plan.findings
    reboot_required = plan.reboot_required or (verified is not None and verified.reboot_required)
    warnings = dict.fromkeys((*plan.warnings, *(verified.warnings if verified else ())))
    result = {
        "changed": bool(plan.operations),
        "before": before,
        "after": after,
        "operations": [describe(operation) for operation in plan.operations],
        "diff": [{"before_header": "before", "after_header": "after", "before": before, "after": after}],
        "reboot_required": reboot_required,
        "findings": [finding.as_dict() for finding in findings],
    }
    return {**result, **plan.data, **({"warnings": list(warnings)} if warnings else {})}


def _after(plan: Plan, verified: Plan | None) -> dict[str, Any]:
    """Return what was read back, in the order of the plan; of what the second plan does not speak any more, what was foretold.

    A policy chooses anew: a driver that it removed, or put back, is not among those that it chooses then.
    """
    seen, foretold = CaseInsensitiveDict(verified.before if verified else {}), CaseInsensitiveDict(plan.after)
    more = {subject: state for subject, state in seen.items() if subject not in foretold}
    return {**{subject: seen.get(subject, state) for subject, state in foretold.items()}, **more}


def _confirmed(plan: Plan, verified: Plan) -> tuple[Finding, ...]:
    """Return the findings of a plan that was carried out: what had drifted is fixed.

    They are those of check mode but for that word, unless Windows did otherwise than foretold: then what was seen is added.
    """
    foretold = plan.reboot_required or not verified.reboot_required
    seen = {} if foretold else {(finding.id, finding.subject): finding.evidence for finding in verified.findings}
    return tuple(
        replace(finding, status=FIXED, evidence=finding.evidence + seen.get((finding.id, finding.subject), ()))
        if finding.status == DRIFTED
        else finding
        for finding in plan.findings
    )


def check_readable(snapshot: Snapshot, done: str = "") -> None:
    """Raise NotCarriedOut when the ledger could not be read: without it no change could be undone. done: what was done before."""
    for path, reason in snapshot.unreadable_below(LEDGER):
        raise NotCarriedOut(f"{done}{path} cannot be read: {_remedy(reason)}", changed=bool(done))


def check_ledger_writers(snapshot: Snapshot) -> None:
    """Raise NotCarriedOut when others than administrators may write to the ledger: what it says may then be anybody's."""
    writers = other_writers(snapshot)
    if writers:
        raise NotCarriedOut(
            f"others than Administrators and SYSTEM may write to {LEDGER} or own it: {', '.join(writers)}. What stands there would be written to "
            "the server as that of an administrator, so nothing was done. Take these permissions from the key, give it to the Administrators, "
            "look through its entries, and run the task again"
        )


def check_carried_out(reply: Reply, plan: Plan) -> None:
    """Raise NotCarriedOut unless every operation of the plan was carried out."""
    if reply.conflicts:
        texts = [_conflict(describe(plan.operations[each["operation"]]), each["found"]) for each in reply.conflicts]
        raise NotCarriedOut(
            "the server changed between reading and writing, so nothing was written: "
            + "; ".join(texts)
            + ". Run the task again"
        )
    unseen = _unseen_failures(reply, plan)
    if reply.failure:
        written = reply.failure["operation"] < 0 or bool(reply.operations)
        message = _failure(reply.failure, len(reply.operations), plan)
        raise NotCarriedOut("; ".join((message, *unseen)), changed=written)
    if unseen:
        raise NotCarriedOut(WRITTEN + "; ".join(unseen), changed=True)


def _unseen_failures(reply: Reply, plan: Plan) -> list[str]:
    """Tell of the commands that failed and of which no ledger entry keeps that, nor shows it in what is read back: restarts of adapters."""
    return [
        f"{command.command.line} failed (exit code {code}): {remedy_of(command.command)}"
        for command, code in _failed_commands(reply, plan)
        if not command.record
    ]


def _failed_commands(reply: Reply, plan: Plan) -> list[tuple[op.RunCommand, int]]:
    done = zip(plan.operations, reply.operations, strict=False)  # which are fewer than planned when one of them failed
    commands = [(each, int(answer.get("exit_code", 0))) for each, answer in done if isinstance(each, op.RunCommand)]
    return [(command, code) for command, code in commands if code]


def check_kept(verified: Plan, reply: Reply, plan: Plan) -> None:
    """Raise NotCarriedOut when what was read back cannot be judged, or still wants a change. reply: to what the plan wrote."""
    if verified.error:
        raise NotCarriedOut(f"{WRITTEN}what was read back is not as wanted: {verified.error}", changed=True)
    if verified.operations:
        rest = ", ".join(_subject(describe(operation)) for operation in verified.operations)
        codes = [f"{each.command.line} failed (exit code {code})" for each, code in _failed_commands(reply, plan)]
        why = "; ".join(codes) or "Does a policy or another program set it?"
        raise NotCarriedOut(f"the server did not keep what was written: {rest}. {why}", changed=True)


def _subject(operation: dict[str, Any]) -> str:
    """Name what an operation is about: a key, a value by its path, a driver, a command."""
    key, command = operation.get("key") or operation.get("path"), operation.get("command", {})
    return (
        f"{key}\\{operation['name']}"
        if key and "name" in operation
        else str(key or operation.get("name") or " ".join(command.values()))
    )


def _conflict(operation: dict[str, Any], found: Any) -> str:
    texts = ["nothing" if state is None else repr(state) for state in (found, operation.get("expected"))]
    return f"{_subject(operation)} holds {texts[0]} where {texts[1]} was read"


def _failure(failure: dict[str, Any], done: int, plan: Plan) -> str:
    place, reason = failure["operation"], failure["reason"]
    if place < 0:
        return f"{WRITTEN}the server could not be read back: {reason}. Run the task again"
    subject = _subject(describe(plan.operations[place]))
    written = "nothing was written"
    if failure["writing"]:
        written = f"{done} operations before it were carried out and stand in the ledger; the same task run again goes on from there"
    return f"{subject} could not be written: {_remedy(reason)}; {written}"


def _remedy(reason: str) -> str:
    if reason.endswith("another run is writing"):
        return "another run is writing to this server at this moment; run the task again when that one has ended"
    if reason == "access_denied":
        return "access is denied; connect as a local administrator, or see who took the rights from the administrators on this key"
    if reason.endswith("wow64"):
        return (
            "a 32-bit PowerShell 2.0 answered on 64-bit Windows, which shows another SOFTWARE than Windows' own; connect to the 64-bit one: "
            "for psrp set ansible_psrp_configuration_name to Microsoft.PowerShell, else put %SystemRoot%\\System32\\WindowsPowerShell\\v1.0 first on the PATH"
        )
    return reason
