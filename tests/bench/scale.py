# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet costs the controller: an audit of 100 to 1,000 servers, or to 4,000 with SCALE=full in the environment.

The servers are replicas of the demo's six, read-only. They are audited by the one task of the role audit that reaches a
server. What the role adds is ansible-core's own, its check of the variables above all, and is measured by itself
(audit_playbook).

An empty play on the same servers is subtracted from each figure. What is judged is processor time: it is what limits a
controller, and what else the machine does adds a tenth to it, where it may double the elapsed time. Elapsed times are
reported beside it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import baseline
from tests.bench.controller import MIB, Cost, run
from tests.bench.measure import Measure
from tests.support.plays import ROOT, module_task

FORKS = 20
SNAPSHOTS = sorted((ROOT / "inventories/demo/snapshots").glob("*.yml"))
# In the order in which they run: the shorter ones twice, around the longest, and the better counts.
SIZES = {"": (100, 400, 1000, 100), "full": (100, 1000, 4000, 1000, 100)}
SPREAD_LIMIT = 0.15
# What ansible-playbook may need before the first host, and for each host: 93 to 111 KiB were measured, a quarter of
# them the registered result, the rest results that wait to be taken up. It was 80 before findings said who acts and how
# urgent it is. A worker shares the rest with it: 5 to 15 MiB of its own were measured with 1,000 hosts, 28 to 87 with
# 4,000. AWX reserves 100 MB a fork.
START_LIMIT_MIB = 96
GROWTH_LIMIT_KIB = 120
WORKER_LIMIT_MIB = 95
AUDIT = module_task("win_baseline", {"resources": baseline.AUDIT}, register="audit_result", check_mode=True)


@dataclass
class Fleet:
    """An inventory of some size, with what an empty play and an audit of it took; the best of several runs."""

    hosts: int
    empty: Cost | None = None
    audit: Cost | None = None

    def run(self, work: Path) -> None:
        """Run both plays once more."""
        hosts = inventory(work, self.hosts)
        self.empty = _play(work, hosts, []).best(self.empty)
        self.audit = _play(work, hosts, [AUDIT]).best(self.audit)

    def processor(self) -> float:
        """Return seconds of processor time a host, net of the empty play."""
        return (self.audit.processor - self.empty.processor) / self.hosts if self.audit and self.empty else 0

    def elapsed(self) -> float:
        """Return elapsed seconds a host, net of the empty play."""
        return (self.audit.elapsed - self.empty.elapsed) / self.hosts if self.audit and self.empty else 0


def measures() -> Iterator[Measure]:
    """Measure inventories of several sizes, and compare them."""
    order = SIZES[os.environ.get("SCALE", "")]
    fleets = {hosts: Fleet(hosts) for hosts in sorted(order)}
    with tempfile.TemporaryDirectory() as folder:
        for hosts in order:
            fleets[hosts].run(Path(folder))
        if _spread([fleet.processor() for fleet in fleets.values()]) > SPREAD_LIMIT:
            # What else the machine does can only add, so the dearest is measured again.
            max(fleets.values(), key=Fleet.processor).run(Path(folder))
    yield from _figures(list(fleets.values()))


def _figures(fleets: list[Fleet]) -> Iterator[Measure]:
    for fleet in fleets:
        yield Measure(
            f"scale_ms_per_host_{fleet.hosts}",
            fleet.processor() * 1000,
            None,
            f"ms of processor time a host, and {fleet.elapsed() * 1000:.0f} ms elapsed, "
            f"{FORKS} forks on {os.cpu_count()} cores",
        )
    few, many = fleets[0], fleets[-1]
    sizes = f"{few.hosts} to {many.hosts} hosts"
    for name, values, limit in (
        ("scale_spread", [each.processor() for each in fleets], SPREAD_LIMIT),
        ("scale_elapsed_spread", [each.elapsed() for each in fleets], None),
    ):
        ratio = max(values) / min(values)
        text = f"of a constant, as far as a host's time lies from it, {sizes}; most over least is {ratio:.2f}"
        yield Measure(name, _spread(values), limit, text)
    if few.audit and many.audit:
        yield from _memory(few.audit, many.audit, many.hosts, many.hosts - few.hosts)


def _memory(few: Cost, many: Cost, hosts: int, more: int) -> Iterator[Measure]:
    yield Measure(
        "scale_memory_mib",
        many.together,
        START_LIMIT_MIB + hosts * GROWTH_LIMIT_KIB / MIB + FORKS * WORKER_LIMIT_MIB,
        f"MiB of ansible-playbook and its workers together, {hosts} hosts; "
        f"of ansible-playbook itself {many.largest:.0f}",
    )
    growth = (many.largest - few.largest) * MIB / more
    yield Measure(
        "scale_memory_kib_per_host", growth, GROWTH_LIMIT_KIB, "KiB that ansible-playbook grows with each host"
    )


def _spread(values: list[float]) -> float:
    """Return how far values lie from the constant in their middle, as a share of it."""
    return (max(values) - min(values)) / (max(values) + min(values))


def inventory(work: Path, hosts: int) -> Path:
    """Write the inventory of so many servers into a folder, and return its path."""
    names = {
        f"server{number:04}": {"ansible_replica_snapshot": str(SNAPSHOTS[number % len(SNAPSHOTS)])}
        for number in range(hosts)
    }
    path = work / f"{hosts}.json"
    variables = {"ansible_connection": "server_baseline.windows.replica"}
    path.write_text(json.dumps({"all": {"hosts": names, "vars": variables}}), encoding="utf-8")
    return path


def _play(work: Path, hosts: Path, tasks: list[dict[str, Any]]) -> Cost:
    playbook = work / "play.json"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_FORKS": str(FORKS),
        "ANSIBLE_HOME": str(work / "home"),
    }
    return run(hosts, playbook, settings)
