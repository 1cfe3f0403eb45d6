# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Names in filter lists that no key stands behind, as an incomplete removal leaves them (facts E4, E5, E7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..._catalogue.words import words
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..registry_paths import CLASSES, DEVICES, SERVICES
from .filter_lists import FilterList, filter_lists
from .unread import is_services_unread, unreadable_services

# Windows 10 lays down this name without a key, in the class of infrared devices (facts E7).
_IN_BOX = ("irenum", f"{CLASSES}\\{{6BDD1FC5-810F-11D0-BEC7-08002BE2092F}}")


@dataclass(frozen=True)
class DeadEntry:
    """A name that filter lists have and Services has not. lists: those that have it."""

    name: str
    lists: tuple[FilterList, ...]


@lru_cache(maxsize=2)
def dead_entries(snapshot: Snapshot) -> tuple[DeadEntry, ...]:
    """Return the dead entries of the lists of classes and devices. What a denied key may hide is not dead.

    DumpFilters is left out: it names files, and a dump filter needs no key.
    """
    if is_services_unread(snapshot):
        return ()
    hidden = {name.lower() for name in unreadable_services(snapshot)}
    found: dict[str, DeadEntry] = {}
    for each in filter_lists(snapshot):
        for name in each.names if not each.is_of_dumps else ():
            if name and name.lower() not in hidden and _is_dead(name, each, snapshot):
                known = found.get(name.lower(), DeadEntry(name, ()))
                found[name.lower()] = DeadEntry(known.name, (*known.lists, each))
    return tuple(found.values())


def _is_dead(name: str, place: FilterList, snapshot: Snapshot) -> bool:
    is_in_box = name.lower() == _IN_BOX[0] and equals_ignore_case(place.key, _IN_BOX[1])
    return not is_in_box and snapshot.values(f"{SERVICES}\\{name}") is None


def is_of_boot(lists: Iterable[FilterList]) -> bool:
    """Tell whether one of several lists is of devices without which Windows may not start: disks, volumes, their
    controllers and buses."""
    return any(_is_of_boot_device(each) for each in lists)


def _is_of_boot_device(each: FilterList) -> bool:
    below = {True: CLASSES, False: DEVICES}[each.is_of_class]
    first = each.key[len(below) + 1 :].partition("\\")[0].lower()
    return first in words("boot_classes" if each.is_of_class else "boot_buses")
