# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook snapshot saves servers to files that serve as these servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.replica.demo_servers import REPLICA, hosts
from tests.support.plays import run_plays


def test_a_saved_server_is_judged_as_the_server_itself(tmp_path: Path) -> None:
    servers, folder = hosts(tmp_path, "ex2003", "fs2008"), tmp_path / "new" / "folder"
    saved = run_plays(servers, "server_baseline.windows.snapshot", "-e", json.dumps({"snapshot_folder": str(folder)}))
    assert saved.code == 0, saved.stdout
    copies: dict[str, dict[str, Any]] = {
        name: {"ansible_connection": REPLICA, "ansible_replica_snapshot": str(folder / f"{name}.yml")}
        for name in servers
    }
    judged, again = (run_plays(each, "server_baseline.windows.audit") for each in (servers, copies))
    for name in servers:
        findings = [each.of_task(name, "Judge the server")["findings"] for each in (judged, again)]
        assert findings[0] == findings[1]
        assert {each["status"] for each in findings[0]} >= {"drifted"}


def test_a_relative_folder_is_one_of_the_current_folder_and_check_mode_makes_none(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "fs2008")
    arguments = ("server_baseline.windows.snapshot", "-e", json.dumps({"snapshot_folder": "new/folder"}))
    for more in (("--check",), ()):
        done = run_plays(servers, *arguments, *more, settings={"PWD": str(tmp_path)})
        assert done.code == 0, done.stdout
        assert (tmp_path / "new/folder/fs2008.yml").exists() is not bool(more)
    assert (tmp_path / "new/folder").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new/folder/fs2008.yml").stat().st_mode & 0o777 == 0o600


def test_what_is_no_windows_is_left_out_with_a_word(tmp_path: Path) -> None:
    servers = {"linux": {"ansible_connection": "local"}, **hosts(tmp_path, "fs2008")}
    done = run_plays(servers, "server_baseline.windows.snapshot", "-e", f"snapshot_folder={tmp_path}/folder")
    assert done.code == 0, done.stdout
    assert "the server is not Windows" in done.of_task("linux", "Save what is read of the server")["msg"]
    assert [path.stem for path in (tmp_path / "folder").iterdir()] == ["fs2008"]
