# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The report as CSV: a line a finding, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from .._protocol import vocabulary as words
from .changes import Comparison
from .document import Server
from .finding import Finding, canonical
from .report import Report
from .text import visible

COLUMNS = (
    *("server", "group", "product", "release", "model", "state", "judged", "restart"),
    *("id", "subject", "status", "act", "severity", "title", "kind", "change", "waived_until"),
    *("found", "wanted", "evidence", "why", "fix", "source"),
)
_FORMULA = ("=", "+", "-", "@")


def render(report: Report) -> str:
    """Return the report as CSV, after RFC 4180. A server without findings has a line too."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(report))
    return text.getvalue()


def _rows(report: Report) -> Iterator[list[str]]:
    cells: dict[Finding, tuple[list[str], list[str]]] = {}
    empty = [""] * 7
    for name, server in report.document.servers.items():
        own = [_cell(each) for each in _server(name, server, report.times)]
        if not server.findings:
            yield [*own, *empty, "", "", *[""] * 2, _cell(server.reason), *[""] * 3]
        for finding in server.findings:
            if finding not in cells:
                cells[finding] = _finding(finding)
            before, after = cells[finding]
            yield [*own, *before, _change(report.comparison, name, finding), *after]


def _server(name: str, server: Server, times: bool) -> tuple[str, ...]:
    told = (server.server.get(each, "") for each in ("product", "release", "model"))
    return (name, server.group, *told, words.STATE_WORDS[server.state], server.judged if times else "", server.restart)


def _finding(finding: Finding) -> tuple[list[str], list[str]]:
    """Return the cells before the change and after it."""
    first = (finding.id, finding.subject, finding.status, finding.act, finding.severity, finding.title, finding.kind)
    data = ("" if each is None else each if isinstance(each, str) else canonical(each) for each in _data(finding))
    texts = ("; ".join(finding.evidence), finding.why, finding.fix, finding.source)
    return [_cell(each) for each in first], [_cell(each) for each in (_until(finding), *data, *texts)]


def _data(finding: Finding) -> tuple[object, object]:
    return finding.found, finding.wanted


def _until(finding: Finding) -> str:
    return str(finding.waiver.get("until", ""))


def _change(comparison: Comparison | None, server: str, finding: Finding) -> str:
    return comparison.kinds.get((server, finding), "") if comparison else ""


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
