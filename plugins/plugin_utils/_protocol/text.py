# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Texts of a server or a file as a person may see them: no half characters, nothing that steers a terminal."""

from __future__ import annotations

import re

_SHOWN = 500  # characters of foreign text that a message repeats
_BEGIN, _END = 6_000, 2_000  # characters of a message that are kept

# Control characters (C0, DEL, C1), line separators, and the marks that turn the direction of a text around.
_STEERING = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_HALVES = re.compile(r"[\ud800-\udfff]")
_IN_TEXT = re.compile(f"[{_STEERING}]")
_IN_LINE = re.compile(rf"[\t\n{_STEERING}]")


def printable(text: str) -> str:
    """Return a text with lone surrogates replaced by U+FFFD and control characters as \\uXXXX. Line ends and tabs stay.

    A lone surrogate cannot be written as UTF-8, which ends a run where Ansible keeps facts in files.
    """
    return text if text.isprintable() else _escape(_IN_TEXT, text)


def one_line(text: str) -> str:
    """Return a text as printable does, with line ends and tabs escaped too, for what is printed as it is."""
    return text if text.isprintable() else _escape(_IN_LINE, text)


def message(text: str) -> str:
    """Return a whole message on one line. Of a very long one, which repeats what a server said, the middle is left out:
    the end says what to do."""
    line = one_line(text)
    return line if len(line) <= _BEGIN + _END else f"{line[:_BEGIN]} […] {line[-_END:]}"


def _escape(steering: re.Pattern[str], text: str) -> str:
    whole = _HALVES.sub("\ufffd", text)
    return steering.sub(lambda match: f"\\u{ord(match.group()):04x}", whole)


def shown(text: str) -> str:
    """Return what a message repeats of a foreign text: on one line, and not more than 500 characters."""
    return one_line(text[:_SHOWN]) + ("…" if len(text) > _SHOWN else "")
