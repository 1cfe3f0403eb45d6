# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of docs/scale.md run as they stand there, on the demo's servers: slices give what one audit gives, and a
cache holds the fact."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bench import scale
from tests.support.plays import ROOT, play
from tests.support.plays.transcripts import Shell

PAGE = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
SNAPSHOTS = {file.stem: file for file in sorted((ROOT / "inventories/demo/snapshots").glob("*.yml"))}


def blocks(language: str) -> list[str]:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return found


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return Shell(folder, where=folder).run(command)


def sliced(folder: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Audit as the page says, and return how it ended and the merged findings."""
    (merge,) = blocks("python")
    (folder / "merge.py").write_text(merge, encoding="utf-8")
    _unused, *rest = blocks("bash")
    done = run(folder, "".join(rest))
    return done, json.loads((folder / "findings.json").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that is prepared as the page says."""
    (tmp_path / "inventories").symlink_to(ROOT / "inventories")
    done = run(tmp_path, blocks("bash")[0])
    assert done.returncode == 0, done.stderr
    return tmp_path


def in_order(findings: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(finding, sort_keys=True) for finding in findings)


def test_two_slices_find_what_one_audit_finds(folder: Path) -> None:
    hosts = {
        name: {"ansible_connection": "server_baseline.windows.replica", "ansible_replica_snapshot": str(file)}
        for name, file in SNAPSHOTS.items()
    }
    role = {"name": "audit", "ansible.builtin.import_role": {"name": "server_baseline.windows.audit"}}
    whole = {each.host: each["findings"] for each in play(hosts, [role]) if "findings" in each.data}
    assert whole.keys() == SNAPSHOTS.keys()
    assert all(whole.values())

    done, merged = sliced(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name: in_order(each) for name, each in merged.items()} == {
        name: in_order(each) for name, each in whole.items()
    }
    slices = [{*re.findall(r"'(\w+)'", each)} for each in parts(folder)]
    assert len(slices) == 2
    assert not slices[0] & slices[1]
    assert slices[0] | slices[1] == SNAPSHOTS.keys()


def test_one_playbook_makes_the_report_of_the_slices(folder: Path) -> None:
    (command,) = re.findall(r"^    (ansible-playbook .+)$", PAGE, re.MULTILINE)
    sliced(folder)
    for told in (command, f"{command} -e report=fleet.json"):
        done = run(folder, told)
        assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((folder / "fleet.json").read_text(encoding="utf-8"))["servers"].keys() == SNAPSHOTS.keys()
    assert "FAMv4" in (folder / "fleet.html").read_text(encoding="utf-8")


def parts(folder: Path) -> list[str]:
    """Return which servers each slice had."""
    found = []
    for artifacts in sorted((folder / "results/artifacts").iterdir()):
        events = [json.loads(file.read_text(encoding="utf-8")) for file in artifacts.glob("job_events/*.json")]
        found += [
            repr(list(each["event_data"]["processed"])) for each in events if each["event"] == "playbook_on_stats"
        ]
    return found


def test_a_server_that_could_not_be_judged_is_named(folder: Path) -> None:
    (folder / "fleet/inventory/snapshots/ex2007.yml").unlink()
    done, merged = sliced(folder)
    assert done.returncode == 1
    assert "not judged: ex2007" in done.stderr
    assert merged.keys() == SNAPSHOTS.keys() - {"ex2007"}


def test_a_second_play_reads_the_fact_from_the_cache(tmp_path: Path) -> None:
    (settings,) = blocks("ini")
    (tmp_path / "ansible.cfg").write_text(settings, encoding="utf-8")
    read, use = (each for each in blocks("yaml") if "nic_drivers" in each or "nic_driver_facts:\n" in each)
    for name, text in {"read.yml": read, "use.yml": use}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    inventory = ROOT / "inventories/demo/servers.yml"
    first = run(tmp_path, f"ansible-playbook -i {inventory} read.yml")
    assert first.returncode == 0, first.stdout + first.stderr
    files = sorted((tmp_path / "facts").iterdir())
    # ansible-core 2.19 puts "s1_" before the server's name, and the facts into a text.
    assert [file.name.removeprefix("s1_") for file in files] == sorted(SNAPSHOTS)
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    facts = [json.loads(each["__payload__"]) if "__payload__" in each else each for each in kept]
    assert [set(each) for each in facts] == [{"nic_drivers"}] * len(SNAPSHOTS)
    # An inventory of names alone: nothing says where the servers are.
    second = run(tmp_path, f"ansible-playbook -i {','.join(SNAPSHOTS)} use.yml")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "Local Area Connection 2" in second.stdout


def test_the_one_task_of_the_page_is_what_the_benchmark_measures() -> None:
    (task,) = yaml.safe_load(blocks("yaml")[0])[0]["tasks"]
    module = "server_baseline.windows.win_baseline"
    compared = (module, "check_mode", "register")
    assert {name: task[name] for name in compared} == {name: scale.AUDIT[name] for name in compared}
