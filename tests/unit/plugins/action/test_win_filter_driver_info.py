# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of win_filter_driver_info: one execution, data and findings, and the one file that it reads."""

from __future__ import annotations

import copy
import json
import os
import re
from pathlib import Path
from typing import Any

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule as Change
from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver_info import ActionModule
from tests.support.scenarios import drivers
from tests.support.servers import Server, exchange, run

LIST = "| Minifilter | Altitude | Company |\n|--|--|--|\n| nameless.sys | 281000 | Gone Systems |\n"


def test_one_execution_returns_all_and_changes_nothing() -> None:
    server = Server(drivers.large())
    before = copy.deepcopy(server.document["registry"])
    result = run(ActionModule, server, {})
    assert server.executions == 1
    assert result["changed"] is False
    assert len(result["drivers"]) == len(result["findings"]) == drivers.COUNT
    assert {
        each["name"]: each["classification"] for each in result["drivers"] if each["name"] in drivers.LEFTOVERS
    } == drivers.LEFTOVERS
    assert {path: values for path, values in server.document["registry"].items() if values} == {
        path: values for path, values in before.items() if values
    }


def test_the_list_of_altitudes_is_read_on_the_controller(tmp_path: Path) -> None:
    page = tmp_path / "allocated-altitudes.md"
    page.write_text(LIST, encoding="utf-8")
    args = {"altitudes_file": str(page), "match": "vendor", "select": "[].name"}
    assert run(ActionModule, Server(drivers.large()), args)["selected"] == ["nameless"]
    policy = {"altitudes_file": str(page), "match": "vendor == 'Gone Systems'", "classifications": ["orphan"]}
    changed = run(Change, Server(drivers.large()), policy, check=True)
    assert [each["subject"] for each in changed["findings"]] == ["nameless"]


def test_a_list_that_is_not_there_or_is_none_fails_before_the_server_is_asked(tmp_path: Path) -> None:
    server = Server(exchange())
    missing = run(ActionModule, server, {"altitudes_file": str(tmp_path / "none.md")})
    assert missing["msg"].endswith("none.md cannot be read: No such file or directory, on the controller")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path):
        assert "is no regular file" in run(ActionModule, server, {"altitudes_file": str(path)})["msg"]
    (tmp_path / "other.md").write_text("# Nothing", encoding="utf-8")
    assert "has no row" in run(Change, server, {"altitudes_file": str(tmp_path / "other.md"), "name": ["FAMv4"]})["msg"]
    assert server.executions == 0


def test_blocklists_are_read_on_the_controller_one_or_several(tmp_path: Path) -> None:
    sample = {"OriginalFilename": "vmmemctl.sys", "Company": "VMware, Inc.", "FileVersion": "5.0.0.0"}
    first, other = tmp_path / "drivers.json", tmp_path / "other.json"
    first.write_text(json.dumps([{"Id": "id-1", "KnownVulnerableSamples": [sample]}]), encoding="utf-8")
    other.write_text(json.dumps([{"Id": "id-2", "KnownVulnerableSamples": [sample]}]), encoding="utf-8")
    given: tuple[tuple[Any, list[str]], ...] = ((str(first), ["id-1"]), ([str(first), str(other)], ["id-1", "id-2"]))
    for paths, rules in given:
        args = {"blocklist_file": paths, "select": "[?blocked].blocked[].rule"}
        assert run(ActionModule, Server(drivers.large()), args)["selected"] == rules
    server = Server(exchange())
    missing = run(ActionModule, server, {"blocklist_file": [str(first), str(tmp_path / "none.xml")]})
    assert re.search("blocklist_file: .*none.xml cannot be read: No such file", missing["msg"])
    assert server.executions == 0


def test_a_bad_expression_fails_before_the_server_is_asked() -> None:
    server = Server(exchange())
    assert "match is not a JMESPath expression" in run(ActionModule, server, {"match": "a b"})["msg"]
    assert server.executions == 0


def test_a_policy_takes_two_executions_and_a_second_run_one() -> None:
    server = Server(drivers.large())
    args = {"classifications": ["known_leftover", "dangling"], "state": "absent"}
    assert run(Change, server, args)["changed"] is True
    assert server.executions == 2
    assert run(Change, server, args)["changed"] is False
    assert server.executions == 3
