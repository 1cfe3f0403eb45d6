# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The findings on the driver of one adapter: one cause, one finding, however many advisories speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..._planning.finding import Finding
from ..._protocol.vocabulary import ATTENTION, COMPLIANT, DECIDE, INFO, NONE, UNKNOWN, UPDATE, rank
from .advisories import AdvisoryResult, updates_of
from .judged_adapters import JudgedAdapter
from .judged_driver import vendor_label
from .requirement_tests import HOLDS, PASSED

NAME = "nic_driver"
NO_ADVISORY = "no_advisory"

# Parts of a network driver; and what else an advisory may ask for, in words.
_PARTS = {"driver": "", "driver_file": "driver file ", "bus_driver": "bus driver "}
_INSTALL = {"hotfix": "Install {}", "team": "Update the teaming driver: {} is needed"}
_NAMES = {"tcpip": "tcpip.sys", "windows": "Windows"}

_WHY_UNHEARD = "No advisory of the catalogue or of the inventory says whether this driver is good or bad."
_FIX_UNHEARD = (
    "Nothing has to be done. Where you know of a fault of this driver, write an advisory of your own (advisories)."
)


def driver_findings(judged: JudgedAdapter) -> list[Finding]:
    """Return what the advisories say of an adapter's driver; nothing for a non-present adapter, and for one made of
    software of which none speaks.

    The first is about the driver. Hints (severity info) stand beside it, unless an advisory asks for another driver
    anyway.
    """
    failed = [each for each in judged.results if each.result != PASSED]
    if judged.adapter.is_non_present or not (judged.adapter.is_physical or failed):
        return []
    serious = sorted((each for each in failed if not _is_hint(each)), key=_order)
    if serious:
        return [_of_advisories(judged, serious)]
    hints = [_hint(judged, each) for each in failed if each.result == HOLDS and not judged.adapter.offloads_nothing]
    return [_unheard(judged) if _is_unheard(judged) else _compliant(judged), *hints]


def driver_name(judged: JudgedAdapter) -> str:
    """Name an adapter's driver, such as "Broadcom 3.5.8.0"."""
    return f"{vendor_label(judged.facts)} {judged.adapter.driver_version or 'of unknown version'}"


def worst_of(results: Sequence[AdvisoryResult]) -> AdvisoryResult:
    """Return the result that counts most: one that holds before one that is unknown, then by severity."""
    return min(results, key=_order)


def _order(result: AdvisoryResult) -> tuple[bool, int]:
    return result.result != HOLDS, -rank(result.advisory.severity)


def _is_hint(result: AdvisoryResult) -> bool:
    return result.advisory.severity == INFO


def _is_unheard(judged: JudgedAdapter) -> bool:
    """Tell whether nothing but hints is known of a driver that is not a hypervisor's, and may offload something."""
    is_hardware = not judged.facts["hypervisor"] and not judged.adapter.offloads_nothing
    return is_hardware and all(_is_hint(each) and not _affects(each) for each in judged.results)


def _affects(result: AdvisoryResult) -> bool:
    return bool(result.advisory.affects)


def _found(judged: JudgedAdapter, results: Sequence[AdvisoryResult] = ()) -> dict[str, Any]:
    driver = {"version": judged.adapter.driver_version or None, "date": judged.adapter.driver_date}
    return {**driver, **({"advisories": [each.advisory.id for each in results]} if results else {})}


def _of_advisories(judged: JudgedAdapter, results: Sequence[AdvisoryResult]) -> Finding:
    """Return the one finding of a driver that advisories speak against. results: the worst first."""
    worst, updates = results[0].advisory, updates_of(results)
    holds = results[0].result == HOLDS
    return Finding(
        f"{NAME}.{worst.id}",
        judged.adapter.label,
        ATTENTION if holds else UNKNOWN,
        found=_found(judged, results),
        wanted=list(judged.facts["updates"]),
        evidence=tuple(f"{each.evidence} ({each.advisory.id})" for each in results),
        why=worst.why,
        fix=worst.fix or _fix_of(updates),
        source=worst.source,
        title=_title(judged, results[0], updates),
        kind=worst.id,
        act=UPDATE if any(map(_is_update, updates)) else DECIDE,
        severity=worst.severity,
    )


