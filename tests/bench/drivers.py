# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well leftovers are told from what is owned, and what one audit of 300 drivers costs: on the lab, through the
action."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info as filter_driver_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import LEFTOVERS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.bench.measure import Measure
from tests.lab.direct import DirectExecutor
from tests.lab.parts import for_lab
from tests.lab.server import LabServer
from tests.support.planning import options_of
from tests.support.scenarios import drivers
from tests.support.servers import plan_by

REPLY_LIMIT = 64 * 1024
IDENTIFIED = 40
"""The drivers that do not pass for Windows' own, of which a server has 20 to 40."""
_ROUNDS = 5


def measures() -> Iterator[Measure]:
    """Audit the server of 300 drivers once, and one whose drivers are identified."""
    yield from _found()
    yield from _identified()


def _found() -> Iterator[Measure]:
    options = options_of(filter_driver_info)
    with LabServer(for_lab(drivers.large())) as server:
        executor = DirectExecutor(server)
        reply = execute(executor, Request(filter_driver_info.queries(options), large_answer=True))
    plan = plan_by(filter_driver_info, options, Snapshot(reply.document), "2026-11-23T14:00:00Z")
    found = {driver["name"] for driver in plan.data["drivers"] if driver["classification"] in LEFTOVERS}
    right = found & set(drivers.LEFTOVERS)
    yield Measure(
        "leftovers_precision",
        len(right) / len(found) if found else 0,
        1,
        "right among the drivers said to be left behind",
        at_least=True,
    )
    yield Measure(
        "leftovers_recall",
        len(right) / len(drivers.LEFTOVERS),
        1,
        "found among the drivers that were left behind",
        at_least=True,
    )
    yield Measure(
        "drivers_audit_executions", executor.executions, 1, f"remote executions of one audit of {drivers.COUNT} drivers"
    )
    yield Measure("drivers_audit_reply_bytes", executor.reply_bytes, REPLY_LIMIT, "bytes of its reply")


def _identified() -> Iterator[Measure]:
    """Audit a server with drivers of 500 KB, every second of them signed, with and without a look at the files."""
    built = drivers.stock()
    for number in range(IDENTIFIED):
        name = f"own{number:02d}"
        built.driver(name, "Abalone Backup Corp.", "Abalone", Start=1)
        built.files[f"{drivers.DRIVERS}\\{name}.sys"] |= {
            "size": 500_000,
            "signer": "CN=Abalone" if number % 2 else None,
        }
    with LabServer(for_lab(built.document())) as server:
        took = {asked: [_seconds(server, asked) for _unused in range(_ROUNDS)] for asked in ((), ("signer", "hash"))}
    without, identified = (statistics.median(seconds) for seconds in took.values())
    text = (
        f"seconds that {IDENTIFIED} files of 500 KB and more take to be identified: {identified:.2f} over {without:.2f}"
    )
    yield Measure("drivers_identify_seconds", identified - without, 3, text)


def _seconds(server: LabServer, identify: tuple[str, ...]) -> float:
    """Return how long one audit takes from start to end."""
    options = options_of(filter_driver_info, identify=list(identify))
    request = Request(filter_driver_info.queries(options), large_answer=True)
    began = time.perf_counter()
    files = execute(DirectExecutor(server), request).document["files"]
    took = time.perf_counter() - began
    hashed = sum(1 for facts in files.values() if facts and "sha256" in facts)
    if hashed < (IDENTIFIED if identify else 0):
        raise RuntimeError(f"{hashed} files were hashed")
    return took
