# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that concerns adapters: which are meant, and what is to be done about each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..._catalogue.keywords import standardized_keywords, undeclared_keywords
from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.step import unusable_entry
from ..._planning.task import Task
from ..._protocol.names import CaseInsensitiveDict
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import rank
from ..._windows.network.tcp_settings import FEATURES
from ..nic_driver.judged_adapters import JudgedAdapter, unread_findings
from . import keyword_findings as say
from .adapter_rules import AdapterRule, DesiredKeyword, is_listed
from .keyword_subject import KeywordSubject
from .keywords import AdapterStep, keyword_step, power_step, restore_step
from .options import BY_DRIVER, NAME
from .re_attribution import re_attributed


def adapter_steps(task: Task, judged: Sequence[JudgedAdapter]) -> tuple[AdapterStep, ...]:
    """Decide for every adapter that the task names. judged: the adapters of the server."""
    if task.options.restores:
        return (*_unreadable(task), *_restored_steps(task, judged))
    selected = [(rule, rule.match.select(judged)) for rule in task.options.rules]
    problems = [step for rule, found in selected for step in _problems(task, rule, found, judged)]
    steps = [step for each in judged for step in _steps(task, each.adapter, _desired(each, selected))]
    return (*_unreadable(task), *problems, *steps)


def _unreadable(task: Task) -> list[AdapterStep]:
    return [AdapterStep(finding) for finding in unread_findings(NAME, task.snapshot)]


def _problems(
    task: Task, rule: AdapterRule, selected: Sequence[JudgedAdapter], judged: Sequence[JudgedAdapter]
) -> Iterator[AdapterStep]:
    """Yield what is wrong with a rule on this server: it matches no adapter, or has a keyword that nobody knows."""
    if not selected:
        yield _unmatched(task, rule, judged)
        return
    for setting in rule.settings:
        has = any(setting.name in each.adapter.keywords for each in selected)
        if setting.exact and not has and not _is_known(setting.name):
            yield _misspelt(rule, setting.name)


def _is_known(name: str) -> bool:
    """Tell whether a keyword is known here, so that it is no misspelling."""
    return name.lower() in standardized_keywords() or name.lower() in undeclared_keywords()


def _unmatched(task: Task, rule: AdapterRule, judged: Sequence[JudgedAdapter]) -> AdapterStep:
    names = ", ".join(repr(each.adapter.label) for each in judged if is_listed(each.adapter))
    has = f", which has {names}" if names else ""
    why = f"{rule.option}.match: {rule.match.text} matches no adapter of the server{has}"
    return AdapterStep(say.unmatched_finding(rule.match.text, why), error=why if task.options.require_match else "")


def _misspelt(rule: AdapterRule, name: str) -> AdapterStep:
    why = f"{rule.option}.keywords has {name}, which is no standardized keyword, and no matching adapter has it"
    return AdapterStep(say.misspelt_finding(name, why), error=f"{why}; is it misspelt?")


def _desired(
    judged: JudgedAdapter, selected: Sequence[tuple[AdapterRule, Sequence[JudgedAdapter]]]
) -> list[DesiredKeyword]:
    """Return the desired keywords of an adapter.

    Of two for one keyword the one by its name counts, else the later one.
    """
    settings = [setting for rule, found in selected if judged in found for setting in rule.settings]
    by_name = {setting.name.lower(): setting for setting in sorted(settings, key=lambda each: each.exact)}
    return sorted(by_name.values(), key=lambda each: rank(each.name, each.text))


def _steps(task: Task, adapter: Adapter, desired: Sequence[DesiredKeyword]) -> Iterator[AdapterStep]:
    groups = dict.fromkeys(each.option for each in desired if not each.exact and not each.is_power_saving)
    for group in groups:
        names = [each.name for each in desired if each.option == group]
        if not any(name in adapter.keywords for name in names):
            yield _without_keyword(adapter, group, names)
    for each in desired:
        if each.is_power_saving or each.exact or each.name in adapter.keywords:
            yield _step(task, adapter, each, desired)


