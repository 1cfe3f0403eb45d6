# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the payload takes on a large server, over the plainest script that reads the same, and how much it answers."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import (
    FileQuery,
    InterfaceQuery,
    RegistryQuery,
    ServiceQuery,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line, pack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import unwrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.bench.measure import Measure
from tests.lab.cases import large
from tests.lab.server import LabServer
from tests.support.plays import module_task, play

ROUNDS = 7
NONCE = "0" * 32
BARE = Path(__file__).with_name("bare.ps1")


def measures() -> Iterator[Measure]:
    """Measure on a server of 600 services, 12 adapters of 60 keywords and 150 products."""
    read = (RegistryQuery, FileQuery, ServiceQuery, InterfaceQuery)  # bare.ps1 starts no program and opens no event log
    request = pack(NONCE, Request(tuple(query for query in snapshot.queries({}) if isinstance(query, read))))
    with LabServer(large()) as server:
        (server.prefix.drive / "bare.ps1").write_bytes(BARE.read_bytes())
        times: dict[str, list[float]] = {"payload": [], "bare": []}
        for _unused in range(ROUNDS):
            times["bare"].append(_seconds(server, "powershell -NoProfile -File C:\\bare.ps1", None)[0])
            seconds, output = _seconds(server, command_line(), request)
            times["payload"].append(seconds)
        wire = _bytes_answered(server)
    reply = unwrap(NONCE, output, "")
    payload, plain = (statistics.median(times[name]) for name in ("payload", "bare"))
    keys = len(reply.document["registry"])
    yield Measure(
        "payload_time_over_bare_reads",
        payload / plain,
        1.5,
        f"{payload:.2f} s over {plain:.2f} s for {keys} keys and their files; no programs, no event log",
    )
    yield Measure(
        "reply_bytes",
        wire,
        64 * 1024,
        f"bytes that WinRM sends for one win_snapshot; the reply is {len(output.strip())} characters",
    )


def _bytes_answered(server: LabServer) -> int:
    server.endpoint.reset_counts()
    with tempfile.TemporaryDirectory() as folder:
        play({"server": server.hostvars("winrm")}, [module_task("win_snapshot", {"dest": f"{folder}/server.yml"})])
    return server.endpoint.counts.bytes_sent


def _seconds(server: LabServer, command: str, stdin: bytes | None) -> tuple[float, str]:
    began = time.perf_counter()
    done = server.wine("cmd", "/c", command, stdin=stdin)
    return time.perf_counter() - began, done.stdout.decode()
