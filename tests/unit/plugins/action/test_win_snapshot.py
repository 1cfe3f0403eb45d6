# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of win_snapshot: it reads the server once and writes one file on the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_snapshot import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from tests.support.servers import FAMV4, SERVICES, Server, exchange, run


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Give the path of the file to write."""
    return tmp_path / "ex2003.yml"


def snapshot(dest: Path, server: Server | None = None, *, check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server or Server(exchange()), {"dest": str(dest), **args}, check=check)


def test_it_writes_what_it_read_in_one_execution(dest: Path) -> None:
    server = Server(exchange())
    result = snapshot(dest, server)
    assert (result["changed"], result["dest"], result["size"]) == (True, str(dest), dest.stat().st_size)
    assert server.executions == 1
    assert server.document["registry"] == exchange()["registry"]
    assert load(dest)["registry"][FAMV4] == exchange()["registry"][FAMV4]


def test_it_changes_the_file_only_when_the_server_changed(dest: Path) -> None:
    snapshot(dest)
    assert snapshot(dest)["changed"] is False
    assert snapshot(dest, Server(exchange(Start=4)))["changed"] is True
    assert load(dest)["registry"][FAMV4]["Start"] == 4


def test_check_mode_writes_no_file(dest: Path) -> None:
    assert snapshot(dest, check=True)["changed"] is True
    assert not dest.exists()


@pytest.mark.parametrize(("args", "name"), [({}, "EX2003"), ({"name": "mail"}, "mail")])
def test_the_server_is_called_as_it_calls_itself_or_as_it_is_told(dest: Path, args: dict[str, Any], name: str) -> None:
    snapshot(dest, **args)
    assert load(dest)["name"] == name


def test_check_mode_needs_no_directory_that_another_task_would_make(tmp_path: Path) -> None:
    assert snapshot(tmp_path / "none/ex2003.yml", check=True)["changed"] is True


def test_a_redacted_snapshot_has_no_password(dest: Path) -> None:
    server = exchange(AdminPassword="hunter2")
    server["registry"][f"{SERVICES}\\W3SVC"]["ImagePath"] = "C:\\w3.exe --password hunter2"
    snapshot(dest, Server(server))
    assert "hunter2" not in dest.read_text(encoding="utf-8")
    assert load(dest)["registry"][FAMV4]["AdminPassword"] == ""
    snapshot(dest, Server(server), redact=False)
    assert dest.read_text(encoding="utf-8").count("hunter2") == 2


def test_the_file_is_its_owners_alone(dest: Path) -> None:
    snapshot(dest)
    assert dest.stat().st_mode & 0o777 == 0o600


def test_the_file_that_serves_as_the_server_is_not_written(dest: Path) -> None:
    server = Server(exchange())
    server.served_files = lambda: (dest,)  # type: ignore[attr-defined]
    (dest.parent / "link").symlink_to(dest)
    for path in (dest, dest.parent / "link"):
        assert "is the file that serves as this server" in snapshot(path, server)["msg"]
    assert server.executions == 0


def test_what_stood_in_the_file_before_may_be_anything(dest: Path) -> None:
    dest.write_bytes(b"\xff\xfe not a snapshot")
    assert snapshot(dest)["changed"] is True
    assert load(dest)["name"] == "EX2003"


def test_a_lone_surrogate_is_kept(dest: Path) -> None:
    snapshot(dest, Server(exchange(DisplayName="\ud83d", Description="\U0001f600")), redact=False)
    values = load(dest)["registry"][FAMV4]
    assert (values["DisplayName"], values["Description"]) == ("\ud83d", "\U0001f600")


def test_a_directory_that_is_not_there_is_named_before_the_server_is_asked(tmp_path: Path) -> None:
    server = Server(exchange())
    result = snapshot(tmp_path / "none/ex2003.yml", server)
    assert result["failed"]
    assert (
        f"there is no directory {tmp_path / 'none'} on the controller: make it first, or name another" in result["msg"]
    )
    assert server.executions == 0


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = snapshot(tmp_path)
    assert result["failed"]
    assert f"{tmp_path} is no regular file, and nothing else is ever replaced" in result["msg"]


def test_an_empty_destination_is_refused() -> None:
    assert "dest is empty" in run(ActionModule, Server(exchange()), {"dest": " "})["msg"]
