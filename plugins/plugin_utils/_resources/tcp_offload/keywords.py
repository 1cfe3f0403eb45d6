# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What win_tcp_offload decides about one keyword of an adapter, or its power saving: a value of its class key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..._planning.entry_rules import is_dword, is_text
from ..._planning.finding import Finding
from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.step import Step, changed_because, changed_by_others, left_alone, not_restorable, write_value
from ..._planning.task import Task
from ..._protocol.names import equals_ignore_case
from ..._protocol.values import Value
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED, UNKNOWN
from ..._windows.network.adapters import Adapter
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.keywords import (
    OFF,
    POWER_SAVING,
    group_of,
    is_set_to,
    power_saving,
    refusal,
    typed,
    with_power_saving,
)
from .adapter_rules import POWER_OPTION, DesiredKeyword
from .keyword_subject import KeywordSubject
from .options import NAME

AS_BEFORE = "{}; the value is already the previous one, so only the ledger's entry is closed"


@dataclass(frozen=True)
class AdapterStep(Step):
    """A step about one adapter; None where a rule matches none."""

    adapter: Adapter | None = field(default=None, kw_only=True)


def keyword_step(
    task: Task, adapter: Adapter, desired: DesiredKeyword, others: Sequence[DesiredKeyword]
) -> AdapterStep:
    """Decide about one keyword. others: all desired keywords of the adapter."""
    keyword = adapter.keywords.get(desired.name) or Keyword(desired.name, None)
    why = refusal(keyword, desired.text) if adapter.key else "its device is gone, and with it its driver's settings"
    if why:
        return _refused(adapter, keyword, desired, why)
    if is_set_to(keyword, desired.text):
        return _unchanged(adapter, keyword.name, keyword.value, desired.text)
    value = typed(keyword, desired.text)
    step = _change(task, adapter, keyword.name, keyword.value, value)
    return replace(
        step, warnings=(*_warnings(adapter, keyword, desired, others), *_lost(adapter, keyword.name, keyword.value))
    )


def _lost(adapter: Adapter, name: str, value: Value | None) -> tuple[str, ...]:
    """Warn where the driver does not take the value that is being replaced, so that it will not be restored."""
    if not _why_not_previous(adapter, name, value):
        return ()
    return (f"{_subject(adapter, name)}: {not_restorable(name, value)}",)


def _refused(adapter: Adapter, keyword: Keyword, desired: DesiredKeyword, why: str) -> AdapterStep:
    """Return the step about a value that the driver does not take: an error where the task names the keyword itself."""
    is_error = desired.exact and keyword.supported
    subject, found = _subject(adapter, keyword.name), _state(adapter, keyword.name, keyword.value)
    finding = Finding(NAME, subject, REFUSED if is_error else NOT_APPLICABLE, found, desired.text, (why,))
    return AdapterStep(finding, decides=True, adapter=adapter, error=f"{subject}: {why}" if is_error else "")


def power_step(task: Task, adapter: Adapter, desired: DesiredKeyword) -> AdapterStep:
    """Decide about the power saving of one adapter."""
    if not adapter.is_physical or not adapter.key:
        return _without_power_saving(adapter, desired)
    value = task.snapshot.value(adapter.key, POWER_SAVING)
    if power_saving(value) == desired.text:
        return _unchanged(adapter, POWER_SAVING, value, desired.text)
    step = _change(task, adapter, POWER_SAVING, value, with_power_saving(value, desired.text))
    return replace(step, warnings=_lost(adapter, POWER_SAVING, value))


def _without_power_saving(adapter: Adapter, desired: DesiredKeyword) -> AdapterStep:
    why, status = "it is no physical adapter, so Windows does not turn it off to save power", NOT_APPLICABLE
    if adapter.key and adapter.is_physical is None:
        why, status = "its driver does not say whether it is a physical adapter (Characteristics)", UNKNOWN
    finding = Finding(NAME, _subject(adapter, POWER_SAVING), status, None, desired.text, (why,))
    return AdapterStep(finding, decides=True, adapter=adapter)


def _subject(adapter: Adapter, name: str) -> str:
    """Name a setting of an adapter in results."""
    return f"{adapter.label}: {POWER_OPTION if equals_ignore_case(name, POWER_SAVING) else name}"


def _state(adapter: Adapter, name: str, value: Value | None) -> dict[str, Any]:
    """Return what a result shows of a value: itself, and its effect where it is not there."""
    if equals_ignore_case(name, POWER_SAVING):
        return {"value": value, "effective": power_saving(value)}
    keyword = adapter.keywords.get(name)
    return {"value": value, "effective": (keyword.default if keyword else None) if value is None else str(value)}


