# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the baseline costs beside the same baseline of ansible.windows' modules (peer.yml): both on one core, one
compliant server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tests.bench.baseline import AUDIT
from tests.bench.measure import Measure
from tests.bench.peer_endpoint import PeerServer
from tests.bench.peer_server import compliant
from tests.bench.playbook import cpu_seconds
from tests.lab.faults import Counts
from tests.support.plays import ROOT, module_task

ROUNDS = 2
"""Runs a side; the cheapest counts. The first compiles what Python has not compiled yet."""
MOST_TRIES = 3
"""How often both sides are run so, while the ratio exceeds its limit: what else the machine does can only add."""
CPU_LIMIT = 1 / 4
GROUP = 12
"""Servers of a run. Baselines are run on groups of servers, and the start of ansible-playbook is shared among them: of
one server alone the start is most of what both sides cost, and the ratio says little else. It is reported beside,
without a limit."""
CORE = ROOT / ".venv-core" / "2.21" / "bin"
PEER = ROOT / ".venv-core" / "peer"
THEIRS = Path(__file__).with_name("peer.yml")
COLLECTIONS = (ROOT / ".venv" / "collections", PEER)
Plays = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Cost:
    """What a playbook costs. counts: of a run on one server. cpu, cpu_of_one: seconds of the controller for a group of
    servers and for one, of the cheapest run."""

    counts: Counts
    cpu: float
    cpu_of_one: float

    def best(self, other: Cost) -> Cost:
        """Return the cheaper runs of two."""
        return Cost(self.counts, min(self.cpu, other.cpu), min(self.cpu_of_one, other.cpu_of_one))


def missing() -> str | None:
    """Return what is not there to compare with, in words; None when all is there."""
    if not (CORE / "ansible-playbook").exists():
        return "ansible-core 2.21 is not installed in .venv-core/2.21, for want of a Python that suits it"
    if not (PEER / ".installed").exists():
        return "ansible.windows is not unpacked in .venv-core/peer; make bench does that"
    return None


def ours() -> dict[str, Any]:
    """Return the task of this collection that does what peer.yml does."""
    # What the features are set to, whatever the policy leaves alone: peer.yml reads DisableTaskOffload, too.
    return module_task("win_baseline", {"resources": [*AUDIT, {"win_tcp_offload_info": {}}]})


def measures() -> Iterator[Measure]:
    """Run both sides on the same server, which answers at once."""
    with PeerServer(compliant()) as server:
        own, theirs = _cost(server, _play([ours()])), _cost(server, THEIRS)
        for _more in range(MOST_TRIES - 1):
            if own.cpu <= CPU_LIMIT * theirs.cpu:
                break
            own, theirs = own.best(_cost(server, _play([ours()]))), theirs.best(_cost(server, THEIRS))
        empty = _cost(server, _play([]))
        script = _counts(server, _one_script())
    yield from _on_the_wire(own.counts, theirs.counts, script)
    yield from _on_the_controller(own, theirs, empty)


def _on_the_wire(own: Counts, theirs: Counts, script: Counts) -> Iterator[Measure]:
    yield Measure(
        "peer_requests_ratio",
        own.requests / theirs.requests,
        1 / 7,
        f"{own.requests} WinRM requests over {theirs.requests} of the same baseline of ansible.windows",
    )
    sent = own.bytes_received
    yield Measure(
        "peer_bytes_ratio",
        sent / theirs.bytes_received,
        1 / 70,
        f"{sent} bytes sent by the controller over {theirs.bytes_received}",
    )
    yield Measure(
        "peer_one_script_bytes_ratio",
        sent / script.bytes_received,
        None,
        f"over {script.bytes_received} in {script.requests} requests, had it all been one script of win_powershell",
    )


def _on_the_controller(own: Cost, theirs: Cost, empty: Cost) -> Iterator[Measure]:
    yield Measure(
        "peer_cpu_ratio",
        own.cpu / theirs.cpu,
        CPU_LIMIT,
        f"{own.cpu:.2f} s of the controller's CPU for {GROUP} servers over {theirs.cpu:.2f} s, "
        "the start of ansible-playbook included",
    )
    yield Measure(
        "peer_cpu_ratio_of_one",
        own.cpu_of_one / theirs.cpu_of_one,
        None,
        f"{own.cpu_of_one:.2f} s over {theirs.cpu_of_one:.2f} s for one server; "
        f"{empty.cpu_of_one:.2f} s of each are the start",
    )
    yield Measure(
        "peer_cpu_net_ratio_of_one",
        (own.cpu_of_one - empty.cpu_of_one) / (theirs.cpu_of_one - empty.cpu_of_one),
        None,
        "the same without the start",
    )


def _one_script() -> Plays:
    """Return the shortest that somebody could write: one task of win_powershell, as long as one of peer.yml's."""
    (play,) = yaml.safe_load(THEIRS.read_text(encoding="utf-8"))
    return _play([next(task for task in play["tasks"] if "ansible.windows.win_powershell" in task)])


def _play(tasks: Sequence[Mapping[str, Any]]) -> Plays:
    return [{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]


def _cost(server: PeerServer, playbook: Path | Plays) -> Cost:
    counts = _counts(server, playbook)
    group, one = (min(_cpu(server, playbook, hosts) for _round in range(ROUNDS)) for hosts in (GROUP, 1))
    return Cost(counts, group, one)


def _cpu(server: PeerServer, playbook: Path | Plays, hosts: int) -> float:
    return cpu_seconds(playbook, server.hostvars("winrm"), CORE, COLLECTIONS, hosts)


def _counts(server: PeerServer, playbook: Path | Plays) -> Counts:
    server.endpoint.reset_counts()
    _cpu(server, playbook, 1)
    return replace(server.endpoint.counts)  # a copy: the endpoint counts on
