# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A driver that is disabled and still runs waits for a restart: on the console, in every document, and for a gate."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.plays.transcripts import Shell

SERVER = "-i inventories/demo/servers.yml --limit app2022"
AUDIT = f"ansible-playbook server_baseline.windows.audit {SERVER}"
TITLE = "Restart, so that FAMv4 stops"


def test_a_disabled_driver_that_still_runs_is_pending_everywhere(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    assert shell.run(f"ansible-playbook server_baseline.windows.enforce {SERVER}").returncode == 0
    told = shell.run(f"{AUDIT} -e audit_report={tmp_path}/report.json")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Findings: 1 pending" in told.stdout
    assert "1. Restart, so that what was set takes effect (1: app2022)" in told.stdout
    findings = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["servers"]["app2022"]["findings"]
    pending = [each for each in findings if each["status"] == "pending"]
    assert [(each["subject"], each["act"]) for each in pending] == [("FAMv4", "restart")]

    report = f"-e audit_report={tmp_path}/report.xml -e audit_report_formats=junit"
    gated = shell.run(f"{AUDIT} -e audit_fail_on=pending {report}")
    assert gated.returncode == 2, gated.stdout + gated.stderr
    assert f'<failure message="pending: {TITLE}">' in (tmp_path / "report.xml").read_text(encoding="utf-8")
