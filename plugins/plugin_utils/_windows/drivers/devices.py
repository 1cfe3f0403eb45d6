# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Plug and Play devices, as HKLM\\SYSTEM\\CurrentControlSet\\Enum lists them, and which driver serves each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of
from ..registry_paths import DEVICES
from .services import Service

# Up to Server 2003 Windows makes such a device for every driver that is none of hardware [M].
_LEGACY = "ROOT\\LEGACY_"


def is_device(instance: str) -> bool:
    """Tell whether a device instance is a device, not the stand-in that every legacy driver has."""
    return not instance.upper().startswith(_LEGACY)


@lru_cache(maxsize=2)
def _by_service(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path, values in snapshot.registry.items():
        if path.lower().startswith(f"{DEVICES.lower()}\\"):
            service = text_of({name.lower(): value for name, value in values.items()}.get("service")).lower()
            instance = path[len(DEVICES) + 1 :]
            if service and is_device(instance):
                found[service] = (*found.get(service, ()), instance)
    return found


def devices_served(driver: Service, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the devices that a driver serves at this moment, by its own Enum key."""
    values: Mapping[str, Value] = snapshot.values(f"{driver.key}\\Enum") or {}
    return tuple(str(value) for name, value in values.items() if name.isdecimal() and is_device(str(value)))


def devices_of(driver: Service, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the devices that a driver is installed for, present or not."""
    installed = _by_service(snapshot).get(driver.name.lower(), ())
    known = {instance.lower() for instance in installed}
    return (*installed, *(each for each in devices_served(driver, snapshot) if each.lower() not in known))
