# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For each advisory of the catalogue a server on which it holds, and one on which it does not: advisories.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .adapters import CLASS, CONTROL, DRIVERS, SERVICES, adapter, driver_file

_HOTFIXES = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\HotFix"
_BIOS = "HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"
_NOW = "2026-11-23T14:00:00Z"


@dataclass(frozen=True)
class Example:
    """One server and what an advisory says of its adapters. result: holds, unknown, passed, or "" where it does not
    apply."""

    id: str
    document: dict[str, Any]
    result: str
    now: str = _NOW


def examples() -> dict[str, Example]:
    """Return the servers by a name of the test."""
    found: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return {f"{each['id']} {name}": each_one for each in found for name, each_one in _pair(each)}


def _pair(entry: Mapping[str, Any]) -> Iterator[tuple[str, Example]]:
    both = entry.get("both", {})
    for name, result in (("holds", entry.get("result", "holds")), ("passes", entry.get("otherwise", "passed"))):
        yield name, Example(str(entry["id"]), server({**both, **entry[name]}), result)


def server(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a server with one adapter. said: as the first lines of advisories.yml explain."""
    service, image = said.get("service", "nic"), said.get("image")
    registry = {
        **_release(said),
        **_roles(said),
        **adapter(
            _instance(said),
            name=said.get("name", "Ethernet"),
            version=said.get("version"),
            characteristics=said.get("characteristics", 0x84),
            **{each: said[each] for each in ("description", "provider", "date", "inf") if each in said},
            service=service,
            params=_params(said.get("keywords", {})),
        ),
    }
    registry[f"{CLASS}\\0007"] |= said.get("values", {})
    files = driver_file(service, str(said.get("version")), "Maker")
    if image:
        registry[f"{SERVICES}\\{service}"]["ImagePath"] = f"system32\\drivers\\{image}"
        files = {f"{DRIVERS}\\{image}": next(iter(files.values()))}
    if "bus" in said:
        bus = said["bus"]
        path = {"Type": 1, "Start": 0, "ErrorControl": 1, "ImagePath": f"system32\\drivers\\{bus['image']}"}
        registry[f"{SERVICES}\\{bus['service']}"] = path
        files[f"{DRIVERS}\\{bus['image']}"] = {"size": 1, "file_version": bus["version"]}
    return {
        "format": 1,
        "name": "nic",
        "environment": {"SystemRoot": "C:\\windows", "SystemDrive": "C:", "architecture": "AMD64"},
        "registry": registry,
        "files": files,
    }


def _instance(said: Mapping[str, Any]) -> str:
    if "instance" in said:
        return str(said["instance"])
    vendor, device = str(said["pci"]).split(":")
    board = said.get("board", f"0001{vendor}")
    if "enumerator" in said:
        return f"{said['enumerator']}\\L2ND&PCI_{device}{vendor}&SUBSYS_{board}&REV_10\\5&1"
    return f"PCI\\VEN_{vendor}&DEV_{device}&SUBSYS_{board}&REV_10\\4&1"


def _params(keywords: Mapping[str, str]) -> dict[str, Any]:
    return {name: (value, {"type": "enum", "default": "1"}, {value: value}) for name, value in keywords.items()}


def _release(said: Mapping[str, Any]) -> dict[str, Any]:
    major, minor, build = str(said.get("release", "10.0.20348")).split(".")
    values: dict[str, Any] = {"CurrentVersion": f"{major}.{minor}", "CurrentBuildNumber": build}
    if major == "10":
        values |= {"CurrentVersion": "6.3", "CurrentMajorVersionNumber": 10, "CurrentMinorVersionNumber": 0}
    if "pack" in said:
        values["CSDVersion"] = f"Service Pack {said['pack']}"
    return {"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": values}


def _roles(said: Mapping[str, Any]) -> dict[str, Any]:
    kind = "LanmanNT" if said.get("domain_controller") else "ServerNT"
    processors = str(said.get("processors", 4))
    roles: dict[str, Any] = {
        f"{CONTROL}\\ProductOptions": {"ProductType": kind},
        f"{CONTROL}\\Session Manager\\Environment": {"NUMBER_OF_PROCESSORS": processors},
        _BIOS: {
            "SystemManufacturer": said.get("maker", "Contoso"),
            "SystemProductName": "Server",
            "BIOSVersion": said.get("bios", "1.0"),
        },
        **{f"{_HOTFIXES}\\{each}": {"Installed": 1} for each in said.get("hotfixes", ())},
    }
    if said.get("hyper_v"):
        roles[f"{SERVICES}\\vmms"] = {"Type": 0x10, "Start": 2}
    return roles
