# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands that a page quotes, on replicas of the demo's servers, and tells what they did not say.

A fenced block of the language `console` holds them: a line that begins with `$ ` is a command, what follows is what it
says. A line `...` stands for lines that are left out; in what stands between two of them nothing is. Spaces at the ends
of lines, colours, and the day of a change, do not count.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LEFT_OUT = "..."


@dataclass(frozen=True)
class Transcript:
    """A command and what a page says that it says. passages: between what is left out."""

    command: str
    passages: tuple[tuple[str, ...], ...]


@dataclass
class Shell:
    """Runs commands in a folder, the checkout, one after another. folder: where the servers' changes are kept, below
    `state`. settings: more environment variables."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    where: Path = ROOT

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command; an export counts for those that follow."""
        exported = re.fullmatch(r"export (\w+)=(\S+)", command)
        if exported:
            self.settings[exported[1]] = exported[2]
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.where,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "DEMO_STATE": str(self.folder / "state"),
            **self.settings,
        }


def transcripts(page: str) -> list[Transcript]:
    """Return the commands of a page, in order."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.replace("\\\n", " ").splitlines()
            found.append(Transcript(command, tuple(_passages(_lines(shown)))))
    return found


def unsaid(passages: Sequence[Sequence[str]], said: str) -> list[tuple[str, ...]]:
    """Return the passages that do not stand in what a command said, line after line."""
    lines = _lines(said.splitlines())
    return [tuple(each) for each in passages if not _stands(list(each), lines)]


def _stands(passage: list[str], lines: list[str]) -> bool:
    return any(lines[at : at + len(passage)] == passage for at in range(len(lines)))


def _lines(text: Sequence[str]) -> list[str]:
    plain = (re.sub(r"\x1b\[[\d;]*m", "", line).strip() for line in text)
    return [re.sub(r"since \d{4}-\d\d-\d\d", "since DAY", line) for line in plain if line]


def _passages(lines: Sequence[str]) -> list[tuple[str, ...]]:
    passages: list[list[str]] = [[]]
    for line in lines:
        if line == LEFT_OUT:
            passages.append([])
        else:
            passages[-1].append(line)
    return [tuple(each) for each in passages if each]
