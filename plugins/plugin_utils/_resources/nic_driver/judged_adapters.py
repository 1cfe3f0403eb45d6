# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The network adapters of a server, each with what the advisories say of its driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..._planning.finding import Finding
from ..._protocol.names import CaseInsensitiveDict
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..._protocol.vocabulary import UNKNOWN
from ..._windows.machine import machine_queries
from ..._windows.network.adapters import CLASS, Adapter, adapter_queries, adapters_of
from ..._windows.network.chips import all_bus_drivers
from ..._windows.network.hypervisor import hypervisor_queries
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.teams import Team, teams_of
from ..._windows.registry_paths import SERVICES
from .advisories import Advisory, AdvisoryResult, results_on, snp_support, updates_of, wanted_details
from .facts import facts_of
from .requirement_tests import PASSED
from .seen import adapter_seen, server_queries, server_seen

UNREADABLE = "unreadable"
Previous: TypeAlias = CaseInsensitiveDict[dict[str, Value | None]]


@dataclass(frozen=True)
class JudgedAdapter:
    """One adapter. facts: as nic_driver_facts returns them. results: of every advisory that applies to it."""

    adapter: Adapter
    facts: Mapping[str, Any] = field(hash=False)
    results: tuple[AdvisoryResult, ...]


def driver_queries(advisories: Sequence[Advisory], ports: tuple[int, ...] = ()) -> tuple[Query, ...]:
    """Return what must be read to judge the drivers of adapters. ports: at which the server may see the connection."""
    halves = [RegistryQuery(f"{SERVICES}\\{name}", ("ImagePath",), image="ImagePath") for name in all_bus_drivers()]
    return (
        *adapter_queries(ports),
        *machine_queries(),
        *hypervisor_queries(),
        *halves,
        *server_queries(wanted_details(advisories)),
    )


def unread_findings(rule: str, snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return a finding for each key of the adapters that could not be read, so that nothing can be said of what is
    there. rule: id of the findings."""
    return tuple(
        Finding(
            rule,
            place,
            UNKNOWN,
            evidence=(f"network adapters could not be read ({reason})",),
            why="Nothing is known of the network adapters that this key holds, nor of their drivers.",
            fix="Connect as a local administrator, or mend the permissions of the key.",
            title="Let the audit read the network adapters",
            kind=UNREADABLE,
        )
        for place, reason in snapshot.unreadable_below(CLASS)
    )


def judged_adapters(
    snapshot: Snapshot, advisories: Sequence[Advisory], now: str, previous: Previous | None = None
) -> tuple[JudgedAdapter, ...]:
    """Judge every adapter of a server. now: the time of the task, ISO 8601. previous: values of keywords that count
    instead of those that are set, None for what is not set: id of an adapter -> keyword -> value."""
    server = server_seen(snapshot, wanted_details(advisories))
    before = previous or CaseInsensitiveDict[dict[str, Value | None]]({})
    adapters = [_as_it_was(each, before.get(each.id, {})) for each in adapters_of(snapshot)]
    teams = teams_of(snapshot, adapters)
    return tuple(_judged(each, snapshot, teams, server, advisories, now[:10]) for each in adapters)


def _as_it_was(adapter: Adapter, values: Mapping[str, Value | None]) -> Adapter:
    """Return an adapter with other values of keywords."""
    changed = {
        name: _with_value(adapter.keywords[name], each) for name, each in values.items() if name in adapter.keywords
    }
    if not changed:
        return adapter
    others = {name: each for name, each in adapter.keywords.items() if name not in CaseInsensitiveDict(changed)}
    return replace(adapter, keywords=CaseInsensitiveDict({**others, **changed}))


def _with_value(keyword: Keyword, value: Value | None) -> Keyword:
    return replace(keyword, value=value, effective=keyword.default if value is None else str(value))


def _judged(
    adapter: Adapter,
    snapshot: Snapshot,
    teams: Sequence[Team],
    server: Mapping[str, Any],
    advisories: Sequence[Advisory],
    today: str,
) -> JudgedAdapter:
    facts = facts_of(adapter, snapshot)
    results = results_on(adapter_seen(adapter, facts, snapshot, teams, server), advisories, today)
    judgement = {
        "snp_support": snp_support(results, adapter.is_virtual),
        "advisories": [each.as_dict() for each in results if each.result != PASSED],
        "updates": updates_of(results),
    }
    return JudgedAdapter(adapter, {**facts, **judgement}, results)
