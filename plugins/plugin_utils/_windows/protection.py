# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers a server may need to boot or to work, and by what that shows (facts E1, E4).

A driver that one of these reasons names is not disabled or removed unless it is forced by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._wire.queries import WHOLE_TREE, Filter, Query, RegistryQuery, ServiceQuery
from .names import same
from .services import CRITICAL, SERVICES, Service
from .snapshot import Snapshot
from .values import texts_of

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
FILTER_LISTS = {"class": f"{CONTROL}\\Class\\*", "device": "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\*\\*\\*"}
FILTER_VALUES = ("UpperFilters", "LowerFilters")
SAFE_BOOT = f"{CONTROL}\\SafeBoot"

# Load-order groups of the boot path [I, facts E4]; Filter holds file-system filters of Windows and of others alike.
BOOT_GROUPS = (
    "Boot Bus Extender",
    "System Bus Extender",
    "SCSI Miniport",
    "Primary Disk",
    "Boot File System",
    "Base",
    "File System",
    "Filter",
    "FSFilter Infrastructure",
)


@dataclass(frozen=True)
class Reason:
    """Why a driver is protected. rule: a word for programs. text: a sentence for people."""

    rule: str
    text: str


def protection_queries(names: tuple[str, ...]) -> tuple[Query, ...]:
    """Return what must be read to judge drivers by exact name."""
    lists = [
        RegistryQuery(path, (value,), where=Filter(value, any_of=names))
        for path in FILTER_LISTS.values()
        for value in FILTER_VALUES
    ]
    return (
        *(RegistryQuery(f"{SERVICES}\\{name}", depth=WHOLE_TREE, image="ImagePath") for name in names),
        RegistryQuery(f"{SERVICES}\\*", ("DependOnService",), where=Filter("DependOnService", any_of=names)),
        *lists,
        RegistryQuery(f"{SAFE_BOOT}\\*\\*", ("",)),
        ServiceQuery(names),
    )


def reasons_to_protect(driver: Service, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Return every reason against disabling a driver; none means that it may be disabled."""
    rules = (_critical, _boot_group, _safe_boot, _filter_lists, _dependants, _devices, _microsoft, _unknown)
    return tuple(reason for rule in rules for reason in rule(driver, snapshot))


def _critical(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if driver.error_control == CRITICAL:
        yield Reason("error_control", "its ErrorControl is 3 (critical): Windows does not boot without it")


def _boot_group(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if any(same(driver.group, group) for group in BOOT_GROUPS):
        yield Reason("group", f"its load-order group, {driver.group}, is one of the boot path")


def _safe_boot(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    file_name = driver.image.rpartition("\\")[2]
    for mode in snapshot.subkeys(SAFE_BOOT):
        for entry in snapshot.subkeys(f"{SAFE_BOOT}\\{mode}"):
            if same(entry, driver.name) or same(entry, f"{driver.name}.sys") or (file_name and same(entry, file_name)):
                yield Reason("safe_boot", f"SafeBoot\\{mode} names it as {entry}: safe mode starts it")
            elif driver.group and same(entry, driver.group):
                yield Reason("group", f"SafeBoot\\{mode} names its load-order group, {driver.group}")


def _filter_lists(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for path, value, _ in filter_lists_naming(driver.name, snapshot):
        yield Reason("filter_list", f"{value} of {path} names it: the devices there do not start without it")


def filter_lists_naming(name: str, snapshot: Snapshot) -> Iterator[tuple[str, str, list[str]]]:
    """Yield every filter list that names a driver: key path, UpperFilters or LowerFilters, and the whole list."""
    for path, values in snapshot.registry.items():
        for value in FILTER_VALUES:
            listed = texts_of(values[value]) if value in values else []
            if any(same(each, name) for each in listed):
                yield path, value, listed


def _dependants(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for name in snapshot.subkeys(SERVICES):
        needed = snapshot.value(f"{SERVICES}\\{name}", "DependOnService")
        if (
            not same(name, driver.name)
            and needed is not None
            and any(same(each, driver.name) for each in texts_of(needed))
        ):
            yield Reason("dependant", f"the service {name} needs it (DependOnService)")


def _devices(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    """Look at the devices that the driver serves now. A ROOT\\LEGACY_ entry is no device: up to Server 2003 every legacy driver has one [M]."""
    for name, value in (snapshot.values(f"{driver.key}\\Enum") or {}).items():
        device = str(value)
        if name.isdecimal() and not device.upper().startswith("ROOT\\LEGACY_"):
            yield Reason("device", f"it serves the device {device}")


def _microsoft(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if driver.company.lower().startswith("microsoft"):
        yield Reason("microsoft", f"its file {driver.image} is Microsoft's, by its version resource")


def _unknown(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    """What could not be read is never assumed good."""
    for path in (driver.image, SAFE_BOOT, f"{CONTROL}\\Class", "HKLM\\SYSTEM\\CurrentControlSet\\Enum", SERVICES):
        for place, reason in snapshot.unreadable_below(path) if path else ():
            yield Reason(
                "unknown", f"{place} could not be read ({reason}), so it is not known whether anything needs the driver"
            )
