# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers that are known to do harm, or to stay when their product goes: drivers.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from .data import read

_DATA = read("drivers.yml")

LEFT_BEHIND = "left_behind"
HARMFUL = "harmful"
PART_OF = "part_of"

DEVICE_CLASSES: Mapping[str, str] = _DATA["classes"]
"""The GUIDs of the device classes by their names."""

KINDS = (LEFT_BEHIND, HARMFUL, PART_OF)
"""What is wrong with a driver: it stays when its product goes, it does harm, or one part of its product does harm."""

CONDITIONS = (
    "name", "file", "company", "product", "original_filename", "file_version", "altitude", "sha256", "signer",
)  # fmt: skip
"""The fields of an entry that a driver must meet, all of those that are given."""


_SEVERAL = ("products", "lists", "components")


@dataclass(frozen=True)
class KnownDriver:
    """One entry of drivers.yml, which says what its fields mean; "" stands for a field that it does not have."""

    name: str = ""
    file: str = ""
    company: str = ""
    product: str = ""
    original_filename: str = ""
    file_version: str = ""
    altitude: str = ""
    sha256: str = ""
    signer: str = ""
    kind: str = LEFT_BEHIND
    vendor: str = ""
    software: str = ""
    breaks: str = ""
    cure: str = ""
    note: str = ""
    source: str = ""
    severity: str = ""
    products: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    network: bool = False
    disable: bool = False
    decide: bool = False

    @property
    def is_of_network(self) -> bool:
        """Whether disabling the driver may take the server off the network."""
        return self.network or bool(self.components)

    @property
    def is_left_to_people(self) -> bool:
        """Whether no policy may disable the driver: somebody must look first."""
        return self.decide or self.is_of_network

    @property
    def remedy(self) -> str:
        """What to do, and what to look at besides."""
        return " ".join(filter(None, (self.cure, self.note)))

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as a result carries it."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in _SEVERAL}}


@cache
def known_drivers() -> tuple[KnownDriver, ...]:
    """Return the catalogue."""
    return tuple(driver for entry in _DATA["drivers"] for driver in _drivers(entry))


def _drivers(entry: Mapping[str, Any]) -> Iterator[KnownDriver]:
    """Yield the drivers of an entry, which may name several that differ in their names alone."""
    fields: dict[str, Any] = {
        field: tuple(value) if isinstance(value, list) else value for field, value in entry.items()
    }
    names = fields.pop("names", None) or (fields.get("name", ""),)
    driver = KnownDriver(**fields)
    yield from (replace(driver, name=name) for name in names)
