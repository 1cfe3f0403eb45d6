# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Results of tasks, from plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .._planning.finding import Finding
from .._planning.plan import Plan
from .._protocol.fail_on import is_failing
from .._protocol.names import CaseInsensitiveDict
from .._protocol.operations import describe
from .._protocol.vocabulary import DRIFTED, FIXED, PENDING


def failed(message: str, plan: Plan | None = None, *, changed: bool = False) -> dict[str, Any]:
    """Return the result of a task that fails, with the findings of its plan."""
    return {
        "failed": True,
        "changed": changed,
        "msg": message,
        "findings": [finding.as_dict() for finding in (plan or Plan()).findings],
    }


def judged(plan: Plan) -> dict[str, Any]:
    """Return the result of a task that only reads."""
    warnings = {"warnings": list(dict.fromkeys(plan.warnings))} if plan.warnings else {}
    return {**plan.data, "changed": False, "findings": [finding.as_dict() for finding in plan.findings], **warnings}


def succeeded(plan: Plan, verified: Plan | None = None) -> dict[str, Any]:
    """Return the result of a task, which fails in the end where the plan leaves something undone.

    verified: the plan made again on what was read back, None where nothing was written.
    """
    result = _of_parts(plan, verified) if plan.parts else _of_one(plan, verified)
    return {**result, "failed": True, "msg": "; ".join(plan.refused)} if plan.refused else result


def left_undone(plan: Plan) -> dict[str, Any]:
    """Return the result of a plan of which nothing is done, since something is refused: its findings say what."""
    parts = tuple((module, _undone(part)) for module, part in plan.parts)
    return {**succeeded(replace(_undone(plan), parts=parts, refused=())), "msg": plan.error}


def _undone(plan: Plan) -> Plan:
    """Return a plan without its operations. What it would have made wait for a restart does not."""
    waits = plan.reboot_required and not plan.operations
    return replace(plan, operations=(), after=plan.before, reboot_required=waits)


def gated(result: dict[str, Any], fail_on: Iterable[str]) -> dict[str, Any]:
    """Return a result that fails by the words of fail_on alone. What is refused is then a finding like any other."""
    failing = {word: _failing(result["findings"], word) for word in fail_on}
    said = [f"{word} ({', '.join(dict.fromkeys(subjects))})" for word, subjects in failing.items() if subjects]
    calm = {name: each for name, each in result.items() if name != "failed"}
    if not said:
        return calm
    more = f": {calm['msg']}" if calm.get("msg") else ""
    return {**calm, "failed": True, "msg": f"fail_on: {', '.join(said)}{more}"}


def _failing(findings: Iterable[dict[str, Any]], word: str) -> list[str]:
    return [each["subject"] for each in findings if is_failing(word, each["status"], each["severity"], each["waiver"])]


def _of_parts(plan: Plan, verified: Plan | None) -> dict[str, Any]:
    """Return the result of a plan that is made of others: the result of each, and one of all."""
    again = verified.parts if verified else plan.parts
    results = [
        (module, _of_one(part, second if verified and part.operations else None))
        for (module, part), (_unused, second) in zip(plan.parts, again, strict=True)
    ]
    warnings = dict.fromkeys(text for _unused, each in results for text in each.get("warnings", ()))
    of_whole = plan.findings[sum(len(part.findings) for _unused, part in plan.parts) :]
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
        "findings": [
            *(finding for _unused, each in results for finding in each["findings"]),
            *(finding.as_dict() for finding in of_whole),
        ],
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
    return {**plan.data, **result, **({"warnings": list(warnings)} if warnings else {})}


def _after(plan: Plan, verified: Plan | None) -> dict[str, Any]:
    """Return what was read back, in the order of the plan. For what the second plan leaves out, return the prediction.

    A policy chooses anew: a driver that it removed or restored is not among those that it chooses the second time. Nor
    is a list a part of a driver's state any more that it was taken out of.
    """
    read_back, predicted = CaseInsensitiveDict(verified.before if verified else {}), CaseInsensitiveDict(plan.after)
    more = {subject: state for subject, state in read_back.items() if subject not in predicted}
    return {**{subject: _told(read_back.get(subject, state), state) for subject, state in predicted.items()}, **more}


def _told(read_back: Any, predicted: Any) -> Any:
    """Return a state as it was read back, with the fields that were predicted besides."""
    both = isinstance(read_back, Mapping) and isinstance(predicted, Mapping)
    return {**predicted, **read_back} if both else read_back


def _confirmed(plan: Plan, verified: Plan) -> tuple[Finding, ...]:
    """Return the findings of a plan that was applied: what had drifted is fixed, or waits for a restart.

    They are those of check mode but for that. What the plan leaves as it is has drifted still. Where Windows needs a
    restart that was not predicted, the evidence that was read back is added.
    """
    as_predicted = plan.reboot_required or not verified.reboot_required
    second = {(finding.id, finding.subject): finding for finding in verified.findings}
    return tuple(
        _applied(finding, second.get((finding.id, finding.subject)), as_predicted=as_predicted)
        for finding in plan.findings
    )


def _applied(finding: Finding, second: Finding | None, *, as_predicted: bool) -> Finding:
    """Return a finding once its plan was applied. second: that of the plan on what was read back."""
    if finding.status != DRIFTED or (second and second.status == DRIFTED):
        return finding
    evidence = finding.evidence + (second.evidence if second and not as_predicted else ())
    done = replace(finding, status=FIXED, evidence=evidence)
    if second is None or second.status != PENDING:
        return done
    return replace(done, status=PENDING, title=second.title, fix=second.fix, since=second.since, restart=second.restart)
