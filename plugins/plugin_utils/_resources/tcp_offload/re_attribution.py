# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whose a setting is: a task that asks for the state that another one brought about takes its ledger entry over."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from ..._planning.ledger import Entry
from ..._planning.step import Step
from ..._planning.task import Task
from ..._protocol.values import Value
from ..._protocol.vocabulary import COMPLIANT, PENDING
from .options import BY_DRIVER

S = TypeVar("S", bound=Step)


def re_attributed(step: S, task: Task, subject: str, name: str, value: Value | None) -> tuple[S, str]:
    """Enter this task's reason in the ledger for a setting that an earlier task brought to the same state.

    Otherwise by_driver would turn on again what somebody has meanwhile asked to be off, or never learn that it may turn
    it on. subject: of the ledger entry. name, value: of the setting as it is. Returns the key of the new entry too, ""
    for none.
    """
    entry = task.ledger.open_entry(subject) if _is_settled(step) else None
    if entry is None or not _takes_over(entry, task.options.review_when) or entry.after.get(name) != value:
        return step, ""
    review = task.options.review_when
    record, operations = task.ledger.renew(entry, task.options.reason, task.now, review)
    note = f"the ledger said: review {entry.review_when or 'never'}; this task's reason and review_when replace that"
    finding = replace(step.finding, evidence=(*step.finding.evidence, note))
    return replace(step, finding=finding, entry=tuple(operations)), record


def _is_settled(step: Step) -> bool:
    return step.finding.status in (COMPLIANT, PENDING) and step.before is not None


def _takes_over(entry: Entry, review: str) -> bool:
    """Tell whether the policy by_driver is concerned: a task hands the setting over to it, or takes it from it."""
    return review != entry.review_when and bool(review or entry.review_when == BY_DRIVER)
