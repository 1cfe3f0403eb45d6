# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers a task of win_filter_driver is about: those it names, and those that a policy chooses."""

from __future__ import annotations

from collections.abc import Iterator

from ..._planning.ledger import Entry
from ..._planning.task import Task
from ..._protocol.names import CaseInsensitiveDict
from ..._windows.drivers.classification import DANGLING
from ..._windows.drivers.services import service_of
from ..._windows.drivers.unread import unread_owners
from .audit import Auditor
from .dead_entries import dead_names
from .options import Options
from .restoring import is_restorable


def chosen_drivers(task: Task, auditor: Auditor) -> CaseInsensitiveDict[tuple[str, ...]]:
    """Return the names of the drivers, named ones first, with the evidence of why a policy chose them."""
    options: Options = task.options
    named: dict[str, tuple[str, ...]] = dict.fromkeys(options.names, ())
    if not options.is_policy:
        return CaseInsensitiveDict(named)
    chosen = _changed(task, auditor) if options.state == "restored" else _classified(auditor) | _told(task, auditor)
    return CaseInsensitiveDict(named | chosen)


def _classified(auditor: Auditor) -> dict[str, tuple[str, ...]]:
    return {
        each.driver.name: (f"it is {each.judgement.classification}", *each.judgement.evidence)
        for each in auditor.chosen()
    }


def _told(task: Task, auditor: Auditor) -> dict[str, tuple[str, ...]]:
    """Return what a task takes beside the drivers that it chooses: an audit what it must tell, a policy dead names."""
    options: Options = task.options
    if options.state == "audited":
        return {each.driver.name: () for each in auditor.told()}
    return dict.fromkeys(dead_names(options.judging, task), ())


def _changed(task: Task, auditor: Auditor) -> dict[str, tuple[str, ...]]:
    """Return the drivers that match chooses among those with an open entry in the ledger."""
    return {each.subject: () for each in _open_entries(task) if _matches(each.subject, task, auditor)}


def _matches(name: str, task: Task, auditor: Auditor) -> bool:
    """Tell whether match chooses a driver. Of one whose key is gone it sees the name alone."""
    driver = service_of(task.snapshot, name)
    if driver is not None:
        return auditor.is_chosen(auditor.audited(driver))
    match = auditor.options.match
    return match is None or match.matches({"name": name, "exists": False})


def why_not_known(name: str, task: Task, auditor: Auditor) -> tuple[str, ...]:
    """Return why a policy leaves a driver that it chose: sentences, none when it may change it.

    Whether a driver has an owner is not known where one may show in what could not be read. A driver without its file
    is left behind whatever owns it.
    """
    options: Options = task.options
    if options.has_name(name) or options.state == "restored":
        return ()
    driver, unread = service_of(task.snapshot, name), unread_owners(task.snapshot)
    if driver is None or not unread or auditor.audited(driver).judgement.classification == DANGLING:
        return ()
    return unread


def skipped_entries(task: Task, chosen: CaseInsensitiveDict[tuple[str, ...]]) -> Iterator[Entry]:
    """Yield the entries that a restore by match does not choose and could restore: of drivers whose keys are gone."""
    options: Options = task.options
    for entry in _open_entries(task) if options.state == "restored" and options.is_policy else ():
        if is_restorable(entry) and entry.subject not in chosen and service_of(task.snapshot, entry.subject) is None:
            yield entry


def _open_entries(task: Task) -> list[Entry]:
    return [entry for entry in task.ledger.last_entries() if not entry.closed]
