# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which chip an adapter has, and whether a hypervisor emulates it."""

from __future__ import annotations

from dataclasses import dataclass

from ..._catalogue.nic_chips import Family, known_chips
from ..._protocol.patterns import matches_pattern
from .adapters import Adapter


@dataclass(frozen=True)
class Chip:
    """The chip of an adapter; "" for what is not known.

    vendor: who makes it. family: chips that one driver serves. model: such as BCM5708. subsystem_vendor: who made or
    sold the board. hypervisor: whose emulated or paravirtual hardware it is, "" for metal. bus_drivers: services of the
    lower half of a split driver.
    """

    vendor: str = ""
    family: str = ""
    model: str = ""
    subsystem_vendor: str = ""
    hypervisor: str = ""
    bus_drivers: tuple[str, ...] = ()


def chip_of(adapter: Adapter) -> Chip:
    """Return what the ids of an adapter say of its chip, or its description where there are none."""
    known, ids = known_chips(), adapter.hardware
    family = next((each for each in known.families if _fits(adapter, each)), None)
    vendor = ids.vendor or (family.vendor if family else "")
    signs = (adapter.enumerator, ids.vendor, ids.subsystem_vendor)
    return Chip(
        vendor=known.vendors.get(vendor, ""),
        family=family.family if family else "",
        model=family.devices.get(ids.device, "") if family else "",
        subsystem_vendor=known.subsystem_vendors.get(ids.subsystem_vendor, ""),
        hypervisor=next((known.hypervisors[sign] for sign in signs if sign in known.hypervisors), ""),
        bus_drivers=family.bus_drivers if family else (),
    )


def all_bus_drivers() -> tuple[str, ...]:
    """Return every service that is the lower half of some split driver."""
    return tuple(name for family in known_chips().families for name in family.bus_drivers)


def _fits(adapter: Adapter, family: Family) -> bool:
    ids = adapter.hardware
    if adapter.enumerator in family.enumerators:
        return True
    if ids.vendor and ids.vendor != family.vendor:
        return False
    if ids.vendor and family.devices:
        return ids.device in family.devices
    return any(matches_pattern(each, adapter.description) for each in family.descriptions)
