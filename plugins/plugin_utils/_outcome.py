# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Results of tasks, from plans and replies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ._ledger import LEDGER
from ._plan import DRIFTED, FIXED, Finding, Plan, describe
from ._windows.snapshot import Snapshot
from ._wire.reply import Reply


class NotCarriedOut(Exception):
    """What was planned was not done, or not wholly; the message says what, why and what to do."""


def failed(message: str, plan: Plan | None = None) -> dict[str, Any]:
    """Return the result of a task that fails, with what it judged before."""
    return {
        "failed": True,
        "changed": False,
        "msg": message,
        "findings": [finding.as_dict() for finding in (plan or Plan()).findings],
    }


def succeeded(plan: Plan, verified: Plan | None = None) -> dict[str, Any]:
    """Return the result of a task. verified: the plan made anew from what was read back; None when nothing was written."""
    before, after = dict(plan.before), dict(verified.before if verified else plan.after)
    findings = _confirmed(plan, verified) if verified else plan.findings
    result = {
        "changed": bool(plan.operations),
        "before": before,
        "after": after,
        "operations": [describe(operation) for operation in plan.operations],
        "diff": [{"before_header": "before", "after_header": "after", "before": before, "after": after}],
        "reboot_required": (verified or plan).reboot_required,
        "findings": [finding.as_dict() for finding in findings],
    }
    return {**result, "warnings": list(plan.warnings)} if plan.warnings else result


def _confirmed(plan: Plan, verified: Plan) -> tuple[Finding, ...]:
    """Return the findings of a plan that was carried out: what had drifted is fixed.

    They are those of check mode but for that word, unless Windows did otherwise than foretold: then what was seen is added.
    """
    foretold = verified.reboot_required == plan.reboot_required
    seen = {} if foretold else {(finding.id, finding.subject): finding.evidence for finding in verified.findings}
    return tuple(
        replace(finding, verdict=FIXED, evidence=finding.evidence + seen.get((finding.id, finding.subject), ()))
        if finding.verdict == DRIFTED
        else finding
        for finding in plan.findings
    )


def check_readable(snapshot: Snapshot) -> None:
    """Raise NotCarriedOut when the ledger could not be read: without it no change could be undone."""
    for path, reason in snapshot.unreadable_below(LEDGER):
        raise NotCarriedOut(f"{path} cannot be read: {_remedy(reason)}")


def check_carried_out(reply: Reply, plan: Plan) -> None:
    """Raise NotCarriedOut unless every operation of the plan was carried out."""
    if reply.conflicts:
        texts = [_conflict(describe(plan.operations[each["operation"]]), each["found"]) for each in reply.conflicts]
        raise NotCarriedOut(
            "the server changed between reading and writing, so nothing was written: "
            + "; ".join(texts)
            + ". Run the task again"
        )
    if reply.failure:
        raise NotCarriedOut(_failure(reply, plan))


def check_kept(verified: Plan) -> None:
    """Raise NotCarriedOut when what was read back still wants a change."""
    if verified.operations:
        rest = ", ".join(_subject(describe(operation)) for operation in verified.operations)
        raise NotCarriedOut(
            f"the server did not keep what was written: {rest}. Does a policy or another program set it?"
        )


def _subject(operation: dict[str, Any]) -> str:
    """Name what an operation is about: a key, a value by its path, a driver."""
    key = operation.get("key")
    return (
        f"{key}\\{operation['name']}"
        if key and "name" in operation
        else str(key or operation.get("name") or operation.get("command"))
    )


def _conflict(operation: dict[str, Any], found: Any) -> str:
    return f"{_subject(operation)} holds {found!r} where {operation.get('expected')!r} was read"


def _failure(reply: Reply, plan: Plan) -> str:
    place, reason = reply.failure["operation"], reply.failure["reason"]  # type: ignore[index]
    if place < 0:
        return f"all was written, but the server could not be read back: {reason}. Run the task again"
    subject, done = _subject(describe(plan.operations[place])), len(reply.operations)
    written = (
        f"the {done} operations before it were carried out and stand in the ledger" if done else "nothing was written"
    )
    return f"{subject} could not be written: {_remedy(reason)}; {written}"


def _remedy(reason: str) -> str:
    if reason == "access_denied":
        return "access is denied; connect as a local administrator, or see who took the rights from the administrators on this key"
    if reason.endswith("wow64"):
        return (
            "a 32-bit PowerShell 2.0 answered on 64-bit Windows, which shows another SOFTWARE than Windows' own; connect to the 64-bit one: "
            "for psrp set ansible_psrp_configuration_name to Microsoft.PowerShell, else put %SystemRoot%\\System32\\WindowsPowerShell\\v1.0 first on the PATH"
        )
    return reason
