# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The artifact installs by itself and holds what users need, and the pinned requirements are pinned."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import pytest

from tests.support.packing import ROOT, ansible, build

COLLECTION = "server_baseline.windows"
SPDX = "# SPDX-License-Identifier: GPL-3.0-or-later"
NOT_FOR_USERS = {"tests", "molecule", "requirements", "build", "Makefile", "pyproject.toml"}
PIN = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?")
PINNED = ("runtime", "test", "lint", "core-2.16", "core-2.18", "core-2.19", "core-2.21")


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
    assert not [name for name in top if name.startswith(".")]


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


@pytest.mark.parametrize("name", PINNED)
def test_every_requirement_is_pinned_and_names_no_host(name: str) -> None:
    lines = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    assert lines


@pytest.mark.parametrize(("small", "large"), [("runtime", "test"), ("test", "lint")])
def test_a_larger_set_agrees_with_the_smaller_one(small: str, large: str) -> None:
    pins = [
        {line.split(" ;")[0] for line in (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8").splitlines()}
        for name in (small, large)
    ]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("path", sorted((ROOT / "plugins").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_plugin_file_says_its_licence(path: Path) -> None:
    assert SPDX in path.read_text(encoding="utf-8").splitlines()[:5]


@pytest.mark.parametrize("scenario", ["default", "lab"])
def test_a_molecule_scenario_has_tests_to_verify_by(scenario: str) -> None:
    # Molecule takes it for a success when its verifier finds none.
    assert list((ROOT / "molecule" / scenario / "tests").glob("test_*.py"))
