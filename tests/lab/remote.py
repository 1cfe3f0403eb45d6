# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs command lines on a server over WinRM, as an administrator or an installer would, without this collection and
without Ansible.

python -m tests.lab.remote URL COMMAND..., where URL is the lab_testinfra_url of serve.py's inventory; ends with the
first that fails, and its exit code.
"""

from __future__ import annotations

import sys

import testinfra


def run(url: str, *commands: str) -> int:
    """Run command lines, say what each said, and return the exit code of the first that fails, or 0."""
    server = testinfra.get_host(url)
    for command in commands:
        done = server.run(command)
        print(f"> {command}\n{done.stdout}", end="")
        print(done.stderr, end="", file=sys.stderr)
        if done.rc:
            return int(done.rc)
    return 0


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
