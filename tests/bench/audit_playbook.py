# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the whole audit of a fleet costs the controller beside the smallest task that Ansible has: the role with its
table, as the playbook audit runs it, over an empty debug, on the same servers."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.controller import Cost, run
from tests.bench.measure import Measure
from tests.support.plays import ROOT

HOSTS = 100
LIMIT = 2.4
_ROUNDS, _MOST_ROUNDS = 2, 5
_SNAPSHOTS = sorted((ROOT / "inventories/demo/snapshots").glob("*.yml"))
_DEBUG = {"tasks": [{"name": "debug", "ansible.builtin.debug": {"msg": ""}}]}
_ROLE = {"name": "server_baseline.windows.audit", "rolespec_validate": False}
_AUDIT = {"tasks": [{"name": "audit", "ansible.builtin.import_role": _ROLE}]}


def measures() -> Iterator[Measure]:
    """Yield processor time of an audit over that of an empty debug, each the best of two runs, or of more where they
    exceed the limit: what else the machine does can only add."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        debug = audit = None
        for run_before in range(_MOST_ROUNDS):
            if run_before >= _ROUNDS and debug and audit and audit.processor <= LIMIT * debug.processor:
                break
            debug, audit = _cost(work, _DEBUG).best(debug), _cost(work, _AUDIT).best(audit)
    if debug and audit:
        text = f"{audit.processor:.1f} s of processor time for {HOSTS} servers over {debug.processor:.1f} s of a debug"
        yield Measure("audit_playbook_cpu_over_debug", audit.processor / debug.processor, LIMIT, text)


def _cost(work: Path, play: dict[str, Any]) -> Cost:
    """Run a play on replicas of the demo's servers."""
    inventory, playbook = work / "servers.json", work / "play.json"
    names = {
        f"server{number:03}": {"ansible_replica_snapshot": str(_SNAPSHOTS[number % len(_SNAPSHOTS)])}
        for number in range(HOSTS)
    }
    variables = {"ansible_connection": "server_baseline.windows.replica"}
    inventory.write_text(json.dumps({"all": {"hosts": names, "vars": variables}}), encoding="utf-8")
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, **play}]), encoding="utf-8")
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_FORKS": str(2 * (os.cpu_count() or 1)),
        "ANSIBLE_HOME": str(work / "home"),
    }
    return run(inventory, playbook, settings)


if __name__ == "__main__":
    for measure in measures():
        print(measure.line())
