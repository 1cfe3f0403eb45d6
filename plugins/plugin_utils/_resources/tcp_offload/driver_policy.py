# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which features of the network stack the drivers of a server carry: the policy by_driver of win_tcp_offload. Pure; nothing is written.

A feature is off where an advisory that affects it holds, or cannot be decided, for a physical adapter that is or may be present. It
comes back where every such adapter passes, and only if the ledger says that it was turned off for this policy to review. A physical
adapter of which no advisory says anything neither turns a feature off nor lets it come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._planning.ledger import Entry
from ..nic_driver import advisories as adv
from ..nic_driver.requirements import PASSED, who

Judged = tuple[dict[str, Any], list[adv.AdvisoryResult]]

BY_DRIVER = "by_driver"  # the name of the policy, and what review_when of a ledger entry says that is left to it


@dataclass(frozen=True)
class Record:
    """What the ledger says of a feature that is off: when it was turned off, and why, in the words of this policy."""

    when: str
    why: str


@dataclass(frozen=True)
class Decision:
    """What is to become of one feature.

    wanted: enabled, disabled, or None for a feature that is to stay as it is. enabled means back to what stood there before, which
    the ledger knows. why: in words, for the finding and, with disabled, for the ledger. drivers: those that were judged, as "name: driver
    version". is_known: whether it is known of every one whether it carries the feature.
    """

    feature: str
    wanted: str | None
    why: str
    drivers: tuple[str, ...]
    is_known: bool = True


def record_of(entry: Entry | None) -> Record | None:
    """Return the record that a feature's open ledger entry is, None when the entry is not left to this policy, or there is none."""
    if entry is None or entry.review_when != BY_DRIVER:
        return None
    return Record(entry.when[:10], entry.reason or "of an unknown reason")


def snp_policy(
    judged: Sequence[Judged], found: Mapping[str, str | None], records: Mapping[str, Record | None]
) -> dict[str, Decision]:
    """Decide for every feature of found.

    judged: of nic_driver.judged_adapters. found: feature -> enabled, automatic, disabled, or None where it is not known or not there.
    records: feature -> the record of its open ledger entry, if there is one.
    """
    concerned = [each for each in judged if _concerned(each)]
    return {feature: _decide(feature, state, records.get(feature), concerned) for feature, state in found.items()}


def _concerned(judged: Judged) -> bool:
    """Tell whether an adapter counts: physical for all that is known, and not known to be away.

    A hypervisor's adapter counts only when an advisory speaks of it.
    """
    adapter, results = judged
    if adapter["present"] is False or adapter["ghost"] or adapter["physical"] is False:
        return False
    return not adapter["hypervisor"] or any(result.advisory.affects for result in results)


def _decide(feature: str, found: str | None, record: Record | None, judged: Sequence[Judged]) -> Decision:
    drivers = tuple(_driver(adapter) for adapter, _unused in judged)
    objections = _objections(feature, judged)
    if objections:
        return Decision(feature, "disabled", "; ".join(objections), drivers)
    unheard = [adapter["name"] or adapter["description"] for adapter, results in judged if not _about(feature, results)]
    if unheard:
        why = f"no advisory tells whether the driver of {', '.join(unheard)} carries it"
        return Decision(feature, None, why, drivers, is_known=False)
    passed = "every driver carries it" if judged else "no physical adapter stands against it"
    if found != "disabled":
        return Decision(feature, None, passed, drivers)
    if record is None:
        return Decision(feature, None, f"{passed}; someone else turned it off, so it stays off", drivers)
    return Decision(feature, "enabled", _return_words(feature, record, judged), drivers)


def _objections(feature: str, judged: Sequence[Judged]) -> list[str]:
    """Return what speaks against a feature, each said once."""
    said = [
        result.evidence for _unused, results in judged for result in _about(feature, results) if result.result != PASSED
    ]
    return list(dict.fromkeys(said))


def _about(feature: str, results: Sequence[adv.AdvisoryResult]) -> list[adv.AdvisoryResult]:
    return [result for result in results if feature in result.advisory.affects]


def _return_words(feature: str, record: Record, judged: Sequence[Judged]) -> str:
    """Say why a feature comes back: "off since 2026-11-23 because Broadcom 3.5.8.0 < 3.7.19; driver is now 4.6.55; re-enabled"."""
    adapters = [adapter for adapter, _unused in judged]
    named = [adapter for adapter in adapters if record.why.startswith(who(adapter))] or adapters
    versions = list(dict.fromkeys(str(adapter["driver"]["version"]) for adapter in named))
    now = f"driver is now {', '.join(versions)}" if versions else "no physical adapter is there any more"
    return f"off since {record.when} because {record.why}; {now}; re-enabled"


def _driver(adapter: Mapping[str, Any]) -> str:
    version = adapter["driver"]["version"] or "of unknown version"
    return f"{adapter['name'] or adapter['description']}: {who(adapter)} {version}"
