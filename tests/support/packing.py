# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the artifact for tests, with the ansible-core that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ansible(program: str, *arguments: str | Path, collections: Path) -> str:
    """Run one of ansible-core's programs, which sees the collections of one folder first, and return what it prints."""
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_HOME": str(collections / "home")}
    command = [str(Path(sys.executable).with_name(program)), *map(str, arguments)]
    done = subprocess.run(command, cwd=collections, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(folder: Path, checkout: Path = ROOT) -> Path:
    """Build the artifact as `make build` does, into a folder, and return its path."""
    ansible("ansible-galaxy", "collection", "build", checkout, "--output-path", folder, collections=folder)
    (built,) = folder.glob("server_baseline-windows-*.tar.gz")
    return built
