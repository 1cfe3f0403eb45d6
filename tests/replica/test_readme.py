# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands and playbooks of README.md run as they stand there, on the demo's servers, and say what it says; it
names every plugin, role and playbook."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from tests.support.plays.transcripts import Shell, transcripts, unsaid

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_REQUIREMENTS, AUDIT, CURE = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^    (ansible-playbook .+)$", README, re.MULTILINE)
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


def play(playbook: str, folder: Path, options: str = "") -> str:
    """Run a playbook on replicas of the demo's servers, which keep their changes in a folder, and return what Ansible
    says."""
    (folder / "play.yml").write_text(playbook, encoding="utf-8")
    (folder / "windows.yml").write_text("windows: {children: {servers: }}\n", encoding="utf-8")
    inventories = f"-i inventories/demo/servers.yml -i {folder / 'windows.yml'}"
    shell = Shell(folder, {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"})
    done = shell.run(f"ansible-playbook {inventories} {options} {folder / 'play.yml'}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def values(folder: Path, server: str, service: str) -> dict[str, Any]:
    """Return the values of a service's key on a server that a playbook has changed."""
    found: dict[str, Any] = load(folder / "state" / f"{server}.yml")["registry"][f"{SERVICES}\\{service}"]
    return found


def test_the_audit_says_what_the_readme_shows_and_changes_nothing(tmp_path: Path) -> None:
    shown = lines(README[README.index("    ok: [ex2003]") : README.index("## The cures")])
    said = lines(play(AUDIT, tmp_path, "--limit ex2003"))
    place = said.index("msg:") - 1
    assert said[place : place + len(shown)] == shown
    assert not (tmp_path / "state").exists()


def test_both_cures_work(tmp_path: Path) -> None:
    play(CURE, tmp_path)
    cured = {path.stem for path in (tmp_path / "state").iterdir()}
    assert cured == {"app2022", "ex2003", "ex2007", "fs2008"}
    assert {values(tmp_path, server, "FAMv4")["Start"] for server in cured - {"fs2008"}} == {4}
    pack = ("EnableTCPChimney", "EnableRSS", "EnableTCPA")
    assert [values(tmp_path, "ex2003", "Tcpip\\Parameters").get(name) for name in pack] == [0, 0, 0]


def test_the_quoted_audit_is_what_an_audit_says(tmp_path: Path) -> None:
    (quoted,) = transcripts(README)
    done = Shell(tmp_path).run(quoted.command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(quoted.passages) > 1
    assert unsaid(quoted.passages, done.stdout) == [], done.stdout
    assert not (tmp_path / "state").exists()


def test_the_commands_do_what_the_readme_says_of_them(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    starts = []
    for command in COMMANDS:
        done = shell.run(f"{command} --limit ex2003")
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        changed = (tmp_path / "state/ex2003.yml").exists()
        starts.append(values(tmp_path, "ex2003", "FAMv4")["Start"] if changed else None)
    assert starts == [None, None, 4, 4, 1]  # audit, enforce --check, enforce, reenable, restore


def test_every_plugin_role_and_playbook_is_listed_with_its_kind() -> None:
    rows = re.findall(r"^\| \[?`(\w+)`(?:\]\(([^)]+)\))? \| (\w+) \|", README, re.MULTILINE)
    listed = {(name, kind) for name, _unused, kind in rows}
    assert len(listed) == len(rows)
    there = {(path.stem, "module") for path in (ROOT / "plugins/modules").glob("[!_]*.py")}
    for kind in ("connection", "callback", "filter", "lookup"):
        there |= {(path.stem, kind) for path in (ROOT / "plugins" / kind).glob("[!_]*.py")}
    there |= {(path.stem, "playbook") for path in (ROOT / "playbooks").glob("*.yml")}
    there |= {(path.name, "role") for path in (ROOT / "roles").iterdir()}
    assert listed == there
    assert {link for _name, link, _kind in rows if link} == {
        f"roles/{name}/README.md" for name, kind in there if kind == "role"
    }


def test_every_playbook_that_it_runs_is_one_of_the_collection() -> None:
    named = set(re.findall(r"ansible-playbook server_baseline\.windows\.(\w+)", README))
    assert (
        {"audit", "enforce", "reenable", "restore"}
        <= named
        <= {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
    )


def test_every_variable_it_names_is_one_of_a_role_or_a_playbook() -> None:
    known = set()
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        known |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    for path in (ROOT / "playbooks").glob("*.yml"):
        known |= {path.stem, *re.findall(r"\{\{ (\w+)", path.read_text(encoding="utf-8"))}
    named = set(re.findall(r"\b(?:hidden_drivers|snp|nic_drivers|baseline|audit|restore)_\w+", README))
    assert {"audit_fail_on", "baseline_reboot", "baseline_hosts"} <= named
    assert named <= known


def test_what_it_links_to_is_there() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("http")]
    assert len(targets) > 5
    assert [target for target in targets if not (ROOT / target.partition("#")[0]).exists()] == []
