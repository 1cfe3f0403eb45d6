# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Servers of a document, from results of tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._protocol import vocabulary as words
from .document import Server
from .finding import Finding, Findings

Result = Mapping[str, Any]


def server_of(result: Result, findings: Findings, *, judged: str = "", group: str = "") -> Server:
    """Return a server, from the result of a task that judged it.

    result: of win_baseline or of one module. judged: when, where the result does not say it. A result that failed and
    judged all the same (a resource refused) is a judgement.
    """
    state = _state(result)
    entries = tuple(_findings(result, findings)) if state == words.JUDGED else ()
    return Server(
        state=state,
        findings=entries,
        reason=_reason(result) if state != words.JUDGED or result.get("failed") else "",
        judged=str(result.get("judged") or judged),
        group=group,
        server=_identity(result) if state == words.JUDGED else {},
        restart=_restart(result, entries),
        software=tuple(_software(result)),
    )


def _reason(result: Result) -> str:
    """Return the message of a result. ansible-core 2.19 and later say again that the task failed."""
    if result.get("skipped") and not result.get("not_windows"):
        return "no rule was chosen"
    return str(result.get("msg", "")).removeprefix("Task failed: ").strip()


def unhandled(group: str = "", reason: str = "") -> Server:
    """Return a server that the run never came to."""
    return Server(words.NOT_HANDLED, reason=reason, group=group)


def _state(result: Result) -> str:
    if result.get("unreachable") or result.get("not_reached"):
        return words.NOT_REACHED
    if result.get("not_windows"):
        return words.NOT_WINDOWS
    if "findings" in result and (result["findings"] or not result.get("failed")):
        return words.JUDGED
    if result.get("skipped"):
        return words.NOT_HANDLED
    return words.FAILED


def _findings(result: Result, findings: Findings) -> Iterator[Finding]:
    """Yield the findings, each with whether its change waits for a restart where its resource says so."""
    restarting = _due_with_restart(result)
    for raw in result["findings"]:
        due = raw["status"] == words.DRIFTED and (raw["id"], raw["subject"]) in restarting
        yield findings.of({**raw, "restart": bool(raw.get("restart")) or due})


def _due_with_restart(result: Result) -> set[tuple[str, str]]:
    parts: Iterable[Result] = result.get("resources") or (result,)
    return {
        (raw["id"], raw["subject"])
        for part in parts
        if part.get("reboot_required")
        for raw in part.get("findings") or ()
    }


def _restart(result: Result, findings: Iterable[Finding]) -> str:
    if any(finding.status == words.PENDING and finding.is_open for finding in findings):
        return words.RESTART_PENDING
    if not result.get("reboot_required"):
        return ""
    due = any(finding.status == words.DRIFTED for finding in findings)
    return words.RESTART_AFTER if due else words.RESTART_PENDING


def _identity(result: Result) -> dict[str, str]:
    """Return name, product, release and model of a server, as far as the result tells them."""
    told = result.get("server") or next((facts.get("server") or {} for facts in _nic_facts(result)), {})
    return {name: str(told[name]) for name in ("name", "product", "release", "model") if told.get(name)}


def _parts(result: Result) -> Iterator[Result]:
    yield result
    yield from result.get("resources") or ()


def _nic_facts(result: Result) -> Iterator[Result]:
    for part in _parts(result):
        facts = part.get("nic_drivers")
        if isinstance(facts, Mapping):
            yield facts


def _software(result: Result) -> list[dict[str, str]]:
    """Return the third-party drivers and the adapters that a result tells of, each once, in order."""
    seen = [*_adapters(result), *_drivers(result)]
    unique = {tuple(sorted(each.items())): each for each in seen}
    return [unique[key] for key in sorted(unique)]


def _adapters(result: Result) -> Iterator[dict[str, str]]:
    for facts in _nic_facts(result):
        for adapter in facts.get("adapters") or ():
            driver = adapter.get("driver") or {}
            if driver.get("version") and not driver.get("in_box"):
                yield _piece("adapter", adapter.get("description"), driver.get("provider"), driver["version"])


def _drivers(result: Result) -> Iterator[dict[str, str]]:
    for part in _parts(result):
        for driver in part.get("drivers") or ():
            if driver.get("classification") != "system":
                file = driver.get("file") or {}
                yield _piece("driver", driver.get("name"), file.get("company"), file.get("version"))


def _piece(kind: str, name: Any, vendor: Any, version: Any) -> dict[str, str]:
    return {"kind": kind, "name": str(name or ""), "vendor": str(vendor or ""), "version": str(version or "")}
