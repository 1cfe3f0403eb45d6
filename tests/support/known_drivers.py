# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of an entry of the catalogue of drivers, made from its data: one that has the driver alone, and one with the
product that it belongs to."""

from __future__ import annotations

from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    DEVICE_CLASSES,
    KnownDriver,
)

from .scenarios.drivers import Builder
from .servers import CONTROL

_IMAGES = "C:\\Windows\\system32\\drivers"
_WINDOWS = ("Microsoft Corporation", "Microsoft® Windows® Operating System")
_NETWORK = f"{CONTROL}\\Network\\{{4D36E974-E325-11CE-BFC1-08002BE10318}}"
_FILTERS = f"{CONTROL}\\NetworkSetup2\\Filters"
_ADAPTER = f"{CONTROL}\\Class\\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\\0007\\Linkage"

Document = dict[str, Any]


def name_of(known: KnownDriver) -> str:
    """Return a name of a service that an entry fits."""
    return _example(known.name) or "itsdriver"


def left_behind(known: KnownDriver, *, bound: bool = False) -> Document:
    """Return a server on which the driver is and its product is not. bound: an adapter is bound to its components."""
    return _server(known, bound=bound).document()


def installed(known: KnownDriver) -> Document:
    """Return the same server with the product installed: the one that its file names, or the first that brings it."""
    server = _server(known)
    name, publisher = (known.products[0], "Another company") if known.products else (_product(known), _company(known))
    server.installed(_example(name), publisher)
    return server.document()


def _server(known: KnownDriver, *, bound: bool = False) -> Builder:
    server, name = _windows(), name_of(known)
    file = _example(known.file) or f"{name}.sys"
    image = {"image": f"{_IMAGES}\\{file}", "ImagePath": {"REG_EXPAND_SZ": f"system32\\drivers\\{file}"}}
    server.driver(name, _company(known), _product(known), Start=1, running=True, **image)
    for each in known.lists:
        _put_into_list(server.registry, each, name, file)
    for number, component in enumerate(known.components if bound else ()):
        _bind(server.registry, component, f"{{00000000-0000-0000-0000-{number:012}}}", name)
    return server


def _windows() -> Builder:
    """Return a Server 2008 R2 with the filters that its disks and volumes need."""
    server = Builder()
    server.registry["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"] = {
        "CurrentVersion": "6.1", "CurrentBuildNumber": "7601", "InstallDate": 1300000000,
    }  # fmt: skip
    for name in ("partmgr", "volsnap", "NDIS"):
        server.driver(name, *_WINDOWS, Start=0, ErrorControl=3, running=True)
    server.registry[list_place("UpperFilters of DiskDrive")[0]] = {"UpperFilters": ["partmgr"]}
    server.registry[list_place("UpperFilters of Volume")[0]] = {"UpperFilters": ["volsnap"]}
    return server


def list_place(text: str) -> tuple[str, str]:
    """Return the key and value of a filter list as the catalogue writes it."""
    value, _unused, device_class = text.partition(" of ")
    if not device_class:
        return f"{CONTROL}\\CrashControl", value
    return f"{CONTROL}\\Class\\{DEVICE_CLASSES[device_class]}", value


def _put_into_list(registry: Document, text: str, name: str, file: str) -> None:
    key, value = list_place(text)
    _append(registry, key, value, file if value == "DumpFilters" else name)


def _append(registry: Document, key: str, value: str, text: str) -> None:
    """Add a text to a list."""
    values = registry.setdefault(key, {})
    values[value] = [*values.get(value, []), text]


def _bind(registry: Document, component: str, guid: str, name: str) -> None:
    registry[f"{_NETWORK}\\{guid}"] = {"ComponentId": component, "Characteristics": 0x40000, "InfPath": "oem21.inf"}
    registry[f"{_NETWORK}\\{guid}\\Ndi"] = {"Service": name}
    registry[f"{_FILTERS}\\{guid}\\Kernel"] = {"Optional": 1}
    _append(registry, _ADAPTER, "FilterList", f"{{2F1A7015-1C4E-4B7A-9D52-3A6E5B0C201C}}-{guid}-0000")


def _company(known: KnownDriver) -> str:
    return _example(known.company) or known.vendor or known.software


def _product(known: KnownDriver) -> str:
    return _example(known.product) or known.software


def _example(pattern: str) -> str:
    """Return a text that a pattern stands for."""
    return pattern.replace("*", "").replace("?", "x")
