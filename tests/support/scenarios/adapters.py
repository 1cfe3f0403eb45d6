# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network adapters that occur in the field, each on a server of its own, with what is to be found out about them.

The first are those of the field reports of 2007 and 2008; versions and dates are theirs, instance ids and files are
made up in the forms that Windows uses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import date
from typing import Any

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
ENUM = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
NETWORK = "{4D36E972-E325-11CE-BFC1-08002BE10318}"
CLASS = f"{CONTROL}\\Class\\{NETWORK}"
CONNECTIONS = f"{CONTROL}\\Network\\{NETWORK}"
DRIVERS = "C:\\windows\\system32\\drivers"
RELEASES = {
    "5.2": ("3790", "Microsoft Windows Server 2003"),
    "6.1": ("7601", "Windows Server 2008 R2"),
    "6.3": ("9600", "Windows Server 2012 R2"),
}

BROADCOM_5708 = "PCI_164C14E4&SUBSYS_{board}&REV_12"
BROADCOM = {
    "description": "Broadcom BCM5708C NetXtreme II GigE (NDIS VBD Client)",
    "service": "l2nd",
    "provider": "Broadcom Corporation",
    "date": "2007-07-27",
}
DELL, COMPAQ, PLAIN = "01B21028", "00D00E11", "164C14E4"


@dataclass(frozen=True)
class Scenario:
    """A server with one adapter. facts: path in the adapter's facts ("driver.version") -> value. advisories: id ->
    result."""

    document: dict[str, Any]
    facts: dict[str, Any]
    support: str
    advisories: dict[str, str] = field(default_factory=dict)
    updates: tuple[tuple[str, str | None, str], ...] = ()


def filetime(day: str) -> dict[str, str]:
    """Return a day as DriverDateData."""
    ticks = (date.fromisoformat(day) - date(1601, 1, 1)).days * 86_400 * 10_000_000
    return {"REG_BINARY": struct.pack("<Q", ticks).hex()}


def american(day: str) -> str:
    """Return a day as DriverDate."""
    year, month, number = (int(part) for part in day.split("-"))
    return f"{month}-{number}-{year}"


def smbios(maker: str, model: str) -> dict[str, str]:
    """Return SMBiosData with a BIOS and a system structure."""
    bios = bytes([0, 24, 0, 0, 1, 2]) + bytes(18) + b"Phoenix\0001.0\0\0"
    system = bytes([1, 27, 0, 1, 1, 2]) + bytes(21) + maker.encode() + b"\0" + model.encode() + b"\0\0"
    table = bios + system + bytes([127, 4, 0, 2, 0, 0])
    return {"REG_BINARY": (bytes([0, 2, 4, 0]) + struct.pack("<I", len(table)) + table).hex()}


def server(nt: str = "5.2", maker: str = "", model: str = "", *registries: dict[str, Any]) -> dict[str, Any]:
    """Return a server without adapters."""
    build, product = RELEASES[nt]
    machine = {f"{SERVICES}\\mssmbios\\Data": {"SMBiosData": smbios(maker, model)}} if maker and nt == "5.2" else {}
    firmware = (
        {"HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS": {"SystemManufacturer": maker, "SystemProductName": model}}
        if maker and nt != "5.2"
        else {}
    )
    release = {
        "CurrentVersion": nt,
        "CurrentBuildNumber": build,
        "ProductName": product,
        **({"CSDVersion": "Service Pack 2"} if nt == "5.2" else {}),
    }
    registry = {"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": release, **machine, **firmware}
    for each in registries:
        registry.update(each)
    return {
        "format": 1,
        "name": "nic",
        "environment": {"SystemRoot": "C:\\windows", "SystemDrive": "C:", "architecture": "AMD64"},
        "registry": registry,
        "files": {},
    }


def guid(class_key: str) -> str:
    """Return the connection's id of an adapter."""
    return f"{{A6DD7F1D-56D6-4CA9-81FB-BC435B50{class_key}}}"


