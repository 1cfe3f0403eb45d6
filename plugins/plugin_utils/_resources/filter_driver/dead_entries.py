# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a task and an audit say of names in filter lists that no key stands behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..._catalogue.in_box import is_in_box
from ..._planning.finding import Finding
from ..._planning.task import Task
from ..._protocol.vocabulary import ATTENTION, CRITICAL, DECIDE, DRIFTED, ENFORCE, ERROR
from ..._windows.drivers.dead_entries import dead_entries, is_of_boot
from ..._windows.drivers.filter_lists import FilterList
from .driver_state import NAME
from .judging_options import JudgingOptions
from .wording import told


def dead_entry(name: str, lists: tuple[FilterList, ...], evidence: tuple[str, ...], *, cleans: bool) -> Finding:
    """Return the finding on a dead entry. lists: those that name it. cleans: whether the task takes it out of them."""
    texts = told("dead_entry", name)
    severity = CRITICAL if is_of_boot(lists) else ERROR
    found = {"lists": [each.place for each in lists]}
    act = ENFORCE if cleans else DECIDE
    return Finding(NAME, name, DRIFTED, found=found, evidence=evidence, severity=severity, act=act, **texts)


def dead_names(options: JudgingOptions, task: Task) -> tuple[str, ...]:
    """Return the dead entries that a policy chooses. Windows' own names are left to people."""
    names = (each.name for each in dead_entries(task.snapshot))
    return tuple(name for name in names if not is_in_box(name) and _fits(name, options))


def _fits(name: str, options: JudgingOptions) -> bool:
    """Tell whether match takes a name. Of a driver without a key it sees the name alone."""
    return options.match is None or options.match.matches({"name": name, "exists": False})


def dead_findings(task: Task) -> Iterator[Finding]:
    """Yield what an audit says of dead entries, whatever it chooses."""
    for each in dead_entries(task.snapshot):
        evidence = (f"the server has no driver {each.name}", *(listed(place) for place in each.lists))
        finding = dead_entry(each.name, each.lists, evidence, cleans=False)
        in_box = told("lost_in_box", each.name)
        yield replace(finding, status=ATTENTION, **in_box) if is_in_box(each.name) else finding


def listed(place: FilterList) -> str:
    """Say in a sentence that a list names a driver that is not there."""
    return f"{place.place} still names it: a device there does not start"
