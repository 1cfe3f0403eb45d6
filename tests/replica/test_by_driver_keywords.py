# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role snp with by_driver, as an operator runs it: VMQ of a Hyper-V host follows the driver of its adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.replica.demo_servers import described, value
from tests.support.plays import run_plays
from tests.support.scenarios import vmq

TASK = "Set TCP offload to what the policy says"


def test_vmq_follows_the_driver_twice_over(tmp_path: Path) -> None:
    servers = described(tmp_path, vmq.host(), server_baseline_advisories=[vmq.ADVISORY])
    state = tmp_path / "state" / "server.yml"
    plays = [{"hosts": "all", "gather_facts": False, "roles": ["server_baseline.windows.snp"]}]

    def play() -> dict[str, Any]:
        run = run_plays(servers, plays)
        assert run.code == 0, run.stdout
        result: dict[str, Any] = run.of_task("server", TASK).data
        return result

    def install(version: str) -> None:
        if state.exists():
            document = yaml.safe_load(state.read_text(encoding="utf-8"))
            document["registry"][vmq.KEY]["DriverVersion"] = version
            state.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    for _time in range(2):
        vmq.tell(play, install, lambda: value(tmp_path, "server", f"{vmq.KEY}\\*VMQ"))
