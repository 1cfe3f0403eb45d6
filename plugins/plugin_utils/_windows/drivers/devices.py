# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Plug and Play devices, as HKLM\\SYSTEM\\CurrentControlSet\\Enum lists them, and which driver serves each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of
from ..registry_paths import CLASSES, DEVICES
from .services import Service

DEVICE_VALUES = ("Service", "Driver", "ConfigFlags")

# Up to Server 2003 Windows makes such a device for every driver that is none of hardware [M].
_LEGACY = "ROOT\\LEGACY_"
_SOFTWARE = "ROOT\\"  # what no bus found: a program made the device (facts F6)
_DISABLED = 1  # CONFIGFLAG_DISABLED of ConfigFlags (facts D4)


def package_queries() -> tuple[Query, ...]:
    """Return what reads the packages of all devices: their INF, by the key of the class that Driver names."""
    return (RegistryQuery(f"{CLASSES}\\*\\????", ("InfPath",), types=False),)


def is_device(instance: str) -> bool:
    """Tell whether a device instance is a device, not the stand-in that every legacy driver has."""
    return not instance.upper().startswith(_LEGACY)


def is_software_device(instance: str) -> bool:
    """Tell whether a program made a device, so that no hardware stands for it."""
    return is_device(instance) and instance.upper().startswith(_SOFTWARE)


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
    """Return the devices that a driver is installed for, present or not, each once and in order."""
    installed = _by_service(snapshot).get(driver.name.lower(), ())
    known = {instance.lower() for instance in installed}
    served = (each for each in devices_served(driver, snapshot) if each.lower() not in known)
    return tuple(sorted((*installed, *served), key=str.lower))


def owning_devices(driver: Service, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the devices of hardware that a driver is there for, with the clause that says so: those that it serves now,
    and those that are disabled."""
    for served in sorted(devices_served(driver, snapshot), key=str.lower):
        if not is_software_device(served):
            yield served, "is served by it"
    for device in devices_of(driver, snapshot):
        if not is_software_device(device) and _is_disabled(device, snapshot):
            yield device, "is disabled, and it is installed for it"


def doubtful_devices(driver: Service, snapshot: Snapshot) -> Iterator[str]:
    """Yield a clause for each device of a driver that proves no owner: a software device, or one that is not present.

    A driver that serves a device of hardware has none: which of its devices are there, its key tells of four alone.
    """
    if next(owning_devices(driver, snapshot), None):
        return
    for device in devices_of(driver, snapshot):
        if is_software_device(device):
            yield f"a software device, {device}, is installed for it"
        else:
            yield f"it is installed for {device}, which is not present"


def _is_disabled(device: str, snapshot: Snapshot) -> bool:
    flags = snapshot.value(f"{DEVICES}\\{device}", "ConfigFlags")
    return isinstance(flags, int) and bool(flags & _DISABLED)


def package_of(device: str, snapshot: Snapshot) -> str:
    """Return the name of the INF that a device was installed by, "" when that is not known."""
    driver = text_of(snapshot.value(f"{DEVICES}\\{device}", "Driver"))
    return text_of(snapshot.value(f"{CLASSES}\\{driver}", "InfPath")) if driver else ""


def packages_of(driver: Service, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the packages that a driver is of, each once and in order: as its key and its devices tell."""
    of_devices = (package_of(device, snapshot) for device in devices_of(driver, snapshot))
    names = {name.lower(): name for name in (*of_devices, *driver.infs) if name}
    return tuple(sorted(names.values(), key=str.lower))
