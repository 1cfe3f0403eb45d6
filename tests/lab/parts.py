# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts that descriptions are made of: services, drivers, products, network adapters, as their registry keys."""

from __future__ import annotations

from typing import Any

from tests.support.scenarios.drivers import USER

Document = dict[str, Any]
Keys = dict[str, dict[str, Any]]

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
UNINSTALL = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
CURRENT_VERSION = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
CLASS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}"
NETWORK = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}"
ENUM = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
DRIVERS = "C:\\WINDOWS\\system32\\drivers"
MICROSOFT = "Microsoft Corporation"


def for_lab(document: Document) -> Document:
    """Return a scenario as the lab takes it: the hive of its one user is the hive of the lab's user."""
    registry = {path.replace(f"HKU\\{USER}\\", "HKCU\\"): values for path, values in document["registry"].items()}
    return {**document, "registry": registry}


def empty(name: str, note: str) -> Document:
    """A description of nothing yet, with every part of the contract's document."""
    environment = {"SystemRoot": "C:\\WINDOWS", "SystemDrive": "C:", "architecture": "AMD64", "powershell": "2.0"}
    return {
        "format": 1,
        "name": name,
        "note": note,
        "environment": environment | {"computer_name": name.upper()},
        "registry": {},
        "unreadable": {},
        "files": {},
        "services": {},
        "interfaces": [],
        "commands": {},
    }


def add_release(document: Document, version: str, build: str, product: str, service_pack: str | None) -> None:
    """What CurrentVersion says: version "5.2", build "3790"."""
    values = {"CurrentVersion": version, "CurrentBuildNumber": build, "CurrentBuild": build, "ProductName": product}
    document["registry"][CURRENT_VERSION] = values | ({"CSDVersion": service_pack} if service_pack else {})


def add_service(
    document: Document, name: str, values: dict[str, Any], *, running: bool = False, can_stop: bool = True
) -> None:
    """A service or driver: its key, and what the service manager says of it."""
    document["registry"][f"{SERVICES}\\{name}"] = {"ErrorControl": 1, "DisplayName": name} | values
    status = "running" if running else "stopped"
    document["services"][name] = {"status": status, "can_stop": running and can_stop}


def add_file(document: Document, path: str, company: str, version: str, description: str, **more: Any) -> None:
    """A file with its version resource; more: size, product, created, modified."""
    facts = {
        "size": 40448,
        "file_version": version,
        "product_version": version,
        "company": company,
        "product": description,
        "description": description,
        "original_filename": path.rpartition("\\")[2],
        "created": "2007-02-17T00:00:00Z",
        "modified": "2007-02-17T00:00:00Z",
    }
    document["files"][path] = facts | more


def add_product(document: Document, key: str, name: str, publisher: str, version: str = "1.0", **more: Any) -> None:
    """An installed product, as Add or Remove Programs lists it."""
    values = {"DisplayName": name, "Publisher": publisher, "DisplayVersion": version}
    document["registry"][f"{UNINSTALL}\\{key}"] = values | more


def add_adapter(
    document: Document, number: int, values: dict[str, Any], keywords: Keys, current: dict[str, str]
) -> str:
    """A network adapter: class key, schema of its keywords, connection and device; -> its GUID.

    keywords: name -> values of Ndi\\params\\<name> (the key "enum" holds texts of an enum); current: values set.
    """
    guid = f"{{{number:08X}-1F1D-4B1A-9C4E-0A0B0C0D0E0F}}"
    key, device = f"{CLASS}\\{number:04d}", values["DeviceInstanceID"]
    registry = document["registry"]
    registry[key] = values | {"NetCfgInstanceId": guid} | current
    registry[f"{key}\\Ndi"] = {"Service": values.get("Service", f"nic{number}")}
    for name, schema in keywords.items():
        texts = schema.get("enum")
        registry[f"{key}\\Ndi\\params\\{name}"] = {own: data for own, data in schema.items() if own != "enum"}
        if texts:
            registry[f"{key}\\Ndi\\params\\{name}\\enum"] = dict(texts)
    registry[f"{NETWORK}\\{guid}\\Connection"] = {"Name": f"Local Area Connection {number}", "PnpInstanceID": device}
    registry[f"{ENUM}\\{device}"] = {
        "Driver": f"{CLASS.rpartition(chr(92))[2].lower()}\\{number:04d}",
        "HardwareID": [values["MatchingDeviceId"]],
        "Service": registry[f"{key}\\Ndi"]["Service"],
    }
    return guid
