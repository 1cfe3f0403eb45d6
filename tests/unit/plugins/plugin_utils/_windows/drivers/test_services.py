# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a key below Services means."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import Value
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from tests.support.servers import FAMV4, FAMV4_FILE, SERVICES, exchange


def test_a_driver_is_told_with_its_file_and_its_state() -> None:
    driver = service_of(Snapshot(exchange()), "famv4")
    assert driver is not None
    assert (driver.name, driver.key) == ("FAMv4", FAMV4)
    assert (driver.type, driver.start, driver.error_control, driver.group) == (2, 1, 1, "Filter")
    assert (driver.image, driver.company) == (FAMV4_FILE, "Vision Works Solutions Incorporated")
    assert (driver.status, driver.can_stop) == ("running", True)


def test_what_is_not_known_of_a_driver_is_not_made_up() -> None:
    driver = service_of(Snapshot({"registry": {f"{SERVICES}\\X": {}}}), "X")
    assert driver is not None
    assert (driver.name, driver.type, driver.start, driver.error_control) == ("X", None, None, None)
    assert (driver.group, driver.company, driver.file, driver.status, driver.can_stop) == ("", "", None, None, False)


def test_a_service_without_a_key_is_none() -> None:
    assert service_of(Snapshot(exchange()), "FAM") is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (1, True),
        (2, True),
        (8, True),
        (4, False),
        (0x10, False),
        (0x20, False),
        (0x110, False),
        (None, False),
        ("1", False),
    ],
)
def test_the_type_says_what_a_driver_is(kind: Value, expected: bool) -> None:
    driver = service_of(Snapshot(exchange(Type=kind)), "FAMv4")
    assert driver is not None
    assert driver.is_driver is expected


@pytest.mark.parametrize(
    ("kind", "expected"), [(0x10, True), (0x20, True), (0x110, True), (2, False), (None, False), ("16", False)]
)
def test_the_type_says_what_a_win32_service_is(kind: Value, expected: bool) -> None:
    service = service_of(Snapshot(exchange(Type=kind)), "FAMv4")
    assert service is not None
    assert service.is_win32 is expected
