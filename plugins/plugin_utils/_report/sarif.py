# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The report as SARIF 2.1.0: what has changed since last time is its baselineState, and a waiver is a suppression.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; the numbers of its sections stand below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from .._protocol import vocabulary as words
from .changes import CHANGED, NEW, RESOLVED, UNCHANGED
from .document import title_of
from .finding import Finding, canonical
from .report import Report
from .text import visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://galaxy.ansible.com/ui/repo/published/server_baseline/windows/"
_LEVELS = {words.INFO: "note", words.WARNING: "warning", words.ERROR: "error", words.CRITICAL: "error"}
_STATES = {NEW: "new", CHANGED: "updated", UNCHANGED: "unchanged", RESOLVED: "absent"}  # 3.27.24
_KINDS = {words.COMPLIANT: "pass", words.FIXED: "pass", words.NOT_APPLICABLE: "notApplicable"}  # 3.27.9


def render(report: Report) -> str:
    """Return the report as SARIF, a result a line."""
    rules = _rules(report)
    results = ",\n".join(_results(report, {rule["id"]: place for place, rule in enumerate(rules)}))
    driver = {
        "name": "server_baseline.windows",
        "informationUri": _HOME,
        **({"version": report.document.collection} if report.document.collection else {}),
        "rules": rules,
    }
    start = (
        f'{{"$schema": {canonical(_SCHEMA)}, "version": "2.1.0", "runs": [{{\n"tool": {canonical({"driver": driver})},'
    )
    return f'{start}\n"columnKind": "utf16CodeUnits",\n"results": [\n{results}\n]}}]}}\n'


def _rules(report: Report) -> list[dict[str, Any]]:
    """Return the controls, those of findings that are gone included."""
    controls = dict(report.controls)
    for change in report.comparison.of_kind(RESOLVED) if report.comparison else ():
        finding = change.finding
        texts = {"why": finding.why, "fix": finding.fix, "source": finding.source}
        controls.setdefault(finding.control, {"title": title_of(finding), "severity": finding.severity, **texts})
    return [_rule(name, control) for name, control in sorted(controls.items())]


def _rule(name: str, control: dict[str, str]) -> dict[str, Any]:
    texts = {"shortDescription": control["title"], "fullDescription": control["why"], "help": _help(control)}
    shown = {key: {"text": visible(text)} for key, text in texts.items() if text}
    level = {"defaultConfiguration": {"level": _LEVELS[control["severity"]]}}
    return {"id": visible(name), **shown, **level}


def _help(control: dict[str, str]) -> str:
    return " ".join(filter(None, (control["fix"], control["source"] and f"Source: {control['source']}")))


def _results(report: Report, places: dict[str, int]) -> Iterator[str]:
    shared: dict[Finding, str] = {}
    comparison = report.comparison
    for name, finding in report.document.findings():
        if finding not in shared:
            shared[finding] = _shared(finding, places)
        yield _result(name, finding, shared[finding], comparison.kinds.get((name, finding), "") if comparison else "")
    for change in comparison.of_kind(RESOLVED) if comparison else ():
        yield _result(change.server, change.finding, _shared(change.finding, places), RESOLVED)


def _shared(finding: Finding, places: dict[str, int]) -> str:
    """Return what a result of a finding is on every server, without the braces around it."""
    kind = _KINDS.get(finding.status, "open" if finding.status == words.UNKNOWN else "fail")
    rule = visible(finding.control)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": places[rule],
        "kind": kind,
        "level": _LEVELS[finding.severity] if kind == "fail" else "none",  # 3.27.10
        "message": {"text": visible("; ".join((finding.title, *finding.evidence)))},
        "properties": {"act": finding.act, "severity": finding.severity, "status": finding.status},
    }
    if finding.status == words.WAIVED:
        result["suppressions"] = [_suppression(finding)]
    return canonical(result)[1:-1]


def _suppression(finding: Finding) -> dict[str, Any]:
    waiver = finding.waiver
    told = (
        f"until {waiver['until']} by {waiver['by']}: {waiver['reason']}" if waiver else "; ".join(finding.evidence[:1])
    )
    return {"kind": "external", "status": "accepted", "justification": visible(told)}


def _result(server: str, finding: Finding, shared: str, change: str) -> str:
    own: dict[str, Any] = {
        "locations": [
            {
                "logicalLocations": [{"fullyQualifiedName": visible(f"{server}/{finding.subject}")}],
                "physicalLocation": {
                    "artifactLocation": {"uri": f"servers/{quote(server, safe='', errors='replace')}"}
                },
            }
        ],
        "partialFingerprints": {"serverIdSubject/v1": visible(f"{server}/{finding.id}/{finding.subject}")},
    }
    if change:
        own["baselineState"] = _STATES[change]
    return f"{{{shared}, {canonical(own)[1:]}"
