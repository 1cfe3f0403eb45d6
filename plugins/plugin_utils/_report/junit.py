# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The report as JUnit XML: a suite a control, a case a server and subject. CI systems show it as tests."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from .._protocol import vocabulary as words
from .document import Server
from .finding import Finding
from .report import Report
from .text import visible

_SERVERS = "servers"
_FAILURES = (words.DRIFTED, words.PENDING, words.ATTENTION, words.REFUSED)
_SKIPPED = (words.WAIVED, words.NOT_APPLICABLE)


def render(report: Report) -> str:
    """Return the report as JUnit XML.

    A finding that asks for something is a failure; one that could not be judged, and a server that was not, is an
    error; one that is waived or does not apply is skipped.
    """
    suites: dict[str, list[str]] = {}
    bodies: dict[Finding, str] = {}
    for name, server in report.document.servers.items():
        suites.setdefault(_SERVERS, []).append(_case(_SERVERS, name, _unjudged(server)))
        for finding in server.findings:
            if finding not in bodies:
                bodies[finding] = _body(finding)
            case = _case(finding.control, f"{name} {finding.subject}", bodies[finding])
            suites.setdefault(finding.control, []).append(case)
    lines = [line for control in sorted(suites) for line in _suite(control, suites[control])]
    return "\n".join(('<?xml version="1.0" encoding="utf-8"?>', "<testsuites>", *lines, "</testsuites>")) + "\n"


def _suite(control: str, cases: list[str]) -> list[str]:
    counts = {tag: sum(f"<{tag} " in case for case in cases) for tag in ("failure", "error", "skipped")}
    numbers = f'failures="{counts["failure"]}" errors="{counts["error"]}" skipped="{counts["skipped"]}"'
    return [f' <testsuite name={_attribute(control)} tests="{len(cases)}" {numbers}>', *cases, " </testsuite>"]


def _case(control: str, name: str, body: str) -> str:
    start = f"  <testcase classname={_attribute(control)} name={_attribute(name)}"
    return f"{start}>{body}</testcase>" if body else f"{start}/>"


def _unjudged(server: Server) -> str:
    if server.state == words.JUDGED:
        return ""
    tag = "skipped" if server.state == words.NOT_WINDOWS else "error"
    return _element(tag, words.STATE_WORDS[server.state], [server.reason])


def _body(finding: Finding) -> str:
    """Return the element that says how a case ended; empty where all is well. A hint is no failure."""
    details = [*finding.evidence, finding.why, finding.fix, finding.source]
    if finding.status in _SKIPPED:
        return _element("skipped", _message(finding), details)
    if finding.is_hint or finding.status not in words.OPEN:
        return ""
    return _element("failure" if finding.status in _FAILURES else "error", _message(finding), details)


def _message(finding: Finding) -> str:
    if finding.status == words.WAIVED and finding.waiver:
        return (
            f"waived until {finding.waiver.get('until')} by {finding.waiver.get('by')}: {finding.waiver.get('reason')}"
        )
    return f"{words.WORDS[finding.status]}: {finding.title}"


def _element(tag: str, message: str, details: list[str]) -> str:
    text = escape("\n".join(visible(each) for each in details if each))
    return f"<{tag} message={_attribute(message)}>{text}</{tag}>"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))
