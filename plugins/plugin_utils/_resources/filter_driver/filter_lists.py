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
from ..._windows.drivers.filter_lists import FILTER_VALUES, FilterList, lists_naming, restored_list, without
from ..._windows.drivers.origin import windows_own
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
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._planned: dict[str, Value | None] = {}

    def take_out(self, name: str, lists: Iterable[FilterList]) -> ListChanges:
        """Plan to take a driver out of lists."""
        return self._change({each.place: without(self._value(each.place), name) for each in lists})

    def restore(self, entry: Entry) -> ListChanges:
        """Plan to bring a driver back to its place in the lists of a ledger entry."""
        previous = dict(recorded_lists(entry))
        return self._change(
            {place: restored_list(entry.subject, value, self._value(place)) for place, value in previous.items()}
        )

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
        rest = without(self._value(place), name)
        return texts_of(rest) if rest is not None else []

    def _value(self, place: str) -> Value | None:
        return self._planned[place] if place in self._planned else value_at(place, self._snapshot)

    def _change(self, lists: dict[str, Value | None]) -> ListChanges:
        operations = [each for place, value in lists.items() for each in self._write(place, value)]
        return ListChanges(lists, tuple(operations))

    def _write(self, place: str, wanted: Value | None) -> tuple[op.Operation, ...]:
        if wanted == self._value(place):
            return ()
        self._planned[place] = wanted
        key, _unused, name = place.rpartition("\\")
        return write_value(key, name, wanted, value_at(place, self._snapshot))


def value_at(place: str, snapshot: Snapshot) -> Value | None:
    """Return the registry value at a path that ends in its name."""
    key, _unused, name = place.rpartition("\\")
    return snapshot.value(key, name)


def lists_to_clean(name: str, task: Task) -> tuple[FilterList, ...]:
    """Return the filter lists that the task takes a driver out of."""
    options: Options = task.options
    return lists_naming(name, task.snapshot) if options.clean_filter_lists else ()


def recorded_lists(entry: Entry) -> Iterator[tuple[str, Value]]:
    """Yield the filter lists that a ledger entry can restore: place and value."""
    for place, value in entry.before.items():
        if place.rpartition("\\")[2] in FILTER_VALUES and value is not None:
            yield place, value


def _is_microsofts(name: str, snapshot: Snapshot) -> bool:
    """Tell whether a name in a list is Microsoft's, as far as that was read."""
    driver = service_of(snapshot, name)
    return is_in_box(name) or (driver is not None and (is_microsoft(driver.company) or bool(windows_own(driver))))
