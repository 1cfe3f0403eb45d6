# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The part of win_tcp_offload that leaves features to the drivers: profile by_driver, carried out. driver_policy.py decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._catalogue.tcp_features import profiles
from ..._planning.plan import NOT_APPLICABLE, UNKNOWN, Finding
from ..._windows.machine import machine_of
from ..._windows.network.adapters import CLASS
from ..._windows.network.tcp_settings import FEATURES, setting_of
from ..nic_driver.advisories import SNP, Advisory, advisories
from ..nic_driver.resource import judged_adapters
from .driver_policy import BY_DRIVER, Decision, Judged, record_of, snp_policy
from .features import not_judged, settled, step_back, step_to
from .step import NAME, Step, Task


def is_by_driver(options: Mapping[str, Any]) -> bool:
    """Tell whether a task leaves features to the drivers; to put features back no driver is asked."""
    return bool(options["profile"] == BY_DRIVER and options["state"] == "present")


def by_driver_steps(task: Task) -> tuple[Step, ...]:
    """Decide for every feature that the task leaves to the drivers."""
    if not is_by_driver(task.options):
        return ()
    known = advisories(task.options["advisories"])
    features = _features(task.options, known)
    judged = _judged(task, known)
    if not judged:
        return tuple(_unknown(feature, task) for feature in features)
    settings = {feature: setting_of(feature, task.snapshot) for feature in features}
    records = {feature: record_of(task.ledger.open_entry(feature)) for feature in features}
    decisions = snp_policy(judged, {name: setting.state for name, setting in settings.items()}, records)
    return tuple(_step(decision, task) for decision in decisions.values())


def _features(options: Mapping[str, Any], known: tuple[Advisory, ...]) -> list[str]:
    """Return the features that are left to the drivers: the pack's, and others of which some advisory speaks."""
    spoken_of = {*SNP, *(feature for advisory in known for feature in advisory.affects)}
    profile = profiles()[BY_DRIVER]
    return [name for name in FEATURES if name in profile and name in spoken_of and not options[name]]


def _judged(task: Task, known: tuple[Advisory, ...]) -> list[Judged]:
    """Return the judged adapters; none where they could not be read, for every Windows has some."""
    if any(task.snapshot.unreadable_below(CLASS)):
        return []
    return judged_adapters(task.snapshot, machine_of(task.snapshot).as_dict(), known, task.now[:10])


def _unknown(feature: str, task: Task) -> Step:
    reasons = [f"{place} ({reason})" for place, reason in task.snapshot.unreadable_below(CLASS)]
    why = f"the network adapters could not be read: {', '.join(reasons) or 'none was found'}"
    return Step(
        Finding(NAME, feature, UNKNOWN, evidence=(why,)), error=f"{feature} cannot be left to the drivers: {why}"
    )


def _step(decision: Decision, task: Task) -> Step:
    setting = setting_of(decision.feature, task.snapshot)
    if not setting.applies:
        return not_judged(setting, None)
    if decision.wanted == "disabled":
        reason = {"reason": decision.why, "review_when": BY_DRIVER}
        return _told(step_to(setting, "disabled", replace(task, options={**task.options, **reason})), decision)
    if decision.wanted == "enabled":
        return _told(step_back(setting, task), decision)
    return _told(settled(setting, setting.state, task), decision)


def _told(step: Step, decision: Decision) -> Step:
    """Say in a finding what the drivers have to do with it."""
    finding = step.finding
    known = decision.is_known or finding.status == NOT_APPLICABLE
    evidence = (decision.why, *decision.drivers, *finding.evidence)
    return replace(step, finding=replace(finding, evidence=evidence, status=finding.status if known else UNKNOWN))
