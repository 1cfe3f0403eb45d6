# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the catalogue: what they match, and that those of the collection are whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    KnownDriver,
    known_drivers,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.known_leftovers import (
    BadEntry,
    check_entry,
    entry_for,
    version_meets,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import Service

DRIVER = {
    "name": "drv",
    "image": "C:\\Windows\\drv64.sys",
    "file": {"company": "Some Co", "product": "Backup", "file_version": "4.1"},
}


def fits(entry: KnownDriver, *altitudes: str, **given: Any) -> bool:
    """Tell whether an entry fits a driver. given: of the driver, where it is not as above."""
    driver = replace(_SERVICE, **DRIVER | given)
    instances = {f"{driver.key}\\Instances\\{each}": {"Altitude": each} for each in altitudes}
    return entry_for(driver, [entry], Snapshot({"registry": instances})) is entry


_SERVICE = Service("", 2, 1, 1, "", "", "", None, None, False)

ENTRY = KnownDriver(
    name="d?v", file="drv*.sys", company="some*", product="*back*", file_version=">=4, <5", altitude="100"
)


def test_all_that_an_entry_has_must_match() -> None:
    assert fits(ENTRY, "99", "100")
    assert not fits(ENTRY, "99")
    assert not fits(ENTRY, "100", name="drive")
    assert not fits(ENTRY, "100", image="C:\\Windows\\other.sys")


@pytest.mark.parametrize("fact", ["company", "product", "file_version"])
def test_what_the_file_says_must_match_too(fact: str) -> None:
    assert not fits(ENTRY, "100", file={**DRIVER["file"], fact: "5.0 of another"})
    assert not fits(ENTRY, "100", file={**DRIVER["file"], fact: None})


def test_what_is_not_known_meets_no_condition() -> None:
    assert not fits(KnownDriver(company="some*"), file=None)
    assert not fits(KnownDriver(file_version="<5"), file=None)
    assert not fits(KnownDriver(signer="*"), file={"signer": ""})
    assert fits(KnownDriver(name="DRV"), file=None)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [("4.1", True), ("==4.1.0.0", True), ("<4.1", False), ("<=4.1", True), (">4.0.9, <4.10", True), (">=4.2", False)],
)
def test_conditions_on_versions(conditions: str, holds: bool) -> None:
    assert version_meets(conditions, "4.1") is holds


@pytest.mark.parametrize(
    "entry", [KnownDriver(), KnownDriver(vendor="x"), KnownDriver(name="x", file_version=">= new")]
)
def test_an_entry_that_cannot_be_meant_is_refused(entry: KnownDriver) -> None:
    with pytest.raises(BadEntry):
        check_entry(entry)


@pytest.mark.parametrize("entry", known_drivers(), ids=lambda entry: entry.name)
def test_an_entry_of_the_collection_is_whole(entry: KnownDriver) -> None:
    check_entry(entry)


def test_famv4_comes_first() -> None:
    assert known_drivers()[0].name == "FAMv4"
