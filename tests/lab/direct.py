# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Executes requests on a lab server without Ansible and without a network, for tests of the payload alone."""

from __future__ import annotations

from typing import Any

from tests.lab.server import LabServer


class DirectExecutor:
    """Runs the one command line of the wire on a server, as an action plugin's connection would."""

    def __init__(self, server: LabServer) -> None:
        self.server = server
        self.executions = 0

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        self.executions += 1
        done = self.server.wine("cmd", "/c", cmd, stdin=in_data)
        return {"rc": done.returncode, "stdout": done.stdout.decode(), "stderr": done.stderr.decode("utf-8", "replace")}
