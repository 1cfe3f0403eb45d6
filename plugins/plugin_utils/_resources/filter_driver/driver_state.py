# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The state of a driver, in data and in words, the finding on it, and what sets its start type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._planning.finding import Finding
from ..._planning.step import write_value
from ..._protocol import operations as op
from ..._windows.drivers.services import DEMAND, START_TYPES, Service

NAME = "filter_driver"


def state_of(driver: Service) -> dict[str, Any]:
    """Return the state that results show of every driver, and that every ledger entry has."""
    return {"Start": driver.start, "status": driver.status}


def finding_of(
    driver: Service,
    status: str,
    wanted: Mapping[str, Any],
    evidence: tuple[str, ...],
    texts: Mapping[str, Any] | None = None,
) -> Finding:
    """Return a finding on a driver for which the task has a desired state. texts: more fields of it."""
    return Finding(NAME, driver.name, status, found=state_of(driver), wanted=wanted, evidence=evidence, **(texts or {}))


def is_loaded(status: str | None) -> bool:
    """Tell whether a driver of this status is loaded. Only a stop or a restart of the server ends it then."""
    return status not in ("stopped", None)


def set_start(driver: Service, start: Any) -> tuple[op.Operation, ...]:
    """Return what sets a driver's start type; None deletes the value, and nothing is done where it is set already."""
    return write_value(driver.key, "Start", start, driver.start) if driver.start != start else ()


def is_started_by_windows(start: Any) -> bool:
    """Tell whether Windows starts a driver of this start type by itself."""
    return isinstance(start, int) and start < DEMAND


def start_word(start: Any) -> str | None:
    """Name a start type, None for one that Windows does not know."""
    return START_TYPES[start] if isinstance(start, int) and 0 <= start < len(START_TYPES) else None


def start_words(start: Any) -> str:
    """Name a start type in a sentence."""
    return start_word(start) or "not one that Windows knows"


def start_evidence(driver: Service) -> str:
    """Say in a sentence how a driver starts."""
    return f"Start is {driver.start} ({start_words(driver.start)})"


def state_evidence(driver: Service) -> str:
    """Say in a sentence how a driver starts and whether it runs."""
    return f"{start_evidence(driver)}, the driver is {driver.status or 'not known to the service manager'}"


def state_words(state: Mapping[str, Any]) -> str:
    """Say what a state is, such as "system and running"."""
    return f"{start_words(state.get('Start'))} and {state.get('status') or 'not known to the service manager'}"
