# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minimum version of the payload: what Windows PowerShell 2.0 on .NET 2.0 understands, as data, and a check of a
script against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SCRIPT = Path(__file__).with_name("ast.ps1")
_LATER_VARIABLES = {"psitem"}  # 3.0's other name of $_
_PLAIN_NUMBER = re.compile(r"-?\d+")  # suffixes but L, D, KB..., binary numbers and separators came later

_LISTS = {"node": "nodes", "operator": "operators", "static": "statics", "method": "methods", "type": "types"}


@dataclass(frozen=True)
class Part:
    """One thing that a script is made of, as ast.ps1 prints it."""

    line: int
    kind: str
    detail: str


def parse(output: str) -> list[Part]:
    """Read what ast.ps1 printed."""
    fields = [line.split("\t") for line in output.splitlines() if line.count("\t") == 2]
    return [
        Part(int(line), kind, detail.removesuffix("[]") if kind == "type" else detail) for line, kind, detail in fields
    ]


def allowed() -> dict[str, Any]:
    """What 2.0 understands, from allowed.yml."""
    return dict(yaml.safe_load(Path(__file__).with_name("allowed.yml").read_text(encoding="utf-8")))


def violations(parts: list[Part]) -> list[str]:
    """Every part of a script that is not known to be of PowerShell 2.0 and .NET 2.0, in words."""
    known = allowed()
    own = {part.detail.lower() for part in parts if part.kind == "function"}
    return [f"line {part.line}: {part.kind} {part.detail}" for part in parts if not _fits(part, known, own)]


def _fits(part: Part, known: dict[str, Any], own: set[str]) -> bool:
    if part.kind == "command":
        name, _unused, argument = part.detail.partition(" ")
        return name.lower() in own or known["commands"].get(name) == argument or not name
    if part.kind == "variable":
        return part.detail.lower() not in _LATER_VARIABLES and not part.detail.lower().startswith("using:")
    if part.kind == "number":
        return bool(_PLAIN_NUMBER.fullmatch(part.detail))
    if part.kind == "instance":
        return part.detail in known["properties"] or part.detail in known["words"]
    if part.kind in _LISTS:
        return part.detail in known[_LISTS[part.kind]]
    return part.kind == "function"


def unused(parts: list[Part]) -> list[str]:
    """What allowed.yml lists and the scripts do not use: such a line would let something in unread."""
    known, used = allowed(), {(part.kind, part.detail) for part in parts}
    names = {detail for kind, detail in used if kind == "instance"}
    listed = [(kind, detail) for kind, name in _LISTS.items() for detail in known[name]]
    return [detail for kind, detail in listed if (kind, detail) not in used] + [
        word for word in known["properties"] + known["words"] if word not in names
    ]
