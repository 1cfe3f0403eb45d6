# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done, in which order; each server once in the bar; what fails a pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import vocabulary as words
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.actions import (
    actions_of,
    command_note,
    command_of,
    hints_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.changes import compare
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.document import (
    Document,
    Server,
    document_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.errors import BadReport
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.finding import Findings
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.gate import FAIL_ON, exit_code, failing
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.overview import (
    groups_of,
    headline,
    release_of,
    shares_of,
    software_of,
    times_of,
    waivers_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.report import Report
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.sentences import run_line
from tests.support import fleets


def of(*findings: dict[str, Any], judged: str = "", **fields: Any) -> Server:
    """Return a judged server with findings of these fields."""
    made = Findings()
    whole = ({"id": "filter_driver", "subject": "X", "title": "T", "severity": "warning", **each} for each in findings)
    return Server(words.JUDGED, tuple(map(made.of, whole)), judged=judged, **fields)


DRIFTED = {"status": "drifted", "act": "enforce"}
ORPHAN = {"status": "attention", "act": "decide"}
UPDATE = {"status": "attention", "act": "update"}
HINT = {"status": "attention", "act": "none", "severity": "info"}
REFUSED = {"status": "refused", "act": "decide", "severity": "error"}
WAIVED = {"status": "waived", "waiver": fleets.WAIVER}
GOOD = {"status": "compliant", "severity": "info"}


@pytest.mark.parametrize(
    ("server", "share"),
    [
        (of(GOOD), "compliant"),
        (of(), "compliant"),
        (of(HINT), "compliant"),
        (of(GOOD, WAIVED), "waived"),
        (of(WAIVED, ORPHAN), "undecided"),
        (of({"status": "unknown", "act": "decide"}), "undecided"),
        (of(ORPHAN, DRIFTED), "to_do"),
        (of(UPDATE), "to_do"),
        (of(REFUSED), "to_do"),
        (of({"status": "pending", "act": "restart"}), "to_do"),
        (of(GOOD, restart=words.RESTART_PENDING), "to_do"),
        (Server(words.NOT_REACHED), "not_judged"),
        (Server(words.NOT_HANDLED), "not_judged"),
        (Server(words.FAILED), "not_judged"),
    ],
)
def test_each_server_is_in_one_part_of_the_bar(server: Server, share: str) -> None:
    shares = shares_of(document_of({"a": server}))
    assert {name for name, number in shares.items() if number} == {share}


@pytest.mark.parametrize(
    ("servers", "said"),
    [
        ({}, "no servers"),
        ({"a": of(GOOD)}, "the only server is compliant"),
        ({"a": of(GOOD), "b": of(WAIVED)}, "all 2 servers are compliant, 1 by a waiver"),
        ({"a": of(DRIFTED), "b": of(ORPHAN)}, "1 of 2 servers needs something done"),
        ({"a": of(GOOD), "b": of(ORPHAN)}, "1 of 2 servers waits for a decision"),
        ({"a": of(GOOD), "b": Server(words.NOT_REACHED)}, "1 of 2 servers was not judged"),
    ],
)
def test_the_headline_says_the_worst(servers: dict[str, Server], said: str) -> None:
    assert headline(document_of(servers)) == said


def test_what_is_to_be_done_on_the_fleet_in_its_order() -> None:
    assert [
        (each.band, each.act, each.title, len(each.servers), each.restart) for each in actions_of(fleets.fleet())
    ] == [
        ("first", "reach", "Make reachable: connection refused", 2, False),
        (
            "first",
            "decide",
            "Decide about FAMv4, which a filter list names",
            1,
            False,
        ),
        ("ansible", "restart", "Restart, so that what was set takes effect", 12, True),
        ("ansible", "enforce", "Disable FAMv4", 13, True),
        ("ansible", "enforce", "Turn off chimney, netdma", 1, True),
        ("by_hand", "update", "Update the network driver Broadcom 4.8.4.1: later than 4.8.4.1 is needed", 7, False),
        ("by_hand", "update", "Update the network driver Broadcom 3.5.8.0: 3.7.19 or later is needed", 3, False),
        ("decision", "decide", "Decide about exbackup, a driver without an owner", 7, False),
        ("decision", "decide", 'Could not be judged: netsh interface tcp dump shows no line "set global"', 1, False),
    ]
    assert [(each.title, len(each.servers)) for each in hints_of(fleets.fleet())] == [
        ("Turn off power saving of network adapters", 33),
        ("Look for a newer driver of the server's or the chip's maker", 23),
        ("No advisory knows the network driver Intel 12.13.27.0", 9),
        ("No advisory knows the network driver Intel 11.14.48.0", 8),
        ("No advisory knows the network driver Intel 11.0.5.22", 6),
    ]


def test_the_worst_comes_before_the_most_frequent() -> None:
    servers = {
        **{name: of({**DRIFTED, "title": "often"}) for name in "abc"},
        "d": of({**DRIFTED, "title": "bad", "severity": "critical"}),
    }
    assert [each.title for each in actions_of(document_of(servers))] == ["bad", "often"]


def test_every_open_finding_is_in_an_action() -> None:
    document = fleets.fleet()
    told = {finding for action in actions_of(document) for finding in action.findings}
    assert {each for _unused, each in document.findings() if each.is_open} == told


def test_commands_name_exactly_the_servers() -> None:
    commands = {each.number: command_of(each) for each in actions_of(fleets.fleet())}
    assert commands[1] == ["ansible-playbook server_baseline.windows.audit -i INVENTORY --limit fs16,web17"]
    assert commands[2] == ["ansible-playbook server_baseline.windows.audit -i INVENTORY --limit ex13"]
    assert commands[3][0].startswith(
        "ansible-playbook server_baseline.windows.enforce -e baseline_reboot=when_required -i INVENTORY "
        "--limit ex01,ex02,"
    )
    assert commands[5] == ["ansible-playbook server_baseline.windows.enforce -i INVENTORY --limit app16"]
    assert commands[8] == [
        "server_baseline_waivers:",
        "  - {finding: filter_driver, subject: exbackup, until: YYYY-MM-DD, by: NAME, reason: WHY}",
    ]


def test_words_before_a_command_say_when_it_is_run() -> None:
    said = {each.act: command_note(each) for each in actions_of(fleets.fleet())}
    assert said[words.ENFORCE] == said[words.RESTART] == "Ansible does it:"
    assert said[words.REACH] == said[words.UPDATE] == "Once that is done, judge again:"
    assert said[words.DECIDE] == "To leave it as it is until a day, write into the inventory:"


def test_a_command_quotes_what_a_shell_would_read() -> None:
    (action,) = actions_of(document_of({"a b;rm": of(DRIFTED)}))
    assert command_of(action)[0].endswith("--limit 'a b;rm'")
    (action,) = actions_of(document_of({"a": of({**ORPHAN, "subject": "it's: x"})}))
    assert "subject: 'it''s: x'" in command_of(action)[1]


def test_servers_with_the_same_findings_stand_together() -> None:
    document = fleets.fleet()
    groups = groups_of(document, actions_of(document))
    assert sorted(name for group in groups for name in group.servers) == sorted(document.servers)
    assert len(groups) == 13
    assert [group.actions[0] for group in groups if group.actions] == sorted(
        group.actions[0] for group in groups if group.actions
    )
    assert groups[-1].actions == ()
    assert {group.windows for group in groups if "app16" in group.servers} == {("2008",)}


@pytest.mark.parametrize(
    ("product", "release"),
    [
        ("Windows Server 2022 Standard", "2022"),
        ("Windows Server (R) 2008 Standard", "2008"),
        ("Windows Server 2012 R2 Standard", "2012 R2"),
        ("Microsoft Windows Server 2003", "2003"),
        ("", ""),
        ("Windows 7", ""),
    ],
)
def test_the_release_of_a_product(product: str, release: str) -> None:
    assert release_of(product) == release


def test_a_rare_driver_comes_first() -> None:
    pieces = software_of(fleets.fleet())
    adapters = [len(each.servers) for each in pieces if each.kind == "adapter"]
    assert adapters == sorted(adapters)
    assert {each.version for each in pieces} >= {"3.5.8.0", "4.8.4.1", "11.0.5.22"}


def test_waivers_are_told_before_they_end_and_after() -> None:
    ended = {"status": "drifted", "act": "enforce", "waiver": {**fleets.WAIVER, "until": "2026-11-20"}}
    far = {"status": "waived", "waiver": {**fleets.WAIVER, "until": "2027-01-01"}}
    servers = {
        "soon": of(WAIVED, judged=fleets.NOW),
        "ended": of(ended, judged=fleets.NOW),
        "far": of(far, judged=fleets.NOW),
    }
    waivers = waivers_of(document_of(servers))
    assert [(each.servers, each.state) for each in waivers] == [
        (("ended",), "ended"),
        (("soon",), "ends soon"),
        (("far",), "active"),
    ]


def test_the_age_of_what_was_merged_is_told() -> None:
    document = document_of({"a": of(GOOD, judged=fleets.NOW), "b": of(GOOD, judged=fleets.LAST_WEEK)})
    times = times_of(document)
    assert times is not None
    assert (times.days, times.old) == (7, ("b",))
    assert "that of 1 server is up to 7 days older than the newest" in run_line(Report(document))
    assert "older" not in run_line(Report(fleets.fleet()))


def gate(document: Document, *fail_on: str) -> dict[str, list[str]]:
    """Return who fails, compared with last week."""
    return failing(document, fail_on, compare(document, fleets.last_week()))


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("drifted", 14),
        ("attention", 10),
        ("refused", 1),
        ("unknown", 1),
        ("pending", 12),
        ("not_reached", 2),
        ("new", 1),
        ("error+", 24),
        ("warning+", 28),
        ("info+", 49),
    ],
)
def test_who_fails_by_a_word(word: str, number: int) -> None:
    assert {word: len(names) for word, names in gate(fleets.fleet(), word).items()} == {word: number}


@pytest.mark.parametrize("word", ["waiver_ended", "critical+"])
def test_nobody_fails_by_what_nobody_has(word: str) -> None:
    assert gate(fleets.fleet(), word) == {}


def test_a_restart_that_is_due_fails_where_asked() -> None:
    document = document_of({"a": of({"status": "pending", "act": "restart"}), "b": of(GOOD)})
    assert gate(document, "pending") == {"pending": ["a"]}


def test_a_waiver_that_has_ended_fails_where_asked() -> None:
    document = document_of({"a": of({**DRIFTED, "waiver": fleets.WAIVER}), "b": of(WAIVED, judged=fleets.NOW)})
    assert gate(document, "waiver_ended") == {"waiver_ended": ["a"]}


def test_every_word_is_taken_and_no_other() -> None:
    gate(fleets.fleet(), *FAIL_ON)
    with pytest.raises(BadReport, match="fail_on has 'drift', which is none of drifted, "):
        gate(fleets.fleet(), "drift")
    with pytest.raises(BadReport, match="which needs since: an earlier"):
        failing(fleets.fleet(), ["new"])


@pytest.mark.parametrize(
    ("servers", "fail_on", "code"),
    [
        ({"a": of(GOOD)}, ["drifted", "not_reached"], 0),
        ({"a": of(DRIFTED)}, [], 0),
        ({"a": of(DRIFTED)}, ["drifted"], 1),
        ({"a": of(DRIFTED), "b": Server(words.NOT_REACHED)}, ["drifted"], 1),
        ({"a": of(GOOD), "b": Server(words.NOT_REACHED)}, ["drifted"], 3),
        ({"a": of(GOOD), "b": Server(words.NOT_HANDLED)}, ["not_reached"], 3),
        ({"a": of(GOOD), "b": Server(words.NOT_WINDOWS)}, ["not_reached"], 0),
    ],
)
def test_the_exit_code(servers: dict[str, Server], fail_on: list[str], code: int) -> None:
    document = document_of(servers)
    assert exit_code(document, failing(document, fail_on)) == code
