# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What TCP offload features a server and its adapters have, and what they are set to. win_tcp_offload_info is this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._catalogue.keywords import value_keywords
from ..._planning.finding import Finding
from ..._planning.ledger import Entry, UnusableEntry, ledger_queries
from ..._planning.plan import Plan
from ..._planning.resource import Controller
from ..._planning.step import Step, plan_of, unusable_entry
from ..._planning.task import Task
from ..._planning.waive_option import WAIVE
from ..._protocol.queries import Query
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import NOT_APPLICABLE, UNKNOWN
from ..._windows.network.adapters import Adapter
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.keywords import POWER_SAVING, group_of, group_options, is_set_to, power_saving
from ..._windows.network.tcp_settings import (
    FEATURES,
    Setting,
    global_queries,
    ignored_registry_values,
    recorded_updates,
    setting_of,
    tcpip_version,
)
from ..._windows.network.virtual_switch import switch_queries, switch_rsc
from ..._windows.releases import Release, release_of
from ..nic_driver import advisories
from ..nic_driver.advisories import Advisory, read_advisories
from ..nic_driver.applied import advisory_warnings
from ..nic_driver.facts import kind_of
from ..nic_driver.judged_adapters import JudgedAdapter, driver_queries, judged_adapters, unread_findings
from .adapter_rules import AdapterMatch, read_match
from .entry_rule import why_not_ours
from .feature_findings import ignored_value_findings, unavailable_finding
from .observations import observed
from .options import NAME

EVERYTHING = "*"

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "match": {"type": "str", "default": EVERYTHING},
    "advisories": advisories.OPTION,
    **WAIVE,
}


@dataclass(frozen=True)
class Options:
    """The options of a task. match: None for every adapter, also hidden and non-present ones.

    ports: where the server may see the connection.
    """

    match: AdapterMatch | None
    advisories: tuple[Advisory, ...]
    ports: tuple[int, ...]


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for a match or an advisory that cannot be meant."""
    match = None if arguments["match"] == EVERYTHING else read_match("match", arguments["match"])
    return Options(match, read_advisories(arguments["advisories"]), controller.ports)


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    return (
        *global_queries(udp=True),
        *driver_queries(options.advisories, options.ports),
        *switch_queries(),
        *ledger_queries(),
    )


def plan(task: Task) -> Plan:
    """Report what is noteworthy without a desired setting: ignored values, and what could not be read.

    data: tcp_offload.
    """
    snapshot = task.snapshot
    unknown = [setting for feature in FEATURES if (setting := setting_of(feature, snapshot)).applies is None]
    task = task.checked_by(why_not_ours)
    judged = judged_adapters(snapshot, task.options.advisories, task.now)
    findings = (
        *(unavailable_finding(setting) for setting in unknown),
        *unread_findings(NAME, snapshot),
        *(_unusable(error) for error in task.ledger.unusable_entries()),
        *ignored_value_findings(snapshot),
        *observed(task, judged),
    )
    whole = plan_of(map(Step, findings), {"tcp_offload": info(task, judged)})
    return replace(whole, warnings=advisory_warnings(task.options.advisories))


def _unusable(error: UnusableEntry) -> Finding:
    """Return the finding on a ledger entry of which nothing will be restored."""
    return replace(unusable_entry(Step, f"{NAME}.ledger", error.subject or error.key, error).finding, status=UNKNOWN)


def info(task: Task, judged: Sequence[JudgedAdapter]) -> dict[str, Any]:
    """Return what the server is set to. judged: its adapters."""
    snapshot, release = task.snapshot, release_of(task.snapshot)
    return {
        "release": _release(release) if release else None,
        "features": {feature: _feature(setting_of(feature, snapshot)) for feature in FEATURES},
        "virtual_switch_rsc": switch_rsc(snapshot, [each.adapter for each in judged]),
        "ignored_values": ignored_registry_values(snapshot),
        "updates": recorded_updates(snapshot),
        "tcpip_version": tcpip_version(snapshot),
        "adapters": [_adapter(each, snapshot) for each in _selected(task, judged)],
        "changes": [_change(entry) for entry in task.ledger.last_entries() if not entry.closed],
    }


def _selected(task: Task, judged: Sequence[JudgedAdapter]) -> list[Adapter]:
    match = task.options.match
    return [each.adapter for each in (match.select(judged) if match else judged)]


def _release(release: Release) -> dict[str, Any]:
    return {"version": release.version, "service_pack": release.service_pack, "product": release.product}


def _feature(setting: Setting) -> dict[str, Any]:
    row = setting.row if setting.applies is not False else None
    return {
        "state": NOT_APPLICABLE if setting.applies is False else (setting.applies and setting.state) or UNKNOWN,
        "value": setting.value,
        "stored_as": row.name if row else None,
        "choices": list(row.states) if row else [],
        "minimum": row.numbers.start if row and row.numbers else None,
        "maximum": row.numbers.stop - 1 if row and row.numbers else None,
        "takes_effect": row.takes_effect if row else None,
        "evidence": list(setting.evidence),
    }


def _adapter(adapter: Adapter, snapshot: Snapshot) -> dict[str, Any]:
    saving = power_saving(snapshot.value(adapter.key, POWER_SAVING)) if adapter.is_physical and adapter.key else None
    groups = {option: state for option in group_options() if (state := _group(adapter, option))}
    values = {option: state for option in value_keywords() if (state := _value(adapter, option))}
    return {
        "name": adapter.name,
        "description": adapter.description,
        "guid": adapter.guid,
        **kind_of(adapter),
        "settings": {**groups, **values, **({"power_saving": saving} if saving else {})},
        "keywords": {name: _keyword(keyword) for name, keyword in adapter.keywords.items()},
    }


def _group(adapter: Adapter, option: str) -> str | None:
    """Return the common state of a group's keywords: enabled, disabled or mixed; None where the adapter has none."""
    group = [(each, adapter.keywords[each.name]) for each in group_of(option) if each.name in adapter.keywords]
    if not group:
        return None
    if all(is_set_to(keyword, "0") for _unused, keyword in group):
        return "disabled"
    return "enabled" if all(is_set_to(keyword, each.enabled) for each, keyword in group) else "mixed"


def _value(adapter: Adapter, option: str) -> str | None:
    """Return what the keyword of an option is set to, in the option's words; None where the adapter has none."""
    of_option = value_keywords()[option]
    keyword = adapter.keywords.get(of_option.name)
    return of_option.word_of(keyword.effective.strip()) if keyword and keyword.effective is not None else None


def _keyword(keyword: Keyword) -> dict[str, Any]:
    return {
        "value": keyword.value,
        "default": keyword.default,
        "effective": keyword.effective,
        "allowed": list(keyword.allowed) if keyword.allowed is not None else None,
        "minimum": keyword.minimum,
        "maximum": keyword.maximum,
    }


def _change(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("subject", "when", "reason", "review_when", "before", "after")}
