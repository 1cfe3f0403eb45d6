# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""block_legacy_filters of win_filter_driver: Windows is to load no legacy file-system filter any more (facts E13).

What such a filter did for the server is gone then, so nothing is written while one may start that is not Windows' own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._planning.entry_rules import is_dword
from ..._planning.finding import Finding
from ..._planning.step import RegistryValue, Step, spared
from ..._planning.task import Task
from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.vocabulary import ATTENTION, NOT_APPLICABLE, PENDING, REFUSED, UNKNOWN
from ..._windows.drivers.after_plan import AfterPlan
from ..._windows.drivers.legacy_filters import LegacyFilter, legacy_filters
from ..._windows.drivers.services import DISABLED
from ..._windows.drivers.unread import unread_owners
from ..._windows.registry_paths import CONTROL, SERVICES
from ..._windows.releases import release_of, release_query
from ..._windows.shutdown import shutdown_query
from .driver_state import NAME
from .options import Options
from .refusals import settled
from .wording import Texts, told

LEGACY_FILTERS = f"{NAME}.legacy_filters"
"""The resource of its ledger entries, and the id of its findings. It never changes."""

_KEY = f"{CONTROL}\\Session Manager\\I/O System"
_FIRST = "10.0.14393"
_TEXTS = told("legacy_filters", "", names="")
_VALUE = RegistryValue(
    _KEY, "IoBlockLegacyFsFilters", restart=True, why=_TEXTS["why"], source=_TEXTS["source"], restorable=is_dword
)


@dataclass(frozen=True)
class _Notes:
    """What the ledger keeps with the change."""

    reason: str
    review_when: str = ""


def legacy_block_query() -> Query:
    """Return what reads the value."""
    return RegistryQuery(_KEY, (_VALUE.name,))


def legacy_block_queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read beside the drivers and the ledger."""
    return (legacy_block_query(), release_query(), shutdown_query()) if options.block_legacy_filters else ()


def legacy_block(task: Task, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the step of the value, none where the task does not ask for it. steps: those of the task's drivers.

    Where everything is restored, what the collection never changed is not told.
    """
    options: Options = task.options
    part = task.part(LEGACY_FILTERS, _Notes(options.reason), task.waivers)
    is_restore = options.state == "restored"
    if not options.block_legacy_filters or (is_restore and options.is_policy and not part.ledger.has(_VALUE.name)):
        return ()
    if is_restore:
        step = _VALUE.restore(part, overwrite=options.overwrite)
    else:
        step = spared(_unlike(part) or _with_filters(_VALUE.set_to(part, 1), part, _filters(task, steps)), part)
    return (_audited(step) if options.state == "audited" else settled(step, _VALUE.name, options, is_named=True),)


def _unlike(task: Task) -> Step | None:
    """Return the step of a release that does not have the value, or that is not known."""
    release = release_of(task.snapshot)
    if release is None:
        return _step(UNKNOWN, task, ("the release of Windows could not be read",), told("legacy_release", ""))
    if release.is_within(_FIRST):
        return None
    why = f"Windows {release.version} does not have it: {_FIRST} (Server 2016) is the first that does"
    return _step(NOT_APPLICABLE, task, (why,), {})


def _filters(task: Task, steps: Iterable[Step]) -> tuple[LegacyFilter, ...]:
    """Return the legacy filters that may start after the task, but for those that the task knows to be none."""
    options: Options = task.options
    after = AfterPlan(task.snapshot, (each for step in steps for each in step.operations))
    gone = {name for name in after.drivers if after.value(f"{SERVICES}\\{name}", "Start") in (None, DISABLED)}
    return tuple(
        each
        for each in legacy_filters(task.snapshot)
        if each.name.lower() not in gone and not any(equals_ignore_case(each.name, name) for name in options.no_filters)
    )


def _with_filters(step: Step, task: Task, found: tuple[LegacyFilter, ...]) -> Step:
    """Return the step as the drivers of the server let it be. step: that sets the value."""
    certain, unread = tuple(each for each in found if each.is_filter), unread_owners(task.snapshot)
    evidence, names = tuple(each.text for each in found), ", ".join(each.name for each in found)
    if step.error or not (step.operations or certain):
        return step
    if not step.operations:
        texts = told("blocked_filters", "", names=", ".join(each.name for each in certain))
        return replace(step, finding=_finding(ATTENTION, task, tuple(each.text for each in certain), texts))
    if not evidence and not unread:
        return step
    texts = told("legacy_filters" if certain else "may_be_filters" if found else "unread_filters", "", names=names)
    return _step(REFUSED if certain else UNKNOWN, task, (*evidence, *unread), texts)


def _step(status: str, task: Task, evidence: tuple[str, ...], texts: Texts) -> Step:
    """Return a step that writes nothing. It is an error, unless this Windows does not have the value."""
    error = "" if status == NOT_APPLICABLE else f"{_VALUE.name} is not set: {'; '.join(evidence)}. {texts['fix']}"
    finding, state = _finding(status, task, evidence, texts), {"value": task.snapshot.value(_KEY, _VALUE.name)}
    return Step(finding, decides=True, before=state, after=state, error=error.removesuffix("."))


def _finding(status: str, task: Task, evidence: tuple[str, ...], texts: Mapping[str, Any]) -> Finding:
    found = task.snapshot.value(_KEY, _VALUE.name)
    return Finding(task.resource, _VALUE.name, status, found, 1, evidence, **{"kind": "legacy_filters", **texts})


def _audited(step: Step) -> Step:
    """Return a step that changes nothing and fails nothing."""
    waits = step.finding.status == PENDING
    left: dict[str, Any] = {"entry": (), "operations": (), "closing": (), "warnings": (), "error": ""}
    return replace(step, after=step.before, reboot_required=waits, **left)
