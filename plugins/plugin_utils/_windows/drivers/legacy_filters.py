# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers are or may be legacy file-system filters, that Windows would no longer load (facts E13, E14).

Such a filter attaches to file systems by itself, without the filter manager. No value says so; what tells that a driver
is none is an inference, and a driver of which nothing does may be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..._catalogue.words import words
from ..._protocol.snapshot import Snapshot
from .devices import devices_of
from .instances import instances_of
from .network_components import components_of, why_not_stopped
from .origin import FILTER_GROUP, windows_own
from .service_records import may_start_although_disabled
from .services import DEMAND, DISABLED, FILE_SYSTEM_TYPES, Service, services_of

_FILTER_GROUPS = ("filter",)  # what Windows NT had before the groups of FSFilter
_MANY_SORTS = ("base", "extended base")  # groups that hold drivers of hardware and others alike


@dataclass(frozen=True)
class LegacyFilter:
    """A driver that is or may be a legacy filter. text: a sentence. is_filter: whether its record says so."""

    name: str
    text: str
    is_filter: bool


def legacy_filters(snapshot: Snapshot) -> Iterator[LegacyFilter]:
    """Yield the drivers that are not Windows' own, may start, and are or may be legacy filters."""
    for driver in services_of(snapshot):
        if driver.is_driver and _may_start(driver, snapshot) and not windows_own(driver, snapshot):
            yield from _judged(driver, snapshot)


def _judged(driver: Service, snapshot: Snapshot) -> Iterator[LegacyFilter]:
    if instances_of(driver, snapshot):
        return
    sign, maker = _sign(driver), f", of {driver.company}" if driver.company else ""
    if sign:
        text = f"{driver.name}{maker} is a legacy file-system filter, or a file system: {sign}, without an instance"
        yield LegacyFilter(driver.name, f"{text} of a minifilter", True)
    elif _is_active(driver) and not _is_of_something_else(driver, snapshot):
        text = f"{driver.name}{maker} may be a legacy file-system filter: nothing tells what it attaches to"
        yield LegacyFilter(driver.name, text, False)


def _may_start(driver: Service, snapshot: Snapshot) -> bool:
    return driver.start != DISABLED or may_start_although_disabled(driver, snapshot)


def _sign(driver: Service) -> str:
    """Return what says that a driver filters file systems, or is one; "" where nothing does."""
    group = driver.group.lower()
    if group.startswith(FILTER_GROUP) or group in _FILTER_GROUPS:
        return f"its load-order group is {driver.group}"
    is_of_file_systems = isinstance(driver.type, int) and bool(driver.type & FILE_SYSTEM_TYPES)
    return f"its Type is {driver.type}, a driver of file systems" if is_of_file_systems else ""


def _is_active(driver: Service) -> bool:
    """Tell whether a driver runs, or starts with the server. Another one waits for its device or its program."""
    waits = isinstance(driver.start, int) and driver.start >= DEMAND
    return not waits or driver.status not in ("stopped", None)


def _is_of_something_else(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver is one of a device, or of the network."""
    groups = {*words("hardware_groups"), *words("network_groups")}.difference(_MANY_SORTS)
    is_of_network = bool(components_of(driver, snapshot)) or bool(why_not_stopped(driver))
    return is_of_network or bool(devices_of(driver, snapshot)) or driver.group.lower() in groups
