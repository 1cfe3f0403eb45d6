# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of data name the place and both types."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.shapes import (
    Check,
    WrongShape,
    fields,
    list_of,
    mapping_of,
    maybe,
    number,
    text,
    truth,
)

SERVICE = fields({"status": text, "can_stop": maybe(truth), "ports": list_of(number)}, ("status",))
GOOD: list[tuple[Check, Any]] = [
    (text, ""),
    (number, 0),
    (truth, False),
    (maybe(number), None),
    (list_of(text), []),
    (mapping_of(SERVICE), {"FAMv4": {"status": "running", "can_stop": None, "ports": [1, 2]}}),
]
WRONG: list[tuple[Check, Any, str]] = [
    (text, 1, "must be a text, but is a number"),
    (text, None, "must be a text, but is nothing"),
    (number, True, "must be a number, but is true or false"),
    (number, 1.5, "must be a number, but is a number with a fraction"),
    (number, 1 << 65, "must be a number of no more than 64 bits"),
    (truth, 1, "must be true or false, but is a number"),
    (list_of(text), {}, "must be a list, but is a mapping"),
    (list_of(text), ["a", []], r"\[1\]: must be a text, but is a list"),
    (mapping_of(text), {1: "a"}, "has a name 1 that must be a text, but is a number"),
    (mapping_of(SERVICE), {"FAMv4": {}}, "FAMv4: has no status"),
    (mapping_of(SERVICE), {"FAMv4": {"status": "x", "y": 1}}, "FAMv4: has a field y, which is not known there"),
    (mapping_of(SERVICE), {"F": {"status": "x", "ports": [1, "2"]}}, r"F: ports: \[1\]: must be a number"),
    (mapping_of(text), {"a\x1b" + "x" * 999: 1}, r"^a\\u001bx{498}…: must be a text"),
]


@pytest.mark.parametrize(("check", "data"), GOOD)
def test_what_is_expected_passes(check: Check, data: Any) -> None:
    check(data)


@pytest.mark.parametrize(("check", "data", "message"), WRONG, ids=[each[2] for each in WRONG])
def test_what_is_wrong_is_told_with_its_place(check: Check, data: Any, message: str) -> None:
    with pytest.raises(WrongShape, match=message):
        check(data)
