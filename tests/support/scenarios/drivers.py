# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Server 2008 R2 of 300 drivers: Windows' own, products with theirs, and six that were left behind.

Names and companies are real where Windows and well-known products are meant; the leftovers but for FAMv4 are made up.
What is Windows' own says so by its file alone here; no name is taken from the collection's list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Document = dict[str, Any]

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
ENUM = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
DRIVERS = "C:\\Windows\\system32\\drivers"
DISKS = f"{CONTROL}\\Class\\{{4d36e967-e325-11ce-bfc1-08002be10318}}"
VOLUMES = f"{CONTROL}\\Class\\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
USER = "S-1-5-21-1004336348-1177238915-682003330-1104"
COUNT = 300

LEFTOVERS = {
    "FAMv4": "known_leftover",
    "AbOpenFile": "orphan",  # a legacy file-system filter that runs, and stands in a class's filter list
    "TvShadow": "orphan",  # a minifilter whose instances are where Windows Server 2025 has them, and that is not loaded
    "TvTrack": "orphan",  # of the same company, disabled: the two do not keep each other alive
    "OrbVault": "orphan",  # a kernel driver in a program's folder, started with the system
    "GrymSnap": "dangling",  # its file is gone
}
"""The six, with their classifications."""

_WINDOWS = ("Microsoft Corporation", "Microsoft® Windows® Operating System", "6.1.7601.17514")
_INSTALLED = 1300000000  # 2011-03-13
_OF_WINDOWS, _LATER = "2010-11-20T09:30:00Z", "2014-06-02T08:00:00Z"

# name, type, start, error control, group
_BOOT = (
    "ACPI pci msisadrv vdrvroot partmgr volmgr volmgrx mountmgr atapi pciide intelide CLFS fvevol rdyboost KSecDD "
    "KSecPkg CNG NDIS FltMgr Disk volsnap spldr"
)
_SYSTEM = (
    "AFD blbdrive cdrom DfsC discache mssmbios NetBIOS NetBT nsiproxy Psched rdbss RDPCDD RDPENCDD RDPREFMP tdx "
    "TermDD VgaSave Wanarpv6 WfpLwf Msfs Npfs Null Beep Serial ws2ifsl"
)
_DEMAND = (
    "1394ohci AcpiPmi agp440 AmdK8 AmdPPM AppID AsyncMac bowser circlass CmBatt Compbatt CompositeBus drmkaud "
    "DXGKrnl ErrDev fdc flpydisk FsDepends HDAudBus HidBatt HidBth HidIr HidUsb HTTP i8042prt intelppm "
    "IpFilterDriver IPMIDRV IPNAT IRENUM isapnp iScsiPrt kbdclass kbdhid ksthunk Modem monitor mouclass mouhid "
    "mpio mpsdrv MRxDAV mrxsmb mrxsmb10 mrxsmb20 msahci msdsm mshidkmdf MsRPC MTConfig NativeWifiP NdisCap "
    "NdisTapi Ndisuio NdisWan NDProxy ohci1394 Parport pcmcia PptpMiniport Processor RasAcd RasAgileVpn Rasl2tp "
    "RasPppoe RasSstp rdpbus RDPDR RDPWD s3cap sbp2port scfilter Serenum sermouse sffdisk sffp_mmc sffp_sd sfloppy "
    "Smb srv srv2 srvnet storflt storvsc swenum Synth3dVsc TCPIP6 tcpipreg TDPIPE TDTCP tssecsrv TsUsbFlt tsusbhub "
    "tunnel uagp35 uliagpkx umbus UmPass usbccgp usbcir usbehci usbhub usbohci usbprint USBSTOR usbuhci vga vhdmp "
    "vmbus VMBusHID vwifibus WacomPen Wd Wdf01000 WIMMount WmiAcpi WudfPf WUDFRd"
)
_FILE_SYSTEMS = {
    "cdfs": 4,
    "udfs": 4,
    "exfat": 3,
    "fastfat": 3,
    "Ntfs": 3,
    "Filetrace": 3,
    "FileInfo": 0,
    "luafv": 2,
    "Fs_Rec": 1,
}

