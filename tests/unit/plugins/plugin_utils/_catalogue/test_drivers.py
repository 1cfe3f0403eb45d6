# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of drivers says of each what it breaks, how that is cured, and who says so."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    KnownDriver,
    known_drivers,
)


@pytest.mark.parametrize("driver", known_drivers(), ids=lambda driver: driver.name)
def test_an_entry_is_whole(driver: KnownDriver) -> None:
    required = ("name", "vendor", "software", "breaks", "cure", "source")
    texts = asdict(driver)
    assert [name for name in required if not texts[name]] == []
    assert [name for name, text in texts.items() if isinstance(text, str) and text != text.strip()] == []
    assert "http" in driver.source or ".com/" in driver.source or ".org/" in driver.source


def test_no_driver_stands_twice_and_famv4_is_there() -> None:
    names = [driver.name.lower() for driver in known_drivers()]
    assert len(names) == len(set(names))
    assert "famv4" in names
