# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format tells the same, in its own form, and shows foreign text as text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report import (
    console,
    csv_table,
    env_file,
    html,
    junit,
    markdown,
    sarif,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.errors import BadReport
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.formats import FORMATS, format_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.gate import failing
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.report import Report
from tests.support import fleets

REPORT = Report(fleets.fleet(), fleets.last_week())
FOREIGN = Report(fleets.foreign(), fleets.last_week())
# An ESC, a change of direction or a half character in any of its forms; tab and line feed are the formats' own.
ACTIVE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def cases(report: Report) -> dict[tuple[str, str], ElementTree.Element]:
    """Return the cases of the JUnit file, by suite and name."""
    root = ElementTree.fromstring(junit.render(report))
    return {(suite.get("name", ""), case.get("name", "")): case for suite in root for case in suite}


def ends(report: Report) -> dict[str, int]:
    """Return how many cases ended in each way."""
    tags = [child.tag for case in cases(report).values() for child in case]
    return {tag: tags.count(tag) for tag in sorted(set(tags))}


def rows(report: Report) -> list[dict[str, str]]:
    """Return the lines of the CSV file."""
    return list(csv.DictReader(io.StringIO(csv_table.render(report), newline="")))


def results(report: Report) -> list[dict[str, Any]]:
    """Return the results of the SARIF file."""
    (run,) = json.loads(sarif.render(report))["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def count(status: str) -> int:
    """Return how many findings of the fleet have a status and are no hint."""
    return sum(each.status == status and not each.is_hint for _unused, each in fleets.fleet().findings())


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    again = Report(fleets.document(fleets.results()), fleets.document(fleets.earlier(), fleets.LAST_WEEK))
    assert FORMATS[name].render(again) == FORMATS[name].render(REPORT)


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_a_character_act(name: str) -> None:
    text = FORMATS[name].render(FOREIGN)
    assert ACTIVE.search(text) is None
    text.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_without_times_says_none(name: str) -> None:
    text = FORMATS[name].render(Report(fleets.fleet(), times=False))
    assert "2026-11-25T" not in text
    assert "19:27" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_fleet_of_nothing_is_a_report_too(name: str) -> None:
    assert FORMATS[name].render(Report(fleets.document({})))


def test_csv_has_a_line_a_finding_and_one_for_a_server_that_was_not_judged() -> None:
    lines = rows(REPORT)
    assert len(lines) == sum(1 for _each in fleets.fleet().findings()) + 2
    assert [line["server"] for line in lines if line["state"] == "not reached"] == ["fs16", "web17"]
    assert {line["evidence"] for line in lines if line["server"] == "fs16"} == {"connection refused"}
    (waived,) = [line for line in lines if line["status"] == "waived"]
    assert waived["waived_until"] == fleets.WAIVER["until"]
    assert {line["change"] for line in lines if line["server"] == "app16" and line["status"] == "drifted"} == {"new"}


def test_no_cell_is_a_formula() -> None:
    cells = [cell for line in rows(FOREIGN) for cell in line.values()]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
    assert "'=cmd|'/C calc'!A0" in cells


def test_junit_has_a_suite_a_control_and_a_case_a_server_and_subject() -> None:
    found = cases(REPORT)
    assert found["filter_driver:FAMv4", "app01 FAMv4"].find("failure") is not None
    assert found["filter_driver:FAMv4", "ex13 FAMv4"].find("failure") is not None
    assert found["tcp_offload:rss", "fs15 rss"].find("error") is not None
    assert found["servers", "fs16"].find("error") is not None
    assert list(found["servers", "app01"]) == []
    skipped = found["filter_driver:FAMv4", "app03 FAMv4"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == f"waived until {fleets.WAIVER['until']} by Ada: {fleets.WAIVER['reason']}"


def test_the_counts_of_junit_are_those_of_its_cases() -> None:
    failures = sum(count(status) for status in (words.DRIFTED, words.ATTENTION, words.REFUSED, words.PENDING))
    skipped = count(words.WAIVED) + count(words.NOT_APPLICABLE)
    assert ends(REPORT) == {"error": count(words.UNKNOWN) + 2, "failure": failures, "skipped": skipped}
    for suite in ElementTree.fromstring(junit.render(REPORT)):
        assert int(suite.get("tests", "")) == len(suite)
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == len(suite.findall(f"testcase/{tag}"))


def test_a_driver_that_still_runs_fails_its_case() -> None:
    pending = fleets.changed(
        fleets.audited("app2022"), "FAMv4", status=words.PENDING, act=words.RESTART, title="Restart"
    )
    (failure,) = cases(Report(fleets.document({"a": pending})))["filter_driver:FAMv4", "a FAMv4"]
    assert (failure.tag, failure.get("message")) == ("failure", "pending: Restart")


def test_junit_shows_foreign_text() -> None:
    names = {name for suite, name in cases(FOREIGN) if suite.startswith("filter_driver:")}
    assert "srv0 <script>alert(1)</script>" in names
    assert "srv1 {{ 7*7 }}{% raw %}" in names
    assert r"srv2 \x1b[31mred\x1b[0m" in names


def test_sarif_says_what_is_new_and_what_is_waived() -> None:
    found = results(REPORT)
    states = [each.get("baselineState") for each in found]
    assert states.count("new") == len(REPORT.comparison.of_kind("new") if REPORT.comparison else [])
    assert states.count("absent") == len(REPORT.comparison.of_kind("resolved") if REPORT.comparison else [])
    (waived,) = [each for each in found if "suppressions" in each]
    assert waived["suppressions"][0]["justification"].startswith(f"until {fleets.WAIVER['until']} by Ada")
    assert waived["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "app03/FAMv4"}]


def test_sarif_keeps_the_rules_of_its_specification() -> None:
    (run,) = json.loads(sarif.render(REPORT))["runs"]
    rules = run["tool"]["driver"]["rules"]
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]  # 3.27.6
        assert (each["level"] == "none") == (each["kind"] != "fail")  # 3.27.10
        assert each["message"]["text"]
        assert re.fullmatch(r"[\w.~%/-]+", each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_a_fingerprint_is_the_key_of_a_finding() -> None:
    prints = [each["partialFingerprints"]["serverIdSubject/v1"] for each in results(Report(fleets.fleet()))]
    assert len(set(prints)) == len(prints)
    assert "app01/filter_driver/FAMv4" in prints


def test_markdown_is_the_first_screen() -> None:
    text = markdown.render(REPORT)
    assert text.startswith("## Windows baseline: 27 of 62 servers need something done\n")
    assert "| 4 | Disable FAMv4 | yes | 13 | app01–app02, app04–app14 |" in text
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == len(REPORT.actions) + 2


def test_markdown_shows_foreign_text() -> None:
    text = markdown.render(FOREIGN)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert r"=cmd\|'/C calc'!A0" in text


def test_the_table_has_at_most_15_lines_of_140_characters() -> None:
    for report in (REPORT, FOREIGN, Report(fleets.fleet())):
        lines = console.table(report, ("report.html", "report.json"))
        assert len(lines) <= 15
        assert max(map(len, lines)) <= 140
        assert ACTIVE.search("".join(lines)) is None
    assert console.table(REPORT, ("report.html", "report.json"))[-1] == "Report: report.html and 1 more"


def test_the_table_tells_the_first_actions_and_counts_the_rest() -> None:
    lines = console.table(REPORT)
    assert lines[0] == "Windows baseline: 27 of 62 servers need something done"
    assert lines[6] == "1. Make reachable: connection refused (2: fs16, web17)"
    assert "4. Disable FAMv4, then restart (13: app01–app02, app04–app14)" in lines
    assert len(lines) == 6 + len(REPORT.actions)
    orphans = {f"srv{number}": f"Driver without an owner: backup{number}" for number in range(20)}
    found = {name: fleets.changed(fleets.audited("fs2008"), "exbackup", title=title) for name, title in orphans.items()}
    assert console.table(Report(fleets.document(found)))[-1].strip() == "… and 12 more"


def test_the_table_does_not_count_a_hint_as_what_it_is_a_hint_of() -> None:
    (line,) = [each for each in console.table(REPORT) if each.startswith("Findings: ")]
    hints = sum(each.is_hint for _unused, each in fleets.fleet().findings())
    assert f" {count(words.ATTENTION)} attention," in line
    assert f" {hints} hints," in line
    one = fleets.changed(fleets.clean(), "rss", status=words.ATTENTION, severity=words.INFO)
    assert "Findings: 1 hint, " in "\n".join(console.table(Report(fleets.document({"a": one}))))


def in_lines(render: Callable[[Report], str]) -> Callable[[Report], list[str]]:
    """Return what renders a report as lines."""
    return lambda report: render(report).splitlines()


@pytest.mark.parametrize("render", [console.table, in_lines(markdown.render), in_lines(html.render)])
def test_waivers_that_end_soon_or_have_ended_are_told(render: Callable[[Report], list[str]]) -> None:
    ended = fleets.changed(fleets.audited("app2022"), "FAMv4", waiver={**fleets.WAIVER, "until": "2026-11-20"})
    servers = {"a1": ended, "a2": ended, "b1": fleets.waived(), "c1": fleets.clean()}
    text = "\n".join(render(Report(fleets.document(servers))))
    assert "Waivers that have ended: FAMv4, 2026-11-20 by Ada (2: a1–a2)" in text
    assert "Waivers that end within 14 days: FAMv4, 2026-12-01 by Ada (1: b1)" in text
    assert "Waivers that" not in "\n".join(render(Report(fleets.document({"c1": fleets.clean()}))))


def test_a_short_list_stands_whole() -> None:
    lines = console.table(Report(fleets.document({"a": fleets.audited("app2022")})))
    assert lines[-1] == "1. Disable FAMv4, then restart (1: a)"
    assert (
        console.table(Report(fleets.document({"a": fleets.clean()})))[0]
        == "Windows baseline: the only server is compliant"
    )


def test_env_is_the_outcome_in_numbers() -> None:
    document = fleets.fleet()
    failed = failing(document, ["drifted"])
    numbers = dict(line.split("=") for line in env_file.render(Report(document, failed=failed)).splitlines())
    assert numbers == {
        "BASELINE_EXIT": "1",
        "BASELINE_SERVERS": "62",
        "BASELINE_TO_DO": "27",
        "BASELINE_UNDECIDED": "1",
        "BASELINE_NOT_JUDGED": "2",
        "BASELINE_WAIVED": "1",
        "BASELINE_COMPLIANT": "31",
        "BASELINE_FAILING": "14",
        "BASELINE_ACTIONS": "9",
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("report.html", "html"),
        ("a.b/Report.HTM", "html"),
        ("x.json", "json"),
        ("x.sarif.json", "sarif"),
        ("x.sarif", "sarif"),
        ("x.junit.xml", "junit"),
        ("x.xml", "junit"),
        ("x.csv", "csv"),
        ("x.md", "md"),
        ("x.env", "env"),
        ("reports", ""),
        ("reports.d/2026", ""),
        (".reports", ""),
    ],
)
def test_the_ending_gives_the_format(path: str, name: str) -> None:
    assert format_of(path) == name


def test_an_ending_of_no_format_is_refused() -> None:
    with pytest.raises(BadReport, match=r"x\.pdf has an ending of no format"):
        format_of("x.pdf")


def test_a_finding_compares_by_its_content() -> None:
    one, other = (Finding("x", "id", subject, "drifted") for subject in ("a", "b"))
    assert one == other
    assert len({one, other}) == 1