def _evidence(adapter: Adapter, name: str, value: Value | None) -> str:
    if value is not None:
        return f"{name} is {value!r}"
    return f"{name} is not set, which means {_state(adapter, name, value)['effective']}"


def _unchanged(adapter: Adapter, name: str, value: Value | None, wanted: Any, *evidence: str) -> AdapterStep:
    state = _state(adapter, name, value)
    texts = (_evidence(adapter, name, value), *evidence)
    finding = Finding(NAME, _subject(adapter, name), COMPLIANT, state, wanted, texts)
    return AdapterStep(finding, True, state, state, adapter=adapter)


def _change(task: Task, adapter: Adapter, name: str, found: Value | None, value: Value) -> AdapterStep:
    """Return the step that changes a value."""
    _key, entry = task.enter(str(KeywordSubject(adapter.id, name)), {name: found}, {name: value})
    return replace(_written(adapter, name, found, value), entry=entry)


def _written(adapter: Adapter, name: str, found: Value | None, value: Value | None, *evidence: str) -> AdapterStep:
    """Return the step that writes a value, None for none, without its ledger entry."""
    before, after = (_state(adapter, name, each) for each in (found, value))
    texts = (_evidence(adapter, name, found), *evidence)
    return AdapterStep(
        Finding(NAME, _subject(adapter, name), DRIFTED, before, after["effective"], texts),
        decides=True,
        before=before,
        after=after,
        operations=write_value(adapter.key, name, value, found),
        adapter=adapter,
    )


def _warnings(
    adapter: Adapter, keyword: Keyword, desired: DesiredKeyword, others: Sequence[DesiredKeyword]
) -> tuple[str, ...]:
    """Warn when checksum offload is turned off while large send offload, which needs it, stays on."""
    families = [each.family for each in group_of("checksum_offload") if equals_ignore_case(each.name, desired.name)]
    if desired.text != OFF or not families:
        return ()
    turned_off = {each.name.lower() for each in others if each.text == OFF}
    needs = [adapter.keywords[each.name] for each in group_of(f"lso_{families[0]}") if each.name in adapter.keywords]
    stays = [each.name for each in needs if each.name.lower() not in turned_off and not is_set_to(each, OFF)]
    if not stays:
        return ()
    subject = _subject(adapter, keyword.name)
    return (f"{subject} is turned off, but {', '.join(stays)}, which needs it, stays on; set lso: disabled too",)


def restore_step(
    task: Task, entry: Entry, subject: KeywordSubject, adapter: Adapter | None, *, overwrite: bool
) -> AdapterStep:
    """Restore the value that an entry is about. Raises UnusableEntry where the driver would not take it.

    adapter: None when the server does not have it any more. overwrite: whether also what somebody else has set since.
    """
    name = subject.keyword
    if adapter is None or not adapter.key:
        gone = f"{changed_because(entry)}, but the adapter is not there any more"
        return AdapterStep(Finding(NAME, entry.subject, NOT_APPLICABLE, evidence=(gone,)), decides=True)
    if entry.closed:
        value = task.snapshot.value(adapter.key, name)
        return _unchanged(adapter, name, value, None, "the ledger holds nothing to restore")
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
    state, why = _state(adapter, name, found), changed_by_others(entry, name, found)
    finding = Finding(NAME, _subject(adapter, name), REFUSED, state, entry.before.get(name), (why,))
    return replace(left_alone(AdapterStep, finding, state), adapter=adapter)


def _to_previous(task: Task, entry: Entry, adapter: Adapter, name: str, found: Value | None) -> AdapterStep:
    """Return the step that writes the value of an entry, and closes the entry."""
    previous, closing = entry.before.get(name), (entry.close("restored", task.now),)
    if not write_value(adapter.key, name, previous, found):
        step = _unchanged(adapter, name, found, None, AS_BEFORE.format(changed_because(entry)))
        return replace(step, closing=closing)
    evidence = f"{changed_because(entry)}; it was {previous!r} before"
    return replace(_written(adapter, name, found, previous, evidence), closing=closing)


def _why_not_previous(adapter: Adapter, name: str, previous: Value | None) -> str:
    """Return why a value of the ledger may not be written: the driver has no such keyword, or does not take it."""
    if equals_ignore_case(name, POWER_SAVING):
        is_bits = previous is None or is_dword(previous)
        return "" if adapter.is_physical and is_bits else f"{name} is a number of a physical adapter"
    keyword = adapter.keywords.get(name) or Keyword(name, None)
    if previous is None or not (is_dword(previous) or is_text(previous)):
        return "" if keyword.supported and previous is None else f"its driver has no keyword {name} of such a value"
    return refusal(keyword, str(previous).strip())
