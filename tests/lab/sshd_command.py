# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's sshd runs for a command: the command in the prefix, by cmd.exe, which is OpenSSH's DefaultShell on
Windows."""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab import wine
from tests.lab.winrs import LONGEST_LINE


def main() -> None:
    """Note the execution and become Wine."""
    command = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    with Path(os.environ["LAB_LOG"]).open("a", encoding="utf-8") as log:
        log.write(command.replace("\n", " ")[:200] + "\n")
    if len(command) > LONGEST_LINE:
        raise SystemExit("The command line is too long.")
    os.chdir(Path(os.environ["WINEPREFIX"]) / "drive_c")
    line = f'C:\\windows\\system32\\cmd.exe /c "{command}"'
    become = wine.command("C:\\lab\\labctl.exe", "run", line)
    os.execvp(become[0], become)


if __name__ == "__main__":
    main()
