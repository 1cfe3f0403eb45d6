# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A driver's name is what stands in the registry, nothing that only looks like it."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.in_box import _DATA
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.names import (
    BadName,
    check_driver_name,
)

REFUSED = {
    "": "not the name",
    " ": "not the name",
    "a\\b": "not the name",
    "a/b": "not the name",
    "FAM*": "a pattern",
    "FAMv?": "a pattern",
    "FAMv4 ": "a blank",
    "\tFAMv4": "a blank",
    "FAMv4\0": "U+0000",
    "FAM\nv4": "U+000A",
    "FAM\u00adv4": "U+00AD",
    "FAM\u200bv4": "U+200B",
    "FAM\u202ev4": "U+202E",
    "FAM\u00a0v4": "U+00A0",
    "FAM\ufeffv4": "U+FEFF",
    "FAM\udc00v4": "U+DC00",
    "Dis\u212a": "looks like",
    "x" * 257: "longer than 256",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadName, match=REFUSED[name].replace("+", "[+]")) as caught:
        check_driver_name(name)
    assert str(caught.value).isascii()


@pytest.mark.parametrize("name", ["FAMv4", "WinDivert1.4", "{1394-b}", "Ableton Push", "Jörg's filter", "драйвер"])
def test_a_name_of_a_key_is_taken(name: str) -> None:
    check_driver_name(name)


def test_every_driver_of_windows_can_be_named() -> None:
    names = [name for names in _DATA.values() for name in names.split() if "*" not in name]
    assert len(names) > 500
    for name in names:
        check_driver_name(name)