def _fix_of(updates: Sequence[dict[str, Any]]) -> str:
    needed = "; ".join(dict.fromkeys(_needed(each) for each in updates))
    return f"{needed}." if needed else "Ask the maker of the adapter which driver is good."


def _is_update(update: dict[str, Any]) -> bool:
    """Tell whether somebody has to install something, and not to change a setting."""
    return not _is_setting(update["component"])


def _is_setting(component: str) -> bool:
    """Tell whether an update is of a setting of the adapter (requirement_tests.py)."""
    return component.startswith(("*", "setting "))


def _title(judged: JudgedAdapter, worst: AdvisoryResult, updates: Sequence[dict[str, Any]]) -> str:
    """Return the title, the same wherever the same driver fails the same advisories."""
    if not updates:
        clause = _clause(worst.advisory.fix or worst.advisory.why)
        return f"Decide about the network driver {driver_name(judged)}: {clause}"
    of_driver = [each for each in updates if each["component"] in _PARTS]
    if not of_driver:
        return "; ".join(dict.fromkeys(_needed(each) for each in updates))
    needed = " and ".join(dict.fromkeys(_version_needed(each) for each in of_driver))
    return f"Update the network driver {driver_name(judged)}: {needed} is needed"


def _needed(update: dict[str, Any]) -> str:
    """Return in words what is to be done about one component."""
    component, needed = update["component"], _version_needed(update)
    if _is_setting(component):
        return f"Set {component} of network adapters to {update['needed']}"
    if component in _PARTS:
        return f"Install a network driver: {needed} is needed"
    return _INSTALL.get(component, f"Update {_NAMES.get(component, component)}: {{}} is needed").format(needed)


def _version_needed(update: dict[str, Any]) -> str:
    """Return what the version of an update must be, in words."""
    part, needed = _PARTS.get(update["component"], ""), str(update["needed"])
    if needed.startswith("after "):
        return f"{part}later than {needed.removeprefix('after ')}"
    return f"{part}{needed} or later" if re.fullmatch(r"[0-9.]+", needed) else f"{part}{needed}"


def _clause(text: str) -> str:
    """Return the first clause of a text, for a title."""
    clause = re.split(r"[;:]|\.(?:\s|$)", text, maxsplit=1)[0].strip()
    return clause[:1].lower() + clause[1:] if clause[1:2].islower() else clause


def _unheard(judged: JudgedAdapter) -> Finding:
    """Return the hint that no advisory knows a driver."""
    return Finding(
        NAME,
        judged.adapter.label,
        ATTENTION,
        found=_found(judged),
        evidence=(f"no advisory speaks of {driver_name(judged)}",),
        why=_WHY_UNHEARD,
        fix=_FIX_UNHEARD,
        title=f"No advisory knows the network driver {driver_name(judged)}",
        kind=NO_ADVISORY,
        act=NONE,
        severity=INFO,
    )


def _compliant(judged: JudgedAdapter) -> Finding:
    return Finding(NAME, judged.adapter.label, COMPLIANT, found=_found(judged), evidence=tuple(_passed(judged)))


def _passed(judged: JudgedAdapter) -> Iterator[str]:
    passed = [each for each in judged.results if each.result == PASSED and not _is_hint(each)]
    yield from (f"{each.evidence} ({each.advisory.id})" for each in passed)
    if not passed:
        yield "no advisory holds"


def _hint(judged: JudgedAdapter, result: AdvisoryResult) -> Finding:
    """Return a hint, such as that of the age rule: it asks for nothing."""
    advisory = result.advisory
    return Finding(
        f"{NAME}.{advisory.id}",
        judged.adapter.label,
        ATTENTION,
        found=_found(judged, [result]),
        evidence=(result.evidence,),
        why=advisory.why,
        fix=advisory.fix or _fix_of(()),
        source=advisory.source,
        title=_hint_title(result),
        kind=advisory.id,
        act=NONE,
        severity=INFO,
    )


def _hint_title(result: AdvisoryResult) -> str:
    """Return the advisory's first clause, which is the same for every driver that it speaks of."""
    clause = _clause(result.advisory.fix or result.advisory.why)
    return clause[:1].upper() + clause[1:]
