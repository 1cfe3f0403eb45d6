# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that concerns the server as a whole: chimney, RSS, NetDMA, RSC, task offload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ..._catalogue.tcp_features import Row
from ..._planning.finding import Finding
from ..._planning.ledger import Entry, UnusableEntry
from ..._planning.ledger_entry import brief
from ..._planning.step import (
    Step,
    changed_because,
    changed_by_others,
    left_alone,
    not_restorable,
    shown,
    unusable_entry,
    write_value,
)
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.queries import CommandQuery
from ..._protocol.values import Value
from ..._windows.network.netsh import DUMPS, set_globals
from ..._windows.network.tcp_settings import (
    FEATURES,
    PARAMETERS,
    Setting,
    setting_of,
    state_of,
    value_of,
)
from ..._windows.releases import release_of
from . import feature_findings as say
from .entry_rule import is_restorable
from .feature_findings import Waiting, state_fields, unavailable_finding
from .keywords import AS_BEFORE
from .options import BY_DRIVER, NAME
from .re_attribution import re_attributed

_NOTES = {"restart_recommended": "it takes effect at once; Microsoft recommends a restart of the server all the same"}
_DAMAGING = "6.0"  # this release's netsh may damage Tcpip\Parameters when it sets anything (KB967224)


@dataclass(frozen=True)
class FeatureStep(Step):
    """A step about one feature.

    netsh_words: its share of the one "netsh interface tcp set global" of all features, or that of the other context.
    record: key of its ledger entry, which that command notes its failure in.
    """

    context: str = field(default="tcp", kw_only=True)
    netsh_words: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    record: str = field(default="", kw_only=True)


def feature_steps(task: Task) -> tuple[FeatureStep, ...]:
    """Decide for every feature that the task names and does not leave to the drivers."""
    if task.options.restores:
        return _restored_steps(task)
    return tuple(
        unless_unusable(feature, task, partial(_present_step, desired))
        for feature, desired in task.options.features.items()
        if desired != BY_DRIVER
    )


def unless_unusable(feature: str, task: Task, decide: Callable[[Setting, Task], FeatureStep]) -> FeatureStep:
    """Return the step of a feature; the whole task stops for an entry that must not be used only where it names the
    feature itself."""
    try:
        return decide(setting_of(feature, task.snapshot), task)
    except UnusableEntry as error:
        return unusable_entry(FeatureStep, NAME, feature, error, is_error=feature in task.options.by_name)


def _present_step(desired: str, setting: Setting, task: Task) -> FeatureStep:
    step = step_to(setting, desired, task)
    if setting.row is None:
        return step
    taken, record = re_attributed(step, task, setting.feature, setting.row.name, setting.value)
    return replace(taken, record=record) if record else step


def step_to(setting: Setting, desired: str, task: Task, causes: tuple[str, ...] = ()) -> FeatureStep:
    """Return the step that brings a feature to a state.

    causes: ids for the ledger of the adapters because of which it is changed.
    """
    row = setting.row
    if not setting.applies or row is None:
        return unavailable_step(setting, desired)
    if not row.has(desired):
        why = f"{setting.feature}: {desired} does not exist on this Windows, which has {row.choices}"
        finding = say.no_such_state_finding(setting, desired, why, dict.fromkeys(row.states))
        return FeatureStep(finding, decides=True, error=f"{why}; set one of those")
    if desired in row.only_by_name and setting.feature not in task.options.by_name:
        left_out = (f"{setting.feature}: {desired} is left out. {row.caution}",) if desired == "enabled" else ()
        warnings = left_out if setting.state != desired else ()
        return FeatureStep(say.left_alone_finding(setting, desired, row.caution), decides=True, warnings=warnings)
    # Another registry value contradicts this one; leave it alone.
    is_contradicted = setting.state is None and setting.value == value_of(row, desired)
    if setting.state == desired or is_contradicted:
        return unchanged_step(setting, desired, task)
    return _change(setting, row, desired, task, causes)


def unavailable_step(setting: Setting, desired: str | None) -> FeatureStep:
    """Return the step about a feature that a server does not have. Where that is not known the step is an error."""
    why = f"the state of {setting.feature} is not known, so nothing is written: {'; '.join(setting.evidence)}"
    finding = unavailable_finding(setting, desired)
    return FeatureStep(finding, decides=True, error=why if setting.applies is None else "")


