# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that both sides of the comparison meet: Server 2008 R2, cured once and compliant since."""

from __future__ import annotations

from tests.lab import parts
from tests.lab.cases import exchange_2003, plain_2008r2

FAMV4 = f"{parts.SERVICES}\\FAMv4"
IMAGE = f"{parts.DRIVERS}\\FAMv4.sys"


def compliant() -> parts.Document:
    """Return the fixture: FAMv4 is disabled and stopped, and the network driver supports what the stack offloads."""
    document, drifted = plain_2008r2(), exchange_2003()
    document["registry"][FAMV4] = drifted["registry"][FAMV4] | {"Start": 4}
    document["services"]["FAMv4"] = {"status": "stopped", "can_stop": False}
    document["files"][IMAGE] = drifted["files"][IMAGE]
    document["registry"].setdefault(f"{parts.SERVICES}\\Tcpip\\Parameters", {})["DisableTaskOffload"] = 0
    _add_adapter(document)
    return document


def _add_adapter(document: parts.Document) -> None:
    values = {
        "DriverDesc": "Broadcom BCM5709C NetXtreme II GigE (NDIS VBD Client)",
        "DriverVersion": "4.6.55.0",
        "DriverDate": "2-4-2009",
        "ProviderName": "Broadcom Corporation",
        "ComponentId": "b06bdrv\\l2nd&pci_163914e4",
        "MatchingDeviceId": "b06bdrv\\l2nd&pci_163914e4",
        "DeviceInstanceID": "B06BDRV\\L2ND&PCI_163914E4&SUBSYS_01B21028&REV_12\\5&2A8D4B1&0&20050400",
        "InfPath": "oem3.inf",
        "Service": "l2nd",
        "Characteristics": 0x84,
        "*IfType": 6,
    }
    switch = {"type": "enum", "default": "1", "enum": {"0": "Disable", "1": "Enable"}}
    keywords = dict.fromkeys(("*RSS", "*TCPConnectionOffloadIPv4", "*LsoV2IPv4"), switch)
    parts.add_adapter(document, 7, values, keywords, dict.fromkeys(keywords, "1"))
