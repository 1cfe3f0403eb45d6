# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network adapters with their drivers, and whether the drivers are good enough. nic_driver_facts is this."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..._planning.plan import COMPLIANT, DRIFTED, UNKNOWN, Finding, Plan
from ..._planning.resource import Controller
from ..._planning.selection import Selection
from ..._planning.task import Task
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.services import Service, service_of
from ..._windows.machine import machine_of, machine_queries
from ..._windows.network.adapters import Adapter, adapter_queries, adapters_of
from ..._windows.network.chips import Chip, all_bus_drivers, chip_of
from ..._windows.network.keyword_values import Keyword
from ..._windows.registry_paths import SERVICES
from ..._windows.versions import parse_version
from . import advisories as adv
from .requirements import HOLDS, PASSED

NAME = "nic_driver"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "select": {"type": "str", "default": ""},
    "advisories": adv.OPTION,
}

# Keywords that have to do with offload, by the names that drivers of NDIS 5 and 6 use (facts C).
_OFFLOAD = re.compile(r"rss|offload|lso|rsc|checksum|vmq|segment|tso|toe|chimney", re.IGNORECASE)


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for an expression or an advisory that cannot be meant."""
    adv.advisories(options["advisories"])
    if options["select"]:
        Selection("select", options["select"])


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server, the registry and its drivers' files."""
    return driver_queries(options)


def driver_queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read to judge the drivers of adapters. options: with connection_ports, where the action knows them."""
    halves = [RegistryQuery(f"{SERVICES}\\{name}", ("ImagePath",), image="ImagePath") for name in all_bus_drivers()]
    return (*adapter_queries(options.get("connection_ports", ())), *machine_queries(), *halves)


def plan(task: Task) -> Plan:
    """Plan nothing, and judge the driver of every adapter that is chosen. data: nic_drivers, the server and its adapters."""
    options, snapshot, now = task.options, task.snapshot, task.now
    server = machine_of(snapshot).as_dict()
    selection = Selection("select", options["select"]) if options["select"] else None
    judged = judged_adapters(snapshot, server, adv.advisories(options["advisories"]), now[:10])
    chosen = [(facts, results) for facts, results in judged if selection is None or selection.matches(facts)]
    return Plan(
        findings=tuple(finding for facts, results in chosen for finding in _findings(facts, results)),
        data={"nic_drivers": {"server": server, "adapters": [facts for facts, _unused in chosen]}},
    )


def _findings(adapter: Mapping[str, Any], results: Sequence[adv.AdvisoryResult]) -> list[Finding]:
    """Return what the advisories say of a driver; of adapters that are not there, or of software alone, nothing is to be said."""
    if not adapter["physical"] or adapter["ghost"] or adapter["present"] is False:
        return []
    subject, driver = adapter["name"] or adapter["description"] or adapter["class_key"], adapter["driver"]
    found = {"version": driver["version"], "date": driver["date"]}
    standing = [each for each in results if each.result != PASSED]
    if not standing:
        return [Finding(NAME, subject, COMPLIANT, found=found, evidence=("no advisory holds",))]
    return [_finding(subject, found, adapter["updates"], each) for each in standing]


def _finding(subject: str, found: Mapping[str, Any], updates: Sequence[Any], result: adv.AdvisoryResult) -> Finding:
    advisory = result.advisory
    word = DRIFTED if result.result == HOLDS else UNKNOWN
    texts = {"why": advisory.why, "fix": advisory.fix, "source": advisory.source}
    return Finding(f"{NAME}.{advisory.id}", subject, word, found, list(updates), (result.evidence,), **texts)


def judged_adapters(
    snapshot: Snapshot, server: Mapping[str, Any], known: Sequence[adv.Advisory], now: str
) -> list[tuple[dict[str, Any], list[adv.AdvisoryResult]]]:
    """Return the facts of every adapter, each with what the advisories say of it."""
    return [_judged(_facts(adapter, snapshot), server, known, now) for adapter in adapters_of(snapshot)]


def _judged(
    adapter: dict[str, Any], server: Mapping[str, Any], known: Sequence[adv.Advisory], now: str
) -> tuple[dict[str, Any], list[adv.AdvisoryResult]]:
    results = adv.results_on(adapter, server, known, now)
    standing = [each.as_dict() for each in results if each.result != PASSED]
    support = adv.snp_support(results, adapter["virtual"])
    judgement = {"snp_support": support, "advisories": standing, "updates": adv.updates_of(adapter, results)}
    return {**adapter, **judgement}, results


def _facts(adapter: Adapter, snapshot: Snapshot) -> dict[str, Any]:
    chip = chip_of(adapter)
    return {
        "name": adapter.name,
        "description": adapter.description,
        "guid": adapter.guid,
        "class_key": adapter.class_key,
        "service": adapter.service,
        "driver": _driver(adapter),
        "driver_file": _file(snapshot, adapter.service),
        "bus_driver": next((found for name in chip.bus_drivers if (found := _file(snapshot, name))), None),
        "hardware": _hardware(adapter, chip),
        "hypervisor": chip.hypervisor,
        **kind(adapter),
        "link": {
            "status": adapter.status,
            "speed": adapter.speed,
            "mac": adapter.mac,
            "addresses": list(adapter.addresses),
        },
        "keywords": {name: _keyword(each) for name, each in adapter.keywords.items() if _OFFLOAD.search(name)},
    }


def _driver(adapter: Adapter) -> dict[str, Any]:
    parsed = parse_version(adapter.driver_version)
    return {
        "version": adapter.driver_version or None,
        "version_parsed": list(parsed) if parsed is not None else None,
        "date": adapter.driver_date,
        "provider": adapter.provider,
        "inf": adapter.inf,
        "in_box": adapter.is_inbox_inf,
    }


def _file(snapshot: Snapshot, service: str) -> dict[str, Any] | None:
    """Return the image of a driver; None when there is no such service, its version None when the image could not be read."""
    driver: Service | None = service_of(snapshot, service) if service else None
    if driver is None:
        return None
    told = driver.file or {}
    return {
        "service": service,
        "path": driver.image,
        "version": told.get("file_version"),
        "company": told.get("company"),
    }


def _hardware(adapter: Adapter, chip: Chip) -> dict[str, Any]:
    return {
        "enumerator": adapter.enumerator,
        "instance_id": adapter.instance_id,
        "vendor_id": adapter.vendor_id,
        "device_id": adapter.device_id,
        "vendor": chip.vendor,
        "family": chip.family,
        "chip": chip.model,
        "board_maker": chip.board_maker,
    }


def kind(adapter: Adapter) -> dict[str, Any]:
    """Return what tells adapters apart: physical, virtual, hidden, ghost, teamed, present, and whether it carries the connection."""
    return {
        "physical": adapter.is_physical,
        "virtual": adapter.is_virtual,
        "hidden": adapter.is_hidden,
        "ghost": adapter.is_ghost,
        "team": adapter.is_team,
        "team_member": adapter.is_team_member,
        "present": _word(adapter.present),
        "carries_connection": _word(adapter.carries_connection),
    }


def _word(state: bool | None) -> bool | str:
    return "unknown" if state is None else state


def _keyword(keyword: Keyword) -> dict[str, Any]:
    allowed = list(keyword.allowed) if keyword.allowed is not None else None
    return {"value": keyword.value, "default": keyword.default, "effective": keyword.effective, "allowed": allowed}
