# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what the tasks of the demo returned, for demo/summary.py; the playbooks so stay as plain as a user's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: demo_results
type: aggregate
short_description: Keep the results of the demo
description: >-
  Writes the result of the collection's own task on every host to a JSON file in the folder that E(DEMO_RESULTS) names.
author: Server Baseline contributors (@server-baseline)
options:
  folder:
    description: The folder.
    type: path
    required: true
    env:
      - name: DEMO_RESULTS
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Sees every result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "demo_results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write one result. The underscored names are those that ansible-core 2.16 to 2.22 share."""
        if not result._task.action.startswith("server_baseline.") or "findings" not in result._result:
            return
        folder = Path(self.get_option("folder"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{result._host.get_name()}.json").write_text(json.dumps(result._result), encoding="utf-8")
