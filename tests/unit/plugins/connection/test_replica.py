# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbooks on replicas: one run of ansible-playbook, whose registered results the tests look at."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load, save, to_text
from tests.support.servers import FAMV4, FAMV4_FILE, LEDGER, exchange

ROOT = Path(__file__).parents[4]
DRIVER = "server_baseline.windows.win_filter_driver"
SNAPSHOT = "server_baseline.windows.win_snapshot"

# what the result is registered as: host, module, its options, keywords of the task
TASKS: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "audit": ("mail", DRIVER, {"name": "FAMv4"}, {"check_mode": True, "diff": True}),
    "cure": ("mail", DRIVER, {"name": "FAMv4", "reason": "hangs Exchange"}, {}),
    "again": ("mail", DRIVER, {"name": "FAMv4"}, {}),
    "between": ("mail", SNAPSHOT, {"dest": "between.yml"}, {}),
    "restore": ("mail", DRIVER, {"name": "FAMv4", "state": "restored"}, {}),
    "refused": ("mail", DRIVER, {"name": ["FAMv4", "atapi"]}, {"ignore_errors": True}),
    "typo": ("mail", DRIVER, {"name": "FAMv4", "state": "gone"}, {"ignore_errors": True}),
    "elevated": (
        "mail",
        DRIVER,
        {"name": "FAMv4"},
        {"become": True, "become_method": "runas", "become_user": "SYSTEM", "ignore_errors": True},
    ),
    "raw": ("mail", "ansible.builtin.raw", {"_raw_params": "whoami"}, {"ignore_unreachable": True}),
    "upload": (
        "mail",
        "ansible.builtin.copy",
        {"content": "a", "dest": "C:\\a"},
        {"ignore_unreachable": True, "ignore_errors": True},
    ),
    "archived_audit": ("archive", DRIVER, {"name": "FAMv4"}, {"check_mode": True}),
    "archived_cure": ("archive", DRIVER, {"name": "FAMv4"}, {"ignore_unreachable": True}),
    "archived_snapshot": ("archive", SNAPSHOT, {"dest": "archive.yml"}, {}),
    "broken": ("broken", DRIVER, {"name": "FAMv4"}, {"ignore_unreachable": True}),
    "missing": ("missing", DRIVER, {"name": "FAMv4"}, {"ignore_unreachable": True}),
}
HOSTS = {
    "mail": {"ansible_replica_snapshot": "ex2003.yml", "ansible_replica_changes": "changes/mail.yml"},
    "archive": {"ansible_replica_snapshot": "ex2003.yml"},
    "broken": {"ansible_replica_snapshot": "broken.yml"},
    "missing": {"ansible_replica_snapshot": "missing.yml"},
}


@dataclass(frozen=True)
class Played:
    """A run: the folder that it worked in, what it printed, and the result of each task."""

    folder: Path
    output: str
    results: dict[str, dict[str, Any]]


