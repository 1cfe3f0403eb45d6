# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook and tells what it cost the controller."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.plays import ROOT

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache")
}
"""What is compiled is kept, as it is where Ansible is installed; else every run would be measured compiling."""


def cpu_seconds(
    playbook: Path | Sequence[Mapping[str, Any]],
    hostvars: Mapping[str, Any],
    core: Path,
    collections: Sequence[Path],
    hosts: int = 1,
) -> float:
    """Run a playbook; -> CPU time, user and system, of ansible-playbook with all that it started.

    playbook: a file, or plays. hostvars: of every host. core: the folder of the ansible-playbook. collections: where
    its collections are. Raises RuntimeError when a task failed or changed something: that is no run of the kind that is
    compared.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "hosts.json").write_text(
            json.dumps({"all": {"hosts": {f"server{number}": dict(hostvars) for number in range(hosts)}}})
        )
        if not isinstance(playbook, Path):
            (work / "play.json").write_text(json.dumps(list(playbook)))
            playbook = work / "play.json"
        with (work / "output").open("wb") as output:
            process = subprocess.Popen(
                [core / "ansible-playbook", "-i", work / "hosts.json", playbook],
                env={**ENVIRONMENT, **_settings(work, collections)},
                cwd=work,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            # Of this process alone: the lab's own, which are children too, do not count.
            _unused, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        said = (work / "output").read_text(encoding="utf-8", errors="replace")
    if process.returncode or _changed(said):
        raise RuntimeError(f"ansible-playbook did not find a compliant server:\n{said}")
    return usage.ru_utime + usage.ru_stime


def _changed(said: str) -> bool:
    hosts = said.partition("PLAY RECAP")[2].splitlines()[1:]
    return any("changed=" in line and "changed=0 " not in line for line in hosts)


def _settings(work: Path, collections: Sequence[Path]) -> dict[str, str]:
    return {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(map(str, collections)),
        "ANSIBLE_HOME": str(work / "home"),
        "ANSIBLE_NOCOLOR": "true",
    }
