# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What an advisory sees of an adapter and its server: the facts, every setting, the team, and what costs a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._catalogue.keywords import canonical_keyword
from ..._planning.selection import Selection
from ..._protocol.patterns import has_wildcard
from ..._protocol.queries import Query
from ..._protocol.snapshot import Snapshot
from ..._windows.machine import machine_of
from ..._windows.network.adapters import Adapter
from ..._windows.network.chips import chip_of
from ..._windows.network.keyword_values import Keyword
from ..._windows.network.teams import Team, team_of
from ..._windows.server_details import DETAILS, Wanted, detail_queries, details_of
from .requirements import Requirement

_FILE = dict.fromkeys(("service", "path", "version", "company"))
_KEYWORD = {**dict.fromkeys(("value", "default", "effective")), "allowed": [None]}
_MEMBER = dict.fromkeys(("name", "vendor", "family", "description"))

# The form of what expressions see, as expression_paths takes it; a test holds it against the facts themselves.
FORM: dict[str, Any] = {
    **dict.fromkeys(("name", "description", "guid", "class_key", "service", "hypervisor", "physical", "virtual")),
    **dict.fromkeys(("hidden", "team", "team_member", "present", "carries_connection")),
    "driver": {**dict.fromkeys(("version", "date", "provider", "inf", "in_box")), "version_parsed": [None]},
    "driver_file": _FILE,
    "bus_driver": _FILE,
    "hardware": dict.fromkeys(
        ("enumerator", "instance_id", "vendor_id", "device_id", "vendor", "family", "chip", "subsystem_vendor")
    ),
    "link": {**dict.fromkeys(("status", "speed", "mac")), "addresses": [None]},
    "keywords": {"[]": _KEYWORD},
    "teaming": {**dict.fromkeys(("software", "service", "version", "provider")), "members": [_MEMBER]},
    "server": {
        **dict.fromkeys(("maker", "model", "nt", "release", "windows", "service_pack", "product")),
        **dict.fromkeys(DETAILS),
        "products": [dict.fromkeys(("name", "version"))],
        "hotfixes": [None],
    },
}

# The form of the facts of one adapter, by which a task chooses adapters.
FACTS: dict[str, Any] = {
    **{name: form for name, form in FORM.items() if name not in ("teaming", "server")},
    "snp_support": None,
    "advisories": [
        dict.fromkeys(("id", "severity", "why", "fix", "source", "scope", "result", "evidence", "affects", "needs"))
    ],
    "updates": [dict.fromkeys(("component", "found", "needed"))],
}


def wanted_by(rules: Iterable[tuple[Selection, Requirement]]) -> Wanted:
    """Return what advisories ask of the server besides its adapters. rules: what each applies to and requires."""
    rules = tuple(rules)
    asked = {
        path[1] for applies_to, _unused in rules for path in applies_to.paths if path[:1] == ("server",) and path[1:]
    }
    components = [requirement.component for _unused, requirement in rules]
    products = [each.product for each in components if each.product]
    hotfixes = frozenset(each for _unused, requirement in rules for each in requirement.hotfixes)
    details = asked & set(DETAILS) | {each.kind for each in components if each.kind == "tcpip"}
    details |= {"products"} if products else set()
    details |= {"hotfixes"} if hotfixes else set()
    chosen = frozenset() if "products" in asked or any(map(has_wildcard, products)) else frozenset(products)
    return Wanted(frozenset(details), chosen, hotfixes)


def server_seen(snapshot: Snapshot, wanted: Wanted) -> dict[str, Any]:
    """Return what advisories see of a server."""
    return {**machine_of(snapshot).as_dict(), **details_of(snapshot, wanted)}


def server_queries(wanted: Wanted) -> tuple[Query, ...]:
    """Return what must be read for it, besides what tells what the server is."""
    return detail_queries(wanted)


def adapter_seen(
    adapter: Adapter, facts: Mapping[str, Any], snapshot: Snapshot, teams: Sequence[Team], server: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what advisories see of an adapter. facts: as nic_driver_facts returns them."""
    team = team_of(adapter, teams)
    return {**facts, "keywords": _keywords(adapter, snapshot), "teaming": team and _team(team), "server": server}


def _keywords(adapter: Adapter, snapshot: Snapshot) -> dict[str, Any]:
    """Return every setting of an adapter by its usual spelling: those that its driver declares, and standardized ones
    that somebody wrote as a number."""
    declared = {canonical_keyword(name): _keyword(each) for name, each in adapter.keywords.items()}
    written = snapshot.values(adapter.key) if adapter.key else None
    numbers = {
        canonical_keyword(name): _keyword(Keyword(name, value, effective=str(value)))
        for name, value in (written or {}).items()
        if name.startswith("*") and isinstance(value, int)
    }
    return {**numbers, **declared}


def _team(team: Team) -> dict[str, Any]:
    made = next(iter(team.adapters), None)
    return {
        "software": team.software,
        "service": made.service if made else None,
        "version": (made.driver_version or None) if made else None,
        "provider": made.provider if made else None,
        "members": [_member(each) for each in team.members],
    }


def _member(adapter: Adapter) -> dict[str, Any]:
    chip = chip_of(adapter)
    return {
        "name": adapter.name,
        "description": adapter.description,
        "vendor": chip.vendor,
        "family": chip.family,
    }


def _keyword(keyword: Keyword) -> dict[str, Any]:
    allowed = list(keyword.allowed) if keyword.allowed is not None else None
    return {"value": keyword.value, "default": keyword.default, "effective": keyword.effective, "allowed": allowed}
