# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that the tests use, described. Sources stand beside the facts; [M]: general knowledge; [I]: inferred."""

from __future__ import annotations

from typing import Any

from tests.lab import parts
from tests.lab.large import large
from tests.lab.parts import DRIVERS, MICROSOFT, SERVICES
from tests.support.scenarios.adapters import SCENARIOS

__all__ = ["exchange_2003", "exchange_2003_broadcom", "large", "plain_2008r2", "stubborn_2022"]

VISION_WORKS = "Vision Works Solutions Incorporated"
_NO_TCP_CONTEXT = {"exit_code": 1, "output": "The following command was not found: interface tcp dump.\r\n"}
"""Server 2003 has no "netsh interface tcp" [facts A1]."""

_BLOCK = (
    "# ----------------------------------\r\n# TCP Configuration\r\n# ----------------------------------\r\n"
    "pushd interface tcp\r\n\r\nreset\r\n\r\nset global {}\r\n\r\n\r\npopd\r\n# End of TCP configuration\r\n"
)
_TCP_2008_R2 = (
    "rss=enabled chimney=automatic autotuninglevel=normal congestionprovider=none ecncapability=disabled"
    " timestamps=disabled netdma=enabled dca=enabled initialrto=3000 nonsackrttresiliency=disabled"
    " maxsynretransmissions=2"
)
"""Of a Windows 7 SP1 x64 diagnostic report [facts B1]; a 2008 R2 has the same build."""
_TCP_2022 = (
    "rss=enabled autotuninglevel=normal congestionprovider=default ecncapability=disabled timestamps=disabled"
    " initialrto=1000 rsc=enabled nonsackrttresiliency=disabled maxsynretransmissions=4 fastopen=enabled"
    " fastopenfallback=enabled hystart=enabled pacingprofile=off"
)
"""Of an English Windows 10/11 of that age [facts B1]."""

_STOCK_DRIVERS: tuple[tuple[str, int, int, int, str | None, str, bool, bool], ...] = (
    # name, Type, Start, ErrorControl, Group, description, running, can stop
    ("AFD", 1, 1, 1, "TDI", "AFD Networking Support Environment", True, False),
    ("Cdfs", 2, 4, 1, "File system", "CD-ROM File System Driver", False, False),
    ("Cdrom", 1, 1, 1, "SCSI CDROM Class", "CD-ROM Driver", True, True),
    ("Disk", 1, 0, 1, "SCSI Class", "Disk Driver", True, False),
    ("Fastfat", 2, 4, 1, "Boot File System", "FAT File System Driver", False, False),
    ("FltMgr", 2, 0, 1, "FSFilter Infrastructure", "Filter Manager", True, False),
    ("HTTP", 1, 3, 1, None, "HTTP", True, True),
    ("MRxSmb", 2, 1, 1, "Network", "MRXSMB", True, True),
    ("Npfs", 2, 1, 1, "File system", "Npfs", True, False),
    ("Ntfs", 2, 4, 1, "Boot File System", "NT File System Driver", False, False),
    ("Parport", 1, 3, 0, "Parallel arbitrator", "Parallel port driver", False, False),
    ("PartMgr", 1, 0, 3, "System Bus Extender", "Partition Manager", True, False),
    ("Tcpip", 1, 1, 1, "PNP_TDI", "TCP/IP Protocol Driver", True, False),
    ("VgaSave", 1, 1, 0, "Video Save", "VGA Display Controller", False, False),
)
"""Names, types, groups and error control as of the Windows 7 SP1 hive in facts' captures and of Server 2003 [M]."""

_RESOURCE = {"FltMgr": "fltmgr.sys", "MRxSmb": "mrxsmb.sys", "VgaSave": "vga.sys"}


def _add_stock(document: parts.Document, version: str) -> None:
    for name, kind, start, error, group, description, running, can_stop in _STOCK_DRIVERS:
        image = _RESOURCE.get(name, f"{name.lower()}.sys")
        values: dict[str, Any] = {"Type": kind, "Start": start, "ErrorControl": error, "DisplayName": description}
        values["ImagePath"] = {"REG_EXPAND_SZ": f"system32\\drivers\\{image}"}
        parts.add_service(
            document, name, values | ({"Group": group} if group else {}), running=running, can_stop=can_stop
        )
        parts.add_file(document, f"{DRIVERS}\\{image}", MICROSOFT, version, description)
    document["registry"][f"{SERVICES}\\Dhcp"] = _shared_service("DHCP Client", 2)
    document["services"]["Dhcp"] = {"status": "stopped", "can_stop": False}
    document["registry"][f"{SERVICES}\\Spooler"] = _shared_service("Print Spooler", 3)
    document["services"]["Spooler"] = {"status": "stopped", "can_stop": False}


def _shared_service(display_name: str, start: int) -> dict[str, Any]:
    image = {"REG_EXPAND_SZ": "%SystemRoot%\\system32\\svchost.exe -k NetworkService"}
    return {"Type": 32, "Start": start, "ErrorControl": 1, "DisplayName": display_name, "ImagePath": image}


