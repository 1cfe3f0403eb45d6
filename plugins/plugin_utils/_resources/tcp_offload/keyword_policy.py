# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The policy by_driver on keywords: an adapter does without what an advisory affects, until none does any more.

A keyword comes back with the value that the ledger holds, and only if the ledger says that this policy may restore it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.step import unusable_entry
from ..._planning.task import Task
from ..._protocol.names import CaseInsensitiveDict
from ..._protocol.values import Value
from ..._protocol.vocabulary import ATTENTION, DRIFTED, NOT_APPLICABLE
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import rank
from ..nic_driver.advisories import AdvisoryResult
from ..nic_driver.findings import driver_name, worst_of
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.requirement_tests import PASSED
from .adapter_rules import DesiredKeyword
from .affected import affected_keywords
from .driver_policy import NO_LONGER_AFFECTED, NOTHING_AGAINST, caused_by, counts, record_of
from .keyword_findings import subject_of
from .keyword_subject import KeywordSubject
from .keywords import AdapterStep, keyword_step, restore_step
from .options import BY_DRIVER, NAME


@dataclass(frozen=True)
class Affected:
    """A keyword that an adapter has to do without. results: what speaks against it."""

    desired: DesiredKeyword
    results: tuple[AdvisoryResult, ...]


def policy_entries(task: Task) -> CaseInsensitiveDict[Entry]:
    """Return the open ledger entries of keywords that are left to the policy, by subject."""
    entries = [each for each in task.ledger.last_entries() if not each.closed and each.review_when == BY_DRIVER]
    return CaseInsensitiveDict({each.subject: each for each in entries if KeywordSubject.parse(each.subject)})


def values_before(entries: CaseInsensitiveDict[Entry]) -> CaseInsensitiveDict[dict[str, Value | None]]:
    """Return what keywords would be again without the policy: id of the adapter -> keyword -> value.

    An advisory that asks for a setting, or applies to some of its values alone, is to be held against these: what the
    policy itself has set is no sign that the setting may come back.
    """
    values: dict[str, dict[str, Value | None]] = {}
    for subject, entry in entries.items():
        parsed = KeywordSubject.parse(subject)
        if parsed:
            values.setdefault(parsed.adapter_id, {})[parsed.keyword] = entry.before.get(parsed.keyword)
    return CaseInsensitiveDict(values)


def keyword_policy_steps(
    task: Task, judged: Sequence[JudgedAdapter], adapters: Sequence[Adapter], taken: Collection[str]
) -> tuple[AdapterStep, ...]:
    """Decide about every keyword that an advisory affects, or did.

    judged: the adapters as they would be judged without the policy's own changes. adapters: as they are. taken: the
    subjects that the task itself decides about.
    """
    now, entries = CaseInsensitiveDict({each.id: each for each in adapters}), policy_entries(task)
    off = {each.adapter.id: _affected(each) for each in judged if counts(each)}
    steps = [
        step for each in judged for step in _off(task, each, now[each.adapter.id], off.get(each.adapter.id, ()), taken)
    ]
    kept = {str(KeywordSubject(id_, each.desired.name)).lower() for id_, some in off.items() for each in some}
    gone = {subject: entry for subject, entry in entries.items() if subject.lower() not in kept}
    return (*steps, *_on_again(task, gone, {each.adapter.id.lower(): each for each in judged}, now, taken))


def _affected(judged: JudgedAdapter) -> tuple[Affected, ...]:
    """Return the keywords that an adapter has to do without, each once, in the order in which they are set."""
    found: dict[str, tuple[DesiredKeyword, list[AdvisoryResult]]] = {}
    for result in judged.results:
        for each in affected_keywords(result.advisory, judged.adapter) if result.result != PASSED else ():
            found.setdefault(each.name.lower(), (each, []))[1].append(result)
    ordered = sorted(found.values(), key=lambda each: rank(each[0].name, each[0].text))
    return tuple(Affected(desired, tuple(results)) for desired, results in ordered)


def _off(
    task: Task, judged: JudgedAdapter, adapter: Adapter, affected: Sequence[Affected], taken: Collection[str]
) -> Iterator[AdapterStep]:
    others = [each.desired for each in affected]
    for each in affected:
        subject = subject_of(adapter, each.desired.name)
        if subject in taken:
            continue
        why = "; ".join(dict.fromkeys(result.evidence for result in each.results))
        options = replace(task.options, reason=why, review_when=BY_DRIVER)
        try:
            step = keyword_step(replace(task, options=options), adapter, each.desired, others)
        except UnusableEntry as error:
            yield unusable_entry(AdapterStep, NAME, subject, error, is_error=False)
            continue
        yield _caused(step, each, (why, driver_name(judged)))


def _caused(step: AdapterStep, affected: Affected, evidence: tuple[str, ...]) -> AdapterStep:
    """Return the step with its cause. evidence: what comes first."""
    cause = worst_of(affected.results).advisory
    finding = replace(step.finding, evidence=(*evidence, *step.finding.evidence))
    if finding.status == DRIFTED:
        return replace(step, finding=caused_by(finding, cause))
    if finding.status != NOT_APPLICABLE:
        return replace(step, finding=finding)
    name, text = affected.desired.name, affected.desired.text
    title = f"Decide about {name} of network adapters: the driver does not take {text}"
    fix = cause.fix or "Install a driver of which the advisory is passed."
    return replace(step, finding=caused_by(replace(finding, status=ATTENTION, title=title, fix=fix), cause))


def _on_again(
    task: Task,
    entries: dict[str, Entry],
    judged: dict[str, JudgedAdapter],
    now: CaseInsensitiveDict[Adapter],
    taken: Collection[str],
) -> Iterator[AdapterStep]:
    """Restore what no advisory affects any more; of an adapter that is gone the entry stays open."""
    subjects = [(entry, parsed) for name, entry in entries.items() if (parsed := KeywordSubject.parse(name))]
    for entry, subject in sorted(subjects, key=lambda each: rank(each[1].keyword, "1")):
        adapter = _present(now.get(subject.adapter_id))
        if adapter and subject_of(adapter, subject.keyword) in taken:
            continue
        try:
            step = restore_step(task, entry, subject, adapter, overwrite=False)
        except UnusableEntry as error:
            yield unusable_entry(AdapterStep, NAME, entry.subject, error, is_error=False)
            continue
        yield _returning(step, entry, judged.get(subject.adapter_id.lower()))


def _present(adapter: Adapter | None) -> Adapter | None:
    """Return an adapter unless its device is gone: with its driver of then it may come back."""
    return None if adapter is None or adapter.is_non_present else adapter


def _returning(step: AdapterStep, entry: Entry, judged: JudgedAdapter | None) -> AdapterStep:
    record = record_of(entry)
    if judged is None or record is None or step.finding.status == NOT_APPLICABLE:
        return step
    version = judged.adapter.driver_version or "of unknown version"
    why = f"off since {record.when} because {record.why}; driver is now {version}, and {NOTHING_AGAINST}"
    finding = replace(step.finding, evidence=(why, *step.finding.evidence))
    if finding.status == DRIFTED:
        reason = "It was set because of a driver, and the reason is gone."
        finding = replace(finding, kind=NO_LONGER_AFFECTED, why=reason)
    return replace(step, finding=finding)
