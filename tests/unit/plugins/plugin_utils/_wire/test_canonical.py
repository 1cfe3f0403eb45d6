# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both sides write the same text for the same data, and every text comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.canonical import (
    from_field,
    from_list,
    to_field,
    to_json,
    to_list,
)
from tests.support import strategies

JSON: dict[str, tuple[Any, str]] = {
    "quote and backslash": ('a"b\\c', r'"a\"b\\c"'),
    "control characters have no short form": ("\n\t\x7f", r'"\u000a\u0009\u007f"'),
    "a character beyond the first plane is two units": ("\U0001f600", r'"\ud83d\ude00"'),
    "a lone surrogate": ("\ud83d", r'"\ud83d"'),
    "the rest": ([None, True, False, -1, {"a": [], "b": {}}], '[null,true,false,-1,{"a":[],"b":{}}]'),
}


@pytest.mark.parametrize("case", JSON)
def test_json_is_written_character_by_character_as_the_payload_does(case: str) -> None:
    data, text = JSON[case]
    assert to_json(data) == text


@given(strategies.values)
def test_json_is_ascii_and_says_what_it_was_given(data: Any) -> None:
    text = to_json(data)
    assert text.isascii()
    assert "\n" not in text
    assert json.loads(text) == data


def test_what_is_no_data_of_the_wire_is_not_written() -> None:
    with pytest.raises(TypeError, match=r"not JSON data of the wire: 1\.5"):
        to_json({"a": [1.5]})


@given(strategies.texts)
def test_a_field_is_printable_ascii_and_comes_back(text: str) -> None:
    field = to_field(text)
    assert all(" " <= character <= "~" for character in field)
    assert from_field(field) == text


def test_a_backslash_in_a_field_only_ever_starts_an_escape() -> None:
    assert to_field("a\\u0041") == "a\\\\u0041"


@given(st.lists(strategies.texts))
def test_a_list_comes_back(items: list[str]) -> None:
    assert from_list(to_list(items)) == items


def test_no_text_and_one_empty_text_differ() -> None:
    assert to_list([]) != to_list([""])
