# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A home folder for ansible-test, which keeps its virtual environments and its copy of get-pip there."""

from __future__ import annotations

import ast
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path


def prepare(home: Path, core: Path) -> None:
    """Prepare a home folder. core: the virtual environment of ansible-core. What is installed there already is kept."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("get_pip.py"), cache / f"get_pip_{pip_version(core).replace('.', '_')}.py")
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    settings = pip_settings(listed.stdout)
    place = home / ".config" / "pip" / "pip.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch(mode=0o600)
    with place.open("w", encoding="utf-8") as file:
        settings.write(file)


def pip_version(core: Path) -> str:
    """Return the version of pip that ansible-test bootstraps; it is part of the name under which it looks for the
    script."""
    (source,) = core.glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py")
    found = re.search(r"\bpip='([0-9.]+)'", source.read_text(encoding="utf-8"))
    if not found:
        raise RuntimeError(f"{source} does not say which pip ansible-test wants")
    return found[1]


def pip_settings(listed: str) -> configparser.RawConfigParser:
    """Return pip's settings as a file. listed: what `pip config list` prints.

    ansible-test hands neither the user's home folder nor any PIP_* variable to pip, so they would be lost: an index, a
    certificate.
    """
    settings = configparser.RawConfigParser()
    settings.add_section("global")
    # The environment outweighs every file; pip lists files in the order in which they count.
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        place, _equals, value = line.partition("=")
        scope, _dot, name = place.rpartition(".")
        section = "global" if scope == ":env:" else scope
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, name, ast.literal_eval(value))
    settings.set("global", "quiet", "2")
    return settings
