# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs on the wire: requests, bytes, remote executions, beside the smallest task that Ansible has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.measure import Measure
from tests.lab.cases import exchange_2003
from tests.lab.faults import Counts
from tests.lab.server import LabServer
from tests.support.plays import module_task, play

RAW = {"name": "raw", "ansible.builtin.raw": "1"}


def measures() -> Iterator[Measure]:
    """Measure on one server that has drifted."""
    with LabServer(exchange_2003()) as server:
        raw = _cost(server, RAW)
        audit = _cost(server, _disable(), check=True)
        drifted = _cost(server, _disable())
        compliant = _cost(server, _disable())
    requests = f"{audit.requests} WinRM requests of an audit over {raw.requests} of ansible.builtin.raw"
    yield Measure("audit_requests_over_raw", audit.requests / raw.requests, 1.2, requests)
    yield Measure(
        "audit_bytes_sent", audit.bytes_received, 40 * 1024, "bytes that the controller sends for one audit task"
    )
    yield Measure("executions_drifted", drifted.executions, 2, "remote executions of a task that changes something")
    yield Measure("executions_compliant", compliant.executions, 1, "remote executions of a task that changes nothing")


def _disable() -> dict[str, Any]:
    return module_task("win_filter_driver", {"name": "FAMv4"})


def _cost(server: LabServer, task: Mapping[str, Any], *, check: bool = False) -> Counts:
    server.endpoint.reset_counts()
    (result,) = play({"server": server.hostvars("winrm")}, [task], check=check)
    if result.status not in ("ok", "skipped"):
        raise RuntimeError(f"the task failed: {result.data}")
    return server.endpoint.counts
