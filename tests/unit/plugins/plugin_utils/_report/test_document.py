# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents: one form whatever the order of what they are made of, checked by the schema, and read back as they were
written."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import jsonschema
import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.changes import compare
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.document import (
    Document,
    Server,
    controls_of,
    document_of,
    dump,
    load,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.errors import BadReport
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.finding import Finding, Findings
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.merge import union
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.snp_symptoms import SIGNS
from tests.support import ROOT, fleets

SCHEMA = json.loads((ROOT / "plugins/plugin_utils/_report/schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def part(document: Document, *names: str) -> Document:
    """Return a slice of a fleet."""
    return document_of({name: document.servers[name] for name in names}, document.kind, document.collection)


def slices(document: Document, number: int, seed: int) -> list[Document]:
    """Return a document in parts, as slices of one run would have made them."""
    names = list(document.servers)
    random.Random(seed).shuffle(names)
    return [part(document, *names[place::number]) for place in range(number)]


@pytest.mark.parametrize("made", [fleets.fleet, fleets.last_week], ids=["fleet", "last_week"])
@pytest.mark.parametrize("times", [True, False])
def test_every_document_fits_the_schema(made: Any, times: bool) -> None:
    VALIDATOR.validate(json.loads(dump(made(), times=times)))


def test_the_schema_knows_every_word() -> None:
    finding, server = (SCHEMA["$defs"][name]["properties"] for name in ("finding", "server"))
    assert set(finding["status"]["enum"]) == set(words.STATUSES)
    assert set(finding["act"]["enum"]) == set(words.ACTS)
    assert tuple(SCHEMA["$defs"]["severity"]["enum"]) == words.SEVERITIES
    assert tuple(server["state"]["enum"]) == words.STATES
    assert tuple(server["restart"]["enum"]) == words.RESTARTS
    assert set(finding) == set(Finding.__dataclass_fields__) - {"line"}


def test_a_document_is_read_back_as_it_was_written() -> None:
    text = dump(fleets.fleet())
    assert dump(load(text, "fleet.json")) == text


def test_keys_are_sorted_names_are_in_natural_order_and_a_finding_is_a_line() -> None:
    text = dump(fleets.fleet())
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert list(data["servers"])[:3] == ["app01", "app02", "app03"]
    for server in data["servers"].values():
        assert list(server) == sorted(server)
        for finding in server["findings"]:
            assert f"    {json.dumps(finding, sort_keys=True)}" in text


def test_without_times_only_what_changed_on_servers_differs() -> None:
    later = fleets.document(fleets.results(), "2026-11-26T05:00:00Z")
    assert dump(later, times=False) == dump(fleets.fleet(), times=False)
    assert "2026-11-25T" not in dump(fleets.fleet(), times=False)
    one, other = (dump(each).splitlines() for each in (later, fleets.fleet()))
    assert {line.strip(" ,").partition(":")[0] for line in set(one) ^ set(other)} == {'"judged"'}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("number", [2, 7, 62])
def test_the_union_of_slices_is_the_document_of_one_run(number: int, seed: int) -> None:
    whole = dump(fleets.fleet())
    read = [load(dump(each), "slice") for each in slices(fleets.fleet(), number, seed)]
    assert dump(union(read)) == whole


def test_the_later_judgement_of_a_server_wins_in_any_order() -> None:
    both = [fleets.last_week(), part(fleets.fleet(), "app16")]
    for documents in (both, both[::-1]):
        merged = union(documents)
        assert merged.servers["app16"] == fleets.fleet().servers["app16"]
        assert merged.servers["ex01"] == fleets.last_week().servers["ex01"]


def test_a_server_that_was_never_handled_takes_nothing_back() -> None:
    aborted = fleets.document({}, not_handled=["app01"])
    assert union([aborted, fleets.last_week()]).servers["app01"] == fleets.last_week().servers["app01"]


def test_the_same_run_twice_is_the_same_document() -> None:
    assert dump(union([fleets.fleet(), fleets.fleet()])) == dump(fleets.fleet())


def test_a_control_holds_the_texts_and_a_finding_only_what_differs() -> None:
    made = Findings()
    same = {"id": "tcp_offload", "subject": "rss", "title": "Turn off rss", "why": "It is bad"}
    servers = {
        "a": {**same, "status": "drifted", "severity": "warning", "fix": "netsh"},
        "b": {**same, "status": "drifted", "severity": "error", "fix": "regedit"},
    }
    document = document_of({name: judged(made.of(each)) for name, each in servers.items()})
    (control,) = controls_of(document).values()
    assert control == {
        "title": "TCP offload: rss",
        "severity": "error",
        "why": "It is bad",
        "fix": "netsh",
        "source": "",
    }
    data = json.loads(dump(document))["servers"]
    assert [{"fix", "why"} & set(data[name]["findings"][0]) for name in "ab"] == [set(), {"fix"}]
    assert load(dump(document), "x").servers == document.servers


def judged(*findings: Finding) -> Server:
    """Return a judged server."""
    return Server(words.JUDGED, findings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "x is no JSON"),
        ("[]", "x is no document of format 1"),
        ('{"format": 2}', "x is no document of format 1"),
        ('{"format": 1}', "x is damaged"),
        (
            '{"format": 1, "kind": "audit", "collection": "", "controls": {}, "servers": {"a": {"state": "well"}}}',
            "'well' is none of",
        ),
    ],
)
def test_what_is_no_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadReport, match=message):
        load(text, "x")


