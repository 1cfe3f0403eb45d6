# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""python -m tests.sanity CORE [ARGUMENT...]: CORE is the virtual environment of ansible-core, arguments go to
ansible-test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.sanity.home import prepare
from tests.sanity.skipped import EXPECTED, missing_tools
from tests.sanity.tree import lay_out

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.12", "3.13", "3.14")
"""What ansible-core 2.21 runs on; plugins of the collection run on nothing else (tests/config.yml)."""


def pythons() -> list[str]:
    """Return the folders of the Pythons that are there."""
    finder = ROOT / "requirements" / "find-python"
    found = [subprocess.run([finder, each], check=False, capture_output=True, text=True) for each in PYTHONS]
    # Not Path.parent, which makes "." of a bare name.
    return [os.path.dirname(done.stdout.strip()) for done in found if done.returncode == 0]  # noqa: PTH120


def run(core: Path, arguments: list[str]) -> tuple[int, list[str]]:
    """Run ansible-test, print what it prints, and return its exit status and its lines."""
    home = ROOT / ".venv-core" / "sanity"
    prepare(home, core)
    root = lay_out(ROOT, ROOT / "build" / "sanity")
    path = [str(core / "bin"), *filter(None, pythons()), os.environ["PATH"]]
    environment = {**os.environ, "HOME": str(home), "PATH": os.pathsep.join(path)}
    # They would lead pip and Ansible out of the new home.
    for name in ("XDG_CONFIG_HOME", "ANSIBLE_HOME", "ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_CONFIG"):
        environment.pop(name, None)
    command = [core / "bin" / "ansible-test", "sanity", "--color", "no", *arguments]
    lines = []
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, lines


def main() -> int:
    """Return 1 when a test fails, or when LAB=required and something is missing that CI must have."""
    status, lines = run(Path(sys.argv[1]).absolute(), sys.argv[2:])
    found = missing_tools(lines)
    for what, tests in found.items():
        print(f"sanity: skipped without {what}: {', '.join(tests)} ({EXPECTED.get(what, 'install it')})")
    unexpected = [what for what in found if what not in EXPECTED]
    if unexpected and os.environ.get("LAB") == "required":
        print(f"sanity: LAB=required, but this is missing: {', '.join(unexpected)}", file=sys.stderr)
        return 1
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
