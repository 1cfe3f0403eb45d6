# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether slices give what one audit gives: 1,000 servers, audited by three workers of ansible-runner at once and by
one ansible-playbook. Only with SCALE=full in the environment.

The reports are without times. That of the slices is merged by the playbook report, that of the whole goes through the
same playbook, and they must be equal byte by byte.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import scale
from tests.bench.measure import Measure
from tests.support.plays import OWN_CORE, ROOT

HOSTS = 1000
SLICES = ("all[0:332]", "all[333:665]", "all[666:]")
FORKS = 7  # of each worker: as many together as scale.FORKS
RUNNER = (sys.executable, "-m", "ansible_runner")


def measures() -> Iterator[Measure]:
    """Audit in slices and at once, and compare the reports."""
    if os.environ.get("SCALE") != "full":
        return
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        inventory = scale.inventory(work, HOSTS)
        sliced, sliced_seconds = _timed(work, _in_slices, inventory)
        whole, whole_seconds = _timed(work, _at_once, inventory)
    text = f"bytes of the report of {HOSTS} hosts that differ when {len(SLICES)} workers audit them"
    differing = sum(one != other for one, other in zip(sliced, whole, strict=False)) + abs(len(sliced) - len(whole))
    yield Measure("scale_slices_differing_bytes", differing, 0, text)
    yield Measure("scale_slices_bytes", len(whole), 1, "bytes of that report", at_least=True)
    yield Measure(
        "scale_slices_elapsed",
        sliced_seconds / whole_seconds,
        None,
        f"of the {whole_seconds:.0f} s that one audit takes",
    )


def _timed(work: Path, audit: Callable[[Path, Path, Path], None], inventory: Path) -> tuple[bytes, float]:
    """Audit in one of the two ways, and return the report in the end and the seconds that it took."""
    reports = work / audit.__name__
    reports.mkdir()
    start = time.monotonic()
    audit(work, inventory, reports)
    return _merged(work, reports), time.monotonic() - start


def _in_slices(work: Path, inventory: Path, reports: Path) -> None:
    """Audit in three workers at once; each leaves its report in a folder."""
    fleet = work / "fleet"
    (fleet / "inventory").mkdir(parents=True)
    (fleet / "inventory/hosts.json").write_bytes(inventory.read_bytes())
    running = [_worker(work, fleet, number, limit, reports) for number, limit in enumerate(SLICES)]
    for number, process in enumerate(running):
        if process.wait():
            raise RuntimeError((work / f"{number}.log").read_text(encoding="utf-8"))


def _worker(work: Path, fleet: Path, number: int, limit: str, reports: Path) -> subprocess.Popen[bytes]:
    told = f"-e audit_report={reports}/{number}.json -e audit_report_times=false"
    transmit = [*RUNNER, "transmit", fleet, "--playbook", "server_baseline.windows.audit", "--limit", limit]
    transmit += ["--forks", str(FORKS), "--cmdline", told]
    process = [*RUNNER, "process", work / "results", "--ident", str(number)]
    sent = subprocess.Popen(transmit, env=_environment(work), stdout=subprocess.PIPE)
    worker = subprocess.Popen([*RUNNER, "worker"], env=_environment(work), stdin=sent.stdout, stdout=subprocess.PIPE)
    with (work / f"{number}.log").open("wb") as log:
        return subprocess.Popen(process, env=_environment(work), stdin=worker.stdout, stdout=log, stderr=log)


def _at_once(work: Path, inventory: Path, reports: Path) -> None:
    """Audit all servers by one ansible-playbook."""
    told = ("-e", f"audit_report={reports}/whole.json", "-e", "audit_report_times=false")
    _playbook(work, "audit", "-i", inventory, *told)


def _merged(work: Path, reports: Path) -> bytes:
    """Return the report that the playbook report makes of a folder."""
    report = reports.with_suffix(".json")
    told = ("-e", f"report_from={reports}/", "-e", f"report={report}", "-e", "report_times=false")
    _playbook(work, "report", "-i", "localhost,", *told)
    return report.read_bytes()


def _playbook(work: Path, name: str, *arguments: str | Path) -> None:
    command = [
        OWN_CORE / "ansible-playbook",
        f"server_baseline.windows.{name}",
        "--forks",
        str(scale.FORKS),
        *arguments,
    ]
    done = subprocess.run(command, env=_environment(work), cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def _environment(work: Path) -> dict[str, str]:
    return os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_HOME": str(work / "home"),
        "PATH": f"{OWN_CORE}{os.pathsep}{os.environ['PATH']}",
    }
