# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which features of the network stack the drivers of a server support: the policy by_driver of win_tcp_offload.

Pure; nothing is written.

A feature is turned off where an advisory that affects it holds, or is unknown, for an adapter that counts. It is turned
on again where none does any more, be it that the driver was updated, the adapter is gone or the advisory was withdrawn,
and only if the ledger says that this policy may turn it on. An adapter that no advisory speaks of says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..._planning.finding import Finding
from ..._planning.ledger import Entry
from ..nic_driver.advisories import Advisory, AdvisoryResult
from ..nic_driver.findings import driver_name, worst_of
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.requirement_tests import PASSED
from .affected import affected_features
from .options import BY_DRIVER

NO_LONGER_AFFECTED = "no_longer_affected"
"""Kind of the finding on a setting that was off because of a driver, and may be on again."""

NOTHING_AGAINST = "no advisory speaks against it"


@dataclass(frozen=True)
class Record:
    """What the ledger says of a feature that is off: since when, why, and because of which adapters (their ids)."""

    when: str
    why: str
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What is to become of one feature.

    desired: enabled, disabled, or None for a feature that is to stay as it is. enabled means restored to its previous
    state, which the ledger knows. why: in words, for the finding and, with disabled, for the ledger. adapters: ids of
    those that speak against the feature. drivers: the judged ones, as "name: driver version". cause: the advisory that
    counts most of those that speak against it.
    """

    feature: str
    desired: str | None
    why: str
    drivers: tuple[str, ...]
    adapters: tuple[str, ...] = ()
    cause: Advisory | None = None


def caused_by(finding: Finding, cause: Advisory) -> Finding:
    """Return a finding with its cause: the advisory says why it matters, and how much."""
    source = cause.source or finding.source
    return replace(finding, kind=cause.id, severity=cause.severity, why=cause.why, source=source)


def record_of(entry: Entry | None) -> Record | None:
    """Return the record of a feature's open ledger entry; None for no entry, and for one not left to this policy."""
    if entry is None or entry.review_when != BY_DRIVER:
        return None
    return Record(entry.when[:10], entry.reason or "of an unknown reason", entry.causes)


def snp_policy(
    judged: Sequence[JudgedAdapter], found: Mapping[str, str | None], records: Mapping[str, Record | None]
) -> dict[str, Decision]:
    """Decide for every feature of found.

    judged: the adapters of the server. found: feature -> enabled, automatic, disabled, or None where it is not known or
    not there. records: feature -> the record of its open ledger entry, if there is one.
    """
    counting = [each for each in judged if counts(each)]
    return {feature: _decide(feature, state, records.get(feature), counting) for feature, state in found.items()}


def counts(judged: JudgedAdapter) -> bool:
    """Tell whether an adapter counts: not known to be virtual or non-present.

    One made of software, a hypervisor's and one on USB count only when an advisory speaks of them.
    """
    adapter = judged.adapter
    if adapter.is_non_present:
        return False
    is_hardware = adapter.is_physical is not False and not judged.facts["hypervisor"] and not adapter.offloads_nothing
    return is_hardware or any(result.advisory.affects for result in judged.results)


def _decide(feature: str, found: str | None, record: Record | None, judged: Sequence[JudgedAdapter]) -> Decision:
    drivers = tuple(f"{each.adapter.label}: {driver_name(each)}" for each in judged)
    against = {each.adapter.id: objections for each in judged if (objections := _objections(feature, each))}
    if against:
        results = [result for objections in against.values() for result in objections]
        said = "; ".join(dict.fromkeys(result.evidence for result in results))
        return Decision(feature, "disabled", said, drivers, tuple(against), worst_of(results).advisory)
    passed = _why_not_off(feature, judged)
    if found != "disabled":
        return Decision(feature, None, passed, drivers)
    if record is None:
        return Decision(feature, None, f"{passed}; it was not this policy that turned it off, so it stays off", drivers)
    return Decision(feature, "enabled", _why_on_again(record, judged), drivers)


def _objections(feature: str, judged: JudgedAdapter) -> list[AdvisoryResult]:
    return [result for result in _about(feature, judged) if result.result != PASSED]


def _about(feature: str, judged: JudgedAdapter) -> list[AdvisoryResult]:
    return [each for each in judged.results if feature in affected_features(each.advisory, judged.adapter)]


def _why_not_off(feature: str, judged: Sequence[JudgedAdapter]) -> str:
    if not judged:
        return "there is no physical adapter that does not support it"
    return "every driver supports it" if all(_about(feature, each) for each in judged) else NOTHING_AGAINST


def _why_on_again(record: Record, judged: Sequence[JudgedAdapter]) -> str:
    """Say why a feature may be on again.

    For example "off since 2026-11-23 because Broadcom 3.5.8.0 < 3.7.19; driver is now 4.6.55, and no advisory speaks
    against it".
    """
    named = [each for each in judged if each.adapter.id in record.adapters] or judged
    versions = list(dict.fromkeys(each.adapter.driver_version or "of unknown version" for each in named))
    now = f"driver is now {', '.join(versions)}" if versions else "no physical adapter is there any more"
    return f"off since {record.when} because {record.why}; {now}, and {NOTHING_AGAINST}"