# Other companies' drivers that come with Windows: for hardware that need not be there.
_ON_THE_MEDIUM = {
    "Adaptec, Inc.": "adp94xx adpahci adpu320",
    "PMC-Sierra, Inc.": "arc arcsas",
    "LSI Corporation": "LSI_FC LSI_SAS LSI_SAS2 LSI_SCSI megasas",
    "LSI Corporation, Inc.": "MegaSR",
    "QLogic Corporation": "ql2300 ql40xx",
    "Emulex": "elxstor",
    "IBM Corporation": "nfrd960",
    "Intel Corp./ICP vortex GmbH": "iirsp",
    "NVIDIA Corporation": "nvraid nvstor",
    "Promise Technology": "stexstor",
    "VIA Technologies Inc.,Ltd": "vsmraid",
    "Silicon Integrated Systems Corp.": "SiSRaid2 SiSRaid4",
    "Hewlett-Packard Company": "HpSAMD",
    "Macrovision Corporation, Macrovision Europe Limited, and Macrovision Japan and Asia K.K.": "secdrv",
    "Brother Industries, Ltd.": "BrFiltLo BrFiltUp Brserid BrSerWdm BrUsbMdm BrUsbSer",
    "Advanced Micro Devices": "amdsata amdsbs amdxata",
}


class Builder:
    """Adds services, files, products and devices to a document."""

    def __init__(self) -> None:
        self.registry: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.services: dict[str, dict[str, Any]] = {}

    def driver(self, name: str, company: str, product: str, version: str = "5.0.0.0", **other: Any) -> None:
        """Add a driver. Other values of its key by their names; image, created, exists, running, can_stop as they
        say."""
        facts = {
            "image": f"{DRIVERS}\\{name}.sys",
            "created": _LATER,
            "exists": True,
            "running": False,
            "can_stop": True,
        }
        values = {
            "Type": 1,
            "Start": 3,
            "ErrorControl": 1,
            **{key: each for key, each in other.items() if key not in facts},
        }
        facts |= {key: each for key, each in other.items() if key in facts}
        if "ImagePath" not in values:
            values["ImagePath"] = {"REG_EXPAND_SZ": f"system32\\drivers\\{name}.sys"}
        self.registry[f"{SERVICES}\\{name}"] = {key: each for key, each in values.items() if each is not None}
        if facts["exists"]:
            self.file(str(facts["image"]), company, product, version, str(facts["created"]))
        status = "running" if facts["running"] else "stopped"
        self.services[name] = {"status": status, "can_stop": bool(facts["running"] and facts["can_stop"])}

    def file(self, path: str, company: str, product: str, version: str, created: str) -> None:
        """Add a file."""
        name = path.rpartition("\\")[2]
        self.files[path] = {
            "size": 40960, "file_version": version, "product_version": version, "company": company, "product": product,
            "description": f"{product} ({name})", "original_filename": name, "created": created, "modified": created,
        }  # fmt: skip

    def program(self, name: str, image: str, company: str, product: str, **values: Any) -> None:
        """Add a Win32 service."""
        key = {"Type": 0x10, "Start": 2, "ErrorControl": 1, "ImagePath": {"REG_EXPAND_SZ": f'"{image}"'}, **values}
        self.registry[f"{SERVICES}\\{name}"] = key
        self.services[name] = {"status": "stopped", "can_stop": False}
        if image not in self.files:
            self.file(image, company, product, "5.0.0.0", _LATER)

    def installed(self, name: str, publisher: str, root: str = "HKLM\\SOFTWARE", **values: Any) -> None:
        """Add an uninstall entry."""
        self.registry[f"{root}\\{UNINSTALL}\\{name}"] = {"DisplayName": name, "Publisher": publisher, **values}

    def device(self, instance: str, service: str, present: bool = True, **values: Any) -> None:
        """Add a Plug and Play device, which its driver serves where it is present."""
        self.registry[f"{ENUM}\\{instance}"] = {"Service": service, **values}
        if present and not instance.startswith("ROOT\\LEGACY_"):
            served = self.registry.setdefault(f"{SERVICES}\\{service}\\Enum", {"Count": 0, "NextInstance": 0})
            number = served["Count"]
            served |= {str(number): instance, "Count": number + 1, "NextInstance": number + 1}

    def document(self) -> Document:
        """Return the server."""
        return {
            "format": 1, "name": "srv300", "note": "made up; see tests/support/scenarios/drivers.py",
            "environment": {
                "SystemRoot": "C:\\Windows", "SystemDrive": "C:", "architecture": "AMD64", "powershell": "2.0",
                "computer_name": "SRV300",
            },
            "registry": self.registry, "files": self.files, "services": self.services,
        }  # fmt: skip


