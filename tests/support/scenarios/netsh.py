# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of every release as netsh and Tcpip\\Parameters show them, in four languages.

The line "set global" is English on every language that was seen (English, Russian); the comments around it are not.
Which words a line has:

5.2             there is no "interface tcp" context; what netsh says of one is inferred
6.0             inferred from "show global" of Server 2008 and the usage text of netsh: no dump of it was seen
6.1             seen (7601, x64, with comments)
6.2, 6.3        inferred from "show global" of Server 2012: no dump was seen
10.0.14393      inferred from 10.0.17763 and the documentation's "show global", which still has chimney
10.0.17763      seen (Windows 10 of its age)
10.0.20348      seen (Windows 10 and 11)
10.0.26100      seen (Windows 11, Russian, with comments; so was "interface udp", which others are taken not to have)

Of the comments, English and Russian were seen; German and Japanese are inferred from "show global" in these languages.
"""

from __future__ import annotations

from typing import Any

VERSION_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
TCPIP = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip"
PARAMETERS = f"{TCPIP}\\Parameters"
DUMP = "netsh interface tcp dump"
UDP_DUMP = "netsh interface udp dump"

_OLD = "autotuninglevel=normal congestionprovider={provider} ecncapability=disabled timestamps=disabled"
_MIDDLE = f"{_OLD} netdma={{netdma}} dca=disabled initialrto=3000"
_LATER = (
    f"{_OLD} initialrto=1000 rsc=enabled nonsackrttresiliency=disabled maxsynretransmissions=4 "
    "fastopen=enabled fastopenfallback=enabled"
)
_RESEND = "nonsackrttresiliency=disabled maxsynretransmissions=2"

LINES: dict[str, str] = {
    "6.0.6002": f"rss=enabled chimney=enabled {_OLD}".format(provider="ctcp"),
    "6.1.7601": f"rss=enabled chimney=automatic {_MIDDLE} {_RESEND}".format(provider="none", netdma="enabled"),
    "6.2.9200": f"rss=enabled chimney=disabled {_MIDDLE} rsc=enabled {_RESEND}".format(
        provider="none", netdma="disabled"
    ),
    "6.3.9600": f"rss=enabled chimney=disabled {_MIDDLE} rsc=enabled {_RESEND}".format(
        provider="none", netdma="disabled"
    ),
    "10.0.14393": f"rss=enabled chimney=disabled {_LATER} pacingprofile=off".format(provider="default"),
    "10.0.17763": f"rss=enabled {_LATER} pacingprofile=off".format(provider="default"),
    "10.0.20348": f"rss=enabled {_LATER} hystart=enabled pacingprofile=off".format(provider="default"),
    "10.0.26100": f"rss=enabled {_LATER} hystart=enabled prr=enabled pacingprofile=off".format(provider="default"),
}

RELEASES = ("5.2.3790", *LINES)
PRODUCTS = {
    "5.2.3790": "Microsoft Windows Server 2003",
    "6.0.6002": "Windows Server 2008 Standard",
    "6.1.7601": "Windows Server 2008 R2 Standard",
    "6.2.9200": "Windows Server 2012 Standard",
    "6.3.9600": "Windows Server 2012 R2 Standard",
    "10.0.14393": "Windows Server 2016 Standard",
    "10.0.17763": "Windows Server 2019 Standard",
    "10.0.20348": "Windows Server 2022 Standard",
    "10.0.26100": "Windows Server 2025 Standard",
}
_PACKS = {"5.2.3790": "Service Pack 2", "6.0.6002": "Service Pack 2", "6.1.7601": "Service Pack 1"}

COMMENTS = {
    "en": ("TCP Configuration", "End of TCP configuration"),
    "de": ("TCP-Konfiguration", "Ende der TCP-Konfiguration"),
    "ja": ("TCP 構成", "TCP 構成の終了"),
    "ru": ("Конфигурация TCP", "Конец конфигурации TCP"),
}
LANGUAGES = tuple(COMMENTS)

_UNKNOWN_CONTEXT = {
    "en": "The following command was not found: interface tcp dump.",
    "de": "Der folgende Befehl wurde nicht gefunden: interface tcp dump.",
    "ja": "次のコマンドは見つかりませんでした: interface tcp dump",
    "ru": "Не найдена следующая команда: interface tcp dump.",
}


def dump(release: str, language: str = "en") -> dict[str, Any]:
    """Return what `netsh interface tcp dump` answers: exit_code and output."""
    if release not in LINES:
        return {"exit_code": 1, "output": f"{_UNKNOWN_CONTEXT[language]}\r\n"}
    title, end = COMMENTS[language]
    rule = "# " + "-" * 34
    lines = [
        rule,
        f"# {title}",
        rule,
        "pushd interface tcp",
        "",
        "reset",
        "",
        f"set global {LINES[release]}",
        "",
        "",
        "popd",
        f"# {end}",
    ]
    return {"exit_code": 0, "output": "\r\n".join(lines) + "\r\n\r\n"}


def udp_dump(release: str, language: str = "en") -> dict[str, Any]:
    """Return what `netsh interface udp dump` answers: exit_code and output."""
    if release != "10.0.26100":
        return {"exit_code": 1, "output": _UNKNOWN_CONTEXT[language].replace("tcp", "udp") + "\r\n"}
    like = dump(release, language)["output"].replace("TCP", "UDP").replace("interface tcp", "interface udp")
    return {"exit_code": 0, "output": like.replace(f"set global {LINES[release]}", "set global uro=disabled")}


def version_values(release: str) -> dict[str, Any]:
    """Return the values that say which release a server is. From Windows 10 on CurrentVersion stays at 6.3."""
    major, minor, build = release.split(".")
    values: dict[str, Any] = {
        "CurrentVersion": f"{major}.{minor}",
        "CurrentBuildNumber": build,
        "ProductName": PRODUCTS[release],
    }
    if release in _PACKS:
        values["CSDVersion"] = _PACKS[release]
    if major == "10":
        values |= {"CurrentVersion": "6.3", "CurrentMajorVersionNumber": 10, "CurrentMinorVersionNumber": 0}
    return values


def server(release: str, language: str = "en", **parameters: Any) -> dict[str, Any]:
    """Return a server of a release as its setup leaves it. parameters: more values of Tcpip\\Parameters."""
    return {
        "format": 1,
        "name": f"nt{release}-{language}",
        "note": "dump and comments as tests/support/scenarios/netsh.py says",
        "environment": {
            "SystemRoot": "C:\\WINDOWS",
            "SystemDrive": "C:",
            "architecture": "AMD64",
            "computer_name": "SERVER",
        },
        "registry": {
            VERSION_KEY: version_values(release),
            TCPIP: {
                "Type": 1,
                "Start": 1,
                "ErrorControl": 1,
                "Group": "PNP_TDI",
                "ImagePath": {"REG_EXPAND_SZ": "System32\\DRIVERS\\tcpip.sys"},
            },
            PARAMETERS: {"NameServer": "", "Hostname": "SERVER", "TcpTimedWaitDelay": 60, **parameters},
        },
        "files": {
            "C:\\WINDOWS\\System32\\DRIVERS\\tcpip.sys": {
                "file_version": f"{release}.3959",
                "company": "Microsoft Corporation",
                "size": 383488,
            }
        },
        "interfaces": [],
        "commands": {DUMP: dump(release, language), UDP_DUMP: udp_dump(release, language)},
    }
