# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network chips by their ids: nic_chips.yml, which says what its fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .data import read

_DATA = read("nic_chips.yml")


@dataclass(frozen=True)
class Family:
    """Chips that one driver serves."""

    family: str
    vendor: str
    devices: Mapping[str, str] = field(default_factory=dict, hash=False)
    enumerators: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    bus_drivers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chips:
    """The catalogue: names by id, and families in order."""

    vendors: Mapping[str, str]
    subsystem_vendors: Mapping[str, str]
    hypervisors: Mapping[str, str]
    families: tuple[Family, ...]


@cache
def known_chips() -> Chips:
    """Return the catalogue."""
    families = tuple(_family(entry) for entry in _DATA["families"])
    return Chips(**{**_DATA, "families": families})


def _family(entry: Mapping[str, Any]) -> Family:
    lists: dict[str, tuple[str, ...]] = {
        name: tuple(entry.get(name, ())) for name in ("enumerators", "descriptions", "bus_drivers")
    }
    return Family(entry["family"], entry["vendor"], entry.get("devices", {}), **lists)
