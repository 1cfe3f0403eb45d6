# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the catalogue: what they match, and that those of the collection are whole."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    KnownDriver,
    known_drivers,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.known_leftovers import (
    BadEntry,
    check_entry,
    known_entry,
    version_meets,
)


def fits(
    entry: KnownDriver,
    name: str = "drv",
    company: str = "Some Co",
    version: str = "4.1",
    altitudes: tuple[str, ...] = (),
) -> bool:
    """Tell whether an entry fits a driver."""
    return known_entry([entry], name, company, version, altitudes) is entry


def test_all_that_an_entry_has_must_match() -> None:
    entry = KnownDriver(name="d?v", company="some*", file_version=">=4, <5", altitude="100")
    assert fits(entry, altitudes=("99", "100"))
    assert not fits(entry, altitudes=("99",))
    assert not fits(entry, name="drive", altitudes=("100",))
    assert not fits(entry, company="Other", altitudes=("100",))
    assert not fits(entry, version="5.0", altitudes=("100",))


def test_what_is_not_known_meets_no_condition() -> None:
    assert not fits(KnownDriver(company="some*"), company="")
    assert not fits(KnownDriver(file_version="<5"), version="")
    assert fits(KnownDriver(name="DRV"), company="", version="")


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
    assert all((entry.vendor, entry.product, entry.breaks, entry.cure, entry.source))


def test_famv4_comes_first() -> None:
    assert known_drivers()[0].name == "FAMv4"
