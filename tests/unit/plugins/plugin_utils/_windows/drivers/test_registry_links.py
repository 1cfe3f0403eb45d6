# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that a registry link may have put below a driver's own are found by what stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.registry_links import (
    possible_links,
)
from tests.support.servers import FAMV4

DRIVER = {"Type": 2, "Start": 1, "ErrorControl": 1, "ImagePath": "system32\\drivers\\FAMv4.sys"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"TYPE": 1, "Start": 0, "ErrorControl": 3}, "a service"),
        ({"ImagePath": "x.sys"}, "a service"),
        ({"HardwareID": ["PCI\\VEN_14E4"]}, "a device"),
        ({"NetCfgInstanceId": "{1}"}, "a network adapter"),
        ({"UninstallString": "x"}, "an installed product"),
    ],
)
def test_what_looks_like_the_key_of_something_else_is_named(values: dict[str, Any], kind: str) -> None:
    place = f"{FAMV4}\\Parameters\\Link"
    (text,) = possible_links({FAMV4: DRIVER, place: values}, FAMV4.upper())
    assert text.startswith(f"{place} looks like the key of {kind}")


def test_a_driver_with_keys_of_its_own_has_none() -> None:
    own: dict[str, dict[str, Any]] = {
        f"{FAMV4}\\Parameters": {"Start": 1, "Type": 2},
        f"{FAMV4}\\Enum": {"0": "Root\\LEGACY_FAMV4\\0000", "Count": 1, "NextInstance": 1},
        f"{FAMV4}\\Instances\\FAMv4": {"Altitude": "320000", "Flags": 0},
        f"{FAMV4}\\Security": {"Security": {"REG_BINARY": "01"}},
    }
    assert list(possible_links({FAMV4: DRIVER, **own}, FAMV4)) == []


def test_more_keys_than_a_driver_has_are_not_looked_through() -> None:
    many: dict[str, dict[str, Any]] = {f"{FAMV4}\\{number}": {} for number in range(1000)}
    assert list(possible_links(many, FAMV4)) == []
    (text,) = possible_links({FAMV4: DRIVER, **many}, FAMV4)
    assert "1001 keys" in text
