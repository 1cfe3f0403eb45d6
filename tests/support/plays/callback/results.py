# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback that writes every result to the file that PLAY_RESULTS names, one JSON object a line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: results
type: notification
short_description: Write results of tasks to a file, for tests
description: Writes one JSON object a line to the file that the environment variable PLAY_RESULTS names.
"""


class CallbackModule(CallbackBase):
    """Writes what tasks returned, as it is."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, status: str, result: Any) -> None:
        data = {name: part for name, part in result._result.items() if not name.startswith("_ansible")}
        line = {"host": result._host.get_name(), "task": result._task.get_name(), "status": status, "data": data}
        with Path(os.environ["PLAY_RESULTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write the result of a task that went well."""
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Write the result of a task that failed."""
        self._write("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Write the result of a task whose host went away."""
        self._write("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Write the result of a task that was skipped."""
        self._write("skipped", result)
