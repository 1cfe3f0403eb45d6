# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks by a real ansible-playbook and gives back their results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
OWN_CORE = Path(sys.executable).parent
"""The folder of the ansible-playbook that belongs to the Python of the tests."""


@dataclass(frozen=True)
class TaskResult:
    """What one task gave on one host. status: ok, failed, unreachable or skipped."""

    host: str
    task: str
    status: str
    data: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return one part of the result's data."""
        return self.data[name]


def environments() -> dict[str, Path]:
    """Return the environments that make has installed, by name, with the folder of their programs."""
    pairs = [pair.split("=", 1) for pair in os.environ.get("CORES", "").split()]
    return {name: ROOT / folder for name, folder in pairs}


def cores() -> dict[str, Path]:
    """Return those of the environments that hold a version of ansible-core for the tests, and are named after it."""
    return {name: folder for name, folder in environments().items() if name.replace(".", "").isdigit()}


def module_task(module: str, options: Mapping[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    """Return a task of this collection's module."""
    return {"name": module, f"server_baseline.windows.{module}": dict(options or {}), **keywords}


def play(
    hosts: Mapping[str, Mapping[str, Any]],
    tasks: Sequence[Mapping[str, Any]],
    *,
    check: bool = False,
    core: Path = OWN_CORE,
    settings: Mapping[str, str] | None = None,
) -> list[TaskResult]:
    """Run tasks on hosts and return a result for each, in order.

    hosts: name -> Ansible variables. core: the folder of the ansible-playbook to run. settings: more environment
    variables. Raises RuntimeError when Ansible itself did not come so far.
    """
    plays = [{"hosts": "all", "gather_facts": False, "tasks": list(tasks)}]
    return run_plays(hosts, plays, *(["--check", "--diff"] if check else []), core=core, settings=settings).results


@dataclass(frozen=True)
class Run:
    """What ansible-playbook did. stdout: all that it printed, warnings too."""

    code: int
    results: list[TaskResult]
    stdout: str

    def of(self, host: str) -> list[TaskResult]:
        """Return the results on one host, those of tasks that were skipped too."""
        return [each for each in self.results if each.host == host]

    def of_task(self, host: str, task: str) -> TaskResult:
        """Return the result of the one task on a host whose name ends so."""
        (found,) = [each for each in self.of(host) if each.task.endswith(task)]
        return found


def run_plays(
    hosts: Mapping[str, Mapping[str, Any]],
    playbook: str | Sequence[Mapping[str, Any]],
    *arguments: str,
    core: Path = OWN_CORE,
    settings: Mapping[str, str] | None = None,
) -> Run:
    """Run plays, or a playbook by its path or by its name in the collection. arguments: more of them for
    ansible-playbook.

    Raises RuntimeError when there is no result of any task.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "hosts.json").write_text(
            json.dumps({"all": {"hosts": {name: dict(each) for name, each in hosts.items()}}})
        )
        if not isinstance(playbook, str):
            (work / "play.json").write_text(json.dumps(list(playbook)))
            playbook = str(work / "play.json")
        command = [core / "ansible-playbook", "-i", work / "hosts.json", playbook, *arguments]
        environment = {**os.environ, **_environment(work), **(settings or {})}
        done = subprocess.run(command, env=environment, cwd=work, capture_output=True, text=True, check=False)
        results = work / "results"
        if not results.exists():
            raise RuntimeError(f"ansible-playbook gave no result:\n{done.stdout}\n{done.stderr}")
        told = [TaskResult(**json.loads(line)) for line in results.read_text().splitlines()]
        return Run(done.returncode, told, f"{done.stdout}\n{done.stderr}")


def _environment(work: Path) -> dict[str, str]:
    return {
        "ANSIBLE_HOME": str(work / "home"),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).with_name("callback")),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "ANSIBLE_HOST_KEY_CHECKING": "false",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
        "PLAY_RESULTS": str(work / "results"),
    }