def test_a_finding_with_a_foreign_word_is_refused() -> None:
    with pytest.raises(BadReport, match="'drift' is none of"):
        load(dump(fleets.fleet()).replace('"status": "drifted"', '"status": "drift"'), "x")


def test_what_changed_in_a_week() -> None:
    comparison = compare(fleets.fleet(), fleets.last_week())
    assert comparison.since == fleets.LAST_WEEK
    assert {(each.server, each.finding.subject) for each in comparison.of_kind("new")} == {
        ("app16", "exbackup"),
        ("app16", "chimney"),
        ("app16", "netdma"),
        ("app16", "Local Area Connection"),
    }
    assert {each.server for each in comparison.of_kind("resolved")} == {
        *(f"ex{number:02}" for number in (1, 2, 3)),
        *(f"fs{number:02}" for number in range(1, 7)),
    }
    assert {(each.server, each.finding.subject) for each in comparison.of_kind("changed")} == {
        *((f"ex{number:02}", feature) for number in (1, 2, 3) for feature in ("rss", "netdma")),
        *((f"ex{number:02}", "FAMv4") for number in (10, 11, 12)),
        *((f"fs{number:02}", "netdma") for number in range(1, 7)),
    }
    assert comparison.not_compared == ("fs16", "web17")


def test_nothing_changed_when_nothing_changed() -> None:
    comparison = compare(fleets.fleet(), fleets.fleet())
    assert {each.kind for each in comparison.changes} == {"unchanged"}


def test_another_state_of_the_same_subject_is_a_change() -> None:
    now = fleets.document({"a": fleets.changed(fleets.audited("app2022"), "FAMv4", found={"Start": 0})})
    before = fleets.document({"a": fleets.audited("app2022")})
    assert [(each.kind, each.finding.subject) for each in compare(now, before).changes] == [("changed", "FAMv4")]


def test_every_word_of_the_page_is_explained() -> None:
    text = (ROOT / "docs/reading_an_audit.md").read_text(encoding="utf-8")
    known = {*words.STATUSES, *words.ACTS, *words.SEVERITIES, *words.STATES}
    assert [word for word in sorted(known) if f"`{word}`" not in text] == []


def test_every_kind_of_a_finding_is_explained() -> None:
    text = (ROOT / "docs/reading_an_audit.md").read_text(encoding="utf-8")
    rooms = ROOT / "plugins/plugin_utils"
    told = [path.read_text(encoding="utf-8") for path in sorted((rooms / "_resources").rglob("*.py"))]
    said = (rooms / "_catalogue/driver_findings.yml").read_text(encoding="utf-8")
    kinds = {*re.findall(r'kind="([a-z_]+)"', "".join(told)), *re.findall(r"(?m)^  kind: ([a-z_]+)$", said), *SIGNS}
    assert {"network_component", "dead_entry", "unreadable", "rss_off"} <= kinds
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in text] == []
