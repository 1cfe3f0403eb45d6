# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What TCP offload features a server and its adapters have, and what they are set to. win_tcp_offload_info is this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._planning.ledger import Entry, ledger_queries
from ..._planning.plan import Plan
from ..._planning.resource import BadOption, Controller
from ..._planning.selection import Selection
from ..._planning.task import Task
from ..._protocol.queries import Query
from ..._protocol.snapshot import Snapshot
from ..._windows.network.adapters import Adapter
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.keywords import POWER_SAVING, group_of, group_options, is_set_to, power_saving
from ..._windows.network.tcp_settings import (
    FEATURES,
    Setting,
    global_queries,
    inert_leftovers,
    recorded_updates,
    setting_of,
    tcpip_version,
)
from ..._windows.releases import Release, release_of
from ..nic_driver import advisories as adv
from ..nic_driver.resource import driver_queries, kind
from .adapter_rules import is_jmespath, matching
from .adapters import Known
from .features import judgement, leftover_findings
from .resource import known_adapters
from .step import NAME

EVERYTHING = "*"

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "match": {"type": "str", "default": EVERYTHING},
    "advisories": adv.OPTION,
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for a match or an advisory that cannot be meant."""
    adv.advisories(options["advisories"])
    if not options["match"].strip():
        raise BadOption("match is empty: give the name of a connection, a pattern such as 'Local*', or JMESPath")
    if is_jmespath(options["match"]):
        Selection("match", options["match"])


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    return (*global_queries(), *driver_queries(options), *ledger_queries())


def plan(task: Task) -> Plan:
    """Judge what is noteworthy without a wish: leftovers, and what could not be read. Nothing is changed. data: tcp_offload."""
    snapshot = task.snapshot
    unknown = [setting for feature in FEATURES if (setting := setting_of(feature, snapshot)).applies is None]
    return Plan(
        findings=(*(judgement(setting) for setting in unknown), *leftover_findings(snapshot)),
        data={"tcp_offload": info(task)},
    )


def info(task: Task) -> dict[str, Any]:
    """Return what the server is set to."""
    options, snapshot = task.options, task.snapshot
    known = known_adapters(options, snapshot, task.now)
    ledger, release = task.ledger, release_of(snapshot)
    return {
        "release": _release(release) if release else None,
        "features": {feature: _feature(setting_of(feature, snapshot)) for feature in FEATURES},
        "leftovers": inert_leftovers(snapshot),
        "updates": recorded_updates(snapshot),
        "tcpip_version": tcpip_version(snapshot),
        "adapters": [_adapter(each, snapshot) for each in _meant(options["match"], known)],
        "changes": [_change(entry) for entry in ledger.last_entries() if not entry.closed],
    }


def _meant(match: str, known: Known) -> list[Adapter]:
    """Return the adapters that a match means; without one also those that are hidden or gone."""
    return [adapter for adapter, _unused in known] if match == EVERYTHING else matching(match, "match", known)


def _release(release: Release) -> dict[str, Any]:
    return {"version": release.version, "service_pack": release.service_pack, "product": release.product}


def _feature(setting: Setting) -> dict[str, Any]:
    row = setting.row if setting.applies is not False else None
    return {
        "state": "unknown"
        if setting.applies is None
        else (setting.state or "unknown")
        if setting.applies
        else "not_applicable",
        "value": setting.value,
        "kept_as": row.name if row else None,
        "choices": list(row.words) if row else [],
        "takes_effect": row.takes_effect if row else None,
        "evidence": list(setting.evidence),
    }


def _adapter(adapter: Adapter, snapshot: Snapshot) -> dict[str, Any]:
    saving = power_saving(snapshot.value(adapter.key, POWER_SAVING)) if adapter.is_physical and adapter.key else None
    groups = {option: state for option in group_options() if (state := _group(adapter, option))}
    return {
        "name": adapter.name,
        "description": adapter.description,
        "guid": adapter.guid,
        **kind(adapter),
        "settings": {**groups, **({"power_saving": saving} if saving else {})},
        "keywords": {name: _keyword(keyword) for name, keyword in adapter.keywords.items()},
    }


def _group(adapter: Adapter, option: str) -> str | None:
    """Return what the keywords of a group amount to: enabled, disabled, mixed; None where the adapter has none of them."""
    group = [(each, adapter.keywords[each.name]) for each in group_of(option) if each.name in adapter.keywords]
    if not group:
        return None
    if all(is_set_to(keyword, "0") for _unused, keyword in group):
        return "disabled"
    return "enabled" if all(is_set_to(keyword, each.enabled) for each, keyword in group) else "mixed"


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
