# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to look things up in a document."""

from __future__ import annotations

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import PARTS, Snapshot

A = "HKLM\\SOFTWARE\\A"
SNAPSHOT = Snapshot(
    {
        "registry": {
            A: {"One": 1},
            f"{A}\\b\\c": {},
            f"{A}\\B2": {"": "default"},
            "hklm\\software\\a": {"Two": 2},
            "HKLM\\SOFTWARE\\AB": None,
        },
        "unreadable": {f"{A}\\d": "access_denied", "HKLM\\SOFTWARE\\AB": "access_denied"},
        "files": {"C:\\x.sys": None},
    }
)


def test_a_value_is_found_whatever_the_case() -> None:
    assert SNAPSHOT.value(A.lower(), "ONE") == 1
    assert SNAPSHOT.value(f"{A}\\B2", "") == "default"
    assert SNAPSHOT.value(A, "Three") is None
    assert SNAPSHOT.value("HKLM\\Nowhere", "One") is None


def test_what_two_queries_read_of_one_key_stands_together() -> None:
    assert dict(SNAPSHOT.values(A) or {}) == {"One": 1, "Two": 2}


def test_a_key_without_values_is_not_a_missing_one() -> None:
    assert dict(SNAPSHOT.values(f"{A}\\b\\c") or {"not": "found"}) == {"not": "found"}
    assert SNAPSHOT.values(f"{A}\\b\\c") is not None
    assert SNAPSHOT.values("HKLM\\SOFTWARE\\AB") is not None
    assert SNAPSHOT.values(f"{A}\\b") is None


def test_subkeys_are_listed_by_name_with_parents_that_were_not_read() -> None:
    assert SNAPSHOT.subkeys(A.upper()) == ["b", "B2"]
    assert SNAPSHOT.subkeys(f"{A}\\b") == ["c"]
    assert SNAPSHOT.subkeys("HKLM\\Nowhere") == []


def test_a_tree_is_the_key_and_all_below_it_and_nothing_beside_it() -> None:
    assert list(SNAPSHOT.tree(A)) == [A, f"{A}\\b\\c", f"{A}\\B2"]


def test_what_could_not_be_read_is_told_for_the_key_and_all_below_it() -> None:
    assert list(SNAPSHOT.unreadable_below(A.lower())) == [(f"{A}\\d", "access_denied")]
    assert list(SNAPSHOT.unreadable_below(f"{A}\\d")) == [(f"{A}\\d", "access_denied")]
    assert list(SNAPSHOT.unreadable_below(f"{A}\\d\\e")) == []


def test_every_part_is_there_in_an_empty_document() -> None:
    assert Snapshot({"files": None}).document == {part: kind() for part, kind in PARTS.items()}


def test_a_file_that_is_not_there_is_known_not_to_be() -> None:
    assert "c:\\X.SYS" in SNAPSHOT.files
    assert SNAPSHOT.files["c:\\x.sys"] is None
