# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What win_tcp_offload decides about one keyword of an adapter, or its power saving: a value of its class key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..._catalogue.keywords import undeclared_keywords
from ..._planning.entry_rules import is_dword, is_text
from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.step import Step, changed_because, changed_by_others, left_alone, not_restorable, shown, write_value
from ..._planning.task import Task
from ..._protocol.names import equals_ignore_case
from ..._protocol.values import Value
from ..._windows.network.adapters import Adapter
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.keywords import (
    OFF,
    POWER_SAVING,
    group_of,
    is_set_to,
    lso_of,
    power_saving,
    refusal,
    typed,
    with_power_saving,
)
from . import keyword_findings as say
from .adapter_rules import DEFAULT, DesiredKeyword
from .feature_findings import Waiting
from .keyword_findings import state_fields, subject_of
from .keyword_subject import KeywordSubject

AS_BEFORE = "{}; the value is already the previous one, so only the ledger's entry is closed"


@dataclass(frozen=True)
class AdapterStep(Step):
    """A step about one adapter; None where a rule matches none.

    record: key of the ledger entry of the change, which a restart of the adapter is noted in. waits: whether the value
    was written before, and the adapter has not restarted since.
    """

    adapter: Adapter | None = field(default=None, kw_only=True)
    record: str = field(default="", kw_only=True)
    waits: bool = field(default=False, kw_only=True)


def keyword_step(
    task: Task, adapter: Adapter, desired: DesiredKeyword, others: Sequence[DesiredKeyword]
) -> AdapterStep:
    """Decide about one keyword. others: all desired keywords of the adapter."""
    keyword = adapter.keywords.get(desired.name) or Keyword(desired.name, None)
    if adapter.key and not keyword.supported and desired.undeclared is not None:
        return _undeclared_step(task, adapter, keyword, desired)
    desired = _resolved(keyword, desired)
    why = _why_not(keyword, desired) if adapter.key else "its device is gone, and with it its driver's settings"
    if why:
        return _refused(adapter, keyword, desired, why)
    if is_set_to(keyword, desired.text):
        return _unchanged(task, adapter, keyword.name, keyword.value, desired.text)
    step = _change(task, adapter, keyword.value, typed(keyword, desired.text), replace(desired, name=keyword.name))
    return replace(
        step, warnings=(*_warnings(adapter, keyword, desired, others), *_lost(adapter, keyword.name, keyword.value))
    )


def _resolved(keyword: Keyword, desired: DesiredKeyword) -> DesiredKeyword:
    """Return what is desired, with the driver's default in the place of DEFAULT where the driver says one."""
    is_default = desired.exact and desired.text == DEFAULT and keyword.default is not None
    return replace(desired, text=str(keyword.default).strip()) if is_default else desired


def _why_not(keyword: Keyword, desired: DesiredKeyword) -> str:
    if keyword.supported and desired.exact and desired.text == DEFAULT:
        return f"its driver says no default of {keyword.name}"
    if not keyword.supported and desired.exact and keyword.name.lower() in undeclared_keywords():
        return f"its driver does not declare {keyword.name}, so it was not set; undeclared: true sets it all the same"
    return refusal(keyword, desired.text)


def _undeclared_step(task: Task, adapter: Adapter, keyword: Keyword, desired: DesiredKeyword) -> AdapterStep:
    """Decide about a keyword that the driver's INF does not declare; DEFAULT deletes its value."""
    name = keyword.name
    value = None if desired.text == DEFAULT else desired.undeclared
    if not write_value(adapter.key, name, value, keyword.value):
        return _unchanged(task, adapter, name, keyword.value, value)
    step = _change(task, adapter, keyword.value, value, replace(desired, name=name))
    return replace(step, warnings=_lost(adapter, name, keyword.value))


def _lost(adapter: Adapter, name: str, value: Value | None) -> tuple[str, ...]:
    """Warn where the driver does not take the value that is being replaced, so that it will not be restored."""
    if not _why_not_previous(adapter, name, value):
        return ()
    return (f"{subject_of(adapter, name)}: {not_restorable(name, value)}",)


