# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The filter lists that a restore writes, and those that it leaves because they would name what is not there."""

from __future__ import annotations

from dataclasses import dataclass

from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.values import Value, texts_of
from ..._windows.drivers.boot_rule import violations
from ..._windows.drivers.filter_lists import is_dump_filters
from .filter_lists import FilterListPlan
from .ledger_fields import image_of
from .options import Options

Lists = dict[str, Value | None]


@dataclass(frozen=True)
class RestoredLists:
    """What a restore does with lists. after: the lists by place. left: why others stay as they are, in sentences."""

    after: Lists
    operations: tuple[op.Operation, ...]
    left: tuple[str, ...]


def restored_lists(entry: Entry, task: Task, lists: FilterListPlan, own: tuple[op.Operation, ...]) -> RestoredLists:
    """Plan to bring a driver back to its places in lists. own: what the restore does to the driver's key and file."""
    wanted = lists.restored(entry, image_of(entry, task))
    left = {place: why for place in wanted if (why := _why_left(place, entry, task, lists))}
    rest = {place: value for place, value in wanted.items() if place not in left}
    left |= _unsafe(rest, task, lists, own)
    written = lists.write({place: value for place, value in rest.items() if place not in left}, own)
    return RestoredLists(written.after, written.operations, tuple(left.values()))


def _why_left(place: str, entry: Entry, task: Task, lists: FilterListPlan) -> str:
    """Return why a list is left as others made it since, "" when it is not."""
    options: Options = task.options
    key = place.rpartition("\\")[0]
    if task.snapshot.values(key) is None and not is_dump_filters(place):
        return f"{place} is not restored: {key} is not there any more"
    if lists.value(place) is None and _others_were_in(place, entry, task) and not options.overwrites(entry.subject):
        return f"{place} is not restored: others deleted the list since (overwrite: true with its name restores it)"
    return ""


def _others_were_in(place: str, entry: Entry, task: Task) -> bool:
    """Tell whether a change left names in a list, but for those that the collection itself took out later."""
    left = entry.after.get(place)
    return left is not None and not all(_is_taken_out(name, place, task) for name in texts_of(left))


def _is_taken_out(name: str, place: str, task: Task) -> bool:
    try:
        entry = task.ledger.open_entry(name)
    except UnusableEntry:
        return False
    return entry is not None and place in entry.before


def _unsafe(wanted: Lists, task: Task, lists: FilterListPlan, own: tuple[op.Operation, ...]) -> dict[str, str]:
    """Return the lists that would name what is not there, each with the reason."""
    trial = lists.copy()
    operations = trial.write(wanted).operations
    if not operations:
        return {}
    places = {place.lower(): place for place in wanted}
    found = violations(task.snapshot, (*lists.written, *own, *operations))
    return {
        places[each.place.lower()]: f"{each.place} is not restored: {each.text}"
        for each in found
        if each.place.lower() in places
    }
