# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The drivers that products are known to leave behind: drivers.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .data import read

_DATA = read("drivers.yml")


@dataclass(frozen=True)
class KnownDriver:
    """One entry of drivers.yml, which says what its fields mean; "" stands for a field that it does not have."""

    name: str = ""
    vendor: str = ""
    product: str = ""
    breaks: str = ""
    cure: str = ""
    source: str = ""
    company: str = ""
    file_version: str = ""
    altitude: str = ""


@cache
def known_drivers() -> tuple[KnownDriver, ...]:
    """Return the catalogue."""
    return tuple(KnownDriver(**entry) for entry in _DATA)
