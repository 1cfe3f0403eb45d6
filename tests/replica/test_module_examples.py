# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of modules' documentation that write, as they stand there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.replica.demo_servers import hosts, value
from tests.support.plays import OWN_CORE, run_plays

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
START = f"{SERVICES}\\FAMv4\\Start"
BLOCKED = f"{CONTROL}\\Session Manager\\I/O System\\IoBlockLegacyFsFilters"
KEEP_ALIVE = f"{SERVICES}\\Tcpip\\Parameters\\KeepAliveTime"


def examples(module: str) -> list[dict[str, Any]]:
    """Return the tasks of a module's examples."""
    name = f"server_baseline.windows.{module}"
    done = subprocess.run([OWN_CORE / "ansible-doc", "--json", name], capture_output=True, text=True, check=True)
    tasks: list[dict[str, Any]] = yaml.safe_load(json.loads(done.stdout)[name]["examples"])
    return tasks


def test_the_examples_of_win_baseline_do_what_they_say(tmp_path: Path) -> None:
    servers, (enforce, say, audit) = hosts(tmp_path, "ex2003"), examples("win_baseline")
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [{**audit, "ignore_errors": True}, enforce, say, audit]}]
    drifted, _unused, told, settled = run_plays(servers, plays).of("ex2003")
    assert (drifted.status, drifted["changed"]) == ("failed", True)
    assert {"FAMv4", "chimney"} <= {each["subject"] for each in told["msg"] if each["status"] == "fixed"}
    assert value(tmp_path, "ex2003", START) == 4
    assert (settled.status, settled["changed"]) == ("ok", False)


def test_the_examples_of_win_tcp_keepalive_do_what_they_say(tmp_path: Path) -> None:
    servers, (change, say, restore) = hosts(tmp_path, "ex2003"), examples("win_tcp_keepalive")
    play = {"hosts": "all", "gather_facts": False}
    predicted, _unused = run_plays(servers, [{**play, "tasks": [change, say]}], "--check", "--diff").of("ex2003")
    assert value(tmp_path, "ex2003", KEEP_ALIVE) is None
    done, told, again = run_plays(servers, [{**play, "tasks": [change, say, change]}]).of("ex2003")
    assert value(tmp_path, "ex2003", KEEP_ALIVE) == 900_000
    assert (done["after"], done["diff"]) == (predicted["after"], predicted["diff"])
    assert (told["msg"], again["changed"]) == ("Restart ex2003", False)
    restored, again = run_plays(servers, [{**play, "tasks": [restore, restore]}]).of("ex2003")
    assert value(tmp_path, "ex2003", KEEP_ALIVE) is None
    assert (restored["changed"], again["changed"]) == (True, False)


def test_the_examples_of_win_filter_driver_on_legacy_filters_do_what_they_say(tmp_path: Path) -> None:
    servers, tasks = hosts(tmp_path, "app2022"), examples("win_filter_driver")
    disable, block, restore = (
        next(each for each in tasks if each["name"].startswith(name))
        for name in ("Disable the open-file driver", "Keep legacy file-system filters out", "Restore the driver")
    )
    module = "server_baseline.windows.win_filter_driver"
    unblock = {"name": "Restore", module: {"block_legacy_filters": True, "state": "restored"}}
    play = {"hosts": "all", "gather_facts": False}
    before = run_plays(servers, [{**play, "tasks": [{**block, "ignore_errors": True}, disable]}])
    refused, disabled = before.of("app2022")
    assert (refused.status, disabled["changed"], value(tmp_path, "app2022", BLOCKED)) == ("failed", True, None)
    assert refused["msg"].startswith("IoBlockLegacyFsFilters is not set: FAMv4, of Vision Works Solutions Incorporated")
    (predicted,) = run_plays(servers, [{**play, "tasks": [block]}], "--check", "--diff").of("app2022")
    assert value(tmp_path, "app2022", BLOCKED) is None
    done, again = run_plays(servers, [{**play, "tasks": [block, block]}]).of("app2022")
    assert value(tmp_path, "app2022", BLOCKED) == 1
    assert (done["after"], done["diff"], done["reboot_required"]) == (predicted["after"], predicted["diff"], True)
    assert (again["changed"], again["findings"][0]["status"]) == (False, "pending")
    restored, again, _driver = run_plays(servers, [{**play, "tasks": [unblock, unblock, restore]}]).of("app2022")
    assert value(tmp_path, "app2022", BLOCKED) is None
    assert (restored["changed"], again["changed"]) == (True, False)
