# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Settings that are worth a look whatever the drivers are: RSS off, power saving on, Chimney on from 2016 on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ..._planning.finding import Finding
from ..._planning.task import Task
from ..._protocol.vocabulary import ATTENTION, DECIDE, INFO, NONE
from ..._windows.network.adapters import Adapter
from ..._windows.network.keywords import OFF, POWER_SAVING, is_set_to, power_saving
from ..._windows.network.tcp_settings import setting_of
from ..._windows.releases import Release, release_of
from ..nic_driver.judged_adapters import JudgedAdapter
from ..nic_driver.requirement_tests import PASSED
from .affected import affected_keywords
from .keyword_findings import subject_of
from .options import NAME

_RSS = "*RSS"
_HAS_RSS = "6.0"  # the first release on which RSS is recommended (KB2643970)
_CHIMNEY_OUTDATED = "10.0"
_WHY_RSS = "Without RSS one processor does the work of a whole adapter."
_SOURCE_RSS = "KB2643970"
_SOURCE_CHIMNEY = "learn.microsoft.com/previous-versions/windows/hardware/network/ndis-tcp-chimney-offload"


def observed(task: Task, judged: Sequence[JudgedAdapter], taken: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return the findings. taken: subjects that the task itself decides about, of which nothing is to be said."""
    release = release_of(task.snapshot)
    if release is None:
        return ()
    hardware = [each for each in judged if _is_hardware(each)]
    return (
        *_of_server(task, release, taken),
        *(finding for each in hardware if release.is_within(_HAS_RSS) for finding in _rss(each, taken)),
        *(finding for each in hardware for finding in _power(task, each.adapter, taken)),
    )


def _is_hardware(judged: JudgedAdapter) -> bool:
    adapter = judged.adapter
    is_there = bool(adapter.key) and not adapter.is_non_present
    return is_there and bool(adapter.is_physical) and not judged.facts["hypervisor"] and not adapter.offloads_nothing


def _of_server(task: Task, release: Release, taken: Collection[str]) -> Iterator[Finding]:
    chimney, rss = (setting_of(feature, task.snapshot).state for feature in ("chimney", "rss"))
    if release.is_within(_CHIMNEY_OUTDATED) and chimney in ("enabled", "automatic") and "chimney" not in taken:
        yield Finding(
            f"{NAME}.chimney_on",
            "chimney",
            ATTENTION,
            chimney,
            "disabled",
            (f"chimney is {chimney}",),
            "Microsoft has deprecated TCP Chimney: it should not be used.",
            "Set chimney: disabled, or run netsh interface tcp set global chimney=disabled.",
            _SOURCE_CHIMNEY,
            title="Turn off chimney, which Microsoft has deprecated",
            kind="chimney_on",
            act=DECIDE,
        )
    if release.is_within(_HAS_RSS) and rss == "disabled" and "rss" not in taken:
        yield _rss_off("rss", "rss is disabled", "Set rss: enabled, or run netsh interface tcp set global rss=enabled.")


def _rss(judged: JudgedAdapter, taken: Collection[str]) -> Iterator[Finding]:
    """Yield that RSS is off on an adapter, unless an advisory wants or asks otherwise."""
    adapter = judged.adapter
    keyword = adapter.keywords.get(_RSS)
    if keyword is None or not is_set_to(keyword, OFF) or subject_of(adapter, keyword.name) in taken:
        return
    if not any(_speaks_of_rss(judged, place) for place in range(len(judged.results))):
        fix = "Set rss: enabled for the adapter (adapters), or turn it on in its settings."
        yield _rss_off(adapter.label, f"{keyword.name} is {keyword.effective}", fix)


def _speaks_of_rss(judged: JudgedAdapter, place: int) -> bool:
    result = judged.results[place]
    affected = [each.name.lower() for each in affected_keywords(result.advisory, judged.adapter)]
    asked = [name.lower() for name in result.advisory.requirement.keywords]
    return result.result != PASSED and _RSS.lower() in (*affected, *asked)


def _rss_off(subject: str, evidence: str, fix: str) -> Finding:
    return Finding(
        f"{NAME}.rss_off",
        subject,
        ATTENTION,
        OFF,
        "enabled",
        (evidence,),
        _WHY_RSS,
        fix,
        _SOURCE_RSS,
        title="Turn on RSS" if subject == "rss" else "Turn on RSS of network adapters",
        kind="rss_off",
        act=DECIDE,
    )


def _power(task: Task, adapter: Adapter, taken: Collection[str]) -> Iterator[Finding]:
    """Yield that Windows may turn an adapter off to save power. It is a hint: so is every adapter by default."""
    if subject_of(adapter, POWER_SAVING) in taken:
        return
    if power_saving(task.snapshot.value(adapter.key, POWER_SAVING)) == "enabled":
        yield Finding(
            f"{NAME}.power_saving_on",
            adapter.label,
            ATTENTION,
            "enabled",
            "disabled",
            ("Windows may turn the adapter off to save power (PnPCapabilities)",),
            "A server whose adapter is turned off loses its connections.",
            "Set power_saving: disabled for the adapter (adapters), or in its settings in Device Manager.",
            "KB2740020",
            title="Turn off power saving of network adapters",
            kind="power_saving_on",
            act=NONE,
            severity=INFO,
        )
