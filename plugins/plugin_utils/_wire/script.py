# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The scripts that an execution is sent: parts of payload/, those that its request needs.

A release has few of them, and none of them varies: whoever watches a server can know each by its hash
(docs/security_team.md).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from pathlib import Path

from .._protocol import operations as op
from .._protocol import queries as q
from .request import Request

Parts = tuple[str, ...]

_NETWORK = (q.InterfaceQuery, q.CommandQuery, op.RunCommand)
_FILES = (q.RegistryQuery, q.FileQuery)
_NAME = "server_baseline.windows, a collection of Ansible"

# Texts, comments, and what is between them.
_PIECES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"`]|`.|"")*"|#.*|[^'"#]+""")
_OPERATORS = "and|or|eq|ne|cne|lt|ge|gt|le|is|f|join|split|band|contains|notcontains|match|replace"
# Blanks that part no words, and what takes their place. Before "(" and "{" stands a blank that counts where a command's
# arguments begin, not after a text, which is a case of a switch.
_BLANKS = (
    (re.compile(r"(?<=[{;,]) "), ""),
    (re.compile(r" (?=\})"), ""),
    (re.compile(r"(?m) (\+?=|\+)(?: |$)"), r"\1"),
    (re.compile(rf"(\$\w+(?:\.\w+)*|[)\]}}]|^) (-(?:{_OPERATORS})) (?=[$(\[@]|\Z)"), r"\1\2"),
    (re.compile(r"\b(if|elseif|foreach|for|while|switch|try|catch|else) (?=[({])"), r"\1"),
    (re.compile(r"\) (?=\{)"), ")"),
    (re.compile(r"\A (?=\{)"), ""),
    (re.compile(r"\} (?=(?:else|elseif|catch|finally)\b)"), "}"),
)


def parts_of(request: Request) -> Parts:
    """Return the names of the parts that a request needs, in their order."""
    asked = (*request.queries, *request.operations)
    chosen = {
        "network": any(isinstance(each, _NETWORK) for each in asked),
        "events": any(isinstance(each, q.EventQuery) for each in asked),
        "identity": any(isinstance(each, _FILES) and each.identify for each in asked),
        "writing": bool(request.operations),
        "compression": request.large_answer,
        "plain": not request.large_answer,
    }
    return ("prelude", "reading", *(part for part, needed in chosen.items() if needed), "answering")


def every_script() -> dict[Parts, str]:
    """Return every script of the release by its parts."""
    optional = [each for count in range(4) for each in combinations(("network", "events", "identity"), count)]
    ends = ("plain", "compression")
    reading = [("prelude", "reading", *also, end, "answering") for also in optional for end in ends]
    writing = [("prelude", "reading", *also, "writing", "plain", "answering") for also in optional]
    return {parts: script(parts) for parts in (*reading, *writing)}


@cache
def script(parts: Parts) -> str:
    """Return the script made of some parts as it is sent, without what only its reader needs: every byte is sent with
    every execution."""
    return f"# {_NAME}: {', '.join(parts)}\n" + "".join(compact(read_part(part)) for part in parts)


def compact(text: str) -> str:
    """Return PowerShell without comments, indentation, empty lines and the blanks that its grammar does not ask for.

    It takes the pieces of a script as this payload writes them: no here-strings, no quotes in a text's subexpression.
    """
    lines = re.sub(r"(?m)^ +", "", text)
    code = "".join(_compact_piece(piece.group()) for piece in _PIECES.finditer(lines))
    return re.sub(r"\}\n(?=\})", "}", re.sub(r"(?m)^\n| +$", "", code))


def _compact_piece(piece: str) -> str:
    if piece[0] in "'\"":
        return piece
    if piece[0] == "#":
        return ""
    for blanks, instead in _BLANKS:
        piece = blanks.sub(instead, piece)
    return piece


def read_part(name: str) -> str:
    """Return a part as it is written."""
    return (Path(__file__).with_name("payload") / f"{name}.ps1").read_text(encoding="ascii")


def bootstrap() -> str:
    """Return the script of the command line, which runs the one on standard input."""
    return Path(__file__).with_name("bootstrap.ps1").read_text(encoding="ascii").strip()