def adapter(
    instance: str,
    class_key: str = "0007",
    name: str = "Local Area Connection",
    version: str | None = None,
    characteristics: int | None = 0x84,
    **said: Any,
) -> dict[str, Any]:
    """Return the registry of one adapter: class key, connection, device, and driver service with the devices that it
    serves.

    said: description, service, provider, date, inf, and params (keyword -> (value, schema, enum)).
    """
    day = said.get("date")
    values = {
        "NetCfgInstanceId": guid(class_key),
        "DriverDesc": said.get("description", ""),
        "DriverVersion": version,
        "DriverDate": american(day) if day else None,
        "DriverDateData": filetime(day) if day else None,
        "ProviderName": said.get("provider", "Microsoft"),
        "InfPath": said.get("inf", "oem7.inf"),
        "MatchingDeviceId": instance.rpartition("\\")[0].lower(),
        "Characteristics": characteristics,
        **{name: value for name, (value, _unused, _unused) in said.get("params", {}).items()},
    }
    service, key = said.get("service", ""), f"{CLASS}\\{class_key}"
    registry: dict[str, Any] = {
        key: {name: value for name, value in values.items() if value is not None},
        f"{key}\\Ndi": {"Service": service},
        f"{CONNECTIONS}\\{guid(class_key)}\\Connection": {"Name": name, "PnpInstanceID": instance},
        f"{ENUM}\\{instance}": {
            "ClassGUID": NETWORK.lower(),
            "Driver": f"{NETWORK.lower()}\\{class_key}",
            "HardwareID": [instance.rpartition("\\")[0]],
        },
        f"{SERVICES}\\{service}": {
            "Type": 1,
            "Start": 3,
            "ErrorControl": 1,
            "Group": "NDIS",
            "ImagePath": f"system32\\drivers\\{service}.sys",
        },
        f"{SERVICES}\\{service}\\Enum": {"0": instance, "Count": 1, "NextInstance": 1},
    }
    for keyword, (_unused, schema, choices) in said.get("params", {}).items():
        registry[f"{key}\\Ndi\\Params\\{keyword}"] = schema
        registry[f"{key}\\Ndi\\Params\\{keyword}\\Enum"] = choices
    return registry


def driver_file(service: str, version: str, company: str) -> dict[str, Any]:
    """Return the version resource of a driver's file."""
    return {
        f"{DRIVERS}\\{service}.sys": {
            "size": 1,
            "file_version": version,
            "product_version": version,
            "company": company,
        }
    }


def broadcom(version: str | None, vbd: str | None, board: str = PLAIN, **said: Any) -> dict[str, Any]:
    """Return a Server 2003 with a BCM5708. vbd: the version of its bus driver, None when the file cannot be read."""
    machine = {DELL: ("Dell Inc.", "PowerEdge 2950")}.get(board, ("", ""))
    instance = f"B06BDRV\\L2ND&{BROADCOM_5708.format(board=board)}\\5&1DCC6E7C&0&20050100"
    bus = {"Type": 1, "Start": 0, "ErrorControl": 1, "Group": "Base", "ImagePath": "system32\\drivers\\bxvbdx.sys"}
    document = server(
        "5.2", *machine, adapter(instance, version=version, **{**BROADCOM, **said}), {f"{SERVICES}\\b06bdrv": bus}
    )
    document["files"] = driver_file("l2nd", "3.5.8.0", "Broadcom Corporation")
    if vbd:
        document["files"].update(driver_file("bxvbdx", vbd, "Broadcom Corporation"))
    return document


def dell(version: str | None, vbd: str | None, **said: Any) -> dict[str, Any]:
    """Return a Dell PowerEdge 2950 of 2007."""
    return broadcom(version, vbd, DELL, **said)


def intel(provider: str, version: str, day: str) -> dict[str, Any]:
    """Return a Dell with an Intel PRO/1000 MT."""
    instance = "PCI\\VEN_8086&DEV_1079&SUBSYS_01691028&REV_03\\4&B70F118&0&0888"
    said = {
        "description": "Intel(R) PRO/1000 MT Network Connection",
        "service": "e1000",
        "provider": provider,
        "date": day,
    }
    return server("5.2", "Dell Inc.", "PowerEdge 2900", adapter(instance, version=version, **said))


def hp() -> dict[str, Any]:
    """Return a HP ProLiant DL380 G4 with its on-board Broadcom."""
    instance = f"PCI\\VEN_14E4&DEV_1648&SUBSYS_{COMPAQ}&REV_10\\4&2B8E0E4B&0&0810"
    said = {
        "description": "HP NC7782 Gigabit Server Adapter",
        "service": "q57w2k",
        "provider": "Hewlett-Packard Company",
        "date": "2008-01-18",
    }
    return server("5.2", "HP", "ProLiant DL380 G4", adapter(instance, version="10.39.0.0", **said))


