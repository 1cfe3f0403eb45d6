# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every form of ImagePath that real servers have leads to the file."""

from __future__ import annotations

import warnings

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.image_path import resolve_image
from tests.support import CAPTURES

ENVIRONMENT = {"SystemRoot": "C:\\Windows", "SystemDrive": "C:", "ProgramFiles": "C:\\Program Files"}
DRIVER = "C:\\Windows\\system32\\drivers\\x.sys"

FORMS = {
    "": "C:\\Windows\\System32\\drivers\\Svc.sys",
    "  ": "C:\\Windows\\System32\\drivers\\Svc.sys",
    "system32\\drivers\\x.sys": DRIVER,
    "System32\\DRIVERS\\x.sys": "C:\\Windows\\System32\\DRIVERS\\x.sys",
    "System32\\CLFS.sys": "C:\\Windows\\System32\\CLFS.sys",
    "\\SystemRoot\\system32\\drivers\\x.sys": DRIVER,
    "\\systemroot\\system32\\drivers\\x.sys": DRIVER,
    "%SystemRoot%\\system32\\drivers\\x.sys": DRIVER,
    "%systemroot%\\system32\\drivers\\x.sys": DRIVER,
    "\\??\\C:\\Windows\\system32\\drivers\\x.sys": DRIVER,
    "\\\\?\\C:\\Windows\\system32\\drivers\\x.sys": DRIVER,
    "\\Windows\\system32\\drivers\\x.sys": "C:\\Windows\\system32\\drivers\\x.sys",
    "C:\\Windows\\system32\\drivers\\x.sys": DRIVER,
    "\\??\\D:\\Program Files (x86)\\a b\\x.sys": "D:\\Program Files (x86)\\a b\\x.sys",
    "\\DosDevices\\C:\\Windows\\system32\\drivers\\x.sys": DRIVER,
    "\\Devices\\x.sys": "C:\\Devices\\x.sys",
    "\\Device\\HarddiskVolume1\\x.sys": "",
    "\\??\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\x.sys": "",
    "\\??\\GLOBALROOT\\Device\\HarddiskVolume1\\x.sys": "",
    "\\??\\UNC\\server\\share\\x.sys": "",
    "\\\\?\\UNC\\server\\share\\x.sys": "",
    "\\ArcName\\multi(0)disk(0)rdisk(0)partition(1)\\x.sys": "",
    "\\\\server\\share\\x.sys": "",
    '"C:\\Program Files\\A\\a.exe" -k "b c"': "C:\\Program Files\\A\\a.exe",
    "C:\\Program Files\\A\\a.exe -k b.exe": "C:\\Program Files\\A\\a.exe",
    "%SystemRoot%\\System32\\svchost.exe -k netsvcs": "C:\\Windows\\System32\\svchost.exe",
    "%ProgramFiles%\\a.exe": "C:\\Program Files\\a.exe",
    "%Unknown%\\x.sys": "",
    "%LOGONSERVER%\\share\\x.sys": "",
    "\\??\\%LOGONSERVER%\\share\\x.sys": "",
    "\\??\\%SystemRoot%\\system32\\drivers\\x.sys": DRIVER,
    "%ProgramFiles(x86)%\\a.exe": "",  # a 32-bit server has no such variable
    '"%ProgramFiles%\\a b.exe" -k': "C:\\Program Files\\a b.exe",
    '"\\\\server\\share\\x.exe"': "",
    ' "\\\\server\\share\\x.exe" -k': "",
    '"//server/share/x.exe"': "",
    '"\\\\.\\PhysicalDrive0"': "",
    '"\\Device\\HarddiskVolume1\\x.exe"': "",
    '"\\??\\UNC\\server\\share\\x.exe"': "",
    '"%LOGONSERVER%\\share\\x.exe"': "",
    '"Keys"': "",  # a name that PowerShell's tables would take for their own property
    "Keys": "C:\\Windows\\Keys",
}

CAPTURE = CAPTURES / "services-nt61.yml"


def captured() -> list[tuple[str, str]]:
    """Return service and ImagePath of every driver of a captured Windows 7; none, with a warning, where the capture is
    not."""
    if not CAPTURE.is_file():
        warnings.warn(f"not tested: the captured image paths, because {CAPTURE} is not there", stacklevel=1)
        return []
    services = yaml.safe_load(CAPTURE.read_text(encoding="utf-8"))
    return [(service["name"], service["image_path"] or "") for service in services]


@pytest.mark.parametrize("written", FORMS)
def test_a_form_leads_to_its_file(written: str) -> None:
    assert resolve_image(written, "Svc", ENVIRONMENT) == FORMS[written]


def test_every_driver_of_a_captured_server_lies_below_system32() -> None:
    drivers = captured() or [("Beep", "")]
    folder = "c:\\windows\\system32\\"
    for service, written in drivers:
        last = (written or f"{service}.sys").rpartition("\\")[2].lower()
        path = resolve_image(written, service, ENVIRONMENT).lower()
        assert path in (f"{folder}drivers\\{last}", f"{folder}{last}"), (service, written)
