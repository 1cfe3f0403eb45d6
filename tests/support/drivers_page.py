# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of known drivers in docs/known_drivers.md, made from the catalogue, between two marks of the page.

`python -m tests.support.drivers_page` writes it anew; a test compares.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    HARMFUL,
    PART_OF,
    KnownDriver,
    known_drivers,
)
from tests.support import ROOT

PAGE = ROOT / "docs" / "known_drivers.md"
BEGIN = "<!-- made by python -m tests.support.drivers_page -->"
END = "<!-- end of what is made -->"
_KINDS = {HARMFUL: "harmful", PART_OF: "part of its product"}


def made() -> str:
    """Return the part of the page that is made of the catalogue."""
    rows = ["| driver | of | what it does | cure | source |", "| --- | --- | --- | --- | --- |", *map(_row, _entries())]
    return "\n".join([BEGIN, "", *rows, "", END])


def renewed(page: str) -> str:
    """Return the page with that part made anew."""
    before, after = page[: page.index(BEGIN)], page[page.index(END) + len(END) :]
    return before + made() + after


def _entries() -> list[list[KnownDriver]]:
    """Return the drivers, those together that differ in their names alone."""
    entries: dict[KnownDriver, list[KnownDriver]] = {}
    for driver in known_drivers():
        entries.setdefault(replace(driver, name=""), []).append(driver)
    return list(entries.values())


def _row(drivers: list[KnownDriver]) -> str:
    driver, names = drivers[0], ", ".join(f"`{each.name or each.file}`" for each in drivers)
    conditions = [f"{field} `{getattr(driver, field)}`" for field in ("company", "product") if getattr(driver, field)]
    marks = [_KINDS[driver.kind]] if driver.kind in _KINDS else []
    marks += ["network"] if driver.is_of_network else ["look first"] if driver.decide else []
    name = "; ".join([names, *conditions, *(f"*{mark}*" for mark in marks)])
    maker = f"{driver.software}; {driver.vendor}".removesuffix("; ")
    if driver.products:
        maker += f"; in {', '.join(f'`{each}`' for each in driver.products)}"
    return f"| {name} | {maker} | {driver.breaks} | {driver.remedy} | {driver.source} |".replace("*.sys", "\\*.sys")


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
