# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Advisories on drivers of network adapters: the catalogue's with a user's own, and what they say of an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._catalogue.nic_advisories import known_advisories
from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from . import requirements
from .requirements import HOLDS, PASSED, UNKNOWN, Driver, Requirement, read_requirement

SNP = ("chimney", "rss", "netdma")
FEATURES = (*SNP, "rsc", "task_offload")
SEVERITIES = ("info", "warning", "error", "critical")
_NEEDED = ("applies_to", "requirement", "affects", "why")

# The option, the same for every module that judges drivers.
OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "id": {"type": "str", "required": True},
        "enabled": {"type": "bool"},
        "applies_to": {"type": "str"},
        "requirement": requirements.OPTION,
        "affects": {"type": "list", "elements": "str", "choices": list(FEATURES)},
        "severity": {"type": "str", "choices": list(SEVERITIES)},
        "why": {"type": "str"},
        "fix": {"type": "str"},
        "source": {"type": "str"},
    },
}


@dataclass(frozen=True)
class Advisory:
    """One advisory; the catalogue says what its fields mean."""

    id: str
    applies_to: Selection
    requirement: Requirement
    affects: tuple[str, ...]
    severity: str
    why: str
    fix: str
    source: str


@dataclass(frozen=True)
class AdvisoryResult:
    """What an advisory says of an adapter. result: holds, passed or unknown.

    evidence: such as "Broadcom 3.5.8.0 < 3.7.19".
    """

    advisory: Advisory
    result: str
    evidence: str

    def as_dict(self) -> dict[str, Any]:
        """Return the result in the form of the facts."""
        fields = {name: getattr(self.advisory, name) for name in ("id", "severity", "why", "fix", "source")}
        return {**fields, "result": self.result, "evidence": self.evidence, "affects": list(self.advisory.affects)}


def read_advisories(own: Iterable[Mapping[str, Any]]) -> tuple[Advisory, ...]:
    """Return the advisories in force.

    own: the option; what an entry says replaces that of the catalogue's entry with its id.

    Raises BadOption.
    """
    entries = {str(entry["id"]): dict(entry) for entry in known_advisories()}
    for entry in own:
        said = {name: item for name, item in entry.items() if item is not None}
        entries[entry["id"]] = {**entries.get(entry["id"], {}), **said}
    return tuple(_advisory(entry) for entry in entries.values() if entry.get("enabled", True))


def results_on(
    adapter: Mapping[str, Any], server: Mapping[str, Any], advisories: Sequence[Advisory], today: str
) -> tuple[AdvisoryResult, ...]:
    """Return what every advisory that applies to an adapter says of it. adapter, server: in the form of the facts."""
    data, driver = {**adapter, "server": server}, Driver.of(adapter)
    applying = [each for each in advisories if each.applies_to.matches(data)]
    outcomes = [each.requirement.evaluate(driver, today) for each in applying]
    pairs = zip(applying, outcomes, strict=True)
    return tuple(AdvisoryResult(each, outcome.result, outcome.evidence) for each, outcome in pairs)


def feature_support(results: Sequence[AdvisoryResult]) -> dict[str, str]:
    """Return, for each feature of SNP, whether an adapter's driver supports it: yes, no or unknown.

    One advisory that holds outweighs all others. A feature that no advisory affects is unknown.
    """
    words = {HOLDS: "no", UNKNOWN: "unknown", PASSED: "yes"}
    return {
        feature: next(
            (word for result, word in words.items() if any(_says(each, feature, result) for each in results)),
            "unknown",
        )
        for feature in SNP
    }


def snp_support(results: Sequence[AdvisoryResult], is_virtual: bool | None) -> str:
    """Return how much of SNP an adapter's driver supports: full, partial, none or unknown.

    An adapter made of software supports none.
    """
    support = set(feature_support(results).values())
    if is_virtual:
        return "none"
    if "unknown" in support:
        return "unknown"
    return "partial" if len(support) > 1 else {"yes": "full", "no": "none"}[support.pop()]


def updates_of(adapter: Mapping[str, Any], results: Sequence[AdvisoryResult]) -> list[dict[str, Any]]:
    """Return what must be updated to what, for the advisories that hold or may hold.

    adapter: in the form of the facts.
    """
    driver = Driver.of(adapter)
    failed = [each.advisory.requirement for each in results if each.result != PASSED]
    updates = [_update(requirement, driver) for requirement in failed if requirement.needed]
    return [each for place, each in enumerate(updates) if each not in updates[:place]]


def _update(requirement: Requirement, driver: Driver) -> dict[str, Any]:
    component = requirement.component
    return {"component": component, "found": driver.versions[component], "needed": requirement.needed}


def _says(result: AdvisoryResult, feature: str, word: str) -> bool:
    return result.result == word and feature in result.advisory.affects


def _advisory(entry: Mapping[str, Any]) -> Advisory:
    option = f"advisories ({entry['id']})"
    missing = [name for name in _NEEDED if name not in entry]
    if missing:
        raise BadOption(
            f"{option} has no {', '.join(missing)}: add it; the catalogue has no advisory with this id to take it from"
        )
    return Advisory(
        id=str(entry["id"]),
        applies_to=Selection(f"{option}.applies_to", entry["applies_to"]),
        requirement=read_requirement(f"{option}.requirement", entry["requirement"]),
        affects=tuple(entry["affects"]),
        severity=str(entry.get("severity", "warning")),
        **{name: str(entry.get(name, "")) for name in ("why", "fix", "source")},
    )
