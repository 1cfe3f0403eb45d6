# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lays the collection out as ansible-test wants it: ansible_collections/server_baseline/windows, a Git work tree of its
own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def lay_out(checkout: Path, folder: Path) -> Path:
    """Copy what Git has or would take of a checkout into a new tree below folder, and return the collection's root
    there."""
    shutil.rmtree(folder, ignore_errors=True)
    root = folder / "ansible_collections" / "server_baseline" / "windows"
    root.mkdir(parents=True)
    for name in _git(checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        source = checkout / name
        if name and source.is_file():  # what is deleted but not yet committed is still listed
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, root / name, follow_symlinks=False)
    # The tree lies in a folder that the checkout's .gitignore names. Of such a folder ansible-test sees no file, unless
    # it has its own .git.
    _git(root, "init", "--quiet")
    _git(root, "add", "--all")
    return root
