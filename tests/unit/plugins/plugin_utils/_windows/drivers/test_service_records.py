# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the registry and the service manager say different things of a driver."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver.audit import AUDIT
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.service_records import (
    ControlSets,
    control_sets,
    hidden_drivers,
    is_marked_for_deletion,
    may_start_although_disabled,
    start_override,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.unread import unread_of
from tests.support.scenarios.drivers import Builder
from tests.support.servers import SERVICES, read

SELECT = "HKLM\\SYSTEM\\Select"


def server() -> Builder:
    """Return a server with three drivers, which the service manager lists."""
    built = Builder()
    for name in ("one", "two", "three"):
        built.driver(name, "Abalone Backup, Inc.", "Abalone")
    return built


def test_a_driver_that_the_manager_does_not_list_is_hidden() -> None:
    built = server()
    assert list(hidden_drivers(read(built.document(), AUDIT))) == []
    built.services["TWO"] = built.services.pop("two")
    assert list(hidden_drivers(read(built.document(), AUDIT))) == []
    del built.services["TWO"]
    assert [each.name for each in hidden_drivers(read(built.document(), AUDIT))] == ["two"]


def test_a_list_that_was_not_read_hides_nothing() -> None:
    built = server()
    built.services.clear()
    assert list(hidden_drivers(read(built.document(), AUDIT))) == []
    built.services["one"] = {"status": "running", "can_stop": False}
    assert list(hidden_drivers(read(built.document(), AUDIT))) == []


TEXTS = {"running": "lists ghost as running, and", "stopped": "lists ghost, and"}


@pytest.mark.parametrize("status", TEXTS)
def test_a_driver_without_a_key_is_told_as_unread(status: str) -> None:
    built = server()
    built.services["ghost"] = {"status": status, "can_stop": False}
    (found,) = unread_of(read(built.document(), AUDIT))
    assert found.subject == "ghost"
    assert TEXTS[status] in found.text


@pytest.mark.parametrize(("flag", "is_marked"), [(1, True), (0, False), (None, False)])
def test_a_driver_is_marked_for_deletion_by_its_flag(flag: int | None, is_marked: bool) -> None:
    built = server()
    built.driver("drv", "Abalone", "Abalone", DeleteFlag=flag)
    snapshot = read(built.document(), AUDIT)
    driver = service_of(snapshot, "drv")
    assert driver is not None
    assert is_marked_for_deletion(driver, snapshot) is is_marked


@pytest.mark.parametrize(
    ("start", "override", "told", "may_start"),
    [
        (4, 0, 0, True),
        (4, 3, 3, True),
        (4, 4, 4, False),
        (0, 3, 3, False),
        (4, None, None, False),
        (4, "x", None, False),
    ],
)
def test_a_start_override_counts_beside_a_disabled_start(
    start: int, override: Any, told: int | None, may_start: bool
) -> None:
    built = server()
    built.driver("drv", "Abalone", "Abalone", Start=start)
    if override is not None:
        built.registry[f"{SERVICES}\\drv\\StartOverride"] = {"0": override}
    snapshot = read(built.document(), AUDIT)
    driver = service_of(snapshot, "drv")
    assert driver is not None
    assert (start_override(driver, snapshot), may_start_although_disabled(driver, snapshot)) == (told, may_start)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"Current": 1, "Default": 1, "LastKnownGood": 2, "Failed": 0}, ControlSets(1, 1, 2)),
        ({"Current": 1, "Default": 0, "LastKnownGood": "2"}, ControlSets(1, None, None)),
        ({}, ControlSets(None, None, None)),
    ],
)
def test_the_control_sets_are_those_of_select(values: dict[str, Any], found: ControlSets) -> None:
    built = server()
    built.registry[SELECT] = values
    assert control_sets(read(built.document(), AUDIT)) == found
