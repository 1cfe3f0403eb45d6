# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts a replica, as ansible.windows.win_reboot restarts a server: drivers run or not as Start says, and the
shutdown has its time.

A host whose variable reboot_fails is a text fails with it. Options that the real one (3.8.0) does not have are refused.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import yaml
from ansible.plugins.action import ActionBase

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows"
OPTIONS = {
    "boot_time_command", "connect_timeout", "msg", "post_reboot_delay", "pre_reboot_delay", "reboot_timeout",
    "test_command",
}  # fmt: skip
EPOCH = 11_644_473_600  # seconds from 1601 to 1970


class ActionModule(ActionBase):
    """The action of the stub."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what the real one returns."""
        host = task_vars or {}
        unknown = set(self._task.args) - OPTIONS
        if unknown:
            return {
                "failed": True,
                "msg": f"Invalid options for ansible.windows.win_reboot: {', '.join(sorted(unknown))}",
            }
        if host.get("reboot_fails"):
            return {"failed": True, "changed": True, "msg": host["reboot_fails"], "rebooted": False}
        path = Path(host["ansible_replica_changes"])
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, state in document["services"].items():
            start = document["registry"].get(f"{SERVICES}\\{name}", {}).get("Start")
            state["status"] = "stopped" if start == 4 else state["status"]
        moment = int((time.time() + EPOCH) * 10_000_000)
        document["registry"][CONTROL] = {"ShutdownTime": {"REG_BINARY": moment.to_bytes(8, "little").hex()}}
        path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        return {"changed": True, "rebooted": True, "elapsed": 1}
