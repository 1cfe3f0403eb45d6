# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The report as one HTML page. page.html.j2 lays it out; here stands what it shows.

The page needs no JavaScript, no network and no fonts, and its own policy forbids them, so that nothing foreign could
run even if it were not escaped. Every expression of the template is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from .._protocol import vocabulary as words
from .actions import BANDS, Action, command_note, command_of
from .changes import CHANGED, NEW, RESOLVED, Change
from .document import Server, title_of
from .finding import TEXTS, Finding, canonical
from .names import in_order, listed
from .overview import share_text
from .report import Report
from .sentences import bands_of, run_line, since_day, since_line, title_line, waiver_lines
from .text import visible

_MOST = 6
"""How many ranges of names a line shows; the rest is counted, and stands in full below."""


def render(report: Report) -> str:
    """Return the report as HTML."""
    return _template().render(_View(report).all())


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        finalize=_shown,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["listed"] = listed
    environment.filters["names"] = ", ".join
    environment.filters["number"] = "{:,}".format
    folder = Path(__file__).parent
    environment.globals["style"] = (folder / "page.css").read_text(encoding="utf-8")
    return environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))


def _shown(value: Any) -> Any:
    """Return what an expression shows: foreign text without characters that act or hide. Markup is the template's
    own."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


@dataclass(frozen=True)
class _Row:
    """A line of the list of changes."""

    kind: str
    title: str
    status: str
    servers: tuple[str, ...]


@dataclass(frozen=True)
class _Cell:
    """What a group has in one family: the worst status, and what has it."""

    status: str
    hint: bool
    subjects: str


@dataclass(frozen=True)
class _Shown:
    """A finding with its place on the page, and the servers that have it."""

    number: int
    finding: Finding
    servers: tuple[str, ...]
    found: str
    wanted: str


class _View:
    """What the template shows of a report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._findings = _findings_of(report)
        self._numbers = {each.finding: each.number for each in self._findings}
        present = {each.finding.family for each in self._findings}
        self._families = [*(each for each in _FAMILIES if each in present), *sorted(present - _FAMILIES.keys())]

    def all(self) -> dict[str, Any]:
        """Return the variables of the template."""
        report = self._report
        return {
            "title": title_line(report),
            "run": run_line(report),
            "bands": bands_of(report.actions),
            "shares": _shares(report),
            "total": len(report.document.servers),
            "hints": report.hints,
            "told_waivers": waiver_lines(report),
            "most": _MOST,
            "since": since_line(report),
            "since_day": since_day(report),
            "changes": _rows(report),
            "actions": [(each, BANDS[each.band].partition(";")[0], _why(each)) for each in report.actions],
            "command": command_of,
            "note": command_note,
            "groups": report.groups,
            "cells": self._cells,
            "families": self._family_names(),
            "lists": self._lists,
            "controls": self._controls(),
            "software": report.software,
            "waivers": report.waivers,
            "findings": self._by_control(),
            "words": words,
            "compared": report.comparison,
        }

    def _family_names(self) -> list[str]:
        return [_FAMILIES.get(each, each.replace("_", " ")) for each in self._families]

    def _cells(self, server: Server) -> Iterator[_Cell | None]:
        """Yield what stands of a group in each column; None where nothing was judged."""
        for family in self._families:
            own = [finding for finding in server.findings if finding.family == family]
            yield _cell(own) if own else None

    def _lists(self, server: Server) -> list[tuple[str, bool, str, list[tuple[int, str]]]]:
        """Return the findings of a group by status and title, the worst first, with whether they are hints: each with
        its number and subject.

        What is compliant or does not apply needs no title.
        """
        lists: dict[tuple[str, bool, str], list[tuple[int, str]]] = {}
        for finding in sorted(server.findings, key=_weight):
            title = finding.title if finding.status in words.OPEN else ""
            key = (finding.status, finding.is_hint, title)
            lists.setdefault(key, []).append((self._numbers[finding], finding.subject))
        return [(*key, some) for key, some in lists.items()]

    def _controls(self) -> list[tuple[str, dict[str, str], list[tuple[str, int]]]]:
        """Return the controls, each with the number of servers by status."""
        counts: dict[str, dict[str, int]] = {}
        for each in self._findings:
            numbers = counts.setdefault(each.finding.control, {})
            numbers[each.finding.status] = numbers.get(each.finding.status, 0) + len(each.servers)
        return [
            (name, control, [(status, counts[name][status]) for status in words.STATUSES if status in counts[name]])
            for name, control in self._report.controls.items()
        ]

    def _by_control(self) -> list[tuple[str, str, list[_Shown]]]:
        """Return the findings under the id and title of their controls."""
        found: dict[str, list[_Shown]] = {}
        for each in self._findings:
            found.setdefault(each.finding.control, []).append(each)
        return [(control, title_of(some[0].finding), some) for control, some in found.items()]


