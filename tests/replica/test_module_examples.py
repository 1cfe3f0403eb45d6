# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of win_baseline's documentation, as they stand there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.replica.demo_servers import hosts, value
from tests.support.plays import OWN_CORE, run_plays

START = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4\\Start"


def examples() -> list[dict[str, Any]]:
    """Return the tasks."""
    name = "server_baseline.windows.win_baseline"
    done = subprocess.run([OWN_CORE / "ansible-doc", "--json", name], capture_output=True, text=True, check=True)
    tasks: list[dict[str, Any]] = yaml.safe_load(json.loads(done.stdout)[name]["examples"])
    return tasks


def test_the_examples_do_what_they_say(tmp_path: Path) -> None:
    servers, (enforce, say, audit) = hosts(tmp_path, "ex2003"), examples()
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [{**audit, "ignore_errors": True}, enforce, say, audit]}]
    drifted, _unused, told, settled = run_plays(servers, plays).of("ex2003")
    assert (drifted.status, drifted["changed"]) == ("failed", True)
    assert {"FAMv4", "chimney"} <= {each["subject"] for each in told["msg"] if each["status"] == "fixed"}
    assert value(tmp_path, "ex2003", START) == 4
    assert (settled.status, settled["changed"]) == ("ok", False)
