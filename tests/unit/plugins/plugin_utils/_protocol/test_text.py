# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are shown steer no terminal and can be written."""

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.text import (
    message,
    one_line,
    printable,
    shown,
)
from tests.support import strategies

PRINTED = {
    "FAMv4": "FAMv4",
    "Müller 中 \U0001f600": "Müller 中 \U0001f600",
    "\ud83d": "\ufffd",
    "a\udfffb": "a\ufffdb",
    "\x1b[2J": r"\u001b[2J",
    "\x9b31m": r"\u009b31m",
    "a\rb\x00\x7f": r"a\u000db\u0000\u007f",
    "\u202egnp.exe": r"\u202egnp.exe",
    "a\u061cb": r"a\u061cb",
    "a\nb\tc": "a\nb\tc",
}


@pytest.mark.parametrize("text", PRINTED)
def test_a_text_is_printed(text: str) -> None:
    assert printable(text) == PRINTED[text]


def test_a_line_stays_one() -> None:
    assert one_line("a\nTASK [all is well]\tb") == r"a\u000aTASK [all is well]\u0009b"


def test_a_long_message_keeps_its_end() -> None:
    long = message("the server said " + "x" * 10_000_000 + "\n; run the task again")
    assert long.startswith("the server said xxx")
    assert long.endswith(r"x\u000a; run the task again")
    assert len(long) < 10_000
    assert message("short\n") == r"short\u000a"


@given(strategies.texts)
def test_whatever_it_is_it_can_be_written_and_is_one_line(text: str) -> None:
    line = one_line(text)
    assert line.encode().decode() == line
    assert len(line.splitlines()) <= 1
    assert not [each for each in line if each < " " or "\x7f" <= each <= "\x9f"]
    assert one_line(line) == line


def test_a_message_repeats_no_more_than_500_characters() -> None:
    assert shown("x" * 501) == "x" * 500 + "…"