def unchanged_step(setting: Setting, desired: str | None, task: Task, evidence: tuple[str, ...] = ()) -> FeatureStep:
    """Leave a feature as it is. The ledger shows what went otherwise than predicted when this run set it."""
    entry, state = _entry_of_run(setting.feature, task), state_fields(setting) if setting.applies else None
    failed, warnings = _failed_command(setting, entry), _damage_warning(entry)
    waiting = Waiting(task.now, failed) if failed else _waiting(setting, task)
    finding = say.unchanged_finding(setting, desired, (*setting.evidence, *evidence, *waiting.texts), waiting)
    return FeatureStep(finding, True, state, state, reboot_required=bool(waiting), warnings=(*warnings, *failed))


def _entry_of_run(feature: str, task: Task) -> Entry | None:
    """Return the entry that this run made or closed; there is none before it wrote."""
    entry = task.ledger.last_entry(feature)
    return entry if entry and (entry.when == task.now or entry.closed.endswith(task.now)) else None


def _failed_command(setting: Setting, entry: Entry | None) -> tuple[str, ...]:
    """Say that the command failed which would have made the change at once. entry: of this run."""
    if not (entry and entry.refused_code and setting.row and setting.row.runtime_command):
        return ()
    code = entry.refused_code
    return (f"netsh failed (exit code {code}), so {setting.feature} takes effect when the server restarts",)


def _waiting(setting: Setting, task: Task) -> Waiting:
    """Tell whether a setting that the collection wrote waits for a restart, where that is known.

    It waits as long as the server was not shut down since. No clocks are compared: the entry holds the last shutdown as
    the server told it.
    """
    entry, row = task.ledger.last_entry(setting.feature), setting.row
    if not (entry and row and entry.last_shutdown) or entry.last_shutdown != task.last_shutdown:
        return Waiting()
    states = {state_of(row, each.get(row.name), setting.overriding) for each in (entry.before, entry.after)}
    value = entry.written.get(row.name)
    if len(states) == 1 or value != setting.value or _took_effect(row, entry, value):
        return Waiting()
    shutdown = f"the server was last shut down on {task.last_shutdown}"
    since = entry.closed.rpartition(" ")[2] or entry.when
    return Waiting(since, (f"{shutdown}: what was written after that takes effect when the server restarts",))


def _took_effect(row: Row, entry: Entry, value: Value | None) -> bool:
    """Tell whether a value that an entry wrote took effect at once."""
    needs_restart = row.runtime_command and (entry.refused_code or _is_inferred(row, value))
    return row.takes_effect != "restart" and not needs_restart


def _damage_warning(entry: Entry | None) -> tuple[str, ...]:
    if not entry or not entry.put_back:
        return ()
    names = ", ".join(entry.put_back)
    return (f"netsh changed values of {PARAMETERS} that it should not (KB967224): {names}. They were restored",)


def _change(setting: Setting, row: Row, desired: str, task: Task, causes: tuple[str, ...]) -> FeatureStep:
    value = value_of(row, desired)
    record, entry = task.enter(setting.feature, {row.name: setting.value}, {row.name: value}, causes)
    caution = (f"{setting.feature}: {desired}. {row.caution}",) if desired in row.only_by_name else ()
    lost = () if is_restorable(row, setting.value) else (not_restorable(row.name, setting.value),)
    finding = say.drifted_finding(setting, row, desired, (*setting.evidence, *_note(row)), task.options.reason)
    return replace(_written(setting, row, value, record, finding), entry=entry, warnings=(*caution, *lost))


def _written(setting: Setting, row: Row, value: Value | None, record: str, finding: Finding) -> FeatureStep:
    """Return the step that brings a setting to a value, None for none, without its ledger entry.

    record: the entry's key.
    """
    after = replace(setting, value=value, state=state_of(row, value, setting.overriding))
    in_dump, changes_value = row.store == "dump", value != setting.value
    changes_state = after.state != setting.state
    # Do not run a command on an inferred default; the restart applies it.
    runs = changes_value and changes_state and not _is_inferred(row, value)
    command = _runtime_command(row, after.state, record) if runs else ()
    writes = () if in_dump else write_value(PARAMETERS, row.name, value, setting.value)
    waits = changes_state and (row.takes_effect == "restart" or (bool(row.runtime_command) and not command))
    return FeatureStep(
        replace(finding, restart=waits),
        decides=True,
        before=state_fields(setting),
        after=state_fields(after),
        operations=(*command, *writes),
        context=row.context,
        netsh_words={row.name: str(value)} if in_dump and changes_value else {},
        record=record,
        reboot_required=waits,
    )


