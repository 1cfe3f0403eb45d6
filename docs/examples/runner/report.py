# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Audits servers with ansible-runner, prints a line for each finding that is not compliant, and ends with Ansible's
exit code.

Usage: python report.py INVENTORY [LIMIT]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ansible_runner

FOLDER = Path(__file__).resolve().parent
"""The private data directory: env/extravars and env/settings are read, artifacts/ is written."""
AS_WANTED = {"compliant", "not_applicable"}


def audit(inventory: str, limit: str | None = None) -> ansible_runner.Runner:
    """Audit the servers of an inventory, and return the run."""
    return ansible_runner.run(
        private_data_dir=str(FOLDER),
        playbook="server_baseline.windows.audit",
        inventory=str(Path(inventory).resolve()),
        limit=limit,
        quiet=True,
    )


def findings(run: ansible_runner.Runner) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the findings of a run, each with its server."""
    for event in run.events:
        data = event.get("event_data", {})
        for finding in data.get("res", {}).get("findings", []):
            yield data["host"], finding


def main(arguments: list[str]) -> int:
    """Audit, report, and return the exit code."""
    run = audit(*arguments)
    for server, finding in sorted(findings(run), key=lambda pair: (pair[0], pair[1]["subject"], pair[1]["id"])):
        if finding["status"] not in AS_WANTED:
            evidence = "; ".join(finding["evidence"][:1])
            print(f"{server}: {finding['status']}: {finding['subject']} ({finding['id']}): {evidence}")
    return int(run.rc)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
