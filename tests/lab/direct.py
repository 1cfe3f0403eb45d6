# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executes on a lab server without Ansible's connections and without a network: requests of the payload, and tasks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.lab.server import LabServer


class DirectExecutor:
    """Runs the one command line of the wire on a server, as an action plugin does; counts executions and their answers.

    reply_bytes: the bytes that the server has written to standard output.
    """

    def __init__(self, server: LabServer) -> None:
        self.server = server
        self.executions = 0
        self.reply_bytes = 0

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        self.executions += 1
        done = self.server.wine("cmd", "/c", cmd, stdin=in_data)
        self.reply_bytes += len(done.stdout)
        return {"rc": done.returncode, "stdout": done.stdout.decode(), "stderr": done.stderr.decode("utf-8", "replace")}


class LabConnection:
    """What an action plugin needs of a connection, as tests/support/servers.py has it for replicas."""

    transport = "lab"
    allow_executable = False

    def __init__(self, server: LabServer) -> None:
        self._executor = DirectExecutor(server)
        self.become: object = None
        self._shell = SimpleNamespace(tmpdir=None)

    @property
    def executions(self) -> int:
        """How many executions the server has seen."""
        return self._executor.executions

    @property
    def reply_bytes(self) -> int:
        """How many bytes the server has answered."""
        return self._executor.reply_bytes

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Execute on the server."""
        done = self._executor._low_level_execute_command(cmd, sudoable, in_data)
        return done["rc"], done["stdout"].encode(), done["stderr"].encode()
