# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Advisories on drivers of network adapters: the catalogue's with a user's own, and what they say of an adapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..._catalogue.keywords import keyword_groups, standardized_keywords
from ..._catalogue.nic_advisories import known_advisories
from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from ..._windows.server_details import Wanted
from . import requirements
from .judged_driver import Driver
from .requirement_tests import HOLDS, PASSED, UNKNOWN, Outcome
from .requirements import Requirement, read_requirement
from .seen import FORM, wanted_by

SNP = ("chimney", "rss", "netdma")
FEATURES = (*SNP, "rsc", "task_offload")
SEVERITIES = ("info", "warning", "error", "critical")
SERVER, ADAPTER = "server", "adapter"
SCOPES = (SERVER, ADAPTER)
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
        "affects": {"type": "list", "elements": "str"},
        "needs": {"type": "list", "elements": "str"},
        "scope": {"type": "str", "choices": list(SCOPES)},
        "severity": {"type": "str", "choices": list(SEVERITIES)},
        "why": {"type": "str"},
        "fix": {"type": "str"},
        "source": {"type": "str"},
    },
}


@dataclass(frozen=True)
class Advisory:
    """One advisory; the catalogue says what its fields mean.

    affects, needs: names of features, groups of keywords or single keywords. scope: server or adapter. is_own: whether
    a user gave it, wholly or in part. warnings: what in it is likely a mistake.
    """

    id: str
    applies_to: Selection
    requirement: Requirement
    affects: tuple[str, ...]
    severity: str
    why: str
    fix: str
    source: str
    needs: tuple[str, ...] = ()
    scope: str = SERVER
    is_own: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdvisoryResult:
    """What an advisory says of an adapter. result: holds, passed or unknown.

    evidence: such as "Broadcom 3.5.8.0 < 3.7.19". updates: what must become what, unless it is passed.
    """

    advisory: Advisory
    result: str
    evidence: str
    updates: tuple[dict[str, Any], ...] = field(default=(), hash=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the result in the form of the facts."""
        fields = {name: getattr(self.advisory, name) for name in ("id", "severity", "why", "fix", "source", "scope")}
        lists = {name: list(getattr(self.advisory, name)) for name in ("affects", "needs")}
        return {**fields, "result": self.result, "evidence": self.evidence, **lists}


def read_advisories(own: Iterable[Mapping[str, Any]]) -> tuple[Advisory, ...]:
    """Return the advisories in force.

    own: the option; what an entry says replaces that of the catalogue's entry with its id.

    Raises BadOption.
    """
    entries: dict[str, Mapping[str, Any]] = {str(entry["id"]): entry for entry in known_advisories()}
    given = {str(entry["id"]): {name: item for name, item in entry.items() if item is not None} for entry in own}
    for name, said in given.items():
        entries[name] = {**entries.get(name, {}), **said}
    asked = {name: entry for name, entry in entries.items() if name in given or entry.get("enabled", True)}
    read = {name: _advisory(entry, is_own=True) if name in given else _KNOWN[name] for name, entry in asked.items()}
    return tuple(each for name, each in read.items() if entries[name].get("enabled", True))


def wanted_details(advisories: Iterable[Advisory]) -> Wanted:
    """Return what advisories ask of the server besides its adapters."""
    return wanted_by((each.applies_to, each.requirement) for each in advisories)


def results_on(seen: Mapping[str, Any], advisories: Sequence[Advisory], today: str) -> tuple[AdvisoryResult, ...]:
    """Return what every advisory that applies to an adapter says of it. seen: what they see of it (seen.py)."""
    driver = Driver.of(seen)
    applying = [each for each in advisories if each.applies_to.matches(seen)]
    return tuple(_result(each, each.requirement.evaluate(driver, today)) for each in applying)


def _result(advisory: Advisory, outcome: Outcome) -> AdvisoryResult:
    return AdvisoryResult(advisory, outcome.result, outcome.evidence, outcome.updates)


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


def updates_of(results: Sequence[AdvisoryResult]) -> list[dict[str, Any]]:
    """Return what must be updated to what, for the advisories that hold or may hold."""
    updates = [update for each in results for update in each.updates]
    return [each for place, each in enumerate(updates) if each not in updates[:place]]


def _says(result: AdvisoryResult, feature: str, word: str) -> bool:
    return result.result == word and feature in result.advisory.affects


def _advisory(entry: Mapping[str, Any], *, is_own: bool) -> Advisory:
    option = f"advisories ({entry['id']})"
    missing = [name for name in _NEEDED if name not in entry]
    if missing:
        raise BadOption(
            f"{option} has no {', '.join(missing)}: add it; the catalogue has no advisory with this id to take it from"
        )
    applies_to = Selection(f"{option}.applies_to", entry["applies_to"])
    requirement = read_requirement(f"{option}.requirement", entry["requirement"])
    affects = _names(f"{option}.affects", entry["affects"])
    needs = _names(f"{option}.needs", entry.get("needs", ()))
    return Advisory(
        id=str(entry["id"]),
        applies_to=applies_to,
        requirement=requirement,
        severity=str(entry.get("severity", "warning")),
        scope=str(entry.get("scope", SERVER)),
        is_own=is_own,
        warnings=_warnings(option, applies_to, (*requirement.keywords, *affects, *needs)) if is_own else (),
        affects=affects,
        needs=needs,
        why=str(entry["why"]),
        fix=str(entry.get("fix", "")),
        source=str(entry.get("source", "")),
    )


def _names(option: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return what an advisory affects or needs. Raises BadOption."""
    allowed = dict.fromkeys((*FEATURES, *keyword_groups()))
    unknown = [name for name in names if name not in allowed and not _is_keyword(name)]
    if unknown:
        raise BadOption(
            f"{option} names {', '.join(unknown)}: give features or groups of keywords ({', '.join(allowed)}), "
            "or single keywords such as '*EEE'"
        )
    return tuple(names)


def _is_keyword(name: str) -> bool:
    return name.startswith("*") and len(name) > 1


def _warnings(option: str, applies_to: Selection, others: Iterable[str]) -> tuple[str, ...]:
    """Return what in an advisory is likely a mistake: with it the advisory would apply to nothing, and say nothing.

    others: the names that stand elsewhere in it, of settings and else.
    """
    named = (*applies_to.keywords, *others)
    unknown = [name for name in named if name.startswith("*") and name.lower() not in standardized_keywords()]
    told = [f"{option} asks for the setting {name}, which is no standardized one" for name in dict.fromkeys(unknown)]
    return (*applies_to.warnings(FORM), *told)


# Parsed as this module is imported: ansible-playbook does that once, before it forks a worker for each server.
_KNOWN = {str(entry["id"]): _advisory(entry, is_own=False) for entry in known_advisories()}
