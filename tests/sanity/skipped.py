# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which sanity tests did not run, and why, read from what ansible-test prints."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUNNING = re.compile(r'Running sanity test "([^"]+)"')
_SKIPPED = re.compile(r'WARNING: Skipping sanity test "([^"]+)" on (Python [0-9.]+) because it could not be found')
_DISABLED = re.compile(r"WARNING: Skipping tests disabled by default without --allow-disabled: (.+)")
_OTHER = re.compile(r'WARNING: Skipping sanity test "([^"]+)" (.+)')
_PROGRAM = re.compile(r'WARNING: Required program "([^"]+)" not found')
_REVIEW = "WARNING: Reviewing previous"

EXPECTED = {
    "pwsh": "with PSScriptAnalyzer of the PowerShell Gallery; tests/lab parses and runs the script instead",
    "Python 3.14": "ansible-core 2.21 runs on it, but the tests need it nowhere",
}
"""What may be missing everywhere, and why: it comes from no registry that the tests may use."""


def missing_tools(lines: Iterable[str]) -> dict[str, list[str]]:
    """Return what ansible-test does not find, each with the names of the tests that it skipped for that."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        if line.startswith(_REVIEW):  # at the end all warnings are said once more
            break
        if running := _RUNNING.match(line):
            current = running[1]
        elif program := _PROGRAM.match(line):
            found.setdefault(program[1], []).append(current)
        elif skipped := _SKIPPED.match(line):
            found.setdefault(skipped[2], []).append(skipped[1])
        elif disabled := _DISABLED.match(line):
            found.setdefault("--allow-disabled", []).extend(disabled[1].split(", "))
        elif other := _OTHER.match(line):
            found.setdefault(other[2], []).append(other[1])
    return found
