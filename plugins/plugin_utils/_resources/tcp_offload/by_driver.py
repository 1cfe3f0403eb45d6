# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that leaves features to the drivers: it applies profile by_driver.

driver_policy.py decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ..._planning.finding import Finding
from ..._planning.ledger import UnusableEntry
from ..._planning.task import Task
from ..._protocol.vocabulary import DRIFTED
from ..._windows.network.adapters import CLASS
from ..._windows.network.tcp_settings import Setting
from ..nic_driver.advisories import SNP
from ..nic_driver.judged_adapters import JudgedAdapter
from .driver_policy import NO_LONGER_AFFECTED, Decision, caused_by, record_of, snp_policy
from .feature_findings import title_to, unread_adapters_finding
from .features import FeatureStep, restored_step, step_to, unavailable_step, unchanged_step, unless_unusable
from .options import BY_DRIVER


def by_driver_steps(task: Task, judged: Sequence[JudgedAdapter]) -> tuple[FeatureStep, ...]:
    """Decide for every feature that the task leaves to the drivers. judged: the adapters of the server."""
    features = _features(task, judged)
    if any(task.snapshot.unreadable_below(CLASS)) or not judged:  # every Windows has adapters
        return tuple(_unknown(feature, task) for feature in features)
    return tuple(unless_unusable(feature, task, partial(_decided, judged)) for feature in features)


def _decided(judged: Sequence[JudgedAdapter], setting: Setting, task: Task) -> FeatureStep:
    feature, record = setting.feature, record_of(task.ledger.open_entry(setting.feature))
    return _step(snp_policy(judged, {feature: setting.state}, {feature: record})[feature], setting, task)


def _features(task: Task, judged: Sequence[JudgedAdapter]) -> list[str]:
    """Return the features that are left to the drivers: those of SNP, others that an advisory on one of the adapters
    affects, and those that are off because of one."""
    affected = {feature for each in judged for result in each.results for feature in result.advisory.affects}
    return [
        feature
        for feature in task.options.left_to_drivers
        if feature in SNP or feature in affected or _is_off_by_policy(feature, task)
    ]


def _is_off_by_policy(feature: str, task: Task) -> bool:
    """Tell whether the ledger says so. An entry that cannot be used says nothing; it has a finding of its own."""
    try:
        return record_of(task.ledger.open_entry(feature)) is not None
    except UnusableEntry:
        return False


def _unknown(feature: str, task: Task) -> FeatureStep:
    reasons = [f"{place} ({reason})" for place, reason in task.snapshot.unreadable_below(CLASS)]
    why = f"the network adapters could not be read: {', '.join(reasons) or 'none was found'}"
    return FeatureStep(
        unread_adapters_finding(feature, why), decides=True, error=f"{feature} cannot be left to the drivers: {why}"
    )


def _step(decision: Decision, setting: Setting, task: Task) -> FeatureStep:
    if not setting.applies:
        return unavailable_step(setting, None)
    if decision.desired == "disabled":
        because = replace(task.options, reason=decision.why, review_when=BY_DRIVER)
        return _explained(step_to(setting, "disabled", replace(task, options=because), decision.adapters), decision)
    if decision.desired == "enabled":
        return _explained(restored_step(setting, task), decision)
    return _explained(unchanged_step(setting, setting.state, task), decision)


def _explained(step: FeatureStep, decision: Decision) -> FeatureStep:
    """Add to a finding what the drivers have to do with it."""
    evidence = (decision.why, *decision.drivers, *step.finding.evidence)
    finding = replace(step.finding, evidence=evidence)
    return replace(step, finding=_caused(finding, decision) if finding.status == DRIFTED else finding)


def _caused(finding: Finding, decision: Decision) -> Finding:
    """Return the finding on a change with its cause: an advisory, or that none speaks against the feature any more."""
    if decision.cause:
        return caused_by(finding, decision.cause)
    why = "It was turned off because of a driver, and the reason is gone."
    return replace(finding, kind=NO_LONGER_AFFECTED, title=title_to(finding.subject, "enabled"), why=why)
