# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The orders in which Windows asks network providers, such as the one behind file shares (facts J8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..._protocol.names import equals_ignore_case
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import text_of
from ..registry_paths import CONTROL, SERVICES
from .services import DISABLED

WORKSTATION = "LanmanWorkstation"
PROVIDER_ORDER = "ProviderOrder"

_KEYS = tuple(f"{CONTROL}\\NetworkProvider\\{name}" for name in ("Order", "HwOrder"))
_PROVIDERS = f"{SERVICES}\\*\\NetworkProvider"


@dataclass(frozen=True)
class BrokenOrder:
    """An order that names what is not there, or not what is needed.

    place: path of the registry value. names, wanted: as they are and as they should be. gone: names without a service.
    lacks_workstation: whether the provider of file shares is missing, though its service is there.
    """

    place: str
    names: tuple[str, ...]
    wanted: tuple[str, ...]
    gone: tuple[str, ...]
    lacks_workstation: bool


def provider_queries() -> tuple[Query, ...]:
    """Return what reads the orders, and which services are providers: some of them have a key for that alone."""
    return (
        *(RegistryQuery(key, (PROVIDER_ORDER,), types=False) for key in _KEYS),
        RegistryQuery(_PROVIDERS, ("Name", "ProviderPath"), types=False),
    )


def broken_orders(snapshot: Snapshot) -> Iterator[BrokenOrder]:
    """Yield the orders in which something is wrong; none where it cannot be known which providers there are."""
    if any(place in snapshot.unreadable for place in (SERVICES, f"{SERVICES}\\*", _PROVIDERS)):
        return
    for key in _KEYS:
        written = snapshot.value(key, PROVIDER_ORDER)
        if written is not None:
            names = tuple(name.strip() for name in text_of(written).split(",") if name.strip())
            yield from _broken(f"{key}\\{PROVIDER_ORDER}", names, snapshot)


def _broken(place: str, names: tuple[str, ...], snapshot: Snapshot) -> Iterator[BrokenOrder]:
    gone = tuple(name for name in names if _is_known_gone(name, snapshot))
    lacks = not any(equals_ignore_case(name, WORKSTATION) for name in names) and _can_start(WORKSTATION, snapshot)
    rest = tuple(name for name in names if name not in gone)
    if gone or lacks:
        yield BrokenOrder(place, names, (*([WORKSTATION] if lacks else []), *rest), gone, lacks)


def _is_known_gone(name: str, snapshot: Snapshot) -> bool:
    key = f"{SERVICES}\\{name}"
    is_hidden = any(True for _unused in snapshot.unreadable_below(key))
    return not is_hidden and snapshot.values(key) is None and snapshot.values(f"{key}\\NetworkProvider") is None


def _can_start(name: str, snapshot: Snapshot) -> bool:
    values = snapshot.values(f"{SERVICES}\\{name}")
    return values is not None and values.get("Start") not in (None, DISABLED)