def vmxnet3() -> dict[str, Any]:
    """Return a VMware guest."""
    rss = ("0", {"ParamDesc": "RSS", "type": "enum", "default": "0"}, {"0": "Disabled", "1": "Enabled"})
    lso = (None, {"ParamDesc": "IPv4 TSO Offload", "Type": "enum", "Default": "1"}, {"0": "Disabled", "1": "Enabled"})
    said = {
        "description": "vmxnet3 Ethernet Adapter",
        "service": "vmxnet3ndis6",
        "provider": "VMware, Inc.",
        "date": "2014-12-01",
    }
    instance = "PCI\\VEN_15AD&DEV_07B0&SUBSYS_07B015AD&REV_01\\FF56500001"
    return server(
        "6.1",
        "VMware, Inc.",
        "VMware Virtual Platform",
        adapter(instance, version="1.6.6.0", params={"*RSS": rss, "*LsoV2IPv4": lso}, **said),
    )


def netvsc() -> dict[str, Any]:
    """Return a Hyper-V guest."""
    instance = "VMBUS\\{F8615163-DF3E-46C5-913F-F2D2F965ED0E}\\5&2E1EFA5F&0&{A1}"
    said = {
        "description": "Microsoft Hyper-V Network Adapter",
        "service": "netvsc",
        "inf": "wnetvsc.inf",
        "date": "2006-06-21",
    }
    return server(
        "6.3", "Microsoft Corporation", "Virtual Machine", adapter(instance, version="6.3.9600.16384", **said)
    )


def non_present() -> dict[str, Any]:
    """Return a server with a connection whose adapter was taken out."""
    connection = {
        "Name": "Local Area Connection 2",
        "PnpInstanceID": "PCI\\VEN_14E4&DEV_1659&SUBSYS_01E61028&REV_11\\4&1",
    }
    return server("5.2", "", "", {f"{CONNECTIONS}\\{guid('0099')}\\Connection": connection})


def team() -> dict[str, Any]:
    """Return a server with the virtual adapter of a Broadcom team."""
    said = {"description": "BASP Virtual Adapter", "service": "Blfm", "provider": "Broadcom", "date": "2007-05-18"}
    return server(
        "5.2", "", "", adapter("ROOT\\BRCM_BLFM\\0000", name="Team 1", version="9.52.0.0", characteristics=0x81, **said)
    )


def wan_miniport() -> dict[str, Any]:
    """Return a WAN miniport: hidden, software, and without a connection of its own."""
    said = {"description": "WAN Miniport (IP)", "service": "NdisWan", "inf": "netrasa.inf", "date": "2002-10-01"}
    return server(
        "5.2", "", "", adapter("ROOT\\MS_NDISWANIP\\0000", version="5.2.3790.3959", characteristics=0x29, **said)
    )


def broken_date() -> dict[str, Any]:
    """Return a driver whose dates are none."""
    document = broadcom("4.6.55", "4.6.15.0", date=None)
    document["registry"][f"{CLASS}\\0007"].update(DriverDate="13-45-2007", DriverDateData={"REG_BINARY": "00808c"})
    return document


_AGE = {"driver-age": "holds"}
_BROADCOM = {"broadcom-netxtreme2-snp": "holds", **_AGE}
_DELL = {**_BROADCOM, "dell-broadcom-3.5.8.0": "holds"}
_NEEDED = ("driver", "3.5.8.0", "3.7.19")
_METAL = {"physical": True, "virtual": False, "present": True, "hypervisor": ""}
_XTREME = {
    **_METAL,
    "hardware.vendor": "Broadcom",
    "hardware.family": "NetXtreme II",
    "hardware.chip": "BCM5708",
    "hardware.enumerator": "B06BDRV",
}

