# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The table at the end of a run: what was found and what to do first, on at most 15 lines."""

from __future__ import annotations

from .._protocol import vocabulary as words
from .actions import Action
from .names import listed
from .overview import HINT, statuses_of
from .report import Report
from .sentences import run_line, share_line, since_line, title_line, waiver_lines
from .text import counted, visible

LINES = 15
WIDTH = 140
_RANGES = 4
_SHORTEST = 20


def table(report: Report, written: tuple[str, ...] = ()) -> list[str]:
    """Return the lines. written: the paths of the report; the first ends the table."""
    statuses = ", ".join(_counted(status, number) for status, number in statuses_of(report.document).items())
    head = [title_line(report), run_line(report), f"Servers: {share_line(report) or 'none'}"]
    head += [f"Findings: {statuses}"] if statuses else []
    head += [f"Since then: {since_line(report)}"] if report.comparison else []
    head += waiver_lines(report)
    more = f" and {len(written) - 1} more" if len(written) > 1 else ""
    tail = [f"Report: {written[0]}{more}"] if written else []
    actions = _actions(report.actions, LINES - len(head) - len(tail))
    return [_cut(visible(line)) for line in (*head, *actions, *tail)]


def _counted(status: str, number: int) -> str:
    return counted(number, HINT) if status == HINT else f"{number:,} {words.WORDS[status]}"


def _actions(actions: list[Action], most: int) -> list[str]:
    """Return a line an action; where they are too many, the last line counts the rest."""
    shown = actions if len(actions) <= most else actions[: most - 1]
    width = len(str(len(actions)))
    lines = [_line(f"{each.number:>{width}}. ", each) for each in shown]
    return lines if shown is actions else [*lines, f"{' ' * width}  … and {len(actions) - len(shown)} more"]


def _line(start: str, action: Action) -> str:
    """Return one line. Where it is too long the title is cut, not the names."""
    restart = ", then restart" if action.restart and action.act != words.RESTART else ""
    end = visible(f"{restart} ({len(action.servers):,}: {listed(action.servers, _RANGES)})")
    title = visible(action.title)
    left = max(WIDTH - len(start) - len(end), _SHORTEST)
    return f"{start}{title if len(title) <= left else title[: left - 1] + '…'}{end}"


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
