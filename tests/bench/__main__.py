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

from tests.bench import drivers, payload, scale, wire
from tests.bench.measure import Measure
from tests.lab import wine

Benchmarks = tuple[Callable[[], Iterator[Measure]], ...]

LAB: Benchmarks = (wire.measures, payload.measures, drivers.measures)
ANYWHERE: Benchmarks = (scale.measures,)
REPORT = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def main() -> int:
    """Return 1 when a figure exceeds its limit, or when some need the lab, it is not there, and LAB=required wants them."""
    lacking = wine.missing()
    if lacking:
        print(f"SKIPPED: {len(LAB)} benchmarks need the lab: {lacking}")
        if os.environ.get("LAB") == "required":
            return 1
    measured = []
    for benchmark in ANYWHERE if lacking else LAB + ANYWHERE:
        for measure in benchmark():
            print(measure.line(), flush=True)
            measured.append(measure)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps({measure.name: round(measure.value, 4) for measure in measured}, indent=2) + "\n")
    return 0 if all(measure.holds for measure in measured) else 1


sys.exit(main())
