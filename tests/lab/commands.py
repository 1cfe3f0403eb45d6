# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stubs for commands of Windows that Wine lacks (netsh above all): answers from the description, asked commands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from tests.lab import tools
from tests.lab.prefix import Prefix

ALWAYS = "netsh"
"""Wine's own netsh does nothing and says so to nobody: it is replaced on every server."""


def install(prefix: Prefix, answers: Mapping[str, Mapping[str, Any]]) -> None:
    """Put a stub for each command that has an answer into system32, with its answers beside the lab's tools.

    answers: command line ("netsh interface tcp dump") -> {exit_code, output}.
    """
    lines: dict[str, list[str]] = {ALWAYS: []}
    for command, answer in answers.items():
        name, _unused, rest = command.partition(" ")
        output = str(answer.get("output") or "").encode()
        line = f"{_full(rest)}\t{int(answer.get('exit_code') or 0)}\t{output.hex()}\n"
        lines.setdefault(name.lower().removesuffix(".exe"), []).append(line)
    for name, own in lines.items():
        shutil.copy(tools.program("command"), prefix.place(f"C:\\windows\\system32\\{name}.exe"))
        (prefix.tools / f"{name}.answers").write_text("".join(own), "utf-8")
    user = prefix.read_hive("HKCU")  # else Wine prefers its own program of that name to the one in system32
    user.merge("Software\\Wine\\DllOverrides", {f"{name}.exe": "native" for name in lines})
    prefix.write_hive("HKCU", user)


def _full(arguments: str) -> str:
    return " ".join("interface" if n == 0 and word == "int" else word for n, word in enumerate(arguments.split()))


def asked(prefix: Prefix) -> list[str]:
    """Every command line that the stubs were asked so far."""
    log = prefix.tools / "commands.log"
    return log.read_text("utf-8").splitlines() if log.exists() else []
