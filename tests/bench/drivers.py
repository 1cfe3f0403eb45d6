# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well leftovers are told from what is owned, and what one audit of 300 drivers costs: on the lab, through the
action."""

from __future__ import annotations

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


def measures() -> Iterator[Measure]:
    """Audit the server of 300 drivers once."""
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
