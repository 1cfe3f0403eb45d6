# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The filter lists that a task changes: which ones, what it leaves in them, and which driver it never takes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..._catalogue.in_box import is_in_box
from ..._planning.ledger import Entry
from ..._planning.step import write_value
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, texts_of
from ..._windows.drivers.companies import is_microsoft
from ..._windows.drivers.filter_lists import (
    FilterList,
    dump_filter_names,
    is_dump_filters,
    is_filter_list,
    lists_naming,
    restored_list,
    without,
)
from ..._windows.drivers.origin import may_be_windows_own
from ..._windows.drivers.services import service_of
from .options import Options


@dataclass(frozen=True)
class ListChanges:
    """What a step changes in filter lists. after: the lists by place, None for no list."""

    after: dict[str, Value | None]
    operations: tuple[op.Operation, ...]


class FilterListPlan:
    """The filter lists of one server as the steps planned so far leave them.

    Several drivers of a task may be in one list, so each step starts from what the steps before it leave. But every
    operation expects what was read: a server compares what all operations expect before it applies the first.

    written: the operations of restored drivers and lists so far; a list that is restored may name these drivers too.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._planned: dict[str, Value | None] = {}
        self.written: tuple[op.Operation, ...] = ()

    def take_out(self, name: str, lists: Iterable[FilterList], image: str = "") -> ListChanges:
        """Plan to take a driver out of lists. image: full path of its file, "" when that is not known."""
        return self._change({each.place: without(self.value(each.place), each.entry_of(name, image)) for each in lists})

    def restored(self, entry: Entry, image: str) -> dict[str, Value | None]:
        """Return the lists of a ledger entry with the driver back in its place. Nothing is planned yet."""
        return {
            place: restored_list(entry_in(place, value, entry.subject, image), value, self.value(place))
            for place, value in recorded_lists(entry)
        }

    def write(self, lists: dict[str, Value | None], own: tuple[op.Operation, ...] = ()) -> ListChanges:
        """Plan to write lists. own: what is done to the driver's key and file with them."""
        changes = self._change(lists)
        if changes.operations:
            self.written = (*self.written, *own, *changes.operations)
        return changes

    def copy(self) -> FilterListPlan:
        """Return another plan of the same lists, to try what a step would write."""
        other = FilterListPlan(self._snapshot)
        other._planned, other.written = dict(self._planned), self.written
        return other

    def last_of_microsoft(self, name: str, lists: Iterable[FilterList]) -> tuple[str, ...]:
        """Return why a driver must stay in lists: sentences, none when it may go.

        Without partmgr or volsnap no disk starts (facts E4).
        """
        if not _is_microsofts(name, self._snapshot):
            return ()
        return tuple(
            f"it is the last of Microsoft's in {each.place}, which is never taken out"
            for each in lists
            if not any(_is_microsofts(other, self._snapshot) for other in self._others(each.place, name))
        )

    def _others(self, place: str, name: str) -> list[str]:
        rest = without(self.value(place), name)
        return texts_of(rest) if rest is not None else []

    def value(self, place: str) -> Value | None:
        """Return a list as the steps planned so far leave it, None for no list."""
        return self._planned[place] if place in self._planned else value_at(place, self._snapshot)

    def _change(self, lists: dict[str, Value | None]) -> ListChanges:
        operations = [each for place, value in lists.items() for each in self._write(place, value)]
        return ListChanges(lists, tuple(operations))

    def _write(self, place: str, wanted: Value | None) -> tuple[op.Operation, ...]:
        if wanted == self.value(place):
            return ()
        self._planned[place] = wanted
        key, _unused, name = place.rpartition("\\")
        return write_value(key, name, wanted, value_at(place, self._snapshot))


def value_at(place: str, snapshot: Snapshot) -> Value | None:
    """Return the registry value at a path that ends in its name."""
    key, _unused, name = place.rpartition("\\")
    return snapshot.value(key, name)


def lists_to_clean(name: str, task: Task, image: str = "") -> tuple[FilterList, ...]:
    """Return the filter lists that the task takes a driver out of. image: of its file, "" when that is not known."""
    options: Options = task.options
    return lists_naming(name, task.snapshot, image) if options.clean_filter_lists else ()


def recorded_lists(entry: Entry) -> Iterator[tuple[str, Value]]:
    """Yield the filter lists that a ledger entry can restore: place and value."""
    for place, value in entry.before.items():
        if is_filter_list(place) and value is not None:
            yield place, value


def entry_in(place: str, value: Value | None, name: str, image: str) -> str:
    """Return how a list names a driver, "" when it does not. place, value: of the list. image: of the driver's file."""
    sought = dump_filter_names(name, image) if is_dump_filters(place) else (name.lower(),)
    names = texts_of(value) if value is not None else []
    return next((each for each in names if each.lower() in sought), "")


def _is_microsofts(name: str, snapshot: Snapshot) -> bool:
    """Tell whether a name in a list is Microsoft's, as far as that was read."""
    driver = service_of(snapshot, name)
    return is_in_box(name) or (
        driver is not None and (is_microsoft(driver.company) or bool(may_be_windows_own(driver)))
    )
