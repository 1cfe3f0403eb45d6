# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact installs by itself and holds what users need, and the pinned requirements are pinned."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.support.packing import ROOT, ansible, build

COLLECTION = "server_baseline.windows"
SPDX = "# SPDX-License-Identifier" + ": GPL-3.0-or-later"  # in two parts, so that REUSE does not read it here
NOT_FOR_USERS = {"tests", "molecule", "requirements", "build", "Makefile", "pyproject.toml", "LICENSES", "REUSE.toml"}
PIN = re.compile(r"([a-z0-9-]+==[0-9][0-9a-z.]*)(?: ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n")
PINNED = sorted(path.stem for path in (ROOT / "requirements").glob("*.in"))
STRAY = (
    ".env",
    ".vault_pass",
    "id_rsa",
    "ansible.cfg",
    "hosts.yml",
    "host_vars/dc01.yml",
    "group_vars/all/vault.yml",
    "inventories/production/hosts.yml",
    "inventories/demo/host_vars/dc01.yml",
    "inventories/demo/snapshots/dc01.yml",
    "snapshots/dc01.yml",
    "playbooks/host_vars/dc01.yml",
    "playbooks/group_vars/all.yml",
    "playbooks/hosts.ini",
    "plugins/modules/.env",
    "plugins/plugin_utils/_task/secrets.yml",
    "plugins/plugin_utils/_wire/id_rsa",
    "roles/baseline/files/id_rsa",
    "roles/baseline/vars/production.yml",
    "docs/examples/runner/env/passwords",
    "docs/examples/runner/env/ssh_key",
    "docs/dump.sql",
    "docs/passwords.md",
    "docs/docsite/vault.yml",
    "roles/production/tasks/main.yml",
    "roles/production/defaults/main.yml",
    "meta/token",
    "demo/state/dc01.yml",
)


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the artifact."""
    return build(tmp_path_factory.mktemp("artifact"))


def test_the_artifact_holds_every_plugin_and_no_tool(artifact: Path) -> None:
    with tarfile.open(artifact) as tar:
        members = {member.name for member in tar if member.isfile()}
    plugins = {str(path.relative_to(ROOT)) for path in (ROOT / "plugins").rglob("*") if path.is_file()}
    assert {path for path in plugins if "__pycache__" not in path} <= members
    assert {"LICENSE", "README.md", "CHANGELOG.md", "meta/runtime.yml"} <= members
    top = {name.split("/")[0] for name in members}
    assert not top & NOT_FOR_USERS
    assert {name for name in top if name.startswith(".")} == {".ansible-lint"}


def test_the_artifact_is_small(artifact: Path) -> None:
    assert artifact.stat().st_size < 2_000_000


def test_the_artifact_installs_without_a_network(artifact: Path, tmp_path: Path) -> None:
    # Forced, because ansible-galaxy takes the checkout that is linked into this environment for an installed copy.
    install = ("collection", "install", "--offline", "--force", artifact, "-p", tmp_path)
    ansible("ansible-galaxy", *install, collections=tmp_path)
    installed = tmp_path / "ansible_collections/server_baseline/windows"
    found = dict(
        line.split(maxsplit=1) for line in ansible("ansible-doc", "-F", COLLECTION, collections=tmp_path).splitlines()
    )
    modules = [path.name for path in (ROOT / "plugins/modules").glob("*.*") if path.suffix in (".py", ".ps1")]
    assert found == {
        f"{COLLECTION}.{name.partition('.')[0]}": str(installed / "plugins/modules" / name) for name in modules
    }


def test_the_artifact_holds_every_file_of_the_collection(artifact: Path) -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("this checkout has no git")
    wanted = {name for name in tracked if name.split("/")[0] not in NOT_FOR_USERS and not name.startswith(".")}
    wanted = {name for name in wanted if not name.startswith("changelogs/fragments/")}  # the changelog holds them
    wanted.add(".ansible-lint")  # Galaxy's importer lints with it
    with tarfile.open(artifact) as tar:
        members = {member.name for member in tar if member.isfile()}
    assert members - {"MANIFEST.json", "FILES.json"} == {
        name for name in wanted - {"galaxy.yml"} if (ROOT / name).exists()
    }


def test_what_else_lies_in_the_checkout_is_not_packed(artifact: Path, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    with tarfile.open(artifact) as tar:
        tar.extractall(copy, filter="data")
    shutil.copy(ROOT / "galaxy.yml", copy)
    for name in STRAY:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("secret")
    with tarfile.open(build(tmp_path, copy)) as tar, tarfile.open(artifact) as clean:
        assert sorted(tar.getnames()) == sorted(clean.getnames())


@pytest.mark.parametrize("name", PINNED)
def test_every_requirement_is_pinned_with_its_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    assert PIN.sub("", text) == ""
    assert text


@pytest.mark.parametrize(("small", "large"), [("runtime", "test"), ("test", "lint")])
def test_a_larger_set_agrees_with_the_smaller_one(small: str, large: str) -> None:
    pins = [
        set(PIN.findall((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8"))) for name in (small, large)
    ]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_plugin_file_says_its_licence(path: Path) -> None:
    assert SPDX in path.read_text(encoding="utf-8").splitlines()[:5]


@pytest.mark.parametrize("scenario", ["default", "lab"])
def test_a_molecule_scenario_has_tests_to_verify_by(scenario: str) -> None:
    # Molecule takes it for a success when its verifier finds none.
    assert list((ROOT / "molecule" / scenario / "tests").glob("test_*.py"))
