# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of README.md run as they stand there, on the demo's servers, and say what it says; it names every plugin."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.document import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
AUDIT, CURE = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


def play(playbook: str, folder: Path, *options: str) -> str:
    """Run a playbook on replicas of the demo's servers, which keep their changes in a folder, and return what Ansible says."""
    (folder / "play.yml").write_text(playbook, encoding="utf-8")
    (folder / "windows.yml").write_text("windows: {children: {servers: }}\n", encoding="utf-8")
    inventories = ["-i", str(ROOT / "inventories/demo/servers.yml"), "-i", str(folder / "windows.yml")]
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "DEMO_STATE": str(folder / "state"),
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [program, *inventories, *options, str(folder / "play.yml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
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
    said = lines(play(AUDIT, tmp_path, "--limit", "ex2003"))
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


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    assert play(CURE, tmp_path, "--limit", "ex2003", "--check", "--diff").count("changed: [ex2003]") == 2
    assert not (tmp_path / "state").exists()


def test_every_plugin_is_listed_with_its_kind() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| (\w+) \|", README, re.MULTILINE))
    plugins = {(path.stem, "module") for path in (ROOT / "plugins/modules").glob("[!_]*.py")}
    assert rows == plugins | {(path.stem, "connection") for path in (ROOT / "plugins/connection").glob("[!_]*.py")}


def test_what_it_links_to_is_there() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("http")]
    assert len(targets) > 5
    assert [target for target in targets if not (ROOT / target).exists()] == []