def _refused(adapter: Adapter, keyword: Keyword, desired: DesiredKeyword, why: str) -> AdapterStep:
    """Return the step about a value that the driver does not take: an error where the task names the keyword itself."""
    is_error = desired.exact and keyword.supported
    subject, found = subject_of(adapter, keyword.name), state_fields(adapter, keyword.name, keyword.value)
    finding = say.no_such_value_finding(subject, found, desired, why, is_error=is_error)
    unset = desired.exact and not keyword.supported and keyword.name.lower() in undeclared_keywords() and adapter.key
    return AdapterStep(
        finding,
        decides=True,
        adapter=adapter,
        error=f"{subject}: {why}" if is_error else "",
        warnings=(f"{subject}: {why}",) if unset else (),
    )


def power_step(task: Task, adapter: Adapter, desired: DesiredKeyword) -> AdapterStep:
    """Decide about the power saving of one adapter."""
    if not adapter.is_physical or not adapter.key:
        return AdapterStep(say.without_power_saving_finding(adapter, desired), decides=True, adapter=adapter)
    value = task.snapshot.value(adapter.key, POWER_SAVING)
    if power_saving(value) == desired.text:
        return _unchanged(task, adapter, POWER_SAVING, value, desired.text)
    step = _change(task, adapter, value, with_power_saving(value, desired.text), desired)
    return replace(step, warnings=_lost(adapter, POWER_SAVING, value))


def _unchanged(
    task: Task, adapter: Adapter, name: str, value: Value | None, wanted: Any, *evidence: str
) -> AdapterStep:
    """Leave a value as it is. Where the collection wrote it, the adapter may still have to restart."""
    entry = task.ledger.last_entry(str(KeywordSubject(adapter.id, name)))
    state, waiting = state_fields(adapter, name, value), _waiting(task, entry, name, value)
    finding = say.unchanged_finding(adapter, name, value, wanted, evidence, waiting)
    record = entry.key if entry and waiting else ""
    return AdapterStep(finding, True, state, state, adapter=adapter, record=record, waits=bool(waiting))


def _waiting(task: Task, entry: Entry | None, name: str, value: Value | None) -> Waiting:
    """Tell whether a value that the collection wrote waits for a restart of adapter or server, where that is known.

    Nothing on the server says when an adapter started, so a restart counts that the collection itself made.
    """
    if not entry or not entry.last_shutdown or entry.last_shutdown != task.last_shutdown:
        return Waiting()
    since = entry.closed.rpartition(" ")[2] or entry.when
    is_restarted = bool(entry.restarted) and entry.refused_code is None
    if is_restarted or entry.before == entry.after or entry.written.get(name) != value:
        return Waiting()
    return Waiting(
        since, (f"it was written on {since}, and neither the adapter nor the server is known to have restarted",)
    )


def _change(
    task: Task, adapter: Adapter, found: Value | None, value: Value | None, desired: DesiredKeyword
) -> AdapterStep:
    """Return the step that changes a value."""
    name = desired.name
    record, entry = task.enter(str(KeywordSubject(adapter.id, name)), {name: found}, {name: value})
    finding = say.drifted_finding(say.change_finding(adapter, name, found, value), desired, task.options.reason)
    return replace(_written(adapter, name, found, value, record), finding=finding, entry=entry)


def _written(
    adapter: Adapter, name: str, found: Value | None, value: Value | None, record: str, *evidence: str
) -> AdapterStep:
    """Return the step that writes a value, None for none, without its ledger entry. record: its key."""
    before, after = (state_fields(adapter, name, each) for each in (found, value))
    return AdapterStep(
        say.change_finding(adapter, name, found, value, *evidence),
        decides=True,
        before=before,
        after=after,
        operations=write_value(adapter.key, name, value, found),
        adapter=adapter,
        record=record,
    )


