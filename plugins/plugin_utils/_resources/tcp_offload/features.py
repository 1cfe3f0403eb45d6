# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that concerns the server as a whole: chimney, RSS, NetDMA, RSC, task offload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..._catalogue.tcp_features import Row, profiles, why_off
from ..._planning.ledger import Entry
from ..._planning.plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED, UNKNOWN, Finding
from ..._protocol import operations as op
from ..._protocol.queries import CommandQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._windows.network.netsh import TCP_DUMP, set_globals
from ..._windows.network.tcp_settings import (
    FEATURES,
    PARAMETERS,
    Setting,
    inert_leftovers,
    setting_of,
    state_of,
    value_of,
)
from ..._windows.releases import release_of
from .driver_policy import BY_DRIVER
from .step import AS_BEFORE, NAME, Step, Task, restored_from, write

_NOTES = {"restart_recommended": "it takes effect at once; Microsoft recommends a restart of the server all the same"}
_DAMAGING = "6.0"  # whose netsh may damage Tcpip\Parameters when it is told anything (KB967224)


def named_features(options: Mapping[str, Any]) -> list[str]:
    """Return the features that options name, by a profile or by themselves."""
    profile = profiles().get(options["profile"] or "", {})
    return [feature for feature in FEATURES if options[feature] or feature in profile]


def feature_steps(task: Task) -> tuple[Step, ...]:
    """Decide for every feature that the task names."""
    if task.options["state"] == "restored":
        return _restored_steps(task)
    profile = profiles().get(task.options["profile"] or "", {})
    wishes = {feature: task.options[feature] or profile[feature] for feature in named_features(task.options)}
    return tuple(
        _taken_over(step_to(setting_of(feature, task.snapshot), wanted, task), task)
        for feature, wanted in wishes.items()
        if wanted != BY_DRIVER  # offload_by_driver.py is for those
    )


def _taken_over(step: Step, task: Task) -> Step:
    """Enter in the ledger that a feature which already is as wanted is so by this task's wish, and no more by an earlier one's.

    Else by_driver would turn on again what somebody has meanwhile asked to be off, or never learn that it was left to it.
    """
    feature, review = step.finding.subject, task.options["review_when"]
    entry, row = task.ledger.open_entry(feature), setting_of(feature, task.snapshot).row
    is_settled = step.finding.status == COMPLIANT and step.before is not None
    if (
        not (entry and row and is_settled)
        or review == entry.review_when
        or not (review or entry.review_when == BY_DRIVER)
    ):
        return step
    if entry.after.get(row.name) != setting_of(feature, task.snapshot).value:
        return step
    record, operations = task.ledger.renew(entry, task.options["reason"], task.now, review)
    evidence = (
        *step.finding.evidence,
        f"the ledger said of it: review {entry.review_when or 'never'}; this task's word replaces that",
    )
    return replace(step, finding=replace(step.finding, evidence=evidence), entry=tuple(operations), record=record)


def step_to(setting: Setting, wanted: str, task: Task) -> Step:
    """Return the step that brings a feature to a state."""
    row = setting.row
    if not setting.applies or row is None:
        return not_judged(setting, wanted)
    if wanted not in row.words:
        why = f"{setting.feature}: {wanted} does not exist on this Windows, which has {' and '.join(row.words)}"
        return Step(_finding(setting, REFUSED, wanted, (why,)), error=f"{why}; set one of those")
    if wanted in row.only_by_name and not task.options[setting.feature]:
        why = (
            f"the profile leaves it alone on this Windows, and only {setting.feature}: {wanted} does it. {row.caution}"
        )
        return Step(_finding(setting, NOT_APPLICABLE, wanted, (*setting.evidence, why)))
    # With the same value and no state, a second value says otherwise, which is not this one's to change.
    if setting.state == wanted or (setting.state is None and setting.value == value_of(row, wanted)):
        return settled(setting, wanted, task)
    return _change(setting, row, wanted, task)


def judgement(setting: Setting, wanted: str | None = None) -> Finding:
    """Return the finding on a feature that a server does not have, or of which that cannot be told."""
    return _finding(setting, UNKNOWN if setting.applies is None else NOT_APPLICABLE, wanted, setting.evidence)


