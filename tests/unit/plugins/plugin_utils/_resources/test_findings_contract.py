# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every open finding says what is to be done, why, how, who acts, and what kind it is."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue import driver_findings
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import Resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snp_symptoms, tcp_keepalive
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import CASES
from tests.support.cases import leftover, snapshot_of
from tests.support.planning import options_of, plan_for
from tests.support.scenarios import drivers
from tests.support.servers import LEDGER, exchange

NOW = "2026-11-23T14:00:00Z"
ALL = ["known_leftover", "orphan", "dangling"]
NAMED = ["FAMv4", "AbOpenFile", "TvShadow", "GrymSnap", "atapi", "Ghost", "W3SVC"]
TASKS: list[dict[str, Any]] = [
    {"state": "audited"},
    {"classifications": ALL},
    {"classifications": ALL, "state": "absent", "clean_filter_lists": True, "file": "rename"},
    *({"name": [name], "state": state} for name in NAMED for state in ("disabled", "absent", "restored")),
    *({"name": [name], "state": "enabled", "start_type": "demand"} for name in NAMED),
    {"state": "restored", "match": "name"},
    {"name": ["File Activity Monitor"]},
]
LEFTOVERS = sorted(path.stem for path in (CASES / "drivers/leftovers").glob("*.yml"))
SMALL = ["unreadable", "unreadable2", "uninstall", "wdf", "winsock", "wow64"]

Document = dict[str, Any]


def findings(resource: Resource, document: Document, **given: Any) -> tuple[Finding, ...]:
    """Return what a task finds on a server."""
    return plan_for(resource, document, NOW, **given).findings


def applied(document: Document, **given: Any) -> Document:
    """Return a server after a task. Its drivers run on where they cannot be stopped."""
    replica = Replica(copy.deepcopy(document))
    plan = plan_for(filter_driver, document, NOW, **given)
    replica.execute(Request(filter_driver.queries(options_of(filter_driver, **given)), plan.operations))
    return replica.document


def servers() -> Iterator[Document]:
    """Yield servers on which something is wrong, and what tasks made of them."""
    yield from (snapshot_of(name) for name in SMALL)
    yield from (leftover(name) for name in LEFTOVERS)
    large = drivers.large()
    yield large
    displayed = copy.deepcopy(large)
    displayed["registry"][f"{drivers.SERVICES}\\FAMv4"]["DisplayName"] = "File Activity Monitor"
    yield displayed
    yield applied(large, classifications=ALL)
    yield applied(leftover("c06b"), name=["npcap"], force=["npcap"], stop=False)
    yield applied(large, name=["AbOpenFile"], force=["AbOpenFile"], state="absent", clean_filter_lists=True)
    others = applied(large, name=["TvShadow"])
    others["registry"][f"{drivers.SERVICES}\\TvShadow"]["Start"] = 2
    yield others
    removed = applied(large, name=["TvShadow", "FAMv4"], state="absent")
    yield removed
    yield {**removed, "files": {}}
    forged = copy.deepcopy(removed)
    forged["registry"][f"{LEDGER}\\0001"]["Before"] = '{"x": 1}'
    yield forged


def contract(finding: Finding) -> None:
    """Check what an open finding must say."""
    told = finding.as_dict()
    assert all(told[field] for field in ("title", "why", "fix", "kind", "source")), told
    assert told["act"] in words.ACTS
    assert told["severity"] in words.SEVERITIES
    assert re.match(r"[A-Z][^.]*$", finding.title.replace(finding.subject, "X"))
    assert finding.fix.endswith(".")
    assert finding.restart or finding.status != words.PENDING
    assert not re.search(r"[{}]", finding.title + finding.why)
    if finding.status == words.REFUSED and finding.title.endswith("which a filter list names"):
        assert "force" not in finding.fix
    if "could not be read" in " ".join(finding.evidence):
        assert "administrator" in finding.fix or "64-bit" in finding.fix


def test_every_finding_on_drivers_keeps_the_contract() -> None:
    seen: set[tuple[str, str]] = set()
    for document in servers():
        found = [each for task in TASKS for each in findings(filter_driver, document, **task)]
        for finding in (*found, *findings(info, document)):
            if finding.is_open:
                contract(finding)
                seen.add((finding.status, finding.kind))
    assert {status for status, _unused in seen} == set(words.OPEN)
    assert {kind for _unused, kind in seen} >= {
        *ALL, "unknown", "named", "removed", "dead_entry", "network_component", "unreadable", "other_view",
        "unusable_entry", "changed_by_others", "no_driver", "no_key", "unsafe", "display_name",
    }  # fmt: skip


def test_one_driver_has_one_finding_in_every_task() -> None:
    for document in servers():
        for task in TASKS:
            keys = [(each.id, each.subject.lower()) for each in findings(filter_driver, document, **task)]
            assert len(keys) == len(set(keys))


def test_a_setting_keeps_the_contract() -> None:
    given = {"milliseconds": 900_000}
    (drifted,) = findings(tcp_keepalive, exchange(), **given)
    contract(drifted)
    assert (drifted.title, drifted.kind, drifted.restart) == ("Set KeepAliveTime to 900000", "setting", True)
    unreadable = exchange()
    unreadable["unreadable"] = {tcp_keepalive.PARAMETERS: "access_denied"}
    (unread,) = findings(tcp_keepalive, unreadable, **given)
    contract(unread)
    assert f"the right to read {tcp_keepalive.PARAMETERS}" in unread.fix


def test_symptoms_keep_the_contract() -> None:
    unread = exchange()
    unread["unreadable"] = {tcp_keepalive.PARAMETERS: "access_denied"}
    for document in (exchange(), unread, snapshot_of("wdf")):
        for finding in findings(snp_symptoms, document):
            assert finding.status != words.DRIFTED
            if finding.is_open:
                contract(finding)


@pytest.mark.parametrize("cause", sorted(driver_findings._DATA))
def test_every_cause_is_whole_and_used(cause: str) -> None:
    said = driver_findings._DATA[cause]
    assert said.keys() <= {"title", "why", "fix", "source", "act", "severity", "kind"}
    assert re.match(r"[A-Z].*[^.]$", said["title"])
    assert said["why"].endswith(".")
