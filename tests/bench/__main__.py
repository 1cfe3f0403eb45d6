# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every benchmark that this machine can run, prints the figures and writes them to build/bench.json."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import baseline, drivers, payload, peer, wire
from tests.bench.measure import Measure
from tests.lab import wine

LAB: tuple[Callable[[], Iterator[Measure]], ...] = (
    wire.measures,
    payload.measures,
    drivers.measures,
    baseline.measures,
)
REPORT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def main() -> int:
    """Return 1 when a figure exceeds its limit, or when one is skipped and LAB=required wants it."""
    lacking = wine.missing()
    if lacking:
        print(f"SKIPPED: {len(LAB) + 1} benchmarks need the lab: {lacking}")
        return 1 if os.environ.get("LAB") == "required" else 0
    benchmarks, unpeered = list(LAB), peer.missing()
    if unpeered:
        print(f"SKIPPED: the comparison with ansible.windows: {unpeered}")
    else:
        benchmarks.append(peer.measures)
    measured = []
    for benchmark in benchmarks:
        for measure in benchmark():
            print(measure.line(), flush=True)
            measured.append(measure)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps({measure.name: round(measure.value, 4) for measure in measured}, indent=2) + "\n")
    if unpeered and os.environ.get("LAB") == "required":
        return 1
    return 0 if all(measure.holds for measure in measured) else 1


sys.exit(main())