def not_judged(setting: Setting, wanted: str | None) -> Step:
    """Return the step about a feature that a server does not have, or, with an error, of which that cannot be told."""
    why = f"{setting.feature} cannot be judged, so nothing is written: {'; '.join(setting.evidence)}"
    return Step(judgement(setting, wanted), error=why if setting.applies is None else "")


def settled(setting: Setting, wanted: str | None, task: Task, evidence: tuple[str, ...] = ()) -> Step:
    """Leave a feature as it is. What went otherwise than foretold when this run set it shows in the ledger."""
    entry, state = task.entry_of_run(setting.feature), _state(setting) if setting.applies else None
    refused = bool(entry and entry.refused_code and setting.row and setting.row.live)
    warnings = _damage_warning(entry)
    if entry and refused:
        why = (
            f"netsh failed (exit code {entry.refused_code}), so {setting.feature} takes effect when the server restarts"
        )
        warnings, evidence = (*warnings, why), (*evidence, why)
    waiting = () if refused else _waiting(setting, task)
    finding = _finding(
        setting, COMPLIANT if setting.state else UNKNOWN, wanted, (*setting.evidence, *evidence, *waiting)
    )
    return Step(finding, state, state, reboot_required=refused or bool(waiting), warnings=warnings)


def _waiting(setting: Setting, task: Task) -> tuple[str, ...]:
    """Say that a setting which the collection wrote waits for the restart without which it has no effect, where that is known.

    It waits as long as the server was not shut down since. No clocks are compared: the entry holds what the server said then.
    """
    entry, row = task.ledger.last_entry(setting.feature), setting.row
    if not (entry and row and entry.last_shutdown) or entry.last_shutdown != task.last_shutdown:
        return ()
    states = {state_of(row, each.get(row.name), setting.also) for each in (entry.before, entry.after)}
    value = entry.written.get(row.name)
    counts_at_once = row.takes_effect != "restart" and not (
        row.live and (entry.refused_code or _is_inferred(row, value))
    )
    if len(states) == 1 or value != setting.value or counts_at_once:
        return ()
    return (
        f"the server was last shut down on {task.last_shutdown}, before it was written: it takes effect when the server restarts",
    )


def _damage_warning(entry: Entry | None) -> tuple[str, ...]:
    if not entry or not entry.put_back:
        return ()
    names = ", ".join(entry.put_back)
    return (f"netsh changed values of {PARAMETERS} that it should not (KB967224): {names}. They were put back",)


def _change(setting: Setting, row: Row, wanted: str, task: Task) -> Step:
    value = value_of(row, wanted)
    record, entry = task.enter(setting.feature, {row.name: setting.value}, {row.name: value})
    step = _moved(setting, row, value, record)
    caution = (f"{setting.feature} is being {wanted}: {row.caution}",) if wanted in row.only_by_name else ()
    evidence = (*setting.evidence, *_note(row))
    return replace(step, finding=_finding(setting, DRIFTED, wanted, evidence), entry=entry, warnings=caution)


def _moved(setting: Setting, row: Row, value: Value | None, record: str) -> Step:
    """Return the step that brings a setting to a value, None for one that is not there. The finding is for the caller to replace."""
    after = replace(setting, value=value, state=state_of(row, value, setting.also))
    moves = value != setting.value
    in_dump = row.kept == "dump"
    # What is not there may mean what it is taken to mean: no command is run on an inference, the restart shows.
    live = _live(row, after.state) if moves and after.state != setting.state and not _is_inferred(row, value) else None
    waits = row.takes_effect == "restart" or (bool(row.live) and live is None)
    return Step(
        _finding(setting, COMPLIANT, after.state, setting.evidence),
        _state(setting),
        _state(after),
        words={row.name: str(value)} if in_dump and moves else {},
        live=live,
        writes=() if in_dump else write(PARAMETERS, row.name, value, setting.value),
        record=record,
        reboot_required=waits and after.state != setting.state,
    )


def _is_inferred(row: Row, value: Value | None) -> bool:
    return value is None and row.inferred


def _live(row: Row, state: str | None) -> CommandQuery | None:
    return CommandQuery("netsh", row.live.format(word=state.upper())) if row.live and state else None