def playbook() -> list[dict[str, Any]]:
    """Return one play a host, which ends by printing what its tasks registered."""
    plays = []
    for host in HOSTS:
        chosen = {name: task for name, task in TASKS.items() if task[0] == host}
        tasks = [
            {"name": name, module: options, "register": name, **keywords}
            for name, (_unused, module, options, keywords) in chosen.items()
        ]
        results = ", ".join(f"'{name}': {name}" for name in chosen)
        told = {"name": "Tell", "ansible.builtin.debug": {"msg": f"<{{{{ {{{results}}} | to_json | b64encode }}}}>"}}
        plays.append({"hosts": host, "gather_facts": False, "tasks": [*tasks, told]})
    return plays


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play all tasks once."""
    folder = tmp_path_factory.mktemp("played")
    save(folder / "ex2003.yml", to_text(exchange()))
    save(folder / "broken.yml", "format: 7\n")
    common = {"ansible_connection": "server_baseline.windows.replica"}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": HOSTS, "vars": common}}), encoding="utf-8")
    (folder / "play.yml").write_text(yaml.safe_dump(playbook(), sort_keys=False), encoding="utf-8")
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "-i", "hosts.yml", "play.yml"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    results: dict[str, dict[str, Any]] = {}
    for told in re.findall(r'"msg": "<([A-Za-z0-9+/=]+)>"', output):
        results |= json.loads(base64.b64decode(told))
    assert results.keys() == TASKS.keys(), output
    return Played(folder, output, results)


def test_the_audit_finds_and_shows_without_writing(played: Played) -> None:
    audit = played.results["audit"]
    assert (audit["changed"], audit["findings"][0]["status"]) == (True, "drifted")
    assert '+        "Start": 4,' in played.output
    assert audit["diff"][0]["before"] == {"FAMv4": {"Start": 1, "status": "running"}}


def test_the_cure_does_what_the_audit_predicted_and_stays(played: Played) -> None:
    audit, cure, again = (played.results[name] for name in ("audit", "cure", "again"))
    assert (cure["changed"], cure["findings"][0]["status"]) == (True, "fixed")
    assert (cure["before"], cure["after"]) == (audit["before"], audit["after"])
    assert (again["changed"], again["findings"][0]["status"]) == (False, "compliant")


def test_restoring_puts_the_driver_back(played: Played) -> None:
    assert played.results["restore"]["changed"] is True
    registry = load(played.folder / "changes/mail.yml")["registry"]
    assert registry[FAMV4] == exchange()["registry"][FAMV4]
    assert registry[f"{LEDGER}\\0001"]["Reason"] == "hangs Exchange"
    assert registry[f"{LEDGER}\\0001"]["Closed"].startswith("restored ")


def test_the_snapshot_itself_is_never_written(played: Played) -> None:
    assert (played.folder / "ex2003.yml").read_text(encoding="utf-8") == to_text(exchange())
    assert {path.name for path in played.folder.iterdir()} == {
        *("ex2003.yml", "broken.yml", "hosts.yml", "play.yml", "changes", "between.yml", "archive.yml", "home")
    }


def test_a_snapshot_of_a_replica_holds_its_changes(played: Played) -> None:
    assert load(played.folder / "between.yml")["registry"][FAMV4]["Start"] == 4
    archive = load(played.folder / "archive.yml")
    assert archive["registry"][FAMV4] == exchange()["registry"][FAMV4]
    assert archive["files"] == {FAMV4_FILE: exchange()["files"][FAMV4_FILE]}


def test_a_refused_driver_and_a_wrong_option_fail_the_task(played: Played) -> None:
    refused, typo, elevated = (played.results[name] for name in ("refused", "typo", "elevated"))
    assert "atapi is not disabled" in refused["msg"]
    assert [finding["status"] for finding in refused["findings"]] == ["drifted", "refused"]
    assert "gone" in typo["msg"]
    assert "become: true is not supported" in elevated["msg"]
    assert [each["failed"] for each in (refused, typo, elevated)] == [True] * 3


def test_another_module_fails_with_a_clear_message(played: Played) -> None:
    for name in ("raw", "upload"):
        assert "runs the modules of server_baseline.windows alone" in played.results[name]["msg"], name


def test_a_replica_without_a_file_for_changes_is_read_only(played: Played) -> None:
    assert played.results["archived_audit"]["changed"] is True
    cure = played.results["archived_cure"]
    assert cure["unreachable"]
    assert "this replica is read-only" in cure["msg"]
    assert "ansible_replica_changes names no file" in cure["msg"]
    assert "or run with --check" in cure["msg"]


def test_a_file_that_is_no_snapshot_is_named(played: Played) -> None:
    assert "broken.yml is no snapshot: it must be a mapping with format: 1" in played.results["broken"]["msg"]
    assert "missing.yml cannot be read: No such file or directory" in played.results["missing"]["msg"]


def test_nothing_is_deprecated_or_ends_in_a_traceback(played: Played) -> None:
    for word in ("DEPRECATION", "Traceback", "Unexpected failure", "Unhandled"):
        assert word not in played.output
