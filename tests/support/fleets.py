# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets for the report: what audits of the demo's servers return, many times over, with what happens to servers in a
week."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.document import Document, document_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.entry import server_of, unhandled
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.finding import Findings
from tests.support import DEMO_SNAPSHOTS
from tests.support.servers import Server, run

NOW = "2026-11-25T19:27:04Z"
LAST_WEEK = "2026-11-18T19:31:40Z"
VERSION = "1.0.0"
WAIVER = {"until": "2026-12-01", "by": "Ada", "reason": "CHG4711, the vendor comes on 11-30"}
RESOURCES: list[dict[str, Any]] = [
    {"win_filter_driver": {"classifications": ["known_leftover"]}},
    {"win_filter_driver": {"name": [], "classifications": ["orphan", "dangling"], "state": "audited"}},
    {"win_tcp_offload": {"profile": "by_driver"}},
    {"nic_driver_facts": {"select": "physical"}},
]
"""What the role audit judges by default."""

Result = dict[str, Any]


def _loaded(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load((DEMO_SNAPSHOTS / f"{name}.yml").read_text(encoding="utf-8"), Loader=loader)
    return document


@functools.cache
def _audited(name: str) -> Result:
    return _timeless(run(ActionModule, Server(_loaded(name)), {"resources": RESOURCES}, check=True))


def _timeless(result: Result) -> Result:
    """Return a result without the time of this run; a document then says when its servers were judged."""
    return {name: each for name, each in result.items() if name != "judged"}


def audited(name: str) -> Result:
    """Return what an audit of a server of the demo returns."""
    return copy.deepcopy(_audited(name))


@functools.cache
def _enforced(name: str) -> Result:
    server = Server(_loaded(name))
    run(ActionModule, server, {"resources": RESOURCES})
    return _timeless(run(ActionModule, server, {"resources": RESOURCES}, check=True))


def enforced(name: str) -> Result:
    """Return what an audit of a server of the demo returns once the baseline was enforced: a restart is due."""
    result = copy.deepcopy(_enforced(name))
    result["reboot_required"] = True
    return result


def changed(result: Result, whose: str, /, **fields: Any) -> Result:
    """Return a result with one finding that is otherwise."""
    findings = [{**each, **(fields if each["subject"] == whose else {})} for each in result["findings"]]
    return {**result, "findings": findings}


def without(result: Result, *ids: str) -> Result:
    """Return a result without the findings of some rules."""
    findings = [each for each in result["findings"] if each["id"] not in ids]
    return {**result, "findings": findings, "reboot_required": False}


def clean() -> Result:
    """Return a server on which nothing is wrong."""
    return without(audited("app2022"), "filter_driver")


def refused() -> Result:
    """Return a server on which FAMv4 stands in a filter list, so that the task fails."""
    why = {"evidence": ["a filter list names it (UpperFilters of {4D36E967-E325-11CE-BFC1-08002BE10318})"]}
    fix = {"fix": "Let hidden_drivers_clean_filter_lists take its name out of the list first."}
    told = {"title": "Decide about FAMv4, which a filter list names", "act": words.DECIDE, "severity": words.ERROR}
    result = changed(audited("ex2007"), "FAMv4", status=words.REFUSED, restart=False, **why, **fix, **told)
    return {**result, "failed": True, "msg": "FAMv4 is in use"}


def waived() -> Result:
    """Return a server on which somebody waived FAMv4."""
    waiver = {"act": words.NONE, "severity": words.ERROR, "waiver": WAIVER, "kind": "known_leftover"}
    result = changed(audited("app2022"), "FAMv4", status=words.WAIVED, title="FAMv4 is waived", **waiver)
    return {**result, "reboot_required": False}


def unreadable() -> Result:
    """Return a server whose netsh did not answer."""
    why = 'netsh interface tcp dump shows no line "set global"'
    said = {"title": f"Could not be judged: {why}", "evidence": [why], "kind": "unreadable"}
    unknown = {**said, "status": words.UNKNOWN, "act": words.DECIDE, "severity": words.WARNING}
    return changed(changed(audited("fs2012r2"), "rss", **unknown), "chimney", **unknown)


def unreached(reason: str = "connection refused") -> Result:
    """Return what a task returns of a server that was not reached."""
    return {"unreachable": True, "msg": reason}


def _named(group: str, numbers: Iterable[int], result: Result) -> dict[str, Result]:
    return {f"{group}{number:02}": result for number in numbers}


def results() -> dict[str, Result]:
    """Return what an audit of 62 servers returns: two not reached, one refused, one waived, twelve that wait for a
    restart."""
    return {
        **_named("app", range(1, 15), audited("app2022")),
        "app03": waived(),
        "app16": audited("fs2008"),
        **_named("ex", range(1, 4), enforced("ex2003")),
        **_named("ex", range(5, 10), without(audited("ex2007"), "filter_driver")),
        **_named("ex", range(10, 13), enforced("app2022")),
        "ex13": refused(),
        **_named("fs", range(1, 7), enforced("fs2008")),
        **_named("fs", range(7, 15), audited("fs2012r2")),
        "fs15": unreadable(),
        "fs16": unreached(),
        **_named("web", range(1, 9), audited("web2008r2")),
        **_named("web", range(9, 17), clean()),
        "web17": unreached(),
        **_named("app", [15], clean()),
        **_named("ex", [4], clean()),
    }


def earlier() -> dict[str, Result]:
    """Return what the audit of the same servers returned a week before: nothing was enforced, app16 was like the other
    app servers."""
    return {
        **results(),
        **_named("ex", range(1, 4), audited("ex2003")),
        **_named("ex", range(10, 13), audited("app2022")),
        **_named("fs", range(1, 7), audited("fs2008")),
        "app16": clean(),
        "fs16": without(audited("fs2012r2"), "filter_driver"),
    }


def document(results: Mapping[str, Result], judged: str = NOW, not_handled: Iterable[str] = ()) -> Document:
    """Return the document of an audit. not_handled: servers to which it never came."""
    findings = Findings()
    servers = {
        name: server_of(result, findings, judged=judged, group=name.rstrip("0123456789"))
        for name, result in results.items()
    }
    return document_of({**servers, **{name: unhandled() for name in not_handled}}, "audit", VERSION)


@functools.cache
def fleet() -> Document:
    """Return the document of 62 servers."""
    return document(results())


@functools.cache
def last_week() -> Document:
    """Return the document of the same servers a week before."""
    return document(earlier(), LAST_WEEK)


NAMES = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "\x1b[31mred\x1b[0m",
    "=cmd|'/C calc'!A0",
    "]]>--><!--",
    "\"onmouseover=alert(1) x='",
    "a" * 300,
    "\u202egnp.exe",
    "half \ud800",
]
"""What names of drivers and companies may be."""


