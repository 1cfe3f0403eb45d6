# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection of ansible-core to a lab server without a network, which counts the executions."""

from __future__ import annotations

from types import SimpleNamespace

from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer


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

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Execute on the server."""
        done = self._executor._low_level_execute_command(cmd, sudoable, in_data)
        return done["rc"], done["stdout"].encode(), done["stderr"].encode()
