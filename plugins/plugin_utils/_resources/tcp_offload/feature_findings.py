# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What findings say of the features of a server: title, reason and remedy of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..._catalogue.tcp_features import Row, why_off
from ..._planning.finding import Finding
from ..._planning.step import shown
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, NOT_APPLICABLE, PENDING, REFUSED, UNKNOWN
from ..._windows.network.netsh import DUMPS, set_globals
from ..._windows.network.tcp_settings import PARAMETERS, Setting, ignored_registry_values
from .options import NAME

# Kinds of open findings: what an operator may sort them by.
SETTING = "setting"
RESTORE = "restore"
RESTART = "restart"
UNREADABLE = "unreadable"
CONTRADICTION = "contradiction"
NO_SUCH_STATE = "no_such_state"
CHANGED_BY_OTHERS = "changed_by_others"

ASKED = "The task asks for it"
"""Why a setting is to be another, where nothing but the task says so."""

WHY_UNREAD = "What cannot be read is never taken for good, and nothing is written over it."
FIX_UNREAD = "Connect as a local administrator, mend what the evidence names, and judge again."
WHY_OTHERS = "Somebody else has changed it since the collection did; to restore it would undo that."
WHY_PENDING = "It is set, and does not take effect before a restart."
FIX_SERVER_RESTART = "Restart the server."

_VERBS = {"disabled": "Turn off {}", "enabled": "Turn on {}"}