def _note(row: Row) -> tuple[str, ...]:
    return tuple(text for text in (_NOTES.get(row.takes_effect), row.note) if text)


def _restored_steps(task: Task) -> tuple[Step, ...]:
    """Put back what the ledger holds of the features that are named; where the task names nothing at all, of every one."""
    named = named_features(task.options)
    everything = not named and not task.options["adapters"]
    return tuple(
        step_back(setting_of(feature, task.snapshot), task)
        for feature in FEATURES
        if feature in named or (everything and task.ledger.last_entry(feature))
    )


def step_back(setting: Setting, task: Task) -> Step:
    """Return the step that puts back what the ledger holds of a feature."""
    entry, row = task.ledger.open_entry(setting.feature), setting.row
    if entry is None:
        return settled(setting, setting.state, task, ("the ledger holds nothing to restore",))
    if setting.applies is None:
        return not_judged(setting, None)
    if row is None or not setting.applies or row.name not in entry.before:
        why = f"{restored_from(entry)}, when this server kept it otherwise; there is nothing to put back any more"
        return Step(_finding(setting, NOT_APPLICABLE, None, (*setting.evidence, why)))
    value = entry.before[row.name]
    if value == setting.value and type(value) is type(setting.value):
        kept = settled(setting, setting.state, task, (AS_BEFORE.format(restored_from(entry)),))
        return replace(kept, closing=(entry.close("restored", task.now),), record=entry.key)
    step = _moved(setting, row, value, entry.key)
    was = state_of(row, value) or repr(value)
    evidence = (*setting.evidence, f"{restored_from(entry)}; it was {was} before", *_note(row))
    return replace(step, finding=_finding(setting, DRIFTED, was, evidence), closing=task.close_restored(entry))


def _state(setting: Setting) -> dict[str, Any]:
    """What a result shows of a feature: what it is, and the registry value behind it where there is one."""
    kept = {setting.row.name: setting.value} if setting.row and setting.row.kept == "registry" else {}
    return {"state": setting.state, **kept}


def _finding(setting: Setting, status: str, wanted: str | None, evidence: tuple[str, ...]) -> Finding:
    source = setting.row.source if setting.row else ""
    found = _state(setting) if setting.applies else None
    why = why_off()[setting.feature] if status == DRIFTED and wanted == "disabled" else ""
    fix = _fix(setting.row, wanted) if setting.row and wanted and status == DRIFTED else ""
    return Finding(NAME, setting.feature, status, found, wanted, evidence, why, fix, source)


def _fix(row: Row, wanted: str) -> str:
    """Say how an administrator does it by hand."""
    if row.kept == "dump":
        return f"netsh interface tcp set global {row.name}={wanted}"
    by_netsh = f"netsh {row.live.format(word=wanted.upper())}, and " if row.live else ""
    return f"{by_netsh}{row.name} = {row.codes[wanted]} (REG_DWORD) in {PARAMETERS}" if wanted in row.codes else ""


def commands(steps: Iterable[Step], task: Task) -> tuple[op.Operation, ...]:
    """Return the commands of all steps: one netsh for what the dump shows, which must still show what was read, and the live ones."""
    steps = list(steps)
    words = {name: word for step in steps for name, word in step.words.items()}
    live = [op.RunCommand(step.live, record=step.record) for step in steps if step.live]
    if not words:
        return tuple(live)
    record = next(step.record for step in steps if step.words)
    shown = (TCP_DUMP, task.snapshot.commands[TCP_DUMP.line])
    return (op.RunCommand(set_globals(words), shown, record, _kept(task)), *live)


def _kept(task: Task) -> str:
    release = release_of(task.snapshot)
    return PARAMETERS if release and release.is_within(_DAMAGING, _DAMAGING) else ""


def leftover_findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Report the values of Server 2003 that other releases do not read, and that many a script sets nevertheless."""
    why = "this Windows does not read it: an inert leftover, which says nothing of the setting"
    return tuple(
        Finding(f"{NAME}.leftover", name, NOT_APPLICABLE, found=value, evidence=(why,))
        for name, value in inert_leftovers(snapshot).items()
    )
