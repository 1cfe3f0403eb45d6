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
from functools import lru_cache

from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import WHOLE_TREE, Filter, Query, RegistryQuery, ServiceQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import texts_of
from ..registry_paths import CLASSES, DEVICES, SAFE_BOOT, SERVICES
from .companies import is_microsoft
from .devices import devices_served
from .filter_lists import filter_list_queries, lists_naming, may_hold_lists
from .services import CRITICAL, Service

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
    return (
        *(RegistryQuery(f"{SERVICES}\\{name}", depth=WHOLE_TREE, image="ImagePath") for name in names),
        RegistryQuery(f"{SERVICES}\\*", ("DependOnService",), where=Filter("DependOnService", any_of=names)),
        *filter_list_queries(),
        RegistryQuery(f"{SAFE_BOOT}\\*\\*", types=False),
        ServiceQuery(names),
    )


def reasons_to_protect(driver: Service, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Return every reason against disabling a driver; none means that it may be disabled."""
    rules = (_critical, _boot_group, _started_in_safe_mode, _filter_lists, _dependants, _devices, _microsoft, _unknown)
    return tuple(reason for rule in rules for reason in rule(driver, snapshot))


def _critical(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if driver.error_control == CRITICAL:
        yield Reason("error_control", "its ErrorControl is 3 (critical): Windows does not boot without it")


def _boot_group(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if any(equals_ignore_case(driver.group, group) for group in BOOT_GROUPS):
        yield Reason("group", f"its load-order group, {driver.group}, is one of the boot path")


def _started_in_safe_mode(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for mode, entry in safe_boot_entries(driver, snapshot):
        yield Reason("safe_boot", f"SafeBoot\\{mode} names it as {entry}: safe mode starts it")
    for mode, entry in _safe_boot(snapshot).get(driver.group.lower(), ()) if driver.group else ():
        yield Reason("group", f"SafeBoot\\{mode} names its load-order group, {entry}")


def safe_boot_entries(driver: Service, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Return the entries of SafeBoot that name a driver or its file: mode (Minimal, Network) and entry."""
    names = {driver.name.lower(), f"{driver.name.lower()}.sys", driver.image.rpartition("\\")[2].lower()} - {""}
    return tuple(found for name in sorted(names) for found in _safe_boot(snapshot).get(name, ()))


@lru_cache(maxsize=2)
def _safe_boot(snapshot: Snapshot) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for mode in snapshot.subkeys(SAFE_BOOT):
        for entry in snapshot.subkeys(f"{SAFE_BOOT}\\{mode}"):
            found[entry.lower()] = (*found.get(entry.lower(), ()), (mode, entry))
    return found


def _filter_lists(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for each in lists_naming(driver.name, snapshot):
        yield Reason("filter_list", f"{each.value} of {each.key} names it: the devices there do not start without it")


def _dependants(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for name in dependants_of(driver.name, snapshot):
        yield Reason("dependant", f"the service {name} needs it (DependOnService)")


def dependants_of(name: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the other services that name a driver in DependOnService."""
    return tuple(
        each for each in _dependants_by_name(snapshot).get(name.lower(), ()) if not equals_ignore_case(each, name)
    )


@lru_cache(maxsize=2)
def _dependants_by_name(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in snapshot.subkeys(SERVICES):
        needed = snapshot.value(f"{SERVICES}\\{name}", "DependOnService")
        for each in texts_of(needed) if needed is not None else ():
            found[each.lower()] = (*found.get(each.lower(), ()), name)
    return found


def _devices(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for device in devices_served(driver, snapshot):
        yield Reason("device", f"it serves the device {device}")


def _microsoft(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if is_microsoft(driver.company):
        yield Reason("microsoft", f"its file {driver.image} is Microsoft's, by its version resource")


def _unknown(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    """What could not be read is never assumed good."""
    if not driver.image:
        yield Reason(
            "unknown", f"its ImagePath, {driver.image_path}, names no file that can be looked at: it may be Microsoft's"
        )
    for path in (driver.image, SAFE_BOOT, CLASSES, DEVICES, SERVICES):
        for place, reason in snapshot.unreadable_below(path) if path else ():
            if _matters(path, place, driver):
                yield Reason(
                    "unknown",
                    f"{place} could not be read ({reason}), so it is not known whether anything needs the driver",
                )


def _matters(path: str, place: str, driver: Service) -> bool:
    """Tell whether what could not be read at a place, below one of the paths that are looked at, matters to a driver."""
    if path == SERVICES:
        return _may_need(place, driver)
    return path not in (CLASSES, DEVICES) or may_hold_lists(place)


def _may_need(place: str, driver: Service) -> bool:
    """Tell whether what could not be read below Services matters to a driver: its own key, and the keys that hold DependOnService."""
    name, _unused, below = place[len(SERVICES) + 1 :].partition("\\")
    return not below or name == "*" or equals_ignore_case(name, driver.name)
