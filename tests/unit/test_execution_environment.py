# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder finds in the artifact what an execution environment needs, by the definition that the documentation
shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.packing import ROOT, build

PAGE = ROOT / "docs" / "execution-environment.md"
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Context:
    """What ansible-builder has made of the definition. instructions: of the build. installed: where the collections of
    the image lie here."""

    folder: Path
    instructions: str
    installed: Path

    def carry_out(self, pattern: str, **replaced: str) -> None:
        """Carry out the one RUN instruction that fits a pattern, with the container's folders replaced by folders of
        this machine."""
        (command,) = [line for line in re.findall(r"^RUN (.+)$", self.instructions, re.M) if re.search(pattern, line)]
        places = {
            "/usr/share/ansible": str(self.installed),
            "/output/": f"{self.folder}/_build/",
            "/tmp/src": str(self.folder),
        }
        for place, here in places.items():
            command = command.replace(place, here)
        # The checkout that is linked into this environment would count as an installed copy.
        environment = {"ANSIBLE_GALAXY_CLI_COLLECTION_OPTS": "--force", "PYCMD": sys.executable, **replaced}
        run(["bash", "-c", command], self.folder / "_build", **environment)


def run(command: list[str], folder: Path, **environment: str) -> None:
    """Run a command that must succeed."""
    environment["PATH"] = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def definition() -> str:
    """Return the definition that the page shows."""
    (found,) = re.findall(r"^```yaml\n(.+?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return str(found)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """Do what the page says, and what the image would do with it."""
    folder = tmp_path_factory.mktemp("ee")
    (folder / "build").mkdir()
    build(folder / "build")
    (folder / "execution-environment.yml").write_text(definition(), encoding="utf-8")
    run(["ansible-builder", "create", "--output-filename", "Containerfile"], folder)
    instructions = (folder / "context/Containerfile").read_text(encoding="utf-8")
    made = Context(folder / "context", instructions, folder / "share")
    made.carry_out("ansible-galaxy collection install", ANSIBLE_HOME=str(folder / "home"))
    # In the image the script looks where its own constant says; here the folder is named.
    made = Context(
        made.folder,
        instructions.replace("introspect --", "introspect /usr/share/ansible/collections --"),
        made.installed,
    )
    made.carry_out("introspect.py introspect")
    return made


def lines(path: Path) -> set[str]:
    """Return the requirements of a file, without the comments that say whence they are."""
    return {line.split("  #")[0] for line in path.read_text(encoding="utf-8").splitlines()}


def test_the_image_holds_the_collection(context: Context) -> None:
    assert (context.installed / "collections/ansible_collections/server_baseline/windows/MANIFEST.json").is_file()


def test_the_image_gets_the_python_libraries(context: Context) -> None:
    assert lines(context.folder / "requirements.txt") == {"jmespath", "pywinrm", "pypsrp"}


def test_the_image_gets_the_client_of_openssh(context: Context) -> None:
    assert lines(context.folder / "bindep.txt") == {
        "openssh-client [platform:dpkg]",
        "openssh-clients [platform:rpm]",
    }


def test_the_page_names_the_newest_core_and_the_version_of_the_collection() -> None:
    shown: dict[str, Any] = yaml.safe_load(definition())
    newest = (ROOT / "requirements/core-2.21.in").read_text(encoding="utf-8").splitlines()
    assert shown["dependencies"]["ansible_core"]["package_pip"] in newest
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    (named,) = shown["dependencies"]["galaxy"]["collections"]
    assert Path(named["name"]).name == f"server_baseline-windows-{version}.tar.gz"
