# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-playbook and tells what it took of the controller: time, processor time and memory. Linux alone has
these figures."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.playbook import ENVIRONMENT
from tests.support.plays import OWN_CORE

MIB = 1024
EVERY = 1.0
"""Seconds between two looks at the memory: looking at twenty processes takes some hundredths of a second itself."""


@dataclass(frozen=True)
class Cost:
    """What one run took.

    elapsed: seconds. processor: seconds of ansible-playbook and its workers together. largest: MiB that
    ansible-playbook itself had at most. together: MiB that it and its workers had at most, each page that they share
    counted once.
    """

    elapsed: float
    processor: float
    largest: float
    together: float

    def best(self, other: Cost | None) -> Cost:
        """Return the shorter times of two runs of the same, and the larger memory."""
        if other is None:
            return self
        return Cost(
            min(self.elapsed, other.elapsed),
            min(self.processor, other.processor),
            max(self.largest, other.largest),
            max(self.together, other.together),
        )


@dataclass
class Watch:
    """Looks at a process and its children until it is told to stop."""

    pid: int
    largest: int = 0
    together: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def look_on(self) -> None:
        """Keep the highest of what is seen, in KiB."""
        while True:
            self.largest = max(self.largest, figure(self.pid, "status", "VmHWM"))
            self.together = max(self.together, sum(figure(each, "smaps_rollup", "Pss") for each in self._family()))
            if self._over.wait(EVERY):
                return

    def stop(self) -> None:
        """Let look_on return."""
        self._over.set()

    def _family(self) -> list[int]:
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        except OSError:
            return []
        return [self.pid, *map(int, children.split())]


def run(inventory: Path, playbook: Path, settings: Mapping[str, str]) -> Cost:
    """Run a playbook and return what it took. settings: more environment variables. Raises RuntimeError when a host
    fails."""
    said = playbook.with_suffix(".out")
    command: list[str | Path] = [OWN_CORE / "ansible-playbook", "-i", inventory, playbook]
    with said.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, env={**ENVIRONMENT, **settings}, stdout=out, stderr=subprocess.STDOUT)
        watch = Watch(process.pid)
        watcher = threading.Thread(target=watch.look_on)
        watcher.start()
        # Its ru_maxrss is of no use: until it is ansible-playbook, the process counts the memory of the one that
        # started it.
        _unused, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - began
        watch.stop()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"ansible-playbook ended with {process.returncode}:\n{said.read_text()[-2000:]}")
    if not (watch.largest and watch.together):
        raise RuntimeError(
            "this kernel does not tell what memory a process has: /proc/PID/status, smaps_rollup and children"
        )
    return Cost(elapsed, usage.ru_utime + usage.ru_stime, watch.largest / MIB, watch.together / MIB)


def figure(pid: int, file: str, name: str) -> int:
    """Return a figure of a process in KiB; none of a process that has ended."""
    try:
        found = re.search(
            rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(encoding="ascii"), re.MULTILINE
        )
    except OSError:
        return 0
    return int(found[1]) if found else 0
