# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/known_drivers.md has the table of the catalogue as it is."""

from __future__ import annotations

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import known_drivers
from tests.support.drivers_page import PAGE, made, renewed


def test_the_page_has_the_catalogue_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page


def test_every_driver_stands_in_the_table_with_its_cure() -> None:
    table = made()
    for driver in known_drivers():
        row = next(line for line in table.splitlines() if f"`{driver.name or driver.file}`" in line.replace("\\", ""))
        assert row.count(" | ") == 4
        assert driver.cure in row
