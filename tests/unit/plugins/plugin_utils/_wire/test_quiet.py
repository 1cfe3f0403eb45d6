# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire has nothing that public rules of security products look for: each forbidden word is tried, and found where
a script has it."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line, pack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import bootstrap, every_script
from tests.support import strategies
from tests.support.wire_module import module

FORBIDDEN = (
    "FromBase64String",
    "GZipStream",
    "IO.Compression",
    "Reflection.Assembly",
    "LoadWithPartialName",
    ".GetMethod(",
    "System.Management.Automation.",
    "http",
)
"""What Elastic 81fe9dc6, Sigma fdb62a13, b9d9cc83, ca2092a1 and ddcd88cb, and Splunk 0d718b52 look for, and what else
malware is known by."""
TO_COMPRESS = ("GZipStream", "IO.Compression")
"""What the script of a large answer must have. It compresses and nothing else: rules look for these beside
FromBase64String."""
BEGINNINGS = ("JAB", "IAB", "cwB", "UwB", "aQB")
"""How encoded command lines begin that rules look for: "$", " ", "s", "S" and "i" (YARA SUSP_PS1_JAB_Pattern_Jun22_1
and others)."""
NEVER_TOGETHER = (".SetValue", "FromBase64String", "System.Management.Automation.")
PRINTABLE_LINES = re.compile(r"[ -~\n]*")
LONGEST_LINE = 1000

SCRIPTS = {
    "bootstrap": bootstrap(),
    "module": module(),
    **{", ".join(parts): text for parts, text in every_script().items()},
}


def forbidden_in(name: str, text: str) -> list[str]:
    """Return the words that a script must not have and has, in whatever case: rules look for them so."""
    allowed = TO_COMPRESS if "compression" in name else ()
    return [word for word in FORBIDDEN if word not in allowed and word.lower() in text.lower()]


def met_in(text: str) -> list[str]:
    """Return which of the words that never meet are in a script."""
    return [word for word in NEVER_TOGETHER if word.lower() in text.lower()]


def begins_as_rules_look_for(line: str) -> bool:
    """Tell whether a command line has an encoded script that begins as those that rules look for."""
    return line.partition(" -EncodedCommand ")[2].startswith(BEGINNINGS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_wire_quiet_no_script_has_a_forbidden_word(name: str) -> None:
    assert forbidden_in(name, SCRIPTS[name]) == []


@pytest.mark.parametrize("word", FORBIDDEN)
@pytest.mark.parametrize("name", SCRIPTS)
def test_wire_quiet_a_forbidden_word_that_is_put_back_is_found(name: str, word: str) -> None:
    lines = SCRIPTS[name].split("\n")
    for written in (word, word.upper(), word.lower()):
        mutated = "\n".join([*lines[: len(lines) // 2], f"$unused = '{written}'", *lines[len(lines) // 2 :]])
        expected = [] if "compression" in name and word in TO_COMPRESS else [word]
        assert forbidden_in(name, mutated) == expected


def test_wire_quiet_compression_is_in_no_other_script_and_unpacks_nothing() -> None:
    for name, text in SCRIPTS.items():
        assert ("GZipStream" in text) is ("compression" in name)
        assert "Decompress" not in text


@pytest.mark.parametrize("name", SCRIPTS)
def test_wire_quiet_words_that_count_together_never_meet(name: str) -> None:
    assert len(met_in(SCRIPTS[name])) <= 1
    assert met_in("\n".join([SCRIPTS[name], *NEVER_TOGETHER])) == list(NEVER_TOGETHER)


def test_wire_quiet_the_line_is_short_and_names_the_collection_first() -> None:
    assert len(command_line()) < LONGEST_LINE
    assert bootstrap().startswith("#server_baseline.windows\n")
    assert len(bootstrap()) < 350


def test_wire_quiet_no_variable_of_the_bootstrap_has_one_letter() -> None:
    names = re.findall(r"\$\{?(\w+)", bootstrap())
    assert names
    assert [name for name in names if len(name) < 3] == []


def test_wire_quiet_the_encoded_line_does_not_begin_as_rules_look_for() -> None:
    assert not begins_as_rules_look_for(command_line())
    before = command_line().partition(" -EncodedCommand ")[0]
    for first in "$ sSi":
        script = base64.b64encode(f"{first}a{bootstrap()}".encode("utf-16-le")).decode()
        assert begins_as_rules_look_for(f"{before} -EncodedCommand {script}")


@given(
    st.lists(strategies.queries, max_size=3),
    st.lists(strategies.operations, max_size=3),
    st.booleans(),
)
def test_wire_quiet_what_is_sent_is_lines_of_printable_ascii(
    queries: list[q.Query], operations: list[op.Operation], large: bool
) -> None:
    sent = pack("0" * 32, Request(tuple(queries), tuple(operations), large)).decode("ascii")
    assert PRINTABLE_LINES.fullmatch(sent)
    assert sent.splitlines() == sent.split("\n")  # psrp takes the first, a console the second
    assert all(sent.splitlines())  # an empty line may get lost


def test_wire_quiet_the_request_is_in_no_script() -> None:
    texts = [pack("0" * 32, Request((q.FileQuery((f"C:\\{name}",)),))).decode().split("0" * 32) for name in "ab"]
    assert texts[0][1] == texts[1][1]
    assert texts[0][2] != texts[1][2]
