# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry in memory."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.tree import Key
from tests.support import strategies


@pytest.fixture
def tree() -> Key:
    """Give a small registry."""
    registry: dict[str, Any] = {"HKLM\\A": {"One": 1}, "HKLM\\A\\B": {}, "HKLM\\C\\D": None}
    return Key.load(registry)


def test_only_keys_with_values_and_leaves_are_listed(tree: Key) -> None:
    assert tree.dump() == {"HKLM\\A": {"One": 1}, "HKLM\\A\\B": {}, "HKLM\\C\\D": {}}


def test_a_key_and_a_value_are_found_whatever_their_case(tree: Key) -> None:
    found = tree.find("hklm\\a")
    assert found
    assert found.value("ONE") == 1
    assert found.value("Two") is None
    assert tree.find("HKLM\\A\\X\\Y") is None


def test_a_key_is_made_with_its_parents_and_only_once(tree: Key) -> None:
    assert tree.create("HKLM\\c\\E\\F") is tree.find("HKLM\\C\\e\\f")
    assert list(tree.dump()) == ["HKLM\\A", "HKLM\\A\\B", "HKLM\\C\\D", "HKLM\\C\\E\\F"]


def test_a_value_that_is_set_anew_keeps_its_name(tree: Key) -> None:
    key = tree.create("HKLM\\A")
    key.set_value("ONE", "2")
    assert key.listed() == {"One": "2"}
    key.delete_value("one")
    key.delete_value("one")
    assert key.listed() == {}


def test_a_key_is_deleted_with_all_below_it(tree: Key) -> None:
    for path in ("hklm\\a", "HKLM\\Nowhere\\Else"):
        tree.delete(path)
    assert tree.dump() == {"HKLM\\C\\D": {}}


@given(strategies.registries)
def test_loading_what_was_dumped_changes_nothing(registry: dict[str, Any]) -> None:
    dumped = Key.load(registry).dump()
    assert Key.load(dumped).dump() == dumped
