# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the modules on drivers on a lab server, without a network."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.lab.server import LabServer
from tests.support.scenarios.drivers import USER


def for_lab(document: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario as the lab takes it: the hive of its one user is the hive of the lab's user."""
    registry = {path.replace(f"HKU\\{USER}\\", "HKCU\\"): values for path, values in document["registry"].items()}
    return {**document, "registry": registry}


class Connection:
    """Runs the wire's command line on a lab server, and counts executions and what they answered."""

    transport = "lab"
    allow_executable = False
    become = None
    _shell = SimpleNamespace(tmpdir=None)

    def __init__(self, server: LabServer) -> None:
        self.server = server
        self.executions = 0
        self.reply_bytes = 0

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Execute one command."""
        self.executions += 1
        done = self.server.wine("cmd", "/c", cmd, stdin=in_data)
        self.reply_bytes += len(done.stdout)
        return done.returncode, done.stdout, done.stderr
