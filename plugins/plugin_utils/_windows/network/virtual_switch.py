# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""RSC of Hyper-V's virtual switches, of which nothing that the collection reads tells the state (facts C7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._protocol.queries import Query
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import NOT_APPLICABLE, UNKNOWN
from ..releases import release_of
from ..server_details import Wanted, detail_queries, details_of
from .adapters import Adapter

_FIRST = "10.0.17763"
_ROLE = Wanted(frozenset({"hyper_v"}))
_OF_SWITCH = "ROOT\\VMS_"  # of the adapters that a virtual switch makes for its host
_WHY = (
    "WMI alone tells it (SoftwareRscEnabled); run Get-VMSwitch | Select-Object Name, SoftwareRscEnabled on the server"
)


def switch_queries() -> tuple[Query, ...]:
    """Return what must be read to know whether a server has virtual switches."""
    return detail_queries(_ROLE)


def switch_rsc(snapshot: Snapshot, adapters: Sequence[Adapter]) -> dict[str, Any]:
    """Return the state of RSC of the virtual switches, and what it rests on."""
    release = release_of(snapshot)
    if release is None:
        return _told(UNKNOWN, "the release of Windows could not be read")
    if not release.is_within(_FIRST):
        return _told(NOT_APPLICABLE, f"Windows {release.version} does not have it")
    makes_adapters = any(each.instance_id.upper().startswith(_OF_SWITCH) for each in adapters)
    if details_of(snapshot, _ROLE)["hyper_v"] or makes_adapters:
        return _told(UNKNOWN, _WHY)
    return _told(NOT_APPLICABLE, "the server has neither Hyper-V nor an adapter of a virtual switch")


def _told(state: str, evidence: str) -> dict[str, Any]:
    return {"state": state, "evidence": [evidence]}
