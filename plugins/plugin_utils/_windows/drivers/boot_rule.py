# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The one rule for filter lists and start types, which every plan keeps, whatever the state and whatever is forced.

After the plan every name of a filter list that it wrote has its key, its file, and a Start that is not 4, and so has
every driver that it touched and that a list names: else the devices there do not start, and with the disks' list
Windows stops with 0x7B (facts E4, E5). A driver that starts with the server has its file. A start that becomes later is
reported, since it takes a driver away as disabling does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..._protocol.image_path import expand
from ..._protocol.operations import DeleteValue, Operation, SetValue
from ..._protocol.queries import FileQuery, Filter, Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, texts_of
from ..registry_paths import SERVICES
from .after_plan import AfterPlan
from .filter_lists import dump_filter_names, filter_lists, is_dump_filters, is_filter_list
from .protection import Reason, reasons_to_protect
from .services import DISABLED, DRIVER_TYPES, START_TYPES, Service, service_of
from .unread import is_hidden_from_process

_WITH_THE_SERVER = (0, 1)  # boot and system

NO_KEY, NO_FILE, START_DISABLED, NOT_KNOWN = "no_key", "no_file", "start_disabled", "not_known"


@dataclass(frozen=True)
class Violation:
    """What a plan would leave behind that must not be.

    rule: one of the words above. place: path of the list or of Start.

    name: as the list has it. text: a sentence.
    """

    rule: str
    place: str
    name: str
    text: str


@dataclass(frozen=True)
class LaterStart:
    """A driver that a plan starts later than now, or not at all. start: as planned, None for no value or no key.

    reasons: why the driver is protected; none means that it may start later.
    """

    driver: Service
    start: Value | None
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """What the plan does to the driver, in a sentence."""
        words = [_start_words(each) for each in (self.driver.start, self.start)]
        return f"{self.driver.name} would start later than now: {words[0]} becomes {words[1]}"


def filter_member_queries() -> tuple[Query, ...]:
    """Return what must be read, beside the lists, where a plan may write one: key, start and file of every driver."""
    drivers = Filter("Type", mask=DRIVER_TYPES)
    return (
        RegistryQuery(f"{SERVICES}\\*", ("Type", "Start", "ImagePath"), where=drivers, image="ImagePath"),
        FileQuery(("%SystemRoot%\\System32\\drivers\\dumpfve.sys",)),  # BitLocker's, a dump filter without a service
    )


def violations(snapshot: Snapshot, operations: Iterable[Operation]) -> tuple[Violation, ...]:
    """Return what a plan would leave in filter lists and start types that must not be; none means safe."""
    after = AfterPlan(snapshot, operations)
    found = (*_of_written_lists(after), *_of_touched_drivers(after), *_of_starts(after))
    return tuple(dict.fromkeys(found))


def written_lists(operations: Iterable[Operation]) -> tuple[str, ...]:
    """Return the filter lists that operations write, by the paths of their values: the devices there must restart."""
    values = (each for each in operations if isinstance(each, (SetValue, DeleteValue)))
    places = (f"{each.key}\\{each.name}" for each in values)
    return tuple(dict.fromkeys(place for place in places if is_filter_list(place)))


def _of_written_lists(after: AfterPlan) -> Iterator[Violation]:
    for place in after.written.values():
        if is_filter_list(place):
            names = _names_at(place, after)
            yield from (
                _of_dump_filters(place, names, after) if is_dump_filters(place) else _of_names(place, names, after)
            )


def _names_at(place: str, after: AfterPlan) -> list[str]:
    key, _unused, value = place.rpartition("\\")
    found = after.value(key, value)
    # Windows itself leaves empty names in lists (facts E7).
    return [] if found is None else [name for name in texts_of(found) if name]


def _of_names(place: str, names: Iterable[str], after: AfterPlan) -> Iterator[Violation]:
    for name in names:
        yield from _of_member(place, name, name, after)


def _of_touched_drivers(after: AfterPlan) -> Iterator[Violation]:
    """Yield what is wrong with the touched drivers that a list names; other names of the list do not count."""
    drivers = after.drivers
    if not drivers:
        return
    for each in filter_lists(after.snapshot):
        names = _names_at(each.place, after)
        if each.is_of_dumps:
            yield from _of_dump_filters(each.place, names, after)
        else:
            yield from _of_names(each.place, (name for name in names if name.lower() in drivers), after)


def _of_dump_filters(place: str, files: Iterable[str], after: AfterPlan) -> Iterator[Violation]:
    """Yield what is wrong with the files of DumpFilters that the plan adds, or whose services it touches."""
    key, _unused, value = place.rpartition("\\")
    before = after.snapshot.value(key, value)
    known = [name.lower() for name in texts_of(before)] if before is not None else []
    for file in files:
        services = _services_of_file(file, after)
        for service in services:
            yield from _of_member(place, file, service, after)
        if file.lower() not in known and not services:
            yield from _of_file(place, file, _drivers_folder(file, after.snapshot), after)