def _is_inferred(row: Row, value: Value | None) -> bool:
    return value is None and row.inferred


def _runtime_command(row: Row, state: str | None, record: str) -> tuple[op.Operation, ...]:
    if not row.runtime_command or not state:
        return ()
    command = CommandQuery("netsh", row.runtime_command.format(state=state.upper()))
    return (op.RunCommand(command, record=record),)


def _note(row: Row) -> tuple[str, ...]:
    return tuple(text for text in (_NOTES.get(row.takes_effect), row.note) if text)


def _restored_steps(task: Task) -> tuple[FeatureStep, ...]:
    """Restore what the ledger holds of the named features.

    A task that names nothing restores all of them.
    """
    named, everything = task.options.features, task.options.restores_everything
    return tuple(
        unless_unusable(feature, task, restored_step)
        for feature in FEATURES
        if feature in named or (everything and task.ledger.has(feature))
    )


def restored_step(setting: Setting, task: Task) -> FeatureStep:
    """Return the step that restores what the ledger holds of a feature. Raises UnusableEntry."""
    entry, row = task.ledger.open_entry(setting.feature), setting.row
    if entry is None:
        return unchanged_step(setting, setting.state, task, ("the ledger holds nothing to restore",))
    if setting.applies is None:
        return unavailable_step(setting, None)
    if row is None or not setting.applies or row.name not in entry.before:
        why = f"{changed_because(entry)}, when this server stored it elsewhere; there is nothing left to restore"
        return FeatureStep(say.elsewhere_finding(setting, why), decides=True)
    return _restored(setting, row, entry, task)


def _restored(setting: Setting, row: Row, entry: Entry, task: Task) -> FeatureStep:
    if not is_restorable(row, entry.before[row.name]):
        what = f"{row.name} = {brief(entry.before[row.name])}"
        raise UnusableEntry(entry.key, entry.subject, f"holds {what} in Before, which this Windows does not know")
    may_overwrite = task.options.overwrite and setting.feature in task.options.by_name
    if not may_overwrite and entry.changed_since({row.name: setting.value}):
        why = changed_by_others(entry, row.name, setting.value)
        return left_alone(FeatureStep, say.changed_by_others_finding(setting, why), state_fields(setting))
    return _to_previous(setting, row, entry, task)


def _to_previous(setting: Setting, row: Row, entry: Entry, task: Task) -> FeatureStep:
    """Return the step that writes the value of an entry, and closes the entry."""
    previous = entry.before[row.name]
    if previous == setting.value and type(previous) is type(setting.value):
        step = unchanged_step(setting, setting.state, task, (AS_BEFORE.format(changed_because(entry)),))
        return replace(step, closing=(entry.close("restored", task.now),))
    was = state_of(row, previous) or shown(previous)
    evidence = (*setting.evidence, f"{changed_because(entry)}; it was {was} before", *_note(row))
    step = _written(setting, row, previous, entry.key, say.restored_finding(setting, row, was, evidence))
    return replace(step, closing=_close_restored(entry, task))


def _close_restored(entry: Entry, task: Task) -> tuple[op.Operation, ...]:
    """Return the operations that close the entry of a restored feature, and note the server's last shutdown in it."""
    shutdown = task.last_shutdown
    noted = write_value(entry.key, "LastShutdown", shutdown, entry.last_shutdown or None) if shutdown else ()
    return (entry.close("restored", task.now), *noted)


def shared_command(steps: Iterable[FeatureStep], task: Task) -> tuple[op.Operation, ...]:
    """Return the one netsh of each context that sets what its dump shows, if anything; the dump must still be what was
    read."""
    changing = [step for step in steps if step.netsh_words]
    contexts = dict.fromkeys(step.context for step in changing)
    return tuple(
        _set_globals(context, [each for each in changing if each.context == context], task) for context in contexts
    )


def _set_globals(context: str, steps: Sequence[FeatureStep], task: Task) -> op.Operation:
    words = {name: word for step in steps for name, word in step.netsh_words.items()}
    dump = DUMPS[context]
    shown = (dump, task.snapshot.commands[dump.line])
    return op.RunCommand(set_globals(words, context), shown, steps[0].record, _keeps(task))


def _keeps(task: Task) -> str:
    """Return the key that netsh of this release may damage, "" for none."""
    release = release_of(task.snapshot)
    return PARAMETERS if release and release.is_within(_DAMAGING, _DAMAGING) else ""
