# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers a server may need to boot, to work or to be reached, and by what that shows (facts E1, E4, E5, J).

reasons_to_protect says what speaks against disabling or removing a driver; standing_reasons says what of it a task
outweighs: by a documented cure, by cleaning the filter lists, or by force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..._catalogue.words import words
from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import WHOLE_TREE, Query, RegistryQuery, ServiceQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import text_of, texts_of
from ..registry_paths import CLASSES, CRASH_CONTROL, DEVICES, SAFE_BOOT, SERVICES
from .companies import is_microsoft
from .devices import devices_served
from .filter_lists import filter_list_queries, lists_naming, may_hold_lists
from .network_components import (
    MANDATORY,
    OPTIONAL,
    NetworkComponent,
    bound_components_of,
    network_component_queries,
    unread_components,
)
from .origin import may_be_windows_own
from .services import CRITICAL, Service
from .unread import is_hidden_from_process

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

_MINIMAL = "Minimal"

# The rules, by which programs and standing_reasons know them.
ERROR_CONTROL = "error_control"
GROUP = "group"  # of the boot path, or one that SafeBoot\\Minimal names
NETWORK_GROUP = "network_group"  # one that SafeBoot\\Network alone names
SAFE_MODE = "safe_boot"
FILTER_LIST = "filter_list"
DEPENDANT = "dependant"
GROUP_DEPENDANT = "group_dependant"
DEVICE = "device"
NETWORK = "network"
WINDOWS = "windows"
MICROSOFT = "microsoft"
NO_IMAGE = "no_image"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """Why a driver is protected.

    rule: a word for programs. text: a sentence for people. fix: the cure that goes with it.

    is_optional: whether a reason of the rule network is an optional filter alone.
    """

    rule: str
    text: str
    fix: str = ""
    is_optional: bool = False


@dataclass(frozen=True)
class Change:
    """What a task is about to do to a driver, as far as it outweighs reasons.

    removes: whether the key goes. stops: whether the driver is stopped. cleans_lists: whether the same transaction
    takes the driver out of every filter list. is_documented: whether the catalogue has a cure for it. is_forced: by its
    name.
    """

    removes: bool = False
    stops: bool = False
    cleans_lists: bool = False
    is_documented: bool = False
    is_forced: bool = False


def protection_queries(names: tuple[str, ...]) -> tuple[Query, ...]:
    """Return what must be read to decide about drivers by exact name."""
    return (
        *(RegistryQuery(f"{SERVICES}\\{name}", depth=WHOLE_TREE, image="ImagePath") for name in names),
        RegistryQuery(f"{SERVICES}\\*", ("DependOnService", "DependOnGroup"), types=False),
        *filter_list_queries(),
        RegistryQuery(f"{SAFE_BOOT}\\*\\*", types=False),
        *network_component_queries(),
        ServiceQuery(names),
    )