def large() -> Document:
    """Return the server of 300 drivers."""
    server = stock()
    products(server)
    leftovers(server)
    drivers = sum(
        1 for path, values in server.registry.items() if path.startswith(SERVICES) and values.get("Type", 0) & 0xB
    )
    for number in range(COUNT - drivers):
        fill(server, number)
    return server.document()


def stock() -> Builder:
    """Return Windows alone, with the drivers of other companies that come on its medium."""
    server = Builder()
    server.registry["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"] = {
        "CurrentVersion": "6.1", "CurrentBuildNumber": "7601", "InstallDate": _INSTALLED,
        "ProductName": "Windows Server 2008 R2 Standard",
    }  # fmt: skip
    _windows_drivers(server)
    for company, names in _ON_THE_MEDIUM.items():
        for name in names.split():
            server.driver(name, company, f"{company} driver", created=_OF_WINDOWS, Group="SCSI Miniport")
    server.registry[f"{SERVICES}\\secdrv"] |= {"Start": 2, "Group": "Extended Base"}
    _windows_services(server)
    server.registry[DISKS] = {"UpperFilters": ["partmgr"]}
    server.registry[VOLUMES] = {"UpperFilters": ["volsnap"], "LowerFilters": ["fvevol", "rdyboost"]}
    for name in f"{_BOOT} vga VgaSave srv srv2".split():
        server.registry[f"{CONTROL}\\SafeBoot\\Minimal\\{name}"] = {"": "Driver"}
        server.registry[f"{CONTROL}\\SafeBoot\\Network\\{name}"] = {"": "Driver"}
    return server


def _windows_drivers(server: Builder) -> None:
    for names, start, control, group in (
        (_BOOT, 0, 3, "Boot Bus Extender"), (_SYSTEM, 1, 1, "PNP_TDI"), (_DEMAND, 3, 1, None),
    ):  # fmt: skip
        for name in names.split():
            server.driver(name, *_WINDOWS, Start=start, ErrorControl=control, Group=group, created=_OF_WINDOWS)
    for name, start in _FILE_SYSTEMS.items():
        server.driver(name, *_WINDOWS, Type=2, Start=start, Group="Boot File System", created=_OF_WINDOWS)
    for name in ("Ntfs", "Msfs", "Null", "Beep", "Fs_Rec", "exfat", "fastfat"):
        server.registry[f"{SERVICES}\\{name}"].pop("ImagePath")
    server.registry[f"{SERVICES}\\NDProxy"]["DisplayName"] = ["NDIS Proxy", ""]
    for place, name in enumerate(_DEMAND.split()):
        server.device(
            f"ROOT\\SYSTEM\\{place:04d}" if place % 3 else f"PCI\\VEN_8086&DEV_{place:04X}\\3&11583659&0&{place:02X}",
            name,
        )