def foreign() -> Document:
    """Return servers with foreign text wherever a server can put it."""
    results = {}
    for number, name in enumerate(NAMES):
        texts = dict.fromkeys(("subject", "title", "why", "fix", "source", "kind"), name)
        fields = {**texts, "evidence": [name], "found": {name: name}}
        result = changed(audited("fs2008"), "exbackup", **fields)
        results[f"srv{number}"] = {**result, "server": {"name": name, "product": name, "release": name, "model": name}}
    results["lost"] = unreached(NAMES[0])
    return document(results)


SETS = 300
"""How many different sets of findings a large fleet has."""


def large(number: int = 4000) -> Document:
    """Return a fleet of many servers: copies of the demo's, with 300 different sets of findings spread over their
    names."""
    made = [server_of(each, Findings(), judged=NOW, group="fleet") for each in _sets()]
    servers = {f"srv{place:04}": made[place * 7919 % SETS] for place in range(1, number + 1)}
    return document_of(servers, "audit", VERSION)


def _sets() -> list[Result]:
    """Return 300 results: every server of the demo with one of 25 versions of its network driver and one of 12
    orphans."""
    names = sorted(path.stem for path in DEMO_SNAPSHOTS.glob("*.yml"))
    return [_set(names[place % len(names)], place % 25, place // 25) for place in range(SETS)]


def _set(name: str, version: int, orphan: int) -> Result:
    result = audited(name)
    found = [_of_version(each, version) for each in result["findings"]]
    (driver,) = [each for each in audited("fs2008")["findings"] if each["subject"] == "exbackup"]
    left = [each for each in found if each["subject"] != "exbackup"]
    other = {"subject": f"backup{orphan}", "title": f"Decide about backup{orphan}, a driver without an owner"}
    return {**result, "findings": [*left, {**driver, **other}]}


def _of_version(finding: Result, version: int) -> Result:
    if not finding["id"].startswith("nic_driver") or "version" not in (finding["found"] or {}):
        return finding
    old = finding["found"]["version"]
    new = f"{old}.{version}"
    evidence = [text.replace(old, new) for text in finding["evidence"]]
    title = finding["title"].replace(old, new)
    return {**finding, "found": {**finding["found"], "version": new}, "evidence": evidence, "title": title}
