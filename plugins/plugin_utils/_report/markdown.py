# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The report as Markdown: the first screen, for tickets, merge requests and chats."""

from __future__ import annotations

import re

from .actions import Action
from .names import listed
from .report import Report
from .sentences import run_line, share_line, since_day, since_line, title_line, waiver_lines
from .text import visible

_RANGES = 12
_ACTIVE = re.compile(r"([\\`*_\[\]|~$])")


def render(report: Report) -> str:
    """Return the report as Markdown."""
    lines = [f"## {_text(title_line(report))}", "", _text(run_line(report)), "", _text(_sum(report)), ""]
    if report.comparison:
        day = since_day(report)
        lines += [_text(f"Since {day or 'last time'}: {since_line(report)}"), ""]
    if report.actions:
        lines += ["| # | what to do | restart | servers | which |", "| ---: | --- | --- | ---: | --- |"]
        lines += [_row(action) for action in report.actions]
    lines += ["", *(_hint(hint) for hint in report.hints)] if report.hints else []
    lines += [line for each in waiver_lines(report) for line in ("", _text(f"{each}."))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _sum(report: Report) -> str:
    return f"Each server once: {share_line(report) or 'none'}."


def _row(action: Action) -> str:
    cells = (str(action.number), action.title, "yes" if action.restart else "", f"{len(action.servers):,}")
    return "| " + " | ".join(_text(cell) for cell in (*cells, listed(action.servers, _RANGES))) + " |"


def _hint(hint: Action) -> str:
    return _text(f"Besides, a hint only: {hint.title} ({len(hint.servers):,}: {listed(hint.servers, _RANGES)})") + "  "


def _text(text: str) -> str:
    """Return text that Markdown and HTML show as it stands."""
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ACTIVE.sub(r"\\\1", shown)