@dataclass(frozen=True)
class Waiting:
    """That a setting waits for a restart. since: when it was set. texts: what shows it."""

    since: str = ""
    texts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether it waits."""
        return bool(self.texts)


def state_fields(setting: Setting) -> dict[str, Any]:
    """Return what a result shows of a feature: its state, and the registry value behind it where there is one."""
    stored = {setting.row.name: setting.value} if setting.row and setting.row.store == "registry" else {}
    return {"state": setting.state, **stored}


def title_to(subject: str, state: str) -> str:
    """Return the title of a change to a state."""
    return _VERBS.get(state, f"Set {{}} to {state}").format(subject)


def because(reason: str) -> str:
    """Say why a task wants another setting."""
    return f"{ASKED}: {reason.rstrip('.')}." if reason else f"{ASKED}."


def drifted_finding(setting: Setting, row: Row, desired: str, evidence: tuple[str, ...], reason: str) -> Finding:
    """Return the finding on a feature that is to be set. reason: of the task."""
    why = why_off().get(setting.feature, "") if desired == "disabled" else ""
    return replace(
        _finding(setting, DRIFTED, desired, evidence),
        title=title_to(setting.feature, desired),
        kind=SETTING,
        why=why or because(reason),
        fix=_fix(row, desired),
    )


def restored_finding(setting: Setting, row: Row, previous: str, evidence: tuple[str, ...]) -> Finding:
    """Return the finding on a feature that is to be as it was. previous: the state, or the value in words."""
    return replace(
        _finding(setting, DRIFTED, previous, evidence),
        title=f"Restore {setting.feature}",
        kind=RESTORE,
        why="The collection changed it, and is asked to restore it.",
        fix=_fix(row, previous) or _fix_previous(row, previous),
    )


def _fix_previous(row: Row, previous: str) -> str:
    """Return how a value that stands for no state is restored. previous: in words."""
    what = f"Delete {row.name}" if previous == shown(None) else f"Set {row.name} to {previous}"
    return f"{what} in {PARAMETERS}."


def unchanged_finding(setting: Setting, desired: str | None, evidence: tuple[str, ...], waiting: Waiting) -> Finding:
    """Return the finding on a feature that stays as it is: in the desired state, or not known to be."""
    finding = _finding(setting, COMPLIANT, desired, evidence)
    if setting.state is None and desired is not None:
        return _contradicted(setting, finding)
    if waiting:
        return replace(
            finding,
            status=PENDING,
            title=f"{setting.feature} takes effect with a restart",
            kind=RESTART,
            why=WHY_PENDING,
            fix=FIX_SERVER_RESTART,
            restart=True,
            since=waiting.since,
        )
    return finding


def _contradicted(setting: Setting, finding: Finding) -> Finding:
    value = setting.row.overriding_value if setting.row else ""
    return replace(
        finding,
        status=UNKNOWN,
        title=f"Decide which of the two settings of {setting.feature} counts",
        kind=CONTRADICTION,
        why="Windows honours two settings of this feature, and they disagree.",
        fix=f"Set {value} in {PARAMETERS} to what the other setting says, or delete it.",
    )


def left_alone_finding(setting: Setting, desired: str, caution: str) -> Finding:
    """Return the finding on a feature that no profile sets on this release: it is in the desired state as it is."""
    why = f"the profile leaves it alone on this Windows; only {setting.feature}: {desired} sets it. {caution}"
    return _finding(setting, COMPLIANT, setting.state, (*setting.evidence, why))


def no_such_state_finding(setting: Setting, desired: str, why: str, states: Mapping[str, Any]) -> Finding:
    """Return the finding on a state that this release does not have. states: those that it has."""
    return replace(
        _finding(setting, REFUSED, desired, (why,)),
        title=f"Choose a state of {setting.feature} that this Windows has, not {desired}",
        kind=NO_SUCH_STATE,
        why="This Windows does not know the state, and would refuse it.",
        fix=f"Set {setting.feature} to {' or '.join(states)} for this server.",
    )


def unavailable_finding(setting: Setting, desired: str | None = None) -> Finding:
    """Return the finding on a feature that a server does not have, or whose existence is not known."""
    if setting.applies is not None:
        return _finding(setting, NOT_APPLICABLE, desired, setting.evidence)
    row = setting.row
    dump = DUMPS[row.context].line if row is not None and row.store == "dump" else ""
    return replace(
        _finding(setting, UNKNOWN, desired, setting.evidence),
        title=f"Could not be judged: {next(iter(setting.evidence), setting.feature)}",
        kind=UNREADABLE,
        why=WHY_UNREAD,
        fix=f"Run {dump} on the server, mend what it says, and judge again." if dump else FIX_UNREAD,
    )


def elsewhere_finding(setting: Setting, why: str) -> Finding:
    """Return the finding on a feature that was stored elsewhere when the collection changed it."""
    return _finding(setting, NOT_APPLICABLE, None, (*setting.evidence, why))


def changed_by_others_finding(setting: Setting, why: str) -> Finding:
    """Return the finding on a feature that somebody else has changed since. why: in words."""
    return replace(
        _finding(setting, REFUSED, None, (why, *setting.evidence)),
        title=f"Decide about {setting.feature}, which somebody else has changed",
        kind=CHANGED_BY_OTHERS,
        why=WHY_OTHERS,
    )


def unread_adapters_finding(feature: str, why: str) -> Finding:
    """Return the finding on a feature that is left to drivers of which nothing is known. why: in words."""
    return Finding(
        NAME,
        feature,
        UNKNOWN,
        evidence=(why,),
        title="Let the audit read the network adapters",
        kind=UNREADABLE,
        why=WHY_UNREAD,
        fix=FIX_UNREAD,
    )


def ignored_value_findings(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Report the registry values of Server 2003 that this release ignores, and that many scripts set nevertheless."""
    why = "an ignored registry value: this Windows does not read it, so it says nothing of the setting"
    return tuple(
        Finding(f"{NAME}.ignored_value", name, NOT_APPLICABLE, found=value, evidence=(why,))
        for name, value in ignored_registry_values(snapshot).items()
    )


def _finding(setting: Setting, status: str, desired: str | None, evidence: tuple[str, ...]) -> Finding:
    source = setting.row.source if setting.row else ""
    found = state_fields(setting) if setting.applies else None
    return Finding(NAME, setting.feature, status, found, desired, evidence, source=source)


def _fix(row: Row, desired: str) -> str:
    """Say how an administrator does it by hand; "" where the state is no state of this release."""
    then = ", and restart the server." if row.takes_effect == "restart" else "."
    if row.store == "dump":
        return f"Run {set_globals({row.name: desired}, row.context).line}{then}"
    if desired not in row.codes:
        return ""
    command = row.runtime_command.format(state=desired.upper()) if row.runtime_command else ""
    start = f"Run netsh {command}, and set" if command else "Set"
    return f"{start} {row.name} = {row.codes[desired]} (REG_DWORD) in {PARAMETERS}{then}"
