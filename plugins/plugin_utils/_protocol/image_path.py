# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Where the image of a service lies, from its ImagePath.

The rules are data, because both sides apply them: the payload to describe the files in the same execution that reads
the services, Python to find the description again. Each is a regular expression that .NET and Python read alike, and
what the path becomes, "$1" standing for what the expression caught; the first that matches counts. After the
normalization of ReactOS' IopNormalizeImagePath (facts E1), with the forms that Win32 services have (facts E1, F).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# The variables that payload.ps1 tells of. Any other may name a server, such as %LOGONSERVER%, and is expanded nowhere.
_KNOWN = r"%(?:SystemRoot|SystemDrive|windir|ProgramFiles|ProgramFiles\(x86\))%"

RULES: tuple[tuple[str, str], ...] = (
    (r"^\s*$", r"%SystemRoot%\System32\drivers\<service>.sys"),  # what the I/O manager takes when there is none
    # The object manager's names of a path with a drive, or Win32's.
    (rf"^\\(?:\?\?|\\\?|DosDevices)\\([a-z]:\\.+|{_KNOWN}\\.+)$", r"$1"),
    (r"^\\SystemRoot\\(.+)$", r"%SystemRoot%\$1"),
    # Volumes and devices by their names in the object manager, and other servers: no files to open here.
    (r"^\\(?:\?\?|DosDevices|Device|ArcName|GLOBAL\?\?|GLOBALROOT)(?:\\.*)?$", r""),
    (r"^\\\\.*$", r""),
    (r"^\\([^\\].*)$", r"%SystemDrive%\$1"),  # from the root of the system drive
    (rf'^"((?:[a-z]:|{_KNOWN})\\[^"]+)".*$', r"$1"),  # a Win32 service with arguments
    (r'^\s*".*$', r""),  # another server, a device, or a name that is looked for along PATH: never opened
    (rf"^((?:[a-z]:|{_KNOWN})\\.+?\.exe)(?:\s.*)?$", r"$1"),  # the same without quotes
    (rf"^([a-z]:\\.+|{_KNOWN}\\.+)$", r"$1"),
    (r"^%.*$", r""),
    (r"^(.+)$", r"%SystemRoot%\$1"),  # a driver's path is relative to the Windows folder
)


def resolve_image(written: str, service: str, environment: Mapping[str, str]) -> str:
    """Return the full path that an ImagePath names, or "" when it names none that can be opened.

    written: the value as it stands in the registry, not expanded. service: the name of its key.
    environment: SystemRoot and SystemDrive of the server.
    """
    for pattern, replacement in RULES:
        if match := re.search(pattern, written, re.IGNORECASE):
            path = replacement.replace("$1", match.group(1) if match.groups() else "")
            path = expand(path.replace("<service>", service), environment)
            return "" if path.startswith("%") else path  # a variable that the server does not have
    return ""


def expand(path: str, environment: Mapping[str, str]) -> str:
    """Expand %NAME% as Windows does: names it does not know stay as they are."""
    known = {name.lower(): text for name, text in environment.items()}
    return re.sub(r"%([^%]+)%", lambda match: known.get(match.group(1).lower(), match.group(0)), path)
