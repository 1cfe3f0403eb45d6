# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Advisories on drivers of network adapters: the catalogue's with a user's own, and which of them hold for an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._catalogue.nic_advisories import known_advisories
from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from .requirements import HOLDS, PASSED, UNKNOWN, complaints, component_of, judge

SNP = ("chimney", "rss", "netdma")
FEATURES = (*SNP, "rsc", "task_offload")
SEVERITIES = ("info", "warning", "error", "critical")
_NEEDED = ("applies_to", "requirement", "affects", "why")
_FIELDS = ("id", *_NEEDED, "severity", "fix", "source", "enabled")

# The option, alike for every module that judges drivers.
OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "id": {"type": "str", "required": True},
        "enabled": {"type": "bool"},
        "applies_to": {"type": "str"},
        "requirement": {"type": "dict"},
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
    requirement: Mapping[str, Any]
    affects: tuple[str, ...]
    severity: str
    why: str
    fix: str
    source: str


@dataclass(frozen=True)
class AdvisoryResult:
    """What an advisory says of an adapter. result: holds, passed or unknown. evidence: such as "Broadcom 3.5.8.0 < 3.7.19"."""

    advisory: Advisory
    result: str
    evidence: str

    def as_dict(self) -> dict[str, Any]:
        """Return the result as facts carry it."""
        told = {name: getattr(self.advisory, name) for name in ("id", "severity", "why", "fix", "source")}
        return {**told, "result": self.result, "evidence": self.evidence, "affects": list(self.advisory.affects)}


def advisories(own: Iterable[Mapping[str, Any]]) -> tuple[Advisory, ...]:
    """Return the advisories in force. own: the option; what one of them says replaces that of the catalogue's with its id.

    Raises BadOption.
    """
    entries = {str(entry["id"]): dict(entry) for entry in known_advisories()}
    for entry in own:
        said = {name: item for name, item in entry.items() if item is not None}
        entries[str(entry["id"])] = {**entries.get(str(entry["id"]), {}), **said}
    return tuple(_advisory(entry) for entry in entries.values() if entry.get("enabled", True))


def results_on(
    adapter: Mapping[str, Any], server: Mapping[str, Any], known: Sequence[Advisory], now: str
) -> list[AdvisoryResult]:
    """Return what every advisory that applies to an adapter says of it. adapter, server: as nic_driver_facts returns them."""
    data = {**adapter, "server": server}
    applying = [each for each in known if each.applies_to.matches(data)]
    return [AdvisoryResult(each, *judge(each.requirement, adapter, now)) for each in applying]


def feature_states(results: Sequence[AdvisoryResult]) -> dict[str, str]:
    """Return, for the features of the pack, whether an adapter's driver carries them: yes, no or unknown.

    One advisory that holds outweighs all. Of a feature that no advisory speaks of nothing is known.
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
    """Return how much of the pack an adapter's driver carries: full, partial, none or unknown. An adapter of software only has none."""
    states = set(feature_states(results).values())
    if is_virtual:
        return "none"
    if "unknown" in states:
        return "unknown"
    return "partial" if len(states) > 1 else {"yes": "full", "no": "none"}[states.pop()]


def updates_of(adapter: Mapping[str, Any], results: Sequence[AdvisoryResult]) -> list[dict[str, Any]]:
    """Return what must be updated to what, for the advisories that hold or may hold."""
    wanted = [each.advisory.requirement for each in results if each.result != PASSED]
    updates = [_update(requirement, adapter) for requirement in wanted]
    return [each for place, each in enumerate(updates) if each and each not in updates[:place]]


def _update(requirement: Mapping[str, Any], adapter: Mapping[str, Any]) -> dict[str, Any]:
    words = {"at_least": "{}", "above": "after {}", "not_before": "of {} or later", "provider": "the driver of {}"}
    needed = [text.format(requirement[name]) for name, text in words.items() if name in requirement]
    component = requirement.get("of", "driver")
    found = component_of(requirement, adapter)
    return {"component": component, "found": found, "needed": ", ".join(needed)} if needed else {}


def _says(result: AdvisoryResult, feature: str, word: str) -> bool:
    return result.result == word and feature in result.advisory.affects


def _advisory(entry: Mapping[str, Any]) -> Advisory:
    place = f"advisories ({entry['id']})"
    missing = [name for name in _NEEDED if name not in entry]
    if missing:
        raise BadOption(
            f"{place} lacks {', '.join(missing)}; the catalogue has no advisory of that id to take them from"
        )
    for complaint in complaints(entry["requirement"]):
        raise BadOption(f"{place}: {complaint}")
    return Advisory(
        id=str(entry["id"]),
        applies_to=Selection(f"{place} applies_to", entry["applies_to"]),
        requirement=entry["requirement"],
        affects=tuple(entry["affects"]),
        severity=str(entry.get("severity", "warning")),
        **{name: str(entry.get(name, "")) for name in ("why", "fix", "source")},
    )
