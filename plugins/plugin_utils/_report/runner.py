# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Artifacts of ansible-runner: the events of a run, each a file below job_events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .collect import Collector
from .document import Document
from .errors import BadReport
from .finding import Findings

_RESULTS = ("runner_on_ok", "runner_on_failed", "runner_on_unreachable")


def document_of_events(events: Iterable[tuple[str, str]], findings: Findings) -> Document:
    """Return the document of a run. events: the names and texts of its event files, in their order. Raises
    BadReport."""
    collector = Collector(findings)
    kind = "playbook"
    for name, text in events:
        kind = _take_text(name, text, collector) or kind
    return collector.document(kind)


def _take_text(name: str, text: str, collector: Collector) -> str:
    try:
        event = json.loads(text)
        return _take(event["event"], event, collector)
    except (KeyError, TypeError, ValueError) as error:
        raise BadReport(f"{name} is no event of ansible-runner ({error})") from error


def _take(kind: str, event: Mapping[str, Any], collector: Collector) -> str:
    """Add what an event tells; return the name of the playbook where it tells that."""
    data = event.get("event_data") or {}
    if kind == "playbook_on_start":
        return str(data.get("playbook", "")).replace("\\", "/").rpartition("/")[2].partition(".y")[0].rpartition(".")[2]
    if kind == "playbook_on_stats":
        for name in data.get("processed") or {}:
            collector.expect(name)
    if kind in _RESULTS:
        action = str(data.get("resolved_action") or data.get("task_action", ""))
        result = dict(data.get("res") or {})
        if kind == "runner_on_failed" and not data.get("ignore_errors"):
            result.setdefault("failed", True)
        collector.add(data["host"], action, result, _time(event))
    return ""


def _time(event: Mapping[str, Any]) -> str:
    """Return when an event was made, in the form of documents: runner writes microseconds, in UTC."""
    return f"{str(event['created'])[:19]}Z"
