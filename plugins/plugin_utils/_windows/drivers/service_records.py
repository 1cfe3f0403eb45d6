# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Where the registry's record of a driver contradicts the service manager, or says that its start is another than Start
tells (facts E10 to E12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..registry_paths import SELECT, SERVICES
from .services import DISABLED, START_TYPES, Service, services_of

DELETE_FLAG = "DeleteFlag"
START_OVERRIDE = "StartOverride"

_OVERRIDE = "0"  # the value of the key StartOverride, by the number of the hardware profile
_SETS = ("Current", "Default", "LastKnownGood")


@dataclass(frozen=True)
class ControlSets:
    """The control sets by their numbers, as HKLM\\SYSTEM\\Select tells: the one that runs, the one that the next start
    uses, and the one of the last known good configuration; None where that is not known."""

    current: int | None
    default: int | None
    last_known_good: int | None


def record_queries() -> tuple[Query, ...]:
    """Return what must be read beside the drivers themselves."""
    return (RegistryQuery(f"{SERVICES}\\*\\{START_OVERRIDE}", (_OVERRIDE,)), RegistryQuery(SELECT, _SETS))


def is_marked_for_deletion(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether the service manager deletes a driver's key when the server starts next."""
    return snapshot.value(driver.key, DELETE_FLAG) == 1


def start_override(driver: Service, snapshot: Snapshot) -> int | None:
    """Return the start type that overrides Start, None when there is none."""
    value = snapshot.value(f"{driver.key}\\{START_OVERRIDE}", _OVERRIDE)
    return value if isinstance(value, int) and value < len(START_TYPES) else None


def may_start_although_disabled(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver is disabled and another start type overrides that: which of the two counts is not known."""
    return driver.start == DISABLED and start_override(driver, snapshot) not in (None, DISABLED)


def hidden_drivers(snapshot: Snapshot) -> Iterator[Service]:
    """Yield the drivers that the registry has and the service manager does not list.

    Where it lists only a few of them, its list was not read as a whole, and nothing is known.
    """
    drivers = [each for each in services_of(snapshot) if each.is_driver]
    hidden = [each for each in drivers if each.name not in snapshot.services]
    if len(hidden) * 2 < len(drivers):
        yield from hidden


def control_sets(snapshot: Snapshot) -> ControlSets:
    """Return the control sets of a server."""
    numbers = (snapshot.value(SELECT, name) for name in _SETS)
    return ControlSets(*(each if isinstance(each, int) and each > 0 else None for each in numbers))
