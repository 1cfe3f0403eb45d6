# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a device's ids say of it: who enumerated it, and which PCI or USB device it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# The bus driver of NetXtreme II makes its children's ids itself: b06bdrv\L2ND&PCI_164C14E4&SUBSYS_01B21028&REV_12
# (facts I).
_FORMS = (
    re.compile(r"VEN_(?P<vendor>[0-9A-F]{4})&DEV_(?P<device>[0-9A-F]{4})", re.IGNORECASE),
    re.compile(r"VID_(?P<vendor>[0-9A-F]{4})&PID_(?P<device>[0-9A-F]{4})", re.IGNORECASE),
    re.compile(r"PCI_(?P<device>[0-9A-F]{4})(?P<vendor>[0-9A-F]{4})", re.IGNORECASE),
)
_SUBSYSTEM = re.compile(r"SUBSYS_[0-9A-F]{4}(?P<vendor>[0-9A-F]{4})", re.IGNORECASE)


@dataclass(frozen=True)
class HardwareId:
    """Four hexadecimal digits each, in upper case; "" where the ids do not say.

    The subsystem's vendor made the board.
    """

    vendor: str = ""
    device: str = ""
    subsystem_vendor: str = ""


def hardware_id(ids: Iterable[str]) -> HardwareId:
    """Return the PCI or USB device that the first instance or hardware id names which names one."""
    texts = list(ids)
    matches = (form.search(text) for text in texts for form in _FORMS)
    found = next((match for match in matches if match), None)
    board = next((match for match in map(_SUBSYSTEM.search, texts) if match), None)
    chip = (found["vendor"].upper(), found["device"].upper()) if found else ("", "")
    return HardwareId(*chip, board["vendor"].upper() if board else "")


def enumerator_of(instance: str) -> str:
    """Return the enumerator of a device, the first part of its instance id in upper case: PCI, USB, VMBUS, ROOT, ..."""
    return instance.partition("\\")[0].upper()
