# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Signs of hypervisors: hypervisors.yml, which says what its fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .data import read

_DATA = read("hypervisors.yml")


@dataclass(frozen=True)
class Maker:
    """What the firmware of a guest says. maker, model: patterns."""

    maker: str
    hypervisor: str
    model: str = "*"


@dataclass(frozen=True)
class Signs:
    """The catalogue. devices, providers: sign -> hypervisor."""

    makers: tuple[Maker, ...]
    devices: Mapping[str, str]
    providers: Mapping[str, str]


@cache
def hypervisor_signs() -> Signs:
    """Return the catalogue."""
    makers = tuple(Maker(**entry) for entry in _DATA["makers"])
    return Signs(makers, _DATA["devices"], _DATA["providers"])