SCENARIOS: dict[str, Scenario] = {
    "Dell PowerEdge 1950": Scenario(
        dell("3.5.8.0", "2.8.13.0"),
        {
            **_XTREME,
            "hardware.subsystem_vendor": "Dell",
            "driver.version_parsed": [3, 5, 8],
            "driver.date": "2007-07-27",
            "bus_driver.version": "2.8.13.0",
        },
        "none",
        {**_DELL, "broadcom-5706-5708-vbd": "holds"},
        (_NEEDED, ("bus_driver", "2.8.13.0", "2.8.18")),
    ),
    "Dell PowerEdge 2950 whose bus driver cannot be read": Scenario(
        dell("3.5.8.0", None),
        {**_XTREME, "bus_driver.version": None, "driver.in_box": False},
        "none",
        {**_DELL, "broadcom-5706-5708-vbd": "unknown"},
        (_NEEDED, ("bus_driver", None, "2.8.18")),
    ),
    "HP ProLiant DL380 G4": Scenario(
        hp(),
        {**_METAL, "hardware.subsystem_vendor": "HP", "hardware.family": "NetXtreme", "hardware.chip": "BCM5704"},
        "unknown",
        {"hp-broadcom-onboard": "unknown", **_AGE},
    ),
    "Broadcom 3.5.8.0": Scenario(
        broadcom("3.5.8.0", "2.8.18.0"),
        {**_XTREME, "hardware.subsystem_vendor": "Broadcom"},
        "none",
        _BROADCOM,
        (_NEEDED,),
    ),
    "Broadcom 3.7.19": Scenario(broadcom("3.7.19", "2.8.18.0"), _XTREME, "full", _AGE),
    "Broadcom 3.7.19.0 with the bus driver of before": Scenario(
        broadcom("3.7.19.0", "2.8.9.0"),
        _XTREME,
        "partial",
        {"broadcom-5706-5708-vbd": "holds", **_AGE},
        (("bus_driver", "2.8.9.0", "2.8.18"),),
    ),
    "Broadcom 3.10.1": Scenario(
        broadcom("3.10.1", "3.10.0.0"), {**_XTREME, "driver.version_parsed": [3, 10, 1]}, "full", _AGE
    ),
    "Intel, driver of Dell": Scenario(
        intel("Dell", "8.6.17.0", "2006-08-23"),
        {**_METAL, "hardware.vendor": "Intel", "hardware.family": "PRO/1000", "driver.provider": "Dell"},
        "unknown",
        {"intel-oem-driver": "unknown", **_AGE},
    ),
    "Intel, driver of Intel": Scenario(
        intel("Intel", "8.10.1.0", "2007-11-20"),
        {**_METAL, "hardware.vendor": "Intel"},
        "unknown",
        {"intel-oem-driver": "unknown", **_AGE},
    ),
    "vmxnet3": Scenario(
        vmxnet3(),
        {
            "physical": True,
            "hypervisor": "VMware",
            "hardware.enumerator": "PCI",
            'keywords."*RSS"': {"value": "0", "default": "0", "effective": "0", "allowed": ["0", "1"]},
            'keywords."*LsoV2IPv4"': {"value": None, "default": "1", "effective": "1", "allowed": ["0", "1"]},
        },
        "unknown",
    ),
    "netvsc": Scenario(
        netvsc(),
        {
            "physical": True,
            "hypervisor": "Hyper-V",
            "hardware.enumerator": "VMBUS",
            "hardware.family": "netvsc",
            "driver.in_box": True,
        },
        "unknown",
    ),
    "a non-present adapter": Scenario(
        non_present(),
        {
            "present": False,
            "name": "Local Area Connection 2",
            "class_key": "",
            "hardware.chip": "BCM5721",
            "physical": None,
        },
        "unknown",
    ),
    "a team": Scenario(
        team(),
        {"team": True, "virtual": True, "physical": False, "hidden": False, "hardware.enumerator": "ROOT"},
        "none",
    ),
    "a WAN miniport": Scenario(
        wan_miniport(), {"hidden": True, "virtual": True, "physical": False, "driver.in_box": True}, "none"
    ),
    "a broken date": Scenario(
        broken_date(), {**_XTREME, "driver.date": None, "driver.version": "4.6.55"}, "full", {"driver-age": "unknown"}
    ),
    "no version": Scenario(
        broadcom(None, "2.8.18.0"),
        {**_XTREME, "driver.version": None, "driver.version_parsed": None},
        "unknown",
        {"broadcom-netxtreme2-snp": "unknown", **_AGE},
        (("driver", None, "3.7.19"),),
    ),
}
