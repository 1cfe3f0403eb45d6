# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The facts of one network adapter, as nic_driver_facts returns them, without a judgement."""

from __future__ import annotations

import re
from typing import Any

from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.services import Service, service_of
from ..._windows.network.adapters import Adapter
from ..._windows.network.chips import Chip, chip_of
from ..._windows.network.hypervisor import hypervisor_of
from ..._windows.network.keyword_values import Keyword
from ..._windows.versions import parse_version

# Keywords that have to do with offload, by the names that drivers of NDIS 5 and 6 use (facts C).
_OFFLOAD = re.compile(r"rss|offload|lso|rsc|checksum|vmq|segment|tso|toe|chimney", re.IGNORECASE)


def facts_of(adapter: Adapter, snapshot: Snapshot) -> dict[str, Any]:
    """Return the facts of an adapter."""
    chip = chip_of(adapter)
    return {
        "name": adapter.name,
        "description": adapter.description,
        "guid": adapter.guid,
        "class_key": adapter.class_key,
        "service": adapter.service,
        "driver": _driver(adapter),
        "driver_file": _file(snapshot, adapter.service),
        "bus_driver": next((found for name in chip.bus_drivers if (found := _file(snapshot, name))), None),
        "hardware": _hardware(adapter, chip),
        "hypervisor": chip.hypervisor or hypervisor_of(adapter, snapshot),
        **kind_of(adapter),
        "link": {
            "status": adapter.status,
            "speed": adapter.speed,
            "mac": adapter.mac,
            "addresses": list(adapter.addresses),
        },
        "keywords": {name: _keyword(each) for name, each in adapter.keywords.items() if _OFFLOAD.search(name)},
    }


def _driver(adapter: Adapter) -> dict[str, Any]:
    parsed = parse_version(adapter.driver_version)
    return {
        "version": adapter.driver_version or None,
        "version_parsed": list(parsed) if parsed is not None else None,
        "date": adapter.driver_date,
        "provider": adapter.provider,
        "inf": adapter.inf,
        "in_box": adapter.is_inbox_inf,
    }


def _file(snapshot: Snapshot, service: str) -> dict[str, Any] | None:
    """Return the image of a driver, None when there is no such service. version: None when it could not be read."""
    driver: Service | None = service_of(snapshot, service) if service else None
    if driver is None:
        return None
    file = driver.file or {}
    return {
        "service": service,
        "path": driver.image,
        "version": file.get("file_version"),
        "company": file.get("company"),
    }


def _hardware(adapter: Adapter, chip: Chip) -> dict[str, Any]:
    return {
        "enumerator": adapter.enumerator,
        "instance_id": adapter.instance_id,
        "vendor_id": adapter.vendor_id,
        "device_id": adapter.device_id,
        "vendor": chip.vendor,
        "family": chip.family,
        "chip": chip.model,
        "subsystem_vendor": chip.subsystem_vendor,
    }


def kind_of(adapter: Adapter) -> dict[str, Any]:
    """Return whether an adapter is physical, virtual, hidden, teamed, present, and whether it carries the
    connection."""
    return {
        "physical": adapter.is_physical,
        "virtual": adapter.is_virtual,
        "hidden": adapter.is_hidden,
        "team": adapter.is_team,
        "team_member": adapter.is_team_member,
        "present": _word(adapter.present),
        "carries_connection": _word(adapter.carries_connection),
    }


def _word(state: bool | None) -> bool | str:
    return "unknown" if state is None else state


def _keyword(keyword: Keyword) -> dict[str, Any]:
    allowed = list(keyword.allowed) if keyword.allowed is not None else None
    return {"value": keyword.value, "default": keyword.default, "effective": keyword.effective, "allowed": allowed}
