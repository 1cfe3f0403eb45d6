# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of drivers says of each what it breaks, how that is cured, and who says so."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    DEVICE_CLASSES,
    KINDS,
    KnownDriver,
    known_drivers,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.in_box import is_in_box
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.vocabulary import SEVERITIES

every = pytest.mark.parametrize("driver", known_drivers(), ids=lambda driver: driver.name or driver.file)


@every
def test_an_entry_is_whole(driver: KnownDriver) -> None:
    texts = asdict(driver)
    assert [name for name in ("software", "breaks", "cure", "source") if not texts[name]] == []
    assert [name for name, text in texts.items() if isinstance(text, str) and text != " ".join(text.split())] == []
    assert "http" in driver.source or ".com/" in driver.source or ".org/" in driver.source
    assert driver.kind in KINDS
    assert driver.severity in ("", *SEVERITIES)
    assert not (driver.disable and driver.is_left_to_people)


@every
def test_its_texts_are_sentences(driver: KnownDriver) -> None:
    for text in filter(None, (driver.breaks, driver.cure, driver.note)):
        assert text[0].isupper()
        assert text.endswith(".")


@every
def test_what_it_says_of_lists_and_networks_is_in_its_cure(driver: KnownDriver) -> None:
    assert not driver.lists or " first" in driver.cure or "before" in driver.cure or "UpperFilters" in driver.cure
    assert all(f"netcfg -u {each}" in driver.cure for each in driver.components)
    assert not driver.is_of_network or driver.note


@every
def test_its_lists_are_of_classes_that_are_known(driver: KnownDriver) -> None:
    for each in driver.lists:
        value, _unused, device_class = each.partition(" of ")
        assert value in ("UpperFilters", "LowerFilters", "DumpFilters")
        assert (value == "DumpFilters") == (not device_class)
        assert not device_class or device_class in DEVICE_CLASSES


@pytest.mark.parametrize("device_class", DEVICE_CLASSES)
def test_a_device_class_has_a_guid(device_class: str) -> None:
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", DEVICE_CLASSES[device_class])


def test_no_driver_stands_twice_and_famv4_is_the_first() -> None:
    names = [driver.name.lower() for driver in known_drivers() if driver.name]
    assert len(names) == len(set(names))
    assert names[0] == "famv4"


GENERIC = ("keyboard", "mouse", "npf", "dne")


def test_a_name_that_others_have_too_is_not_enough() -> None:
    """Callback Technologies' cbfs* count who installed them, so that no entry may name them either."""
    by_name = [driver.name.lower() for driver in known_drivers() if not (driver.company or driver.product)]
    assert not set(by_name) & set(GENERIC)
    assert not [driver.name for driver in known_drivers() if driver.name.lower().startswith("cbfs")]


def test_no_name_is_one_of_windows_own() -> None:
    assert [driver.name for driver in known_drivers() if is_in_box(driver.name)] == []
