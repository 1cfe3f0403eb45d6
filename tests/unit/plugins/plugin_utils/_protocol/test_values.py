# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each form of a value is of one registry type."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import (
    UnwritableValue,
    data_of,
    is_writable,
    text_of,
    texts_of,
    type_of,
)

# value: type, whether it can be written, its bare data, the texts in it
FORMS: list[tuple[Any, str, bool, Any, list[str]]] = [
    ("", "REG_SZ", True, "", [""]),
    ("a", "REG_SZ", True, "a", ["a"]),
    (0xFFFFFFFF, "REG_DWORD", True, 0xFFFFFFFF, []),
    ([], "REG_MULTI_SZ", True, [], []),
    (["a", "", "b"], "REG_MULTI_SZ", True, ["a", "", "b"], ["a", "", "b"]),
    ({"REG_EXPAND_SZ": "%A%"}, "REG_EXPAND_SZ", True, "%A%", ["%A%"]),
    ({"REG_QWORD": 1}, "REG_QWORD", True, 1, []),
    ({"REG_BINARY": ""}, "REG_BINARY", True, "", []),
    ({"REG_NONE": "ab"}, "REG_NONE", False, "ab", []),
    ({"REG_UNKNOWN": None}, "REG_UNKNOWN", False, None, []),
]


@pytest.mark.parametrize(("value", "kind", "writable", "data", "texts"), FORMS, ids=str)
def test_a_form_says_its_type(value: Any, kind: str, writable: bool, data: Any, texts: list[str]) -> None:
    assert type_of(value) == kind
    assert is_writable(value) is writable
    assert data_of(value) == data
    assert texts_of(value) == texts
    assert text_of(value) == (texts[0] if texts else "")


def test_no_value_holds_no_text() -> None:
    assert text_of(None) == ""


@pytest.mark.parametrize("value", [None, True, 1.5, {}, {"REG_LINK": "a"}, {"REG_QWORD": 1, "REG_BINARY": ""}], ids=str)
def test_anything_else_is_no_value(value: Any) -> None:
    with pytest.raises(UnwritableValue, match="is not a registry value"):
        type_of(value)
