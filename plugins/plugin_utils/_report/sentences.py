# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Sentences that several formats share."""

from __future__ import annotations

from .._protocol import vocabulary as words
from .actions import BANDS, Action
from .changes import CHANGED, NEW, RESOLVED, UNCHANGED
from .names import in_order, listed
from .overview import ENDED, ENDING, SOON, headline, share_text, states_of
from .report import Report
from .text import counted

_RANGES = 6
KINDS = {"audit": "Audit, nothing was changed", "mixed": "Several runs put together"}


def title_line(report: Report) -> str:
    """Return the heading of a report."""
    return f"Windows baseline: {headline(report.document)}"


def run_line(report: Report) -> str:
    """Return what was run, when, and on how many servers."""
    kind = KINDS.get(report.document.kind, f"Run of {report.document.kind}")
    states = ", ".join(f"{number:,} {words.STATE_WORDS[state]}" for state, number in states_of(report.document).items())
    return f"{kind}{_when(report)}. Servers: {states or 'none'}.{_merged(report)}"


def _when(report: Report) -> str:
    when = report.when
    if when is None:
        return ""
    first, last = _minute(when.first), _minute(when.last)
    if first == last:
        return f" ({last} UTC)"
    return f" ({first} to {last[11:] if first[:10] == last[:10] else last} UTC)"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _merged(report: Report) -> str:
    """Say how old the oldest judgement is, where that is not of the same day."""
    when = report.when
    if when is None or not when.old:
        return ""
    old = counted(len(when.old), "server")
    is_or_are = "is" if len(when.old) == 1 else "are"
    age = counted(when.days, "day")
    return f" Of each server the latest judgement counts: that of {old} {is_or_are} up to {age} older than the newest."


def share_line(report: Report) -> str:
    """Return the bar in words."""
    return ", ".join(f"{number:,} {share_text(share, number)}" for share, number in report.shares.items() if number)


def waiver_lines(report: Report) -> list[str]:
    """Return a line about the waivers that have ended, with the findings that they covered, and one about those that
    end soon."""
    return [line for state, heading in _WAIVERS.items() if (line := _waivers(report, state, heading))]


_WAIVERS = {ENDED: "Waivers that have ended", ENDING: f"Waivers that end within {SOON} days"}


def _waivers(report: Report, state: str, heading: str) -> str:
    found: dict[str, set[str]] = {}
    for each in report.waivers:
        if each.state == state:
            waiver = each.finding.waiver
            told = f"{each.finding.subject}, {waiver.get('until', '')} by {waiver.get('by', '')}"
            found.setdefault(told, set()).update(each.servers)
    lines = (f"{told} ({len(names):,}: {listed(in_order(names), _RANGES)})" for told, names in found.items())
    return f"{heading}: {'; '.join(lines)}" if found else ""


def since_line(report: Report) -> str:
    """Return what has changed since the earlier document, in numbers; empty without one."""
    comparison = report.comparison
    if comparison is None:
        return ""
    numbers = {kind: len(comparison.of_kind(kind)) for kind in (RESOLVED, NEW, CHANGED, UNCHANGED)}
    said = (
        f"{counted(numbers[RESOLVED], 'finding')} resolved, {numbers[NEW]:,} new, {numbers[CHANGED]:,} changed, "
        f"{numbers[UNCHANGED]:,} as before."
    )
    missing = len(comparison.not_compared)
    was, compared = ("was", "is") if missing == 1 else ("were", "are")
    more = f" {counted(missing, 'server')} {was} not judged both times and {compared} not compared."
    return said + (more if missing else "")


def since_day(report: Report) -> str:
    """Return the day of the earlier document; empty where it is not known."""
    comparison = report.comparison
    return comparison.since[:10] if comparison and report.times else ""


def bands_of(actions: list[Action]) -> list[tuple[str, list[Action], int]]:
    """Return the bands that have actions: heading, actions, and the number of servers, each counted once."""
    found = [(heading, [each for each in actions if each.band == band]) for band, heading in BANDS.items()]
    return [(heading, some, len({name for each in some for name in each.servers})) for heading, some in found if some]
