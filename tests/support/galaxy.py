# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Galaxy on the loopback that has one artifact: what ansible-galaxy asks of version 3 of its API."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.support.plays import ROOT

DAY = "2026-11-26T00:00:00Z"
REQUIRES = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]


class _Galaxy(ThreadingHTTPServer):
    """Serves an artifact."""

    def __init__(self, artifact: Path) -> None:
        self.content = artifact.read_bytes()
        self.namespace, self.name, self.release = artifact.name.removesuffix(".tar.gz").split("-")
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        """Return its URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answer for each path."""
        collection = f"/api/v3/collections/{self.namespace}/{self.name}"
        version = f"{collection}/versions/{self.release}/"
        listed = {"version": self.release, "href": version, "requires_ansible": REQUIRES}
        whole = {
            "namespace": {"name": self.namespace},
            "collection": {"name": self.name, "href": f"{collection}/"},
            "download_url": f"{self.address}/download",
            "artifact": {"sha256": hashlib.sha256(self.content).hexdigest()},
            "metadata": {"dependencies": {}},
            "signatures": [],
        }
        return {
            "/api/": {"available_versions": {"v3": "v3/"}},
            f"{collection}/": {"namespace": self.namespace, "name": self.name, "created_at": DAY, "updated_at": DAY},
            f"{collection}/versions/": {"meta": {"count": 1}, "links": {"next": None}, "data": [listed]},
            version: listed | whole,
        }


class _Handler(BaseHTTPRequestHandler):
    server: _Galaxy

    def do_GET(self) -> None:
        """Answer."""
        path = self.path.partition("?")[0]
        answer = self.server.answers().get(path)
        body = self.server.content if path == "/download" else json.dumps(answer).encode()
        self.send_response(200 if answer or path == "/download" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the base class's)
        """Say nothing."""


@contextmanager
def galaxy_server(artifact: Path) -> Iterator[str]:
    """Serve an artifact, and yield the URL for ANSIBLE_GALAXY_SERVER."""
    server = _Galaxy(artifact)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{server.address}/api/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
