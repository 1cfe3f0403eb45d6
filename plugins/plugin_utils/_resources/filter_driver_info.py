# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Every driver of a server, and which were left behind. win_filter_driver_info is this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._plan import Plan
from .._selection import Selection
from .._windows.snapshot import Snapshot
from .._windows.verdicts import VERDICTS
from .._wire.queries import Query
from .filter_audit import AUDIT, audit
from .filter_options import JUDGING, check_judging

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    **JUDGING,
    "select": {"type": "str"},
    "verdicts": {"type": "list", "elements": "str", "choices": list(VERDICTS), "default": []},
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for an option that cannot be meant."""
    check_judging(options)
    if options["select"] is not None:
        Selection("select", options["select"])


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server: the same whatever is chosen."""
    return AUDIT


def plan(options: Mapping[str, Any], snapshot: Snapshot, now: str) -> Plan:
    """Plan nothing, and judge every driver that is chosen. data: drivers, and selected where select is given."""
    audited = audit(options, snapshot, now)
    drivers = [each.data for each in audited]
    selected = {} if options["select"] is None else {"selected": Selection("select", options["select"]).search(drivers)}
    return Plan(findings=tuple(each.finding for each in audited), data={"drivers": drivers, **selected})
