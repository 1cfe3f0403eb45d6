# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What findings say of the keywords of an adapter and of its power saving: title, reason and remedy of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._planning.finding import Finding
from ..._protocol.names import equals_ignore_case
from ..._protocol.values import Value
from ..._protocol.vocabulary import COMPLIANT, DRIFTED, NOT_APPLICABLE, PENDING, REFUSED, UNKNOWN
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import OFF, POWER_SAVING, power_saving
from .adapter_rules import POWER_OPTION, DesiredKeyword
from .feature_findings import (
    CHANGED_BY_OTHERS,
    RESTART,
    RESTORE,
    SETTING,
    UNREADABLE,
    WHY_OTHERS,
    WHY_PENDING,
    Waiting,
    because,
    title_to,
)
from .options import NAME

NO_SUCH_VALUE = "no_such_value"
NO_SUCH_KEYWORD = "no_such_keyword"

FIX_ADAPTER_RESTART = "Restart the adapter (restart_adapters: allowed does it), or the server."
_WHY_POWER = "Windows may turn the adapter off to save power, and the server then loses its connections."
_SOURCE_POWER = "KB2740020"


def subject_of(adapter: Adapter, name: str) -> str:
    """Name a setting of an adapter in results."""
    return f"{adapter.label}: {POWER_OPTION if equals_ignore_case(name, POWER_SAVING) else name}"


def state_fields(adapter: Adapter, name: str, value: Value | None) -> dict[str, Any]:
    """Return what a result shows of a value: itself, and its effect where it is not there."""
    if equals_ignore_case(name, POWER_SAVING):
        return {"value": value, "effective": power_saving(value)}
    keyword = adapter.keywords.get(name)
    return {"value": value, "effective": (keyword.default if keyword else None) if value is None else str(value)}


def shown_value(adapter: Adapter, name: str, value: Value | None) -> str:
    """Say in words what a value is."""
    if value is not None:
        return f"{name} is {value!r}"
    effective = state_fields(adapter, name, value)["effective"]
    return f"{name} is not set" + ("" if effective is None else f", which means {effective}")


def drifted_finding(finding: Finding, desired: DesiredKeyword, reason: str) -> Finding:
    """Return the finding on a value that is to be set. finding: without its texts. reason: of the task."""
    is_power = desired.is_power_saving and desired.text == "disabled"
    why, source = (_WHY_POWER, _SOURCE_POWER) if is_power else (because(reason), "")
    fix = f"Set {_dialog(desired.name)} to {desired.text} in the settings of the adapter, and restart it."
    return replace(finding, title=_title(desired), kind=SETTING, why=why, fix=fix, source=source)


def restored_finding(finding: Finding, name: str, previous: Value | None) -> Finding:
    """Return the finding on a value that is to be as it was. finding: without its texts. previous: None for no
    value."""
    to = "the driver's default" if previous is None else repr(previous)
    return replace(
        finding,
        title=f"Restore {_dialog(name)} of network adapters",
        kind=RESTORE,
        why="The collection changed it, and is asked to restore it.",
        fix=f"Set {_dialog(name)} to {to} in the settings of the adapter, and restart it.",
    )


def _dialog(name: str) -> str:
    return "power saving" if equals_ignore_case(name, POWER_SAVING) else name


def _title(desired: DesiredKeyword) -> str:
    """Return the title of a change: of its option where that stands for a group, the same for every adapter."""
    if desired.exact:
        return f"Set {desired.name} of network adapters to {desired.text}"
    state = desired.text if desired.is_power_saving else "disabled" if desired.text == OFF else "enabled"
    return title_to(f"{desired.option} of network adapters", state)


def unchanged_finding(
    adapter: Adapter, name: str, value: Value | None, wanted: Any, evidence: tuple[str, ...], waiting: Waiting
) -> Finding:
    """Return the finding on a value that stays as it is. waiting: whether the adapter still has to restart."""
    state, texts = state_fields(adapter, name, value), (shown_value(adapter, name, value), *evidence, *waiting.texts)
    finding = Finding(NAME, subject_of(adapter, name), COMPLIANT, state, wanted, texts)
    if not waiting:
        return finding
    return replace(
        finding,
        status=PENDING,
        title="Restart network adapters, so that their settings take effect",
        kind=RESTART,
        why=WHY_PENDING,
        fix=FIX_ADAPTER_RESTART,
        restart=True,
        since=waiting.since,
    )