def _windows_services(server: Builder) -> None:
    host = "C:\\Windows\\system32\\svchost.exe"
    for number in range(120):
        server.program(
            f"WinSvc{number:03d}", host, *_WINDOWS[:2], Type=0x20, DependOnService=["RpcSs"] if number % 2 else ["AFD"]
        )
        server.registry[f"{SERVICES}\\WinSvc{number:03d}"]["ImagePath"] = {
            "REG_EXPAND_SZ": "%SystemRoot%\\system32\\svchost.exe -k netsvcs"
        }


def products(server: Builder) -> None:
    """Add products with their drivers, each recognisable in another way, and what looks like a leftover and is none."""
    _by_entry(server)
    _by_other_ties(server)
    _look_alikes(server)


def _filters(server: Builder, names: Iterable[str], company: str, product: str, **values: Any) -> None:
    for number, name in enumerate(names):
        server.driver(
            name, company, product, Type=2, Start=1, Group="FSFilter Anti-Virus", DependOnService=["FltMgr"], **values
        )
        server.registry[f"{SERVICES}\\{name}\\Instances"] = {"DefaultInstance": name}
        server.registry[f"{SERVICES}\\{name}\\Instances\\{name}"] = {"Altitude": f"{321000 + number}", "Flags": 0}


def _by_entry(server: Builder) -> None:
    wow, user = "HKLM\\SOFTWARE\\WOW6432Node", f"HKU\\{USER}\\Software"
    server.installed("VMware Tools", "VMware, Inc.")
    _filters(server, ("vmhgfs", "vsepflt"), "VMware, Inc.", "VMware Tools")
    server.driver("vmmemctl", "VMware, Inc.", "VMware Tools", Start=2)
    server.installed("Trend Micro OfficeScan Client", "Trend Micro Inc.", wow)
    _filters(server, ("TmFilter", "TmPreFilter", "VSApiNt"), "Trend Micro Inc.", "Trend Micro Eyes")
    server.installed(
        "Veritas Backup Exec Agent", "Veritas Technologies LLC", wow
    )  # the line of Symantec that was sold on
    _filters(server, ("VirtFile",), "Symantec Corporation", "Symantec Virtual File Driver")
    server.installed("File Sentinel for Everyone", "Northgale Ltd", user)
    _filters(server, ("NgSentry",), "Northgale Limited", "Sentry")
    products = f"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\{USER}\\Products"
    properties = {"DisplayName": "Hollin Sync", "Publisher": "Hollin GmbH"}
    server.registry[f"{products}\\0123456789ABCDEF\\InstallProperties"] = properties
    _filters(server, ("HollinFS",), "Hollin GmbH", "Hollin Sync")
    server.installed("Microsoft Exchange Server 2010", "Microsoft Corporation")
    server.driver("ExIFS", "Microsoft Corporation", "Microsoft Exchange Server", Type=2, Start=3)
    server.installed("Update for VMware Tools", "VMware, Inc.", ParentDisplayName="VMware Tools")


def _by_other_ties(server: Builder) -> None:
    server.installed("Guardian Endpoint", "Renamed Holdings Inc.", InstallLocation="C:\\Program Files\\Oldname\\Guard")
    image = "C:\\Program Files\\Oldname\\Guard\\oldguard.sys"
    server.driver("oldguard", "Oldname Software", "Oldname Guard", image=image, ImagePath=f"\\??\\{image}", Start=1)
    server.program("KestrelSvc", "C:\\Program Files\\Kestrel\\kestrel.exe", "Kestrel Systems, Inc.", "Kestrel")
    _filters(server, ("KestrelFlt",), "Kestrel Systems Inc", "Kestrel Filter")
    server.program(
        "LarkAgent", "C:\\Program Files\\Lark\\agent.exe", "Larkspur AG", "Lark", DependOnService=["LarkNet"]
    )
    server.driver("LarkNet", "Third Hand Labs", "Packet Engine", Start=2)
    server.driver("bnx2", "Broadcom Corporation", "Broadcom NetXtreme", Group="NDIS")
    server.device(
        "PCI\\VEN_14E4&DEV_1639\\4&2A6B\\0000".replace("\\0000", ""),
        "bnx2",
        Driver="{4d36e972-e325-11ce-bfc1-08002be10318}\\0007",
    )
    server.installed(
        "Pinedrive Component", "Somebody Else", SystemComponent=1
    )  # not listed by Windows, and yet the very product
    _filters(server, ("pinedrv",), "Pinewood Oy", "Pinedrive")
    server.driver(
        "bcmdiag", "Broadcom Corporation", "Broadcom Diagnostics", Start=1
    )  # its company lives through a device


