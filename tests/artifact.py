# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Galaxy imports the artifact that `make build` has built; in an empty environment of each supported ansible-core the
README's commands install it, audit, enforce and restore, in their order, and the demo of the installed copy runs.

`make artifact` runs it. Its name keeps it out of `make test`, which builds no artifact and has fewer versions of
ansible-core.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.support.galaxy import galaxy_server
from tests.support.plays import ROOT, environments

VERSIONS = ("2.16", "2.17", "2.18", "2.19", "2.20", "2.21")
COLLECTION = "server_baseline.windows"
README = (ROOT / "README.md").read_text(encoding="utf-8")
AUTHOR = ("-c", "user.name=Test", "-c", "user.email=test@localhost")
INSTALLED = Path(".ansible/collections/ansible_collections/server_baseline/windows")
"""Where ansible-galaxy puts the collection, seen from the home folder."""


@dataclass(frozen=True)
class User:
    """A user who has an ansible-core and an empty home folder, and none of the checkout's settings."""

    core: Path
    home: Path

    def run(self, *command: str | Path, **settings: str) -> str:
        """Return what a program prints. It must succeed, and have nothing to warn of."""
        done = self.attempt(*command, **settings)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "WARN" not in done.stdout + done.stderr
        return done.stdout

    def attempt(self, *command: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a program. settings: more environment variables."""
        environment = {"HOME": str(self.home), "LC_ALL": "C.UTF-8", "PATH": f"{self.core}:/usr/local/bin:/usr/bin:/bin"}
        environment |= settings
        return subprocess.run(
            list(map(str, command)), cwd=self.home, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture(params=VERSIONS)
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    """Return a user of one version."""
    core = environments().get(f"bare-{request.param}")
    if core is None:
        pytest.skip(f"ansible-core {request.param} is not installed: make says which Python it needs")
    return User(core, tmp_path)


def artifact() -> Path:
    """Return the path of the artifact."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    return ROOT / "build" / f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"


def commands() -> str:
    """Return the README's commands in their order, as one script, with requirements.yml as it shows it. `make demo` and
    `make test` are left out: they install what they need, and are steps of their own."""
    script = ["set -euo pipefail"]
    (shown,) = re.findall(r"^```yaml\n(# requirements\.yml\n.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in re.findall(r"^    ((?:ansible|python|git|cd|make)\b.+)$", README, re.MULTILINE):
        if line.endswith("requirements.yml"):
            script.append(f"cat > requirements.yml <<'END'\n{shown}END")
        if not line.startswith("make "):
            script += [f"echo {shlex.quote('==> ' + line)}", line]
    return "\n".join(script)


def test_the_commands_of_the_readme_work_in_an_empty_environment(
    user: User, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = user.attempt("python", "-c", "import jmespath")
    assert "No module named 'jmespath'" in before.stderr, "the environment is not empty: make clean"
    repository = clone(tmp_path_factory.mktemp("repository"))
    with galaxy_server(artifact()) as address:
        settings = {
            "ANSIBLE_GALAXY_SERVER": address,
            "DEMO_STATE": str(user.home / "state"),
            # What is cloned and installed by pip lies here.
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{repository.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/server-baseline/server_baseline.windows.git",
            "PIP_FIND_LINKS": str(user.core.parent / "wheels"),
            "PIP_NO_INDEX": "1",
            "PIP_TARGET": str(user.home / "libraries"),
            "PYTHONPATH": str(user.home / "libraries"),
        }
        done = user.attempt("bash", "-c", commands(), **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line for line in (done.stdout + done.stderr).splitlines() if "WARN" in line and "pip" not in line] == []
    assert done.stdout.count("==> ") >= 10
    assert str(user.home / INSTALLED) in user.run("ansible-doc", "-F", COLLECTION)


def clone(folder: Path) -> Path:
    """Return a Git repository of the checkout as it stands, without what is not tracked."""
    copy = folder / "windows"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split("\0")):
        if (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    for command in (["init", "--quiet"], ["add", "--all"], [*AUTHOR, "commit", "--quiet", "--message", "A copy"]):
        subprocess.run(["git", *command], cwd=copy, check=True)
    return copy


def test_the_demo_of_the_installed_copy_runs(user: User) -> None:
    user.run("ansible-galaxy", "collection", "install", artifact())
    report = user.home / "report.html"
    lines = user.run(user.home / INSTALLED / "demo" / "run", DEMO_REPORT=str(report)).splitlines()
    assert "fs2008: Broadcom 4.8.4.1 <= 4.8.4.1" in lines
    assert lines[-1] == f"Report: {report}"
    assert report.exists()


def test_what_an_execution_environment_gets_resolves_beside_each_core(user: User) -> None:
    wanted = (ROOT / "meta/ee-requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^\w+$", wanted, re.MULTILINE)
    wheels = user.core.parent / "wheels"
    (user.home / "wanted.txt").write_text(wanted, encoding="utf-8")
    command = ("python", "-m", "pip", "install", "--dry-run", "--no-index", "--find-links", wheels, "-r", "wanted.txt")
    (told,) = re.findall(r"^Would install (.+)$", user.run(*command), re.MULTILINE)
    assert set(names) <= {each.rpartition("-")[0] for each in told.split()}
    assert "ansible-core" not in told


def test_galaxy_imports_it_and_has_nothing_to_say(tmp_path: Path) -> None:
    """Galaxy's own importer, with its ansible-doc and ansible-lint: no error, and no warning."""
    importer = environments().get("galaxy")
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