_FAMILIES = {
    "filter_driver": "drivers",
    "tcp_offload": "TCP offload",
    "nic_driver": "network drivers",
    "snp_symptoms": "symptoms",
}


def _findings_of(report: Report) -> list[_Shown]:
    servers: dict[Finding, list[str]] = {}
    for name, finding in report.document.findings():
        servers.setdefault(finding, []).append(name)
    ordered = sorted(servers, key=lambda each: (each.control, words.STATUSES.index(each.status), each.line))
    return [
        _Shown(number, finding, tuple(servers[finding]), _data(finding.found), _data(finding.wanted))
        for number, finding in enumerate(ordered, 1)
    ]


def _data(value: Any) -> str:
    """Return found or wanted data for people; empty where there is none."""
    if value is None or value in ([], {}):
        return ""
    return value if isinstance(value, str) else canonical(value)


def _weight(finding: Finding) -> tuple[bool, int]:
    """Return what findings are sorted by: hints last, else the worst status first."""
    return finding.is_hint, words.STATUSES.index(finding.status)


def _cell(findings: Sequence[Finding]) -> _Cell:
    worst = min(findings, key=_weight)
    alike = [
        finding.subject for finding in findings if finding.status == worst.status and finding.family != "nic_driver"
    ]
    shown = ", ".join(dict.fromkeys(alike)) if worst.status in (*words.OPEN, words.WAIVED) else ""
    return _Cell(worst.status, worst.is_hint, shown)


def _shares(report: Report) -> list[tuple[str, str, int]]:
    return [(share, share_text(share, number), number) for share, number in report.shares.items()]


def _rows(report: Report) -> list[_Row]:
    """Return what has changed, with the servers of which the same is true together."""
    comparison = report.comparison
    together: dict[tuple[str, str, str], dict[str, None]] = {}
    for kind in (NEW, CHANGED, RESOLVED):
        for change in comparison.of_kind(kind) if comparison else ():
            together.setdefault((kind, change.finding.title, _became(change, report)), {})[change.server] = None
    return [_Row(*key, tuple(in_order(names))) for key, names in together.items()]


def _became(change: Change, report: Report) -> str:
    """Return how the status changed, such as "drifted → compliant"; one status where there is nothing before or after
    it."""
    now = change.finding.status if change.kind != RESOLVED else _status_now(change, report)
    before = change.before.status if change.before else ""
    return " → ".join(words.WORDS[each] for each in (before, now) if each) if before != now else words.WORDS[now]


def _status_now(change: Change, report: Report) -> str:
    findings = report.document.servers[change.server].findings
    same = (each for each in findings if (each.id, each.subject) == (change.finding.id, change.finding.subject))
    return next((each.status for each in same), "")


def _why(action: Action) -> dict[str, list[str]]:
    """Return why something is to be done, the cures and the sources: each once."""
    told = {name: _once(getattr(each, name) for each in action.findings) for name in TEXTS}
    return {**told, "source": _once(part for text in told["source"] for part in text.split("; "))}


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
