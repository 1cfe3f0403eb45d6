# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Galaxy imports the artifact that `make build` has built; it installs into an empty environment of each supported
ansible-core, and its demo runs there.

`make artifact` runs it. Its name keeps it out of `make test`, which builds no artifact and has fewer versions of
ansible-core.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.support.plays import ROOT, cores

VERSIONS = ("2.16", "2.17", "2.18", "2.19", "2.20", "2.21")
COLLECTION = "server_baseline.windows"
INSTALLED = Path(".ansible/collections/ansible_collections/server_baseline/windows")
"""Where ansible-galaxy puts the collection, seen from the home folder."""


@dataclass(frozen=True)
class User:
    """A user who has an ansible-core and an empty home folder, and none of the checkout's settings."""

    core: Path
    home: Path

    def run(self, *command: str | Path) -> str:
        """Return what a program prints. It must succeed, and have nothing to warn of."""
        done = self.attempt(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARN" not in done.stdout + done.stderr
        return done.stdout

    def attempt(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program."""
        environment = {"HOME": str(self.home), "LC_ALL": "C.UTF-8", "PATH": f"{self.core}:/usr/local/bin:/usr/bin:/bin"}
        return subprocess.run(
            list(map(str, command)), cwd=self.home, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(params=VERSIONS)
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    """Return a user of one version."""
    core = cores().get(f"bare-{request.param}")
    if core is None:
        pytest.skip(f"ansible-core {request.param} is not installed: make says which Python it needs")
    return User(core, tmp_path)


def artifact() -> Path:
    """Return the path of the artifact."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    return ROOT / "build" / f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"


def test_it_installs_into_an_empty_environment_and_runs_the_demo(user: User) -> None:
    """From nothing to the demo's last line, with no command but those of the README."""
    before = user.attempt(user.core / "python", "-c", "import ansible_collections")
    assert "No module named 'ansible_collections'" in before.stderr, "the environment is not empty: make clean"
    user.run("ansible-galaxy", "collection", "install", artifact())
    assert str(user.home / INSTALLED) in user.run("ansible-doc", "-F", COLLECTION)
    told = user.run(user.home / INSTALLED / "demo" / "run")
    assert told.splitlines()[-1] == "fs2008: Broadcom 4.8.4.1 <= 4.8.4.1"


def test_galaxy_imports_it_and_has_nothing_to_say(tmp_path: Path) -> None:
    """Galaxy's own importer, with its ansible-doc and ansible-lint: no error, and no warning."""
    importer = cores().get("galaxy")
    if importer is None:
        pytest.skip("galaxy-importer is not installed: make says which Python it needs")
    told = User(importer, tmp_path).run("python", "-m", "galaxy_importer.main", artifact())
    assert told.splitlines()[-1] == "Importer processing completed successfully"
    assert "Loading role audit" in told
    assert "...ansible-lint run complete" in told
    assert "ERROR" not in told
    result = json.loads((tmp_path / "importer_result.json").read_text(encoding="utf-8"))
    assert result["requires_ansible"] == ">=2.16.0"
    descriptions = {each["name"]: each["description"] for each in result["contents"] if each["content_type"] == "role"}
    assert all(descriptions.values())
