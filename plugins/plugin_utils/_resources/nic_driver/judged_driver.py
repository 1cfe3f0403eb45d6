# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the requirements of advisories look at: a driver, and what else of its server has a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._protocol.patterns import matches_pattern

# Which version a requirement is about.
DRIVER = "driver"
COMPONENTS = (DRIVER, "driver_file", "bus_driver", "team", "tcpip", "product", "windows")
# What evidence calls those that are not the driver's own. The driver's are called by whose they are.
_NAMES = {"tcpip": "tcpip.sys", "windows": "Windows"}
# What INFs that come with Windows say whatever their age: up to 5.1, 5.2 and from 6.0 on (facts I10).
_IN_BOX_DATES = ("2001-07-01", "2002-10-01", "2006-06-21")
_PARTS = {"driver": "", "driver_file": " driver file", "bus_driver": " bus driver", "team": " team driver"}


@dataclass(frozen=True)
class Driver:
    """What requirements look at. label: whose driver it is, in a word. date: ISO 8601, "" when not known.

    provider: "" when not known. versions: component -> version as written, None when not known. keywords: name in lower
    case -> text of the value that is in effect, None where there is none. products: name and version of each that is
    installed, None when not read. hotfixes: ids of those that are installed, in upper case, None when not read.
    """

    label: str
    date: str
    provider: str
    versions: Mapping[str, str | None]
    keywords: Mapping[str, str | None] = field(default_factory=dict)
    products: tuple[tuple[str, str], ...] | None = None
    hotfixes: frozenset[str] | None = None

    @classmethod
    def of(cls, adapter: Mapping[str, Any]) -> Driver:
        """Return the driver of an adapter. adapter: what an advisory sees of it, with the server (seen.py)."""
        driver, server = adapter["driver"], adapter.get("server") or {}
        products, hotfixes = server.get("products"), server.get("hotfixes")
        return cls(
            vendor_label(adapter),
            "" if driver["date"] in _IN_BOX_DATES else driver["date"] or "",
            driver["provider"] or "",
            _versions(adapter, server),
            {name.lower(): each["effective"] for name, each in (adapter.get("keywords") or {}).items()},
            None if products is None else tuple((each["name"], each["version"]) for each in products),
            None if hotfixes is None else frozenset(hotfixes),
        )


@dataclass(frozen=True)
class Component:
    """Whose version a requirement is about. kind: one of COMPONENTS. product: pattern of a product's name."""

    kind: str = DRIVER
    product: str = ""

    def version_of(self, driver: Driver) -> str | None:
        """Return the version as written, None when it is not known."""
        if self.kind != "product":
            return driver.versions.get(self.kind)
        found = (version for name, version in driver.products or () if matches_pattern(self.product, name))
        return next(found, None) or None

    def name(self, driver: Driver) -> str:
        """Return what evidence calls it before its version, such as "Broadcom bus driver"."""
        return self._own_name or f"{driver.label}{_PARTS[self.kind]}"

    def missing_version(self, driver: Driver) -> str:
        """Return in words that there is no version to compare."""
        if self.kind == "product" and driver.products is not None and self.version_of(driver) is None:
            return f"{self.product} is not installed"
        version = self.version_of(driver)
        name = self._own_name or f"{driver.label}{_PARTS[self.kind] or ' driver'}"
        return f"{name} of unknown version" + (f" ({version})" if version else "")

    @property
    def _own_name(self) -> str:
        return self.product if self.kind == "product" else _NAMES.get(self.kind, "")


def vendor_label(adapter: Mapping[str, Any]) -> str:
    """Return in a word whose driver it is: the chip's vendor, else the driver's provider.

    adapter: as nic_driver_facts returns it.
    """
    return str(adapter["hardware"]["vendor"] or adapter["driver"]["provider"] or "driver")


def _versions(adapter: Mapping[str, Any], server: Mapping[str, Any]) -> dict[str, str | None]:
    own = {name: (adapter.get(name) or {}).get("version") or None for name in (DRIVER, "driver_file", "bus_driver")}
    team = (adapter.get("teaming") or {}).get("version") or None
    return {**own, "team": team, "tcpip": server.get("tcpip"), "windows": server.get("windows")}
