# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A big server, for measurements: hundreds of services, adapters with all their keywords, many products."""

from __future__ import annotations

from typing import Any

from tests.lab import parts

_GROUPS = ("Base", "Extended Base", "NDIS", "PNP_TDI", "FSFilter Anti-Virus", "Filter", "Pointer Port", "SCSI miniport")
_COMPANIES = (parts.MICROSOFT, "Intel Corporation", "Broadcom Corporation", "QLogic Corporation", "EMC Corporation")
_STANDARD = (
    "*RSS", "*RSSProfile", "*NumRSSQueues", "*MaxRssProcessors", "*RssBaseProcNumber", "*TCPConnectionOffloadIPv4",
    "*TCPConnectionOffloadIPv6", "*LsoV1IPv4", "*LsoV2IPv4", "*LsoV2IPv6", "*IPChecksumOffloadIPv4",
    "*TCPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6", "*UDPChecksumOffloadIPv4", "*UDPChecksumOffloadIPv6",
    "*IPsecOffloadV1IPv4", "*IPsecOffloadV2", "*RscIPv4", "*RscIPv6", "*VMQ", "*VMQVlanFiltering", "*EEE",
    "*WakeOnMagicPacket", "*WakeOnPattern", "*PMARPOffload", "*PMNSOffload", "*FlowControl", "*InterruptModeration",
    "*PriorityVLANTag", "*JumboPacket", "*ReceiveBuffers", "*TransmitBuffers", "*SpeedDuplex",
)  # fmt: skip
"""Standardized keywords [facts C]; the rest of an adapter's are made up, as vendors do."""


def large(
    drivers: int = 300, services: int = 300, adapters: int = 12, keywords: int = 60, products: int = 150,
    running: int = 100,
) -> parts.Document:  # fmt: skip
    """A Server 2008 R2 of this size; `running` of its drivers run."""
    document = parts.empty("large", "generated; sizes as a well-filled server has them")
    parts.add_release(document, "6.1", "7601", "Windows Server 2008 R2 Enterprise", "Service Pack 1")
    for number in range(drivers):
        _add_driver(document, number, running=number < running)
    for number in range(services):
        values = {"Type": 32, "Start": 3, "ObjectName": "LocalSystem", "Description": f"@%SystemRoot%\\s.dll,-{number}"}
        values["ImagePath"] = {"REG_EXPAND_SZ": "%SystemRoot%\\system32\\svchost.exe -k netsvcs"}
        parts.add_service(document, f"Service{number:03d}", values)
    for number in range(adapters):
        _add_adapter(document, number, keywords)
    for number in range(products):
        company = _COMPANIES[number % len(_COMPANIES)]
        key = f"{{{number:08X}-2222-4333-8444-555566667777}}"
        location = f"C:\\Program Files\\Product {number}\\"
        parts.add_product(document, key, f"Product {number}", company, f"{number}.0.1", InstallLocation=location)
    output = "pushd interface tcp\r\nset global rss=enabled chimney=automatic netdma=enabled\r\npopd\r\n"
    document["commands"]["netsh interface tcp dump"] = {"exit_code": 0, "output": output}
    return document


def _add_driver(document: parts.Document, number: int, *, running: bool) -> None:
    name, company = f"Driver{number:03d}", _COMPANIES[number % len(_COMPANIES)]
    path = f"{parts.DRIVERS}\\driver{number:03d}.sys"
    values = {"Type": 1 + number % 2, "Start": 1 + number % 3, "Group": _GROUPS[number % len(_GROUPS)]}
    values["ImagePath"] = {"REG_EXPAND_SZ": f"\\SystemRoot\\system32\\drivers\\driver{number:03d}.sys"}
    parts.add_service(document, name, values | {"DisplayName": f"Driver number {number}"}, running=running)
    document["registry"][f"{parts.SERVICES}\\{name}\\Parameters"] = {"Level": number}
    parts.add_file(document, path, company, f"6.1.{number}.1", f"Driver number {number}")


def _add_adapter(document: parts.Document, number: int, keywords: int) -> None:
    names = [*_STANDARD, *(f"Vendor{extra:02d}" for extra in range(max(0, keywords - len(_STANDARD))))][:keywords]
    schema: dict[str, dict[str, Any]] = {name: _schema(position, name) for position, name in enumerate(names)}
    values = {
        "DriverDesc": f"Gigabit Adapter {number}",
        "DriverVersion": f"6.2.{number}.0",
        "DriverDate": "7-27-2009",
        "DriverDateData": {"REG_BINARY": "00c0d3b8d10eca01"},
        "ProviderName": "Intel Corporation",
        "ComponentId": "pci\\ven_8086&dev_10fb",
        "MatchingDeviceId": "pci\\ven_8086&dev_10fb",
        "DeviceInstanceID": f"PCI\\VEN_8086&DEV_10FB&SUBSYS_00038086&REV_01\\{number}",
        "InfPath": f"oem{number}.inf",
        "Characteristics": 0x84,
        "*IfType": 6,
    }
    parts.add_adapter(document, number, values, schema, dict.fromkeys(names, "1"))


def _schema(position: int, name: str) -> dict[str, Any]:
    if position % 3:
        return {"ParamDesc": name, "type": "enum", "default": "1", "enum": {"0": "Disabled", "1": "Enabled"}}
    return {"ParamDesc": name, "type": "int", "default": "1", "min": "0", "max": "4096", "step": "1", "base": "10"}
