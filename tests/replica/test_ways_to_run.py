# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which docs/playbooks.md says that roles and playbooks run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.replica.demo_servers import hosts, is_untouched, state
from tests.support.plays import OWN_CORE, ROOT, cores, run_plays
from tests.support.plays.transcripts import Shell

PAGE = (ROOT / "docs/playbooks.md").read_text(encoding="utf-8")
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


def shell(tmp_path: Path, *names: str) -> Shell:
    """Return a shell in a folder that has an inventory of servers, all in a group."""
    inventory = {"windows": {"hosts": hosts(tmp_path, *names)}}
    (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    return Shell(tmp_path, where=tmp_path)


def test_a_role_runs_ad_hoc(tmp_path: Path) -> None:
    name = "name=server_baseline.windows.audit"
    done = shell(tmp_path, "ex2003").run(f"ansible windows -i hosts.json -m ansible.builtin.include_role -a {name}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d\. Disable FAMv4\b.* \(1: ex2003\)", done.stdout)
    assert is_untouched(tmp_path, "ex2003")


@pytest.mark.parametrize("core", (cores() or {"own": OWN_CORE}).values(), ids=list(cores() or ["own"]))
def test_a_library_that_is_missing_is_told_once_by_its_cure(tmp_path: Path, core: Path) -> None:
    (tmp_path / "jmespath.py").write_text("raise ImportError", encoding="utf-8")
    done = run_plays(
        hosts(tmp_path, "ex2003", "ex2007", "web2008r2", hidden_drivers_match="[?start == '0'].name"),
        [{"import_playbook": "server_baseline.windows.audit"}],
        core=core,
        settings={"PYTHONPATH": str(tmp_path)},
    )
    told = [each["msg"] for each in done.results if each.status == "failed"]
    assert [text.count("hidden_drivers_match") for text in told] == [1, 1, 1]
    assert [" ".join(done.stdout.split()).count("pip install jmespath"), str(told).count("pip install")] == [1, 0]


def test_the_play_of_the_page_notes_where_a_restart_is_due(tmp_path: Path) -> None:
    (play,) = (each for each in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "handlers:" in each)
    (tmp_path / "play.yml").write_text(play, encoding="utf-8")
    done = shell(tmp_path, "app2022", "web2008r2").run("ansible-playbook -i hosts.json play.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "restarts.txt").read_text(encoding="utf-8") == "app2022\n"
    assert state(tmp_path, "app2022")


def test_a_playbook_runs_by_navigator(tmp_path: Path) -> None:
    options = "--mode stdout --execution-environment false --playbook-artifact-enable false"
    command = f"ansible-navigator run server_baseline.windows.audit -i hosts.json {options}"
    done = shell(tmp_path, "ex2003").run(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d\. Disable FAMv4\b.* \(1: ex2003\)", done.stdout)
    assert is_untouched(tmp_path, "ex2003")


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_variable_of_a_playbook_stands_on_the_page(path: Path) -> None:
    used = set(re.findall(r"\b((?:audit|baseline|report|snapshot)_\w+) [|~]", path.read_text(encoding="utf-8")))
    assert [name for name in used if f"| `{name}` |" not in PAGE] == []


@pytest.mark.parametrize("role", ["audit", "baseline", "restore"])
def test_every_variable_of_a_role_stands_on_the_page_with_its_default(role: str) -> None:
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text(encoding="utf-8"))
    assert [name for name in defaults if f"| `{name}` |" not in PAGE] == []


def test_every_common_variable_stands_on_the_page() -> None:
    specs = yaml.safe_load((ROOT / "roles/baseline/meta/argument_specs.yml").read_text(encoding="utf-8"))
    common = [name for name in specs["argument_specs"]["main"]["options"] if name.startswith("server_baseline_")]
    assert len(common) == 6
    assert [name for name in common if f"| `{name}`" not in PAGE] == []
