# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether the advisories that a user gave apply to anything: one that applies to no adapter says nothing, unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .advisories import Advisory
from .judged_adapters import JudgedAdapter


def applied_to(advisories: Sequence[Advisory], judged: Sequence[JudgedAdapter]) -> list[dict[str, Any]]:
    """Return for each advisory of a user to how many adapters of the server it applies, as id and applied_to."""
    ids = [result.advisory.id for each in judged for result in each.results]
    return [{"id": each.id, "applied_to": ids.count(each.id)} for each in advisories if each.is_own]


def not_applied(advisories: Sequence[Advisory], judged: Sequence[JudgedAdapter]) -> tuple[str, ...]:
    """Return in a sentence each which advisories of a user apply to no adapter."""
    counts = applied_to(advisories, judged)
    return tuple(
        f"advisories ({each['id']}).applies_to matches no adapter of the server"
        for each in counts
        if not each["applied_to"]
    )


def advisory_warnings(advisories: Sequence[Advisory]) -> tuple[str, ...]:
    """Return what in the advisories of a user is likely a mistake, as far as it is known before a server is read."""
    return tuple(warning for each in advisories for warning in each.warnings)