def reasons_to_protect(driver: Service, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Return every reason against disabling a driver; none means that it may be disabled."""
    return tuple(reason for rule in _RULES for reason in rule(driver, snapshot))


def standing_reasons(driver: Service, snapshot: Snapshot, change: Change) -> tuple[Reason, ...]:
    """Return the reasons against a change that nothing outweighs.

    What could not be read, a filter list that goes on naming the driver, and a bound network component stand against
    force too, but for an optional filter that is disabled and not stopped.
    """
    return tuple(
        each for each in reasons_to_protect(driver, snapshot) if not _is_outweighed(each, driver, snapshot, change)
    )


def is_forcible(reason: Reason, change: Change) -> bool:
    """Tell whether naming the driver in force lifts a reason against a change."""
    if reason.rule == NETWORK:
        return reason.is_optional and not change.removes and not change.stops
    return reason.rule not in (FILTER_LIST, UNKNOWN)


def _is_outweighed(reason: Reason, driver: Service, snapshot: Snapshot, change: Change) -> bool:
    if reason.rule == FILTER_LIST:
        return change.cleans_lists
    if change.is_forced and is_forcible(reason, change):
        return True
    if reason.rule == GROUP and change.is_documented:
        return True
    in_lists = bool(lists_naming(driver.name, snapshot, driver.image)) and not change.cleans_lists
    loads_nothing = is_file_gone(driver, snapshot) and not in_lists and not bound_components_of(driver, snapshot)
    return reason.rule in (GROUP, NETWORK_GROUP, GROUP_DEPENDANT) and loads_nothing


def is_file_gone(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver's file was looked for and is not there: such a driver loads nothing."""
    was_looked_for = bool(driver.image) and driver.image in snapshot.files and not is_hidden_from_process(snapshot)
    return was_looked_for and driver.file is None and not any(snapshot.unreadable_below(driver.image))


def _critical(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if driver.error_control == CRITICAL:
        yield Reason(ERROR_CONTROL, "its ErrorControl is 3 (critical): Windows does not boot without it")


def _boot_group(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if any(equals_ignore_case(driver.group, group) for group in BOOT_GROUPS):
        yield Reason(GROUP, f"its load-order group, {driver.group}, is one of the boot path")


def _started_in_safe_mode(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for mode, entry in safe_boot_entries(driver, snapshot):
        yield Reason(SAFE_MODE, f"SafeBoot\\{mode} names it as {entry}: safe mode starts it")
    groups = _safe_boot(snapshot).get(driver.group.lower(), ()) if driver.group else ()
    is_of_boot = any(equals_ignore_case(mode, _MINIMAL) for mode, _unused in groups)
    for mode, entry in groups:
        rule = GROUP if is_of_boot else NETWORK_GROUP
        yield Reason(rule, f"SafeBoot\\{mode} names its load-order group, {entry}")


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
    for each in lists_naming(driver.name, snapshot, driver.image):
        file = f"{each.value} of {each.key} names its file, {each.entry_of(driver.name, driver.image)}"
        driver_itself = f"{each.value} of {each.key} names it: the devices there do not start without it"
        yield Reason(FILTER_LIST, file if each.is_of_dumps else driver_itself)


def _dependants(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for name in _needing(driver.name, "DependOnService", driver.name, snapshot):
        yield Reason(DEPENDANT, f"the service {name} needs it (DependOnService)")
    for name in _needing(driver.group, "DependOnGroup", driver.name, snapshot):
        yield Reason(GROUP_DEPENDANT, f"the service {name} needs its load-order group, {driver.group} (DependOnGroup)")


def dependants_of(name: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the other services that name a driver in DependOnService, or its group in DependOnGroup."""
    group = text_of(snapshot.value(f"{SERVICES}\\{name}", "Group"))
    found = (
        *_needing(name, "DependOnService", name, snapshot),
        *_needing(group, "DependOnGroup", name, snapshot),
    )
    return tuple(dict.fromkeys(found))


def _needing(needed: str, value: str, driver: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the services that name a service or group in one of the two values, without the driver itself."""
    names = _dependants_by_name(snapshot).get((value, needed.lower()), ()) if needed else ()
    return tuple(each for each in names if not equals_ignore_case(each, driver))


@lru_cache(maxsize=2)
def _dependants_by_name(snapshot: Snapshot) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name in snapshot.subkeys(SERVICES):
        for value in ("DependOnService", "DependOnGroup"):
            needed = snapshot.value(f"{SERVICES}\\{name}", value)
            for each in texts_of(needed) if needed is not None else ():
                found[value, each.lower()] = (*found.get((value, each.lower()), ()), name)
    return found


def _devices(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for device in devices_served(driver, snapshot):
        yield Reason(DEVICE, f"it serves the device {device}")


def _network(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    for each in bound_components_of(driver, snapshot):
        fix = f"Uninstall the product, or remove the component: {each.removal}." if each.removal else ""
        yield Reason(NETWORK, f"{each.text}: {_harm(each)}", fix, each.run_type == OPTIONAL)


def _harm(component: NetworkComponent) -> str:
    """Say what becomes of the network when the driver of a bound component does not start (facts J1, J2)."""
    if component.run_type == MANDATORY:
        return "without it the network never becomes available"
    if component.run_type == OPTIONAL:
        return "without it the network is unavailable for up to 90 seconds, and stopping it may lose the network"
    return "whether the network does without it is not known"


def _windows(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    """Windows' own drivers are known by name, package and group, not by the version resource alone."""
    if driver.group.lower() in words("windows_groups"):
        yield Reason(WINDOWS, f"its load-order group, {driver.group}, is one of Windows' own drivers")
    elif not is_microsoft(driver.company) and (own := may_be_windows_own(driver)):
        yield Reason(WINDOWS, own)


def _microsoft(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    if is_microsoft(driver.company):
        yield Reason(MICROSOFT, f"its file {driver.image} is Microsoft's, by its version resource")


def _unknown(driver: Service, snapshot: Snapshot) -> Iterator[Reason]:
    """What could not be read is never assumed good."""
    if not driver.image:
        written = f"its ImagePath, {driver.image_path}, names no file that can be looked at: it may be Microsoft's"
        yield Reason(NO_IMAGE, written)
    places = [
        f"{place} could not be read ({reason})"
        for path in (driver.image, SAFE_BOOT, CLASSES, DEVICES, CRASH_CONTROL, SERVICES)
        for place, reason in (snapshot.unreadable_below(path) if path else ())
        if _matters(path, place, driver)
    ]
    for each in dict.fromkeys((*places, *unread_components(snapshot))):
        yield Reason(UNKNOWN, f"{each}, so it is not known whether anything needs the driver", _AS_ADMINISTRATOR)


_AS_ADMINISTRATOR = (
    "Connect as a local administrator; where that is so already, give Administrators the right to read what could not "
    "be read."
)


def _matters(path: str, place: str, driver: Service) -> bool:
    """Tell whether a place that could not be read, below one of the paths looked at, matters to a driver."""
    if path == SERVICES:
        return _may_need(place, driver)
    return path not in (CLASSES, DEVICES, CRASH_CONTROL) or may_hold_lists(place)


def _may_need(place: str, driver: Service) -> bool:
    """Tell whether a place below Services matters: the driver's own key, and keys that hold dependencies."""
    name, _unused, below = place[len(SERVICES) + 1 :].partition("\\")
    return not below or name == "*" or equals_ignore_case(name, driver.name)


_RULES: tuple[Callable[[Service, Snapshot], Iterator[Reason]], ...] = (
    _critical,
    _boot_group,
    _started_in_safe_mode,
    _filter_lists,
    _dependants,
    _devices,
    _network,
    _windows,
    _microsoft,
    _unknown,
)