def _drivers_folder(file: str, snapshot: Snapshot) -> str:
    return expand(f"%SystemRoot%\\System32\\drivers\\{file}", snapshot.environment)


def _services_of_file(file: str, after: AfterPlan) -> list[str]:
    """Return the touched services whose file bears a name, before the plan or after it."""
    return [
        name
        for name in after.drivers
        if file.lower() in (*_file_names(name, after.snapshot), after.image(name).rpartition("\\")[2].lower())
    ]


def _file_names(name: str, snapshot: Snapshot) -> tuple[str, ...]:
    driver = service_of(snapshot, name)
    return dump_filter_names(name, driver.image) if driver else (f"{name.lower()}.sys",)


def _of_member(place: str, entry: str, name: str, after: AfterPlan) -> Iterator[Violation]:
    """Yield what is wrong with a driver that a list names."""
    key = f"{SERVICES}\\{name}"
    unread = next(after.snapshot.unreadable_below(key), None) or _whole(SERVICES, after.snapshot)
    if unread and after.snapshot.value(key, "Start") is None:
        yield Violation(
            NOT_KNOWN, place, entry, f"{place} names {entry}, and {unread[0]} could not be read ({unread[1]})"
        )
    elif not after.has_key(key):
        yield Violation(NO_KEY, place, entry, f"{place} would name {entry}, which has no key {key}")
    elif after.value(key, "Start") == DISABLED:
        yield Violation(START_DISABLED, place, entry, f"{place} would name {entry}, whose Start would be 4 (disabled)")
    else:
        yield from _of_file(place, entry, after.image(name), after)


def _whole(path: str, snapshot: Snapshot) -> tuple[str, str] | None:
    """Return why the keys below a path were not read at all, None when they were."""
    places = (path, f"{path}\\*")
    return next(((place, snapshot.unreadable[place]) for place in places if place in snapshot.unreadable), None)


def _of_file(place: str, entry: str, image: str, after: AfterPlan) -> Iterator[Violation]:
    there = after.has_file(image) if image else None
    if there is None or (not there and is_hidden_from_process(after.snapshot)):
        file = f"its file {image}" if image else "its file, which its ImagePath names in no form that can be opened,"
        yield Violation(
            NOT_KNOWN, place, entry, f"{place}: it is not known whether {file} is there, which {entry} needs"
        )
    elif not there:
        yield Violation(NO_FILE, place, entry, f"{place}: the file {image} is not there, which {entry} needs")


def _of_starts(after: AfterPlan) -> Iterator[Violation]:
    """Yield the touched drivers that start with the server, by what the plan writes or renames, without their file."""
    for name in after.drivers:
        place = f"{SERVICES}\\{name}\\Start"
        start = after.value(f"{SERVICES}\\{name}", "Start")
        if start in _WITH_THE_SERVER and after.has_key(f"{SERVICES}\\{name}") and _changes_start(name, after):
            yield from _of_file(place, name, after.image(name), after)


def _changes_start(name: str, after: AfterPlan) -> bool:
    """Tell whether the plan writes a driver's Start, or takes its file away."""
    key, image = f"{SERVICES}\\{name}", after.image(name)
    is_taken = after.has_file(image) is False and after.snapshot.files.get(image) is not None
    return is_taken or after.value(key, "Start") != after.snapshot.value(key, "Start")


def later_starts(snapshot: Snapshot, operations: Iterable[Operation]) -> tuple[LaterStart, ...]:
    """Return the drivers that a plan starts later than now, or takes away, each with the reasons against that."""
    after = AfterPlan(snapshot, operations)
    touched = (service_of(snapshot, name) for name in after.drivers)
    drivers = [each for each in touched if each is not None and each.is_driver]
    planned = [(driver, after.value(driver.key, "Start")) for driver in drivers]
    return tuple(
        LaterStart(driver, start, reasons_to_protect(driver, snapshot))
        for driver, start in planned
        if is_later(start, driver.start)
    )


def is_later(start: Value | None, now: Value | None) -> bool:
    """Tell whether a start type lets a driver start later than another does; no value lets it start never."""
    order = [each if isinstance(each, int) else DISABLED for each in (start, now)]
    return order[0] > order[1]


def _start_words(start: Value | None) -> str:
    word = START_TYPES[start] if isinstance(start, int) and start < len(START_TYPES) else "no start type"
    return f"Start {start} ({word})" if start is not None else "no Start"
