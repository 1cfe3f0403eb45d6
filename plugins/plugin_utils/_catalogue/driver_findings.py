# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What findings on drivers say to people, by their cause: driver_findings.yml."""

from __future__ import annotations

from .data import read

_DATA: dict[str, dict[str, str]] = read("driver_findings.yml")


def said(cause: str, **words: str) -> dict[str, str]:
    """Return what a finding says of a cause: title, why, and what else the file has of it.

    words: what stands for the names in braces, such as name for the driver.
    """
    return {field: text.format_map(words) for field, text in _DATA[cause].items()}
