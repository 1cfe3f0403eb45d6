# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What to do about a place that could not be read: which account, or which rights."""

from __future__ import annotations

_WOW64 = "wow64"  # payload.ps1 says so of what a 32-bit process must not read

OTHER_POWERSHELL = "Connect so that the 64-bit PowerShell answers."


def how_to_read(place: str, reason: str) -> str:
    """Return what lets a place be read. place: a key or a path. reason: why it was not read."""
    if reason.lower().endswith(_WOW64):
        return OTHER_POWERSHELL
    return f"Connect as a local administrator; where that is so already, give Administrators the right to read {place}."
