# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which features of the network stack the drivers of a server support: the policy by_driver of win_tcp_offload.

Pure; nothing is written.

A feature is turned off where an advisory that affects it holds, or is unknown, for a physical adapter that is or may be
present. It is turned on again where all these adapters pass, and only if the ledger says that this policy may turn it
on. A physical adapter that no advisory speaks of neither turns a feature off nor lets it be turned on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..._planning.ledger import Entry
from ..nic_driver.advisories import AdvisoryResult
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.judged_driver import vendor_label
from ..nic_driver.requirement_tests import PASSED
from .options import BY_DRIVER


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
    those that speak against the feature. drivers: the judged ones, as "name: driver version". is_known: whether it is
    known of every driver whether it supports the feature.
    """

    feature: str
    desired: str | None
    why: str
    drivers: tuple[str, ...]
    adapters: tuple[str, ...] = ()
    is_known: bool = True


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
    counting = [each for each in judged if _counts(each)]
    return {feature: _decide(feature, state, records.get(feature), counting) for feature, state in found.items()}


def _counts(judged: JudgedAdapter) -> bool:
    """Tell whether an adapter counts: not known to be virtual or non-present.

    A hypervisor's adapter counts only when an advisory speaks of it.
    """
    if judged.adapter.is_non_present or judged.adapter.is_physical is False:
        return False
    return not judged.facts["hypervisor"] or any(result.advisory.affects for result in judged.results)


def _decide(feature: str, found: str | None, record: Record | None, judged: Sequence[JudgedAdapter]) -> Decision:
    drivers = tuple(_driver(each) for each in judged)
    against = [each for each in judged if _objections(feature, each)]
    if against:
        said = dict.fromkeys(text for each in against for text in _objections(feature, each))
        return Decision(feature, "disabled", "; ".join(said), drivers, tuple(each.adapter.id for each in against))
    unheard = [each.adapter.label for each in judged if not _about(feature, each)]
    if unheard:
        why = f"no advisory says whether the driver of {', '.join(unheard)} supports it"
        return Decision(feature, None, why, drivers, is_known=False)
    passed = "every driver supports it" if judged else "there is no physical adapter that does not support it"
    if found != "disabled":
        return Decision(feature, None, passed, drivers)
    if record is None:
        return Decision(feature, None, f"{passed}; someone else turned it off, so it stays off", drivers)
    return Decision(feature, "enabled", _why_on_again(record, judged), drivers)


def _objections(feature: str, judged: JudgedAdapter) -> list[str]:
    return [result.evidence for result in _about(feature, judged) if result.result != PASSED]


def _about(feature: str, judged: JudgedAdapter) -> list[AdvisoryResult]:
    return [result for result in judged.results if feature in result.advisory.affects]


def _why_on_again(record: Record, judged: Sequence[JudgedAdapter]) -> str:
    """Say why a feature is turned on again.

    For example "off since 2026-11-23 because Broadcom 3.5.8.0 < 3.7.19; driver is now 4.6.55; re-enabled".
    """
    named = [each for each in judged if each.adapter.id in record.adapters] or judged
    versions = list(dict.fromkeys(each.adapter.driver_version or "of unknown version" for each in named))
    now = f"driver is now {', '.join(versions)}" if versions else "no physical adapter is there any more"
    return f"off since {record.when} because {record.why}; {now}; re-enabled"


def _driver(judged: JudgedAdapter) -> str:
    version = judged.adapter.driver_version or "of unknown version"
    return f"{judged.adapter.label}: {vendor_label(judged.facts)} {version}"
