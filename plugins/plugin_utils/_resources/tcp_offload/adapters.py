# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that concerns adapters: which are meant, and what is to be done about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ..._catalogue.keywords import standardized_keywords
from ..._planning.ledger import Entry
from ..._planning.plan import NOT_APPLICABLE, REFUSED, UNKNOWN, Finding
from ..._protocol.names import equals_ignore_case
from ..._windows.network.adapters import CLASS, Adapter
from ..._windows.network.keywords import POWER_SAVING, rank
from .adapter_rules import Wish, matching, wishes
from .features import named_features
from .keywords import AdapterStep, is_subject_of, keyword_step, power_step, restore_step, title
from .step import NAME, Task

Known: TypeAlias = Sequence[tuple[Adapter, Mapping[str, Any]]]


def adapter_steps(task: Task, known: Known) -> tuple[AdapterStep, ...]:
    """Decide for every adapter that the task names. known: the adapters of the server, each with its facts."""
    matches = [_matches(task, place, known) for place in range(len(task.options["adapters"]))]
    if task.options["state"] == "restored":
        return tuple(_restored_steps(task, known, matches))
    unmatched = [_unmatched(task, place, known) for place, found in enumerate(matches) if not found]
    strange = [_strange(place, name) for place, name in _strange_keywords(task, matches)]
    steps = [step for adapter, _unused in known for step in _steps(task, adapter, _wishes(task, adapter, matches))]
    return (*_unreadable(task), *unmatched, *strange, *steps)


def _matches(task: Task, place: int, known: Known) -> list[Adapter]:
    return matching(task.options["adapters"][place]["match"], f"adapters[{place}].match", known)


def _unreadable(task: Task) -> list[AdapterStep]:
    """Report the adapters that could not be read, where the task is about adapters at all."""
    places = task.snapshot.unreadable_below(CLASS) if task.options["adapters"] else ()
    return [
        AdapterStep(Finding(NAME, place, UNKNOWN, evidence=(f"it could not be read: {why}",))) for place, why in places
    ]


def _unmatched(task: Task, place: int, known: Known) -> AdapterStep:
    match = task.options["adapters"][place]["match"]
    names = ", ".join(repr(title(adapter)) for adapter, _unused in known if not (adapter.is_hidden or adapter.is_ghost))
    why = f"adapters[{place}].match: {match} fits no adapter of the server" + (f", which has {names}" if names else "")
    finding = Finding(f"{NAME}.match", match, NOT_APPLICABLE, evidence=(why,))
    return AdapterStep(finding, error=why if task.options["require_match"] else "")


def _strange_keywords(task: Task, matches: Sequence[Sequence[Adapter]]) -> Iterator[tuple[int, str]]:
    """Yield the keywords that no matched adapter has and that are no standardized ones: misspelt, in all likelihood."""
    for place, found in enumerate(matches):
        for name in task.options["adapters"][place]["keywords"]:
            has = any(name in adapter.keywords for adapter in found)
            if found and not has and name.lower() not in standardized_keywords():
                yield place, name


def _strange(place: int, name: str) -> AdapterStep:
    why = f"adapters[{place}].keywords has {name}, which is no standardized keyword, and no adapter that matches has it"
    return AdapterStep(Finding(NAME, name, REFUSED, evidence=(why,)), error=f"{why}; is it misspelt?")


def _wishes(task: Task, adapter: Adapter, matches: Sequence[Sequence[Adapter]]) -> list[Wish]:
    """Return what is wanted of an adapter. Of two wishes for a keyword the one that names it counts, else the later one."""
    rules = [rule for rule, found in zip(task.options["adapters"], matches, strict=True) if adapter in found]
    ordered = sorted((wish for rule in rules for wish in wishes(rule)), key=lambda wish: wish.exact)
    wanted = {wish.name.lower(): wish for wish in ordered}
    return sorted(wanted.values(), key=lambda wish: rank(wish.name, wish.text))


def _steps(task: Task, adapter: Adapter, wanted: Sequence[Wish]) -> Iterator[AdapterStep]:
    grouped = dict.fromkeys(
        wish.option for wish in wanted if not wish.exact and not equals_ignore_case(wish.name, POWER_SAVING)
    )
    for option in grouped:
        names = [wish.name for wish in wanted if wish.option == option]
        if not any(name in adapter.keywords for name in names):
            yield _lacking(adapter, option, names)
    for wish in wanted:
        if equals_ignore_case(wish.name, POWER_SAVING):
            yield power_step(task, adapter, wish)
        elif wish.exact or wish.name in adapter.keywords:
            yield keyword_step(task, adapter, wish, wanted)


def _lacking(adapter: Adapter, option: str, names: Sequence[str]) -> AdapterStep:
    why = f"its driver has no keyword {' or '.join(names)}"
    return AdapterStep(Finding(NAME, f"{title(adapter)}: {option}", NOT_APPLICABLE, evidence=(why,)), adapter=adapter)


def _restored_steps(task: Task, known: Known, matches: Sequence[Sequence[Adapter]]) -> Iterator[AdapterStep]:
    """Put back what the ledger holds of the adapters that are named; where the task names nothing at all, of every one."""
    everything = not matches and not named_features(task.options)
    for entry, adapter in _entries(task, known):
        is_named = adapter is not None and any(
            _names(task, place, adapter, entry, matches) for place in range(len(matches))
        )
        if everything or is_named:
            yield restore_step(task, entry, adapter)


def _entries(task: Task, known: Known) -> list[tuple[Entry, Adapter | None]]:
    """Return what the ledger holds of adapters, in the order in which it is put back."""
    entries = [entry for entry in task.ledger.last_entries() if "\\" in entry.subject]
    owners = [next((each for each, _unused in known if is_subject_of(each, entry.subject)), None) for entry in entries]
    return sorted(zip(entries, owners, strict=True), key=lambda pair: _rank_back(*pair))


def _rank_back(entry: Entry, adapter: Adapter | None) -> int:
    name = entry.subject.rpartition("\\")[2]
    keyword = adapter.keywords.get(name) if adapter else None
    value = entry.before.get(name)
    return rank(name, str(value if value is not None else keyword.default if keyword else ""))


def _names(task: Task, place: int, adapter: Adapter, entry: Entry, matches: Sequence[Sequence[Adapter]]) -> bool:
    """Tell whether a rule means a value that the ledger holds; a rule that sets nothing means all of its adapters."""
    wanted = wishes(task.options["adapters"][place])
    name = entry.subject.rpartition("\\")[2]
    return adapter in matches[place] and (not wanted or any(equals_ignore_case(wish.name, name) for wish in wanted))
