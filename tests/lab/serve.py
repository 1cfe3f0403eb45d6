# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lab servers in a process of their own, for playbooks, which end long before their servers do.

python -m tests.lab.serve start INVENTORY CASE...  brings up servers of cases.py and returns when all can be reached
python -m tests.lab.serve stop INVENTORY           ends them, and leaves nothing of them; nothing to end is no mistake

INVENTORY is an inventory of Ansible, in JSON, there as long as the servers are; lab_testinfra_url of a host is where
pytest-testinfra reaches it. Process id and log stand beside it, as hidden files: Ansible passes these by where
INVENTORY is one file of a folder.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.lab import cases, wine
from tests.lab.server import LabServer

_MODULE = "tests.lab.serve"
_PATIENCE = 60.0
"""Seconds that the servers may take to end."""


def start(inventory: Path, names: Iterable[str]) -> None:
    """Start the process that serves, and wait until its servers are up."""
    missing = wine.missing()
    if missing:
        sys.exit(missing)
    stop(inventory)
    inventory.parent.mkdir(parents=True, exist_ok=True)
    log = _beside(inventory, "log")
    # It has streams of its own: whoever reads those of this program to their end must not wait for the servers.
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, "serve", str(inventory.resolve()), *names],
            cwd=wine.REPOSITORY, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    _beside(inventory, "pid").write_text(str(process.pid))
    while not inventory.exists():
        if process.poll() is not None:
            sys.exit(f"the lab's servers did not come up:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def serve(inventory: Path, names: Iterable[str]) -> None:
    """Bring servers up, say where they are, and wait for SIGTERM."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(LabServer(getattr(cases, name)())) for name in names]
        hosts = {str(server.document["name"]): _hostvars(server) for server in servers}
        stack.callback(inventory.unlink, missing_ok=True)
        half = _beside(inventory, "half")  # so that nobody reads a part of it
        half.write_text(json.dumps({"all": {"hosts": hosts}}, indent=2))
        half.replace(inventory)
        stopped.wait()


def stop(inventory: Path) -> None:
    """End the process that serves, if there is one, and what it leaves."""
    pid = _beside(inventory, "pid")
    if pid.exists():
        _end(int(pid.read_text()))
    for left in (inventory, pid, _beside(inventory, "log"), _beside(inventory, "half")):
        left.unlink(missing_ok=True)


def _end(process: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    if _serves(process):
        os.kill(process, signal.SIGTERM)
    while _serves(process):
        if time.monotonic() > deadline:
            sys.exit(f"the lab's servers (process {process}) do not end")
        time.sleep(0.1)


def _serves(process: int) -> bool:
    """Whether a process is one of this module: the number may be somebody else's by now."""
    try:
        return _MODULE in Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except FileNotFoundError:
        return False


def _hostvars(server: LabServer) -> dict[str, Any]:
    return server.hostvars("winrm") | {"lab_testinfra_url": server.testinfra_url()}


def _beside(inventory: Path, what: str) -> Path:
    return inventory.with_name(f".{inventory.stem}.{what}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("start", "serve", "stop"):
        verbs.add_parser(verb).add_argument("inventory", type=Path)
    for verb in ("start", "serve"):
        verbs.choices[verb].add_argument("names", metavar="CASE", nargs="+", choices=cases.__all__)
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    if given.verb == "stop":
        stop(given.inventory)
    else:
        {"start": start, "serve": serve}[given.verb](given.inventory, given.names)