def _step(task: Task, adapter: Adapter, each: DesiredKeyword, desired: Sequence[DesiredKeyword]) -> AdapterStep:
    """Decide about one value; an entry that must not be used stops the task where the task names the keyword itself."""
    try:
        step = power_step(task, adapter, each) if each.is_power_saving else keyword_step(task, adapter, each, desired)
        return _taken_over(task, adapter, each.name, step)
    except UnusableEntry as error:
        return unusable_entry(AdapterStep, NAME, f"{adapter.label}: {each.name}", error, is_error=each.exact)


def _taken_over(task: Task, adapter: Adapter, name: str, step: AdapterStep) -> AdapterStep:
    subject, value = str(KeywordSubject(adapter.id, name)), (step.before or {}).get("value")
    field = adapter.keywords[name].name if name in adapter.keywords else name
    taken, record = re_attributed(step, task, subject, field, value)
    return replace(taken, record=record) if record and step.waits else taken


def _without_keyword(adapter: Adapter, group: str, names: Sequence[str]) -> AdapterStep:
    why = f"its driver has no keyword {' or '.join(names)}"
    return AdapterStep(say.without_keyword_finding(adapter, group, why), adapter=adapter)


def _restored_steps(task: Task, judged: Sequence[JudgedAdapter]) -> Iterator[AdapterStep]:
    """Restore what the ledger holds of the named adapters.

    A task that names nothing restores all of them.
    """
    rules = [(rule, [each.adapter for each in rule.match.select(judged)]) for rule in task.options.rules]
    for entry, subject, adapter in _entries(task, judged):
        named = [rule for rule, found in rules if adapter in found]
        of_policy = task.options.restores_policy and entry.review_when == BY_DRIVER
        if task.options.restores_everything or of_policy or any(_means(rule, subject) for rule in named):
            is_named = any(rule.sets(subject.keyword) for rule in named)
            yield _restored_step(task, entry, subject, adapter, overwrite=task.options.overwrite and is_named)
    yield from _unusable_steps(task, rules)


def _means(rule: AdapterRule, subject: KeywordSubject) -> bool:
    return not rule.settings or rule.sets(subject.keyword)


def _restored_step(
    task: Task, entry: Entry, subject: KeywordSubject, adapter: Adapter | None, *, overwrite: bool
) -> AdapterStep:
    try:
        return restore_step(task, entry, subject, adapter, overwrite=overwrite)
    except UnusableEntry as error:
        is_error = not task.options.restores_everything
        return unusable_entry(AdapterStep, NAME, entry.subject, error, is_error=is_error)


def _unusable_steps(task: Task, rules: Sequence[tuple[AdapterRule, Sequence[Adapter]]]) -> Iterator[AdapterStep]:
    """Name the entries that must not be used: of the named adapters, or all where the task restores everything.

    Features name their own.
    """
    for error in task.ledger.unusable_entries():
        subject = KeywordSubject.parse(error.subject)
        if task.options.restores_everything and error.subject not in FEATURES:
            yield unusable_entry(AdapterStep, NAME, error.subject or error.key, error, is_error=False)
        elif subject and any(_means(rule, subject) and any(map(subject.is_of, found)) for rule, found in rules):
            yield unusable_entry(AdapterStep, NAME, error.subject, error)


def _entries(task: Task, judged: Sequence[JudgedAdapter]) -> list[tuple[Entry, KeywordSubject, Adapter | None]]:
    """Return what the ledger holds of adapters, in the order in which it is restored."""
    subjects = [(entry, KeywordSubject.parse(entry.subject)) for entry in task.ledger.last_entries()]
    adapters = CaseInsensitiveDict({each.adapter.id: each.adapter for each in reversed(judged)})
    found = [(entry, subject, adapters.get(subject.adapter_id)) for entry, subject in subjects if subject]
    return sorted(found, key=lambda each: _rank_of_restoring(*each))


def _rank_of_restoring(entry: Entry, subject: KeywordSubject, adapter: Adapter | None) -> int:
    keyword = adapter.keywords.get(subject.keyword) if adapter else None
    value = entry.before.get(subject.keyword)
    return rank(subject.keyword, str(value if value is not None else keyword.default if keyword else ""))
