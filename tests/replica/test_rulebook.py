# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook for Event-Driven Ansible runs by ansible-rulebook: an alert on its webhook audits the server that it
names, and the report is kept and posted. Everything listens on the loopback address."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.replica import demo_servers
from tests.support.plays import ROOT, environments

RULEBOOK = ROOT / "extensions/eda/rulebooks/audit_on_alert.yml"
TOKEN = "known-to-the-monitoring"
SECONDS = 120


def missing() -> str | None:
    """Return what this machine lacks, None when nothing."""
    if shutil.which("java") is None:
        return "Java is not installed: apt-get install openjdk-17-jre-headless"
    return None if "eda" in environments() else "ansible-rulebook is not installed: make says which Python it needs"


class Chat(HTTPServer):
    """Keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the base class's)
        """Say nothing."""


@dataclass
class Rulebook:
    """A rulebook that listens. chat: where it posts. output: what it says."""

    port: int
    folder: Path
    chat: Chat
    output: Path

    def alert(self, token: str = TOKEN, **payload: Any) -> int:
        """Post an alert, and return the status of the answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/alert",
            json.dumps(payload).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def said(self) -> str:
        """Return all that it has said."""
        return self.output.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], Any], rulebook: Rulebook, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while not what():
        assert process.poll() is None, rulebook.said()
        assert time.monotonic() < deadline, rulebook.said()
        time.sleep(0.2)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def chat() -> Iterator[Chat]:
    """Return a chat that listens."""
    server = Chat()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_an_alert_audits_the_server_that_it_names(tmp_path: Path, chat: Chat) -> None:
    rulebook = Rulebook(free_port(), tmp_path, chat, tmp_path / "output")
    inventory = {"all": {"hosts": demo_servers.hosts(tmp_path)}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    variables = {
        "alert_port": rulebook.port,
        "alert_token": TOKEN,
        "alert_reports": str(tmp_path / "reports"),
        "alert_post_to": f"http://127.0.0.1:{chat.server_port}/hook",
    }
    (tmp_path / "alerts.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    programs = environments()["eda"]
    environment = os.environ | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
    }
    command = [programs / "ansible-rulebook", "--rulebook", RULEBOOK, "--inventory", tmp_path / "hosts.yml"]
    command += ["--vars", tmp_path / "alerts.yml"]
    with rulebook.output.open("wb") as output:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=output)
        try:
            wait_for(lambda: listens(rulebook.port), rulebook, process)
            assert rulebook.alert(token="guessed", server="ex2003") == 401
            hostile = "{{ lookup('pipe', 'touch " + str(tmp_path / "owned") + "') }}"
            for name in (hostile, f"fs2008\n{hostile}", f"fs2008 {hostile}", "ex2003"):
                assert rulebook.alert(server=name) == 200
            assert rulebook.alert(problem="names no server") == 200
            assert rulebook.alert(server="ex2003", again=True) == 200
            wait_for(lambda: chat.posted, rulebook, process)
            assert rulebook.alert(server="app2022") == 200
            wait_for(lambda: len(chat.posted) > 1, rulebook, process)
        finally:
            process.terminate()
            process.wait(30)
    assert [list(each["report"]["servers"]) for each in chat.posted] == [["ex2003"], ["app2022"]]
    assert all("Disable FAMv4" in each["text"] for each in chat.posted)
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["app2022", "ex2003"]
    assert not (tmp_path / "state").exists()
    assert not (tmp_path / "owned").exists()
