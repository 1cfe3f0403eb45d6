# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report of 4,000 servers costs: two slices and an earlier document are read, put together, compared and
rendered in every format.

`python -m tests.bench.report FOLDER` does the work in a process of its own and prints what it took; the documents stand
in FOLDER.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.document import document_of, dump
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.files import (
    files_of,
    load_documents,
    write,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.finding import Findings
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.formats import FORMATS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.report import Report
from tests.bench.controller import MIB, figure
from tests.bench.measure import Measure

SERVERS = 4000
_SLICES = ("slice1.json", "slice2.json")
_EARLIER = "earlier.json"
_OUT = "out"


def measures() -> Iterator[Measure]:
    """Yield processor time and memory of the report, and the size of its page."""
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder))
        command = [sys.executable, "-m", "tests.bench.report", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        took = json.loads(done.stdout)
        page = (Path(folder) / _OUT / "report.html").read_bytes()
    what = f"report of {SERVERS} servers, all formats"
    yield Measure("report_cpu_s_4000", took["cpu_s"], 20, f"processor seconds: {what}")
    yield Measure("report_mib_4000", took["mib"], 400, f"MiB at most: {what}")
    yield Measure("report_html_kib_4000", len(page) / 1024, 1024, f"KiB of the page of {SERVERS} servers")
    yield Measure("report_html_gzip_kib_4000", len(gzip.compress(page)) / 1024, 150, "the same, gzipped")


def _prepare(folder: Path) -> None:
    """Write two slices of a fleet, and what it was before."""
    from tests.support import fleets  # the process that is measured does not need it

    whole = fleets.large(SERVERS)
    for place, name in enumerate(_SLICES):
        servers = dict(list(whole.servers.items())[place::2])
        (folder / name).write_text(dump(document_of(servers, whole.kind, whole.collection)), encoding="utf-8")
    earlier = {name: server for name, server in fleets.large(SERVERS + 100).servers.items() if name > "srv0100"}
    (folder / _EARLIER).write_text(dump(document_of(earlier, whole.kind, whole.collection)), encoding="utf-8")


def main(folder: Path) -> None:
    """Make the report and print what it took."""
    findings = Findings()
    document = load_documents([str(folder / name) for name in _SLICES], findings)
    report = Report(document, load_documents([str(folder / _EARLIER)], findings))
    write(report, files_of([f"{folder / _OUT}/"], list(FORMATS)))
    # Not ru_maxrss: that counts the memory of the process that started this one, too.
    print(json.dumps({"cpu_s": time.process_time(), "mib": figure(os.getpid(), "status", "VmHWM") / MIB}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
