# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The formats of a report: what each is called, how its files end, and what renders it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import csv_table, env_file, html, junit, markdown, sarif
from .document import dump
from .errors import BadReport
from .report import Report


@dataclass(frozen=True)
class Format:
    """A format. endings: of file names, the usual one first. render: from a report to the text of its file."""

    endings: tuple[str, ...]
    render: Callable[[Report], str]


def _json(report: Report) -> str:
    return dump(report.document, times=report.times)


FORMATS: Mapping[str, Format] = {
    "html": Format((".html", ".htm"), html.render),
    "json": Format((".json",), _json),
    "csv": Format((".csv",), csv_table.render),
    "md": Format((".md",), markdown.render),
    "junit": Format((".junit.xml", ".xml"), junit.render),
    "sarif": Format((".sarif", ".sarif.json"), sarif.render),
    "env": Format((".env",), env_file.render),
}


def format_of(path: str) -> str:
    """Return the format that a file name asks for by its ending; "" where it has none, as a folder has. Raises
    BadReport."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    endings = {ending: each for each, known in FORMATS.items() for ending in known.endings}
    for ending in sorted(endings, key=len, reverse=True):
        if name.endswith(ending):
            return endings[ending]
    if "." in name.strip("."):
        raise BadReport(f"{path} has an ending of no format: use one of {', '.join(endings)}, or name a folder")
    return ""
