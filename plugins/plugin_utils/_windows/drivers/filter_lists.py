# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""UpperFilters and LowerFilters of classes and devices: the drivers that stand in the stacks of devices (facts E4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, texts_of
from ..registry_paths import CLASSES, DEVICES

FILTER_VALUES = ("UpperFilters", "LowerFilters")


@dataclass(frozen=True)
class FilterList:
    """One list. key: of the class or device. value: UpperFilters or LowerFilters. raw: the registry value. names: in its order."""

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


def without(value: Value | None, name: str) -> Value | None:
    """Return a list without a driver, None when nothing is left and the value is to be deleted."""
    rest = [each for each in texts_of(value) if not equals_ignore_case(each, name)] if value is not None else []
    return rest or None


def filter_list_queries() -> tuple[Query, ...]:
    """Return what reads every filter list: of the classes, then of the devices."""
    return tuple(RegistryQuery(path, FILTER_VALUES) for path in (f"{CLASSES}\\*", f"{DEVICES}\\*\\*\\*"))


@lru_cache(maxsize=2)
def _by_name(snapshot: Snapshot) -> dict[str, tuple[FilterList, ...]]:
    found: dict[str, tuple[FilterList, ...]] = {}
    for each in _all(snapshot):
        for name in dict.fromkeys(name.lower() for name in each.names):
            found[name] = (*found.get(name, ()), each)
    return found


def _all(snapshot: Snapshot) -> Iterator[FilterList]:
    roots = tuple(f"{root.lower()}\\" for root in (CLASSES, DEVICES))
    for path, values in snapshot.registry.items():
        if path.lower().startswith(roots):
            for value in FILTER_VALUES:
                written = next((name for name in values if equals_ignore_case(name, value)), None)
                if written is not None:
                    yield FilterList(path, value, values[written], tuple(texts_of(values[written])))


def lists_naming(name: str, snapshot: Snapshot) -> tuple[FilterList, ...]:
    """Return every filter list that names a driver."""
    return _by_name(snapshot).get(name.lower(), ())


def unread_lists(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what may hide a filter list, with the reason: sentences, none when all were read."""
    places = (place for root in (CLASSES, DEVICES) for place in snapshot.unreadable_below(root))
    return tuple(f"{place} could not be read ({reason})" for place, reason in places if may_hold_lists(place))


def may_hold_lists(place: str) -> bool:
    """Tell whether filter lists may stand at or below a key: a class or a device, not what is below one, such as an adapter's settings."""
    levels = {CLASSES: 1, DEVICES: 3}
    return any(
        place[len(root) :].count("\\") <= most
        for root, most in levels.items()
        if place.lower().startswith(root.lower())
    )


def restored_list(name: str, previous: Value, found: Value | None) -> Value:
    """Return a list with a driver restored to the place where it stood.

    previous: the list as it was. found: the list as it stands now, None for none. When others changed it since, what they did
    stays, and the driver comes behind the nearest of its previous predecessors that is still there.
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