def _warnings(
    adapter: Adapter, keyword: Keyword, desired: DesiredKeyword, others: Sequence[DesiredKeyword]
) -> tuple[str, ...]:
    """Warn when checksum offload is turned off while large send offload, which needs it, stays on."""
    families = [each.family for each in group_of("checksum_offload") if equals_ignore_case(each.name, desired.name)]
    if desired.text != OFF or not families:
        return ()
    turned_off = {each.name.lower() for each in others if each.text == OFF}
    needs = [adapter.keywords[name] for name in lso_of(families[0]) if name in adapter.keywords]
    stays = [each.name for each in needs if each.name.lower() not in turned_off and not is_set_to(each, OFF)]
    if not stays:
        return ()
    subject = subject_of(adapter, keyword.name)
    return (f"{subject}: off, while {', '.join(stays)}, which needs it, stays on; set lso: disabled too",)


def restore_step(
    task: Task, entry: Entry, subject: KeywordSubject, adapter: Adapter | None, *, overwrite: bool
) -> AdapterStep:
    """Restore the value that an entry is about. Raises UnusableEntry where the driver would not take it.

    adapter: None when the server does not have it any more. overwrite: whether also what somebody else has set since.
    """
    name = subject.keyword
    if adapter is None or not adapter.key:
        gone = f"{changed_because(entry)}, but the adapter is not there any more"
        return AdapterStep(say.gone_finding(entry.subject, gone), decides=True)
    if entry.closed:
        value = task.snapshot.value(adapter.key, name)
        return _unchanged(task, adapter, name, value, None, "the ledger holds nothing to restore")
    return _restored(task, entry, adapter, name, overwrite=overwrite)


def _restored(task: Task, entry: Entry, adapter: Adapter, name: str, *, overwrite: bool) -> AdapterStep:
    found = task.snapshot.value(adapter.key, name)
    why = _why_not_previous(adapter, name, entry.before.get(name))
    if why:
        raise UnusableEntry(entry.key, entry.subject, f"holds what cannot be restored: {why}")
    if not overwrite and entry.changed_since({name: found}):
        return _changed_by_others(entry, adapter, name, found)
    return _to_previous(task, entry, adapter, name, found)


def _changed_by_others(entry: Entry, adapter: Adapter, name: str, found: Value | None) -> AdapterStep:
    state, why = state_fields(adapter, name, found), changed_by_others(entry, name, found)
    finding = say.changed_by_others_finding(adapter, name, found, entry.before.get(name), why)
    return replace(left_alone(AdapterStep, finding, state), adapter=adapter)


def _to_previous(task: Task, entry: Entry, adapter: Adapter, name: str, found: Value | None) -> AdapterStep:
    """Return the step that writes the value of an entry, and closes the entry."""
    previous = entry.before.get(name)
    if not write_value(adapter.key, name, previous, found):
        step = _unchanged(task, adapter, name, found, None, AS_BEFORE.format(changed_because(entry)))
        return replace(step, closing=(entry.close("restored", task.now),))
    was = shown(None) if previous is None else repr(previous)
    evidence = f"{changed_because(entry)}; it was {was} before"
    step = _written(adapter, name, found, previous, entry.key, evidence)
    finding = say.restored_finding(step.finding, name, previous)
    unnoted = write_value(entry.key, "Restarted", None, entry.restarted or None)  # it was before this change
    return replace(step, finding=finding, closing=(*task.close_restored(entry), *unnoted))


def _why_not_previous(adapter: Adapter, name: str, previous: Value | None) -> str:
    """Return why a value of the ledger may not be written: the driver has no such keyword, or does not take it."""
    if equals_ignore_case(name, POWER_SAVING):
        is_bits = previous is None or is_dword(previous)
        return "" if adapter.is_physical and is_bits else f"{name} is a number of a physical adapter"
    keyword = adapter.keywords.get(name) or Keyword(name, None)
    if not keyword.supported and name.lower() in undeclared_keywords():
        is_setting = previous is None or is_dword(previous) or is_text(previous)
        return "" if is_setting else f"{name} is a number or a text"
    if previous is None or not (is_dword(previous) or is_text(previous)):
        return "" if keyword.supported and previous is None else f"its driver has no keyword {name} of such a value"
    return refusal(keyword, str(previous).strip())