def change_finding(adapter: Adapter, name: str, found: Value | None, value: Value | None, *evidence: str) -> Finding:
    """Return the finding on a value that is to be another, without its texts."""
    before, after = (state_fields(adapter, name, each) for each in (found, value))
    texts = (shown_value(adapter, name, found), *evidence)
    return Finding(NAME, subject_of(adapter, name), DRIFTED, before, after["effective"], texts)


def no_such_value_finding(
    subject: str, found: Mapping[str, Any], desired: DesiredKeyword, why: str, *, is_error: bool
) -> Finding:
    """Return the finding on a value that a driver does not take. is_error: whether the task names the keyword."""
    finding = Finding(NAME, subject, REFUSED if is_error else NOT_APPLICABLE, found, desired.text, (why,))
    if not is_error:
        return finding
    return replace(
        finding,
        title=f"Give {desired.name} a value that the driver takes, not {desired.text}",
        kind=NO_SUCH_VALUE,
        why="What a driver makes of a value that it does not know is not known either.",
        fix="Give a value that the evidence names, or leave the adapter out (match).",
    )


def misspelt_finding(name: str, why: str) -> Finding:
    """Return the finding on a keyword that neither Windows nor a driver knows."""
    return Finding(
        NAME,
        name,
        REFUSED,
        evidence=(why,),
        title=f"Correct the keyword {name}, which no driver knows",
        kind=NO_SUCH_KEYWORD,
        why="A misspelt keyword would change nothing, and nobody would notice.",
        fix="Take the name from win_tcp_offload_info, which lists the keywords of every adapter.",
    )


def unmatched_finding(match: str, why: str) -> Finding:
    """Return the finding on a rule that matches no adapter of the server."""
    return Finding(f"{NAME}.match", match, NOT_APPLICABLE, evidence=(why,))


def without_keyword_finding(adapter: Adapter, group: str, why: str) -> Finding:
    """Return the finding on an adapter whose driver has none of the keywords of a group."""
    return Finding(NAME, f"{adapter.label}: {group}", NOT_APPLICABLE, evidence=(why,))


def without_power_saving_finding(adapter: Adapter, desired: DesiredKeyword) -> Finding:
    """Return the finding on an adapter that Windows does not turn off, or of which that is not known."""
    subject = subject_of(adapter, POWER_SAVING)
    if not adapter.key or adapter.is_physical is not None:
        why = "it is no physical adapter, so Windows does not turn it off to save power"
        return Finding(NAME, subject, NOT_APPLICABLE, None, desired.text, (why,))
    why = "its driver does not say whether it is a physical adapter (Characteristics)"
    return Finding(
        NAME,
        subject,
        UNKNOWN,
        None,
        desired.text,
        (why,),
        title=f"Could not be judged: {why}",
        kind=UNREADABLE,
        why="Power saving is a setting of physical adapters alone.",
        fix="Look at the adapter in Device Manager, and leave it out (match) where it is none.",
    )


def gone_finding(subject: str, why: str) -> Finding:
    """Return the finding on a ledger entry whose adapter the server does not have any more."""
    return Finding(NAME, subject, NOT_APPLICABLE, evidence=(why,))


def changed_by_others_finding(
    adapter: Adapter, name: str, found: Value | None, previous: Value | None, why: str
) -> Finding:
    """Return the finding on a value that somebody else has changed since."""
    return Finding(
        NAME,
        subject_of(adapter, name),
        REFUSED,
        state_fields(adapter, name, found),
        previous,
        (why,),
        title=f"Decide about {_dialog(name)} of network adapters, which somebody else has changed",
        kind=CHANGED_BY_OTHERS,
        why=WHY_OTHERS,
    )