def _look_alikes(server: Builder) -> None:
    server.installed("Quick Heal Total Security", "Quick Heal Technologies (P) Ltd.", "HKLM\\SOFTWARE\\WOW6432Node")
    _filters(server, ("fam",), "Quick Heal Technologies (P) Ltd.", "Quick Heal Activity Monitor")
    server.installed("Double-Take Availability", "Vision Solutions, Inc.")
    _filters(server, ("RepDrv", "RepKap"), "Vision Solutions, Inc.", "Double-Take")
    server.driver("sampledrv", "Windows (R) Win 7 DDK provider", "Windows (R) Win 7 DDK driver", Start=1)
    server.driver("claims", "Microsoft Corporation", "Somebody's Product", Start=1)
    server.driver("nameless", "", "", Start=1)


def leftovers(server: Builder) -> None:
    """Add the six."""
    server.driver(
        "FAMv4", "Vision Works Solutions Incorporated", "File Access Manager", "4.0.0.1",
        Type=2, Start=1, Group="FSFilter Open File", running=True,
        ImagePath={"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"},
    )  # fmt: skip
    server.device("ROOT\\LEGACY_FAMV4\\0000", "FAMv4")
    server.driver(
        "AbOpenFile", "Abalone Backup Corp.", "Abalone Open File Manager",
        Type=2, Start=0, Group="Filter", running=True, can_stop=False,
    )  # fmt: skip
    server.registry[VOLUMES]["UpperFilters"].append("AbOpenFile")
    for name, start in (("TvShadow", 3), ("TvTrack", 4)):
        server.driver(
            name,
            "Tidevault, LLC",
            "Tidevault Continuous Backup",
            Type=2,
            Start=start,
            Group="FSFilter Continuous Backup",
        )
    server.registry[f"{SERVICES}\\TvShadow\\Parameters\\Instances\\TvShadow"] = {"Altitude": "281337.5", "Flags": 0}
    server.installed("Tidevault Shared Runtime", "Tidevault, LLC", SystemComponent=1)
    server.installed("Hotfix 12 for Tidevault", "Tidevault, LLC", ParentDisplayName="Tidevault Continuous Backup")
    image = "C:\\Program Files (x86)\\Orbital Vault\\orbvault.sys"
    server.driver("OrbVault", "Orbital Data S.A.", "Orbital Vault", image=image, ImagePath=f"\\??\\{image}", Start=1)
    server.program(
        "OrbVaultSvc",
        "C:\\Program Files (x86)\\Orbital Vault\\orbsvc.exe",
        "Orbital Data S.A.",
        "Orbital Vault",
        Start=4,
    )
    server.driver("GrymSnap", "", "", Type=1, Start=0, Group="PnP Filter", exists=False)


def fill(server: Builder, number: int) -> None:
    """Add one more driver of a product that is installed."""
    company = f"Vendor {number % 9} Corporation"
    if number < 9:
        server.installed(f"Suite of vendor {number}", company)
    server.driver(
        f"vnd{number:03d}",
        company,
        f"Suite {number % 9}",
        Type=2 - number % 2,
        Start=3,
        Group="FSFilter Activity Monitor",
    )
    server.device(f"SWD\\VENDOR\\{number:04d}", f"vnd{number:03d}") if number % 4 == 0 else None
