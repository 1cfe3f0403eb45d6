# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The lists by which Windows puts drivers into stacks: UpperFilters and LowerFilters of classes and devices, which name
services, and DumpFilters, which names files (facts E4, E6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, texts_of
from ..registry_paths import CLASSES, CRASH_CONTROL, DEVICES

FILTER_VALUES = ("UpperFilters", "LowerFilters")
DUMP_FILTERS = "DumpFilters"


@dataclass(frozen=True)
class FilterList:
    """One list.

    key: of the class or device. value: the name of the registry value. raw: the value. names: in its order.
    """

    key: str
    value: str
    raw: Value
    names: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the list stands: the path of the registry value."""
        return f"{self.key}\\{self.value}"

    @property
    def is_of_class(self) -> bool:
        """Whether the list is of a whole class; a list of one device is as a rule written by that device's INF."""
        return self.key.lower().startswith(f"{CLASSES.lower()}\\")

    @property
    def is_of_device(self) -> bool:
        """Whether the list is of one device."""
        return self.key.lower().startswith(f"{DEVICES.lower()}\\")

    @property
    def is_of_dumps(self) -> bool:
        """Whether the list is DumpFilters, which names files instead of services."""
        return is_dump_filters(self.place)

    def entry_of(self, name: str, image: str = "") -> str:
        """Return how the list names a driver, "" when it does not.

        image: full path of its file, "" when that is not known.
        """
        sought = dump_filter_names(name, image) if self.is_of_dumps else (name.lower(),)
        return next((each for each in self.names if each.lower() in sought), "")


def is_filter_list(place: str) -> bool:
    """Tell whether the path of a registry value is that of a filter list."""
    key, _unused, value = place.rpartition("\\")
    of_stack = any(equals_ignore_case(value, each) for each in FILTER_VALUES)
    below = key.lower().startswith((f"{CLASSES.lower()}\\", f"{DEVICES.lower()}\\"))
    return (of_stack and below) or is_dump_filters(place)


def is_dump_filters(place: str) -> bool:
    """Tell whether the path of a registry value is that of the list of crash dump filters."""
    return equals_ignore_case(place, f"{CRASH_CONTROL}\\{DUMP_FILTERS}")


def dump_filter_names(name: str, image: str) -> tuple[str, ...]:
    """Return the names, in lower case, that DumpFilters may have for a driver: its file's, or one of its own."""
    file = image.rpartition("\\")[2].lower()
    return (file,) if file else (f"{name.lower()}.sys",)


def without(value: Value | None, name: str) -> Value | None:
    """Return a list without one of its names, None when nothing is left and the value is to be deleted."""
    rest = [each for each in texts_of(value) if not equals_ignore_case(each, name)] if value is not None else []
    return rest or None


def filter_list_queries() -> tuple[Query, ...]:
    """Return what reads every filter list: of the classes, then of the devices, then of crash dumps."""
    return (
        *(RegistryQuery(path, FILTER_VALUES) for path in (f"{CLASSES}\\*", f"{DEVICES}\\*\\*\\*")),
        RegistryQuery(CRASH_CONTROL, (DUMP_FILTERS,)),
    )


@lru_cache(maxsize=2)
def _by_name(snapshot: Snapshot) -> dict[str, tuple[FilterList, ...]]:
    found: dict[str, tuple[FilterList, ...]] = {}
    for each in filter_lists(snapshot):
        for name in dict.fromkeys(name.lower() for name in each.names):
            found[name] = (*found.get(name, ()), each)
    return found


@lru_cache(maxsize=2)
def filter_lists(snapshot: Snapshot) -> tuple[FilterList, ...]:
    """Return every filter list that was read."""
    return tuple(_all(snapshot))


def _all(snapshot: Snapshot) -> Iterator[FilterList]:
    roots = tuple(f"{root.lower()}\\" for root in (CLASSES, DEVICES))
    for path, values in snapshot.registry.items():
        if path.lower().startswith(roots):
            yield from _lists_at(path, values, FILTER_VALUES)
        elif equals_ignore_case(path, CRASH_CONTROL):
            yield from _lists_at(path, values, (DUMP_FILTERS,))


def _lists_at(path: str, values: dict[str, Value], names: tuple[str, ...]) -> Iterator[FilterList]:
    for value in names:
        written = next((name for name in values if equals_ignore_case(name, value)), None)
        if written is not None:
            yield FilterList(path, value, values[written], tuple(texts_of(values[written])))


def lists_naming(name: str, snapshot: Snapshot, image: str = "") -> tuple[FilterList, ...]:
    """Return every filter list that names a driver. image: full path of its file, "" when that is not known."""
    of_stacks = [each for each in _by_name(snapshot).get(name.lower(), ()) if not each.is_of_dumps]
    files = dump_filter_names(name, image)
    of_dumps = [each for file in files for each in _by_name(snapshot).get(file, ()) if each.is_of_dumps]
    return (*of_stacks, *of_dumps)


def unread_lists(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what may hide a filter list, with the reason: sentences, none when all were read."""
    places = (place for root in (CLASSES, DEVICES, CRASH_CONTROL) for place in snapshot.unreadable_below(root))
    return tuple(f"{place} could not be read ({reason})" for place, reason in places if may_hold_lists(place))


def may_hold_lists(place: str) -> bool:
    """Tell whether filter lists may stand at or below a key: a class or a device, not what is below one."""
    levels = {CLASSES: 1, DEVICES: 3, CRASH_CONTROL: 0}
    return any(
        place[len(root) :].count("\\") <= deepest
        for root, deepest in levels.items()
        if place.lower().startswith(root.lower())
    )


def restored_list(name: str, previous: Value, found: Value | None) -> Value:
    """Return a list with one of its names restored to the place where it stood.

    previous: the list as it was. found: the list as it stands now, None for none. What others changed since stays, and
    the name comes behind the nearest of its previous predecessors that is still there.
    """
    before, now = texts_of(previous), texts_of(found) if found is not None else []
    if any(equals_ignore_case(each, name) for each in now):
        return found
    if now == [each for each in before if not equals_ignore_case(each, name)]:
        return previous
    place = next(place for place, each in enumerate(before) if equals_ignore_case(each, name))
    known = [each.lower() for each in now]
    after = next((known.index(each.lower()) + 1 for each in reversed(before[:place]) if each.lower() in known), 0)
    return [*now[:after], before[place], *now[after:]]
