# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as Windows takes them."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.names import (
    CaseInsensitiveDict,
    equals_ignore_case,
    spelled_twice,
)


def test_a_name_is_found_whatever_its_case_and_listed_as_written() -> None:
    names = CaseInsensitiveDict({"FAMv4": 1, "ÄB": 2})
    assert (names["famV4"], names["äb"]) == (1, 2)
    assert "FAMV4" in names
    assert list(names) == ["FAMv4", "ÄB"]
    assert names.spelled("FAMV4") == "FAMv4"


def test_two_spellings_are_one_name() -> None:
    assert dict(CaseInsensitiveDict({"FAMv4": 1, "famv4": 2})) == {"famv4": 2}
    assert len(CaseInsensitiveDict({"FAMv4": 1, "famv4": 2})) == 1


def test_an_unknown_name_is_not_found() -> None:
    names: CaseInsensitiveDict[int] = CaseInsensitiveDict({"FAMv4": 1})
    assert names.get("FAM") is None
    with pytest.raises(KeyError):
        names.spelled("FAM")


@pytest.mark.parametrize(("other", "expected"), [("famV4", True), ("FAMv", False), ("", False)])
def test_case_alone_makes_no_difference(other: str, expected: bool) -> None:
    assert equals_ignore_case("FAMv4", other) is expected


def test_two_spellings_of_one_name_are_found() -> None:
    assert spelled_twice(["*RSS", "*LsoV2IPv4"]) is None
    assert spelled_twice(["*RSS", "a", "*rss"]) == ("*RSS", "*rss")
