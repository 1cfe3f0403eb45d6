# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What is not turned off because an advisory says that the driver needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from ..._catalogue.keywords import keyword_groups
from ..._planning.step import Step
from ..._protocol.vocabulary import DRIFTED, REFUSED
from ..._windows.network.keywords import OFF, group_of
from ..nic_driver.advisories import Advisory, AdvisoryResult
from ..nic_driver.findings import driver_name
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.requirement_tests import HOLDS, PASSED
from .driver_policy import caused_by
from .features import FeatureStep
from .keyword_findings import subject_of
from .keywords import AdapterStep
from .options import Options

S = TypeVar("S", bound=Step)


def may_need(options: Options) -> bool:
    """Tell whether an advisory may need what the task turns off on the server, so that the adapters must be known."""
    off = {name for name, state in options.features.items() if state == "disabled"}
    return not options.restores and any(off & set(each.needs) for each in options.advisories)


def keep_needed_feature(step: FeatureStep, judged: Sequence[JudgedAdapter]) -> FeatureStep:
    """Return a step about a feature; it does nothing where a driver needs the feature that it would turn off."""
    if step.finding.status != DRIFTED or step.finding.wanted != "disabled":
        return step
    found = [(each, result) for each in judged for result in _needing(each, step.finding.subject)]
    return _kept(step, found, netsh_words={}, record="")


def keep_needed_keyword(step: AdapterStep, judged: Sequence[JudgedAdapter]) -> AdapterStep:
    """Return a step about a keyword; it does nothing where its driver needs what it would turn off."""
    adapter = step.adapter
    if step.finding.status != DRIFTED or adapter is None or step.finding.wanted != OFF:
        return step
    found = [
        (each, result)
        for each in judged
        if each.adapter.id == adapter.id
        for name in adapter.keywords
        if subject_of(adapter, name) == step.finding.subject
        for result in _needing(each, name)
    ]
    return _kept(step, found, record="")


def _needing(judged: JudgedAdapter, name: str) -> Iterator[AdvisoryResult]:
    """Yield the results of advisories that need a feature or keyword; of adapters that are there."""
    for result in () if judged.adapter.is_non_present else judged.results:
        if result.result != PASSED and name.lower() in _names(result.advisory):
            yield result


def _names(advisory: Advisory) -> set[str]:
    grouped = (each.name.lower() for name in advisory.needs if name in keyword_groups() for each in group_of(name))
    return {*map(str.lower, advisory.needs), *grouped}


def _kept(step: S, found: Sequence[tuple[JudgedAdapter, AdvisoryResult]], **more: Any) -> S:
    """Return a step that is refused where it is known that a driver needs the setting, and warns where it may."""
    if not found:
        return step
    judged, result = min(found, key=lambda each: each[1].result != HOLDS)
    advisory, subject = result.advisory, step.finding.subject
    source = f" ({advisory.source})" if advisory.source else ""
    why = f"{subject} is needed by {driver_name(judged)} of {judged.adapter.label}: {advisory.why}{source}"
    if result.result != HOLDS:
        return replace(step, warnings=(*step.warnings, f"it is not known whether {why}"))
    fix = f"Leave {subject} on. {advisory.fix} To turn it off all the same, set enabled: false for {advisory.id}."
    finding = replace(step.finding, status=REFUSED, title=f"Leave {subject} on, which the driver needs", fix=fix)
    told = replace(caused_by(finding, advisory), evidence=(why, *finding.evidence), severity="", restart=False)
    left: dict[str, Any] = {"operations": (), "closing": (), "entry": (), "warnings": (), "after": step.before}
    return replace(step, finding=told, refused=f"{why}; it was left on", reboot_required=False, **left, **more)
