# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether a hypervisor emulates an adapter whose ids are those of a real chip, such as VirtualBox's e1000."""

from __future__ import annotations

from ..._catalogue.hypervisors import hypervisor_signs
from ..._protocol.patterns import matches_pattern
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..machine import machine_of
from ..registry_paths import DEVICES
from .adapters import Adapter


def hypervisor_queries() -> tuple[Query, ...]:
    """Return what must be read besides adapters and machine: devices that only guests have."""
    return tuple(
        RegistryQuery(f"{DEVICES}\\PCI\\VEN_{vendor}*\\*", ("ClassGUID",)) for vendor in hypervisor_signs().devices
    )


def hypervisor_of(adapter: Adapter, snapshot: Snapshot) -> str:
    """Return whose emulated hardware an adapter is, "" where nothing says that it is any.

    On a guest every physical adapter is the hypervisor's, or what it hands through.
    """
    if not adapter.is_physical:
        return ""
    providers = hypervisor_signs().providers.items()
    own = next((name for pattern, name in providers if matches_pattern(pattern, adapter.provider)), "")
    return own or _of_server(snapshot)


def _of_server(snapshot: Snapshot) -> str:
    machine = machine_of(snapshot)
    if machine.maker is None:
        return _of_devices(snapshot)
    return next(
        (
            each.hypervisor
            for each in hypervisor_signs().makers
            if matches_pattern(each.maker, machine.maker) and matches_pattern(each.model, machine.model or "")
        ),
        "",
    )


def _of_devices(snapshot: Snapshot) -> str:
    names = [name.upper() for name in snapshot.subkeys(f"{DEVICES}\\PCI")]
    signs = hypervisor_signs().devices.items()
    return next((found for vendor, found in signs if any(name.startswith(f"VEN_{vendor}") for name in names)), "")
