# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit of the whole baseline costs on a server beside the smallest task that Ansible has, on the same server
in the same run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.measure import Measure
from tests.bench.playbook import cpu_seconds
from tests.bench.wire import RAW
from tests.lab.cases import exchange_2003_broadcom
from tests.lab.server import LabServer
from tests.support.plays import OWN_CORE, ROOT, module_task

ROUNDS = 3
"""Runs a side, one after the other in turn; the cheapest counts."""

AUDIT: list[dict[str, Any]] = [
    {"win_filter_driver": {"classifications": ["known_leftover"]}},
    {"win_filter_driver": {"classifications": ["orphan", "dangling"], "state": "audited"}},
    {"win_tcp_offload": {"profile": "by_driver"}},
    {"nic_driver_facts": {"select": "physical && present != `false`"}},
    {"win_snp_symptoms_info": {"signs": ["keep_alive_time", "tcpip_version"]}},
]
"""The resources of the role audit where nothing is said."""


@dataclass
class Cost:
    """What a task costs: requests, bytes that the controller sends, its CPU in seconds, seconds from start to end; the
    least of several runs."""

    requests: int = 0
    sent: int = 0
    cpu: float = float("inf")
    seconds: float = float("inf")


def measures() -> Iterator[Measure]:
    """Measure on a server that has drifted, in check mode, so that every run finds the same."""
    tasks = {
        "raw": {**RAW, "changed_when": False},
        "audit": module_task("win_baseline", {"resources": AUDIT}, check_mode=True, changed_when=False),
    }
    costs = {name: Cost() for name in tasks}
    with LabServer(exchange_2003_broadcom()) as server:
        for _unused in range(ROUNDS):
            for name, task in tasks.items():
                _add(costs[name], server, task)
    raw, audit = costs["raw"], costs["audit"]
    yield Measure(
        "baseline_requests_over_raw",
        audit.requests / raw.requests,
        1.2,
        f"{audit.requests} WinRM requests of an audit of the whole baseline over {raw.requests} of ansible.builtin.raw",
    )
    yield Measure(
        "baseline_bytes_sent",
        audit.sent,
        42 * 1024,  # 41.0 KiB were measured; two thirds are what WinRM makes of script and request
        "bytes that the controller sends for an audit of the whole baseline",
    )
    yield Measure(
        "baseline_cpu_over_raw",
        audit.cpu / raw.cpu,
        3,
        f"{audit.cpu:.2f} s of the controller's CPU over {raw.cpu:.2f} s",
    )
    yield Measure(
        "baseline_time_over_raw",
        audit.seconds / raw.seconds,
        2.5,
        f"{audit.seconds:.2f} s from the start of ansible-playbook to its end over {raw.seconds:.2f} s",
    )


def _add(cost: Cost, server: LabServer, task: Mapping[str, Any]) -> None:
    server.endpoint.reset_counts()
    started = time.monotonic()
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [task]}]
    cpu = cpu_seconds(plays, server.hostvars("winrm"), OWN_CORE, [ROOT / ".venv" / "collections"])
    cost.seconds = min(cost.seconds, time.monotonic() - started)
    cost.cpu = min(cost.cpu, cpu)
    cost.requests = server.endpoint.counts.requests
    cost.sent = server.endpoint.counts.bytes_received
