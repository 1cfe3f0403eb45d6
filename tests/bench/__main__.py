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

from tests.bench import audit_playbook, baseline, drivers, payload, peer, report, scale, slices, wire
from tests.bench.measure import Measure
from tests.lab import wine

Benchmark = Callable[[], Iterator[Measure]]

LAB: tuple[Benchmark, ...] = (wire.measures, payload.measures, drivers.measures, baseline.measures)
GROUPS: tuple[tuple[Callable[[], str | None], tuple[Benchmark, ...]], ...] = (
    (wine.missing, LAB),
    (peer.missing, (peer.measures,)),
    (lambda: None, (report.measures, audit_playbook.measures, scale.measures, slices.measures)),
)
"""What a group of benchmarks lacks on this machine, None when nothing, and the group."""
REPORT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def main() -> int:
    """Return 1 when a figure exceeds its limit, or when some are skipped and LAB=required wants them."""
    measured, skipped = [], 0
    for missing, benchmarks in GROUPS:
        reason = missing()
        if reason:
            print(f"SKIPPED: {len(benchmarks)} benchmarks: {reason}")
            skipped += 1
            continue
        for measure in (each for benchmark in benchmarks for each in benchmark()):
            print(measure.line(), flush=True)
            measured.append(measure)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps({measure.name: round(measure.value, 4) for measure in measured}, indent=2) + "\n")
    if skipped and os.environ.get("LAB") == "required":
        return 1
    return 0 if all(measure.holds for measure in measured) else 1


sys.exit(main())