def _add_famv4(document: parts.Document, *, can_stop: bool) -> None:
    """The File Access Manager driver [facts G2]; its Type, Start and Group on a real server are not known [I]."""
    values = {
        "Type": 2,
        "Start": 1,
        "ErrorControl": 1,
        "DisplayName": "FAMv4",
        "Group": "FSFilter Open File",
        "ImagePath": {"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"},
    }
    parts.add_service(document, "FAMv4", values, running=True, can_stop=can_stop)
    parts.add_file(
        document, f"{DRIVERS}\\FAMv4.sys", VISION_WORKS, "4.0.0.1", "File Access Manager Driver",
        product="File Access Manager", created="2006-03-01T00:00:00Z", modified="2006-03-01T00:00:00Z",
    )  # fmt: skip


def exchange_2003() -> parts.Document:
    """Exchange 2003 on Server 2003 SP2 with FAMv4 left behind: it runs, can be stopped, and no product owns it."""
    document = parts.empty("ex2003", "made up from facts A, D, E, G; file versions of SP2 [M]")
    parts.add_release(document, "5.2", "3790", "Microsoft Windows Server 2003", "Service Pack 2")
    _add_stock(document, "5.2.3790.3959")
    _add_famv4(document, can_stop=True)
    exifs = {"Type": 2, "Start": 3, "DisplayName": "Microsoft Exchange Installable File System Driver"}
    image = f"{DRIVERS}\\exifs.sys"  # Microsoft's own, hidden as an orphan would be [facts E4, KB246216]
    parts.add_service(document, "EXIFS", exifs | {"ImagePath": {"REG_EXPAND_SZ": f"\\??\\{image}"}}, running=True)
    parts.add_file(document, image, MICROSOFT, "6.5.7638.1", "Exchange Installable File System")
    folder = "C:\\Program Files\\Exchsrvr\\bin"
    for name, program, text in (
        ("MSExchangeIS", "store.exe", "Microsoft Exchange Information Store"),
        ("MSExchangeSA", "mad.exe", "Microsoft Exchange System Attendant"),
    ):
        values = {"Type": 16, "Start": 2, "ObjectName": "LocalSystem", "DisplayName": text}
        parts.add_service(document, name, values | {"ImagePath": f'"{folder}\\{program}"'}, running=True)
        parts.add_file(document, f"{folder}\\{program}", MICROSOFT, "6.5.7638.1", text)
    parts.add_product(document, "Microsoft Exchange", "Microsoft Exchange", MICROSOFT, "6.5.7638.1")
    parts.add_product(
        document, "KB948496", "Hotfix for Windows Server 2003 (KB948496)", MICROSOFT, ParentDisplayName="x"
    )
    parts.add_product(document, "{0A0C2D3E-0001-4000-8000-000000000001}", "VMware Tools", "VMware, Inc.", "3.1.2")
    document["registry"][f"{SERVICES}\\Tcpip\\Parameters"] = {"EnableTCPChimney": 1, "EnableRSS": 1, "EnableTCPA": 1}
    document["commands"]["netsh interface tcp dump"] = dict(_NO_TCP_CONTEXT)
    return document


def exchange_2003_broadcom() -> parts.Document:
    """exchange_2003() with a network adapter whose driver does not support the offload that the server has on."""
    document, adapter = exchange_2003(), SCENARIOS["Broadcom 3.5.8.0"].document
    for part in ("registry", "files"):
        document[part] = adapter[part] | document[part]
    return document


def plain_2008r2() -> parts.Document:
    """Server 2008 R2 SP1 without FAMv4."""
    document = parts.empty("plain2008r2", "made up from facts A, B1; file versions of SP1 [M]")
    parts.add_release(document, "6.1", "7601", "Windows Server 2008 R2 Standard", "Service Pack 1")
    _add_stock(document, "6.1.7601.17514")
    parts.add_product(document, "{0A0C2D3E-0001-4000-8000-000000000001}", "VMware Tools", "VMware, Inc.", "9.4.0")
    document["commands"]["netsh interface tcp dump"] = {"exit_code": 0, "output": _BLOCK.format(_TCP_2008_R2)}
    return document


def stubborn_2022() -> parts.Document:
    """Server 2022 with FAMv4 as a legacy filter that does not stop."""
    document = parts.empty("stubborn2022", "made up from facts A, B1, E3; file versions [M]")
    document["environment"]["powershell"] = "5.1"
    parts.add_release(document, "6.3", "20348", "Windows Server 2022 Standard", None)
    numbers = {"CurrentMajorVersionNumber": 10, "CurrentMinorVersionNumber": 0, "UBR": 2031}
    document["registry"][parts.CURRENT_VERSION] |= numbers
    _add_stock(document, "10.0.20348.1")
    _add_famv4(document, can_stop=False)
    document["commands"]["netsh interface tcp dump"] = {"exit_code": 0, "output": _BLOCK.format(_TCP_2022)}
    return document
