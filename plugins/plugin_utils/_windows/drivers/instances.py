# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Instances of minifilters, and their altitudes.

Up to Windows Server 2022 they stand below Services\\<name>\\Instances, since below
Services\\<name>\\Parameters\\Instances (facts E1); both are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of
from ..registry_paths import SERVICES
from .services import Service

_PLACES = ("Instances", "Parameters\\Instances")


@dataclass(frozen=True)
class Instance:
    """One instance.

    altitude: its decimal number as text. flags: 1 is not attached by itself, 2 not by hand. place: of the two.
    """

    name: str
    altitude: str
    flags: Value | None
    place: str


def instance_queries() -> tuple[Query, ...]:
    """Return what reads the instances of every driver."""
    return tuple(RegistryQuery(f"{SERVICES}\\*\\{place}\\*", ("Altitude", "Flags")) for place in _PLACES)


def instances_of(driver: Service, snapshot: Snapshot) -> tuple[Instance, ...]:
    """Return the instances of a driver, none for what is no minifilter."""
    return tuple(
        Instance(
            name,
            text_of(snapshot.value(f"{driver.key}\\{place}\\{name}", "Altitude")),
            snapshot.value(f"{driver.key}\\{place}\\{name}", "Flags"),
            place,
        )
        for place in _PLACES
        for name in snapshot.subkeys(f"{driver.key}\\{place}")
    )
