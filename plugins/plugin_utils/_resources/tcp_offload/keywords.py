# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What win_tcp_offload decides about one keyword of one adapter, or its power saving: a value of the adapter's class key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED, UNKNOWN, Finding
from ..._protocol.names import equals_ignore_case
from ..._protocol.values import Value
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
from .adapter_rules import POWER_OPTION, Wish
from .step import AS_BEFORE, NAME, Step, Task, restored_from, write


@dataclass(frozen=True)
class AdapterStep(Step):
    """A step about one adapter; None where a rule has none to be about."""

    adapter: Adapter | None = field(default=None, kw_only=True)


def title(adapter: Adapter) -> str:
    """Name an adapter as no other of the server is named."""
    return adapter.name or f"{adapter.description} ({adapter.class_key or adapter.guid})"


def subject_of(adapter: Adapter, name: str) -> str:
    """Name a setting of an adapter in results."""
    return f"{title(adapter)}: {POWER_OPTION if equals_ignore_case(name, POWER_SAVING) else name}"


def keyword_step(task: Task, adapter: Adapter, wish: Wish, wanted: Sequence[Wish]) -> AdapterStep:
    """Decide about one keyword. wanted: all that is wanted of the adapter."""
    keyword = adapter.keywords.get(wish.name) or Keyword(wish.name, None)
    found = _state(adapter, keyword.name, keyword.value)
    why = refusal(keyword, wish.text) if adapter.key else "its device is gone, and with it its driver's settings"
    if why:
        is_bad = wish.exact and keyword.supported
        finding = Finding(
            NAME, subject_of(adapter, keyword.name), REFUSED if is_bad else NOT_APPLICABLE, found, wish.text, (why,)
        )
        return AdapterStep(finding, adapter=adapter, error=f"{finding.subject}: {why}" if is_bad else "")
    if is_set_to(keyword, wish.text):
        return _settled(adapter, keyword.name, keyword.value, wish.text)
    return _change(
        task,
        adapter,
        (keyword.name, keyword.value, typed(keyword, wish.text)),
        _warnings(adapter, keyword, wish, wanted),
    )


def power_step(task: Task, adapter: Adapter, wish: Wish) -> AdapterStep:
    """Decide about the power saving of one adapter."""
    if not adapter.is_physical or not adapter.key:
        why, status = "it is no physical adapter, so Windows does not turn it off to save power", NOT_APPLICABLE
        if adapter.key and adapter.is_physical is None:
            why, status = "its driver does not say whether it is a physical adapter (Characteristics)", UNKNOWN
        return AdapterStep(
            Finding(NAME, subject_of(adapter, POWER_SAVING), status, None, wish.text, (why,)), adapter=adapter
        )
    value = task.snapshot.value(adapter.key, POWER_SAVING)
    if power_saving(value) == wish.text:
        return _settled(adapter, POWER_SAVING, value, wish.text)
    return _change(task, adapter, (POWER_SAVING, value, with_power_saving(value, wish.text)))


def _state(adapter: Adapter, name: str, value: Value | None) -> dict[str, Any]:
    """Return what a result shows of a value: itself, and what it amounts to where it is not there."""
    if equals_ignore_case(name, POWER_SAVING):
        return {"value": value, "effective": power_saving(value)}
    keyword = adapter.keywords.get(name)
    return {"value": value, "effective": (keyword.default if keyword else None) if value is None else str(value)}


def _evidence(adapter: Adapter, name: str, value: Value | None) -> str:
    if value is not None:
        return f"{name} is {value!r}"
    return f"{name} is not set, which means {_state(adapter, name, value)['effective']}"


def _settled(adapter: Adapter, name: str, value: Value | None, wanted: Any, *evidence: str) -> AdapterStep:
    state = _state(adapter, name, value)
    texts = (_evidence(adapter, name, value), *evidence)
    return AdapterStep(
        Finding(NAME, subject_of(adapter, name), COMPLIANT, state, wanted, texts), state, state, adapter=adapter
    )


def _change(
    task: Task, adapter: Adapter, change: tuple[str, Value | None, Value], warnings: tuple[str, ...] = ()
) -> AdapterStep:
    """Return the step that changes a value. change: its name, what stands there, what is to stand there."""
    name, found, value = change
    record, entry = task.enter(_ledger_subject(adapter, name), {name: found}, {name: value})
    before, after = (_state(adapter, name, each) for each in (found, value))
    finding = Finding(
        NAME, subject_of(adapter, name), DRIFTED, before, after["effective"], (_evidence(adapter, name, found),)
    )
    writes = write(adapter.key, name, value, found)
    return AdapterStep(
        finding, before, after, entry=entry, writes=writes, record=record, warnings=warnings, adapter=adapter
    )


def _ledger_subject(adapter: Adapter, name: str) -> str:
    """Name a value in the ledger. Connections are renamed, so it is the adapter's id that counts."""
    return f"{adapter.guid or adapter.class_key}\\{name}"


def is_subject_of(adapter: Adapter, subject: str) -> bool:
    """Tell whether a ledger entry is about an adapter. subject: of the entry."""
    return equals_ignore_case(subject.rpartition("\\")[0], adapter.guid or adapter.class_key)


def _warnings(adapter: Adapter, keyword: Keyword, wish: Wish, wanted: Sequence[Wish]) -> tuple[str, ...]:
    """Warn of checksums that go while large send offload, which needs them, stays on."""
    families = [each.family for each in group_of("checksum_offload") if equals_ignore_case(each.name, wish.name)]
    if wish.text != OFF or not families:
        return ()
    goes = {each.name.lower() for each in wanted if each.text == OFF}
    needs = [adapter.keywords[each.name] for each in group_of(f"lso_{families[0]}") if each.name in adapter.keywords]
    stays = [each.name for each in needs if each.name.lower() not in goes and not is_set_to(each, OFF)]
    if not stays:
        return ()
    subject = subject_of(adapter, keyword.name)
    return (f"{subject} goes off, but {', '.join(stays)}, which needs it, stays on; set lso: disabled too",)


def restore_step(task: Task, entry: Entry, adapter: Adapter | None) -> AdapterStep:
    """Put back what an entry says of a value. adapter: that it is about, None when the server has it no more."""
    name = entry.subject.rpartition("\\")[2]
    if adapter is None or not adapter.key:
        why = f"{restored_from(entry)}, but the adapter is not there any more"
        return AdapterStep(Finding(NAME, entry.subject, NOT_APPLICABLE, evidence=(why,)))
    found = task.snapshot.value(adapter.key, name)
    if entry.closed:
        return _settled(adapter, name, found, None, "the ledger holds nothing to restore")
    value, closing = entry.before.get(name), (entry.close("restored", task.now),)
    if value == found and type(value) is type(found):
        step = _settled(adapter, name, found, None, AS_BEFORE.format(restored_from(entry)))
        return replace(step, closing=closing, record=entry.key)
    before, after = (_state(adapter, name, each) for each in (found, value))
    evidence = (_evidence(adapter, name, found), f"{restored_from(entry)}; it was {value!r} before")
    return AdapterStep(
        Finding(NAME, subject_of(adapter, name), DRIFTED, before, after["effective"], evidence),
        before,
        after,
        writes=write(adapter.key, name, value, found),
        closing=closing,
        record=entry.key,
        adapter=adapter,
    )
