# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a server is: maker, model and release. The registry has them, on each release in another place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from .._protocol.queries import Query, RegistryQuery
from .._protocol.snapshot import Snapshot
from .._protocol.values import data_of, text_of, type_of
from .registry_paths import CONTROL, SERVICES
from .releases import VERSION_KEY, release_of, release_query

# In order of trust [M]: the firmware's words from 6.0 on, what Windows keeps of them, and the firmware's table itself,
# which 5.2 has too.
_PLACES = ("HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS", f"{CONTROL}\\SystemInformation")
_TABLE = f"{SERVICES}\\mssmbios\\Data"
_TABLE_HEADER = 8  # bytes before the structures
_SYSTEM_STRUCTURE, _END_STRUCTURE = 1, 127  # SMBIOS 7.2, 7.45


@dataclass(frozen=True)
class Machine:
    """A server. None for what the registry does not hold. nt: such as "5.2" or "10.0"; release: with the build, such as
    "5.2.3790"; windows: with the revision too, where there is one, such as "10.0.20348.2402"."""

    maker: str | None
    model: str | None
    nt: str | None
    release: str | None
    windows: str | None
    service_pack: str | None
    product: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as a result holds them."""
        return asdict(self)


def identity_queries() -> tuple[Query, ...]:
    """Return what every module that judges reads beside its own: what identity_of needs, and no more, for each counts
    in the length of the command."""
    firmware = ("SystemManufacturer", "SystemProductName")
    return (release_query(), *(RegistryQuery(place, firmware) for place in _PLACES))


def machine_queries() -> tuple[Query, ...]:
    """Return what must be read to know what a server is."""
    return (*identity_queries(), RegistryQuery(_TABLE, ("SMBiosData",)))


def identity_of(snapshot: Snapshot) -> dict[str, str | None]:
    """Return which server was read: name (of the computer), product, release and model, None for what is not known.

    Of Windows before 6.0 the model is known where the firmware's table was read.
    """
    machine = machine_of(snapshot)
    name = snapshot.environment.get("computer_name") or None
    return {"name": name, "product": machine.product, "release": machine.release, "model": machine.model}


def machine_of(snapshot: Snapshot) -> Machine:
    """Return what a server is."""
    maker, model = next(_firmware(snapshot), (None, None))
    release = release_of(snapshot)
    if release is None:
        return Machine(maker, model, *(None,) * 5)
    nt, revision = ".".join(release.version.split(".")[:2]), snapshot.value(VERSION_KEY, "UBR")
    windows = f"{release.version}.{revision}" if isinstance(revision, int) else release.version
    return Machine(maker, model, nt, release.version, windows, str(release.service_pack), release.product or None)


def _firmware(snapshot: Snapshot) -> Iterator[tuple[str | None, str | None]]:
    for place in _PLACES:
        maker, model = (
            text_of(snapshot.value(place, f"System{part}")).strip() for part in ("Manufacturer", "ProductName")
        )
        if maker:
            yield maker, model or None
    table = snapshot.value(_TABLE, "SMBiosData")
    if table is not None and type_of(table) == "REG_BINARY":
        yield from _system_of_table(bytes.fromhex(data_of(table))[_TABLE_HEADER:])


def _system_of_table(table: bytes) -> Iterator[tuple[str | None, str | None]]:
    """Yield manufacturer and product of an SMBIOS table: each structure has its length, and its strings behind it
    (SMBIOS 6.1.2)."""
    while len(table) > 6 and table[0] != _END_STRUCTURE:
        kind, length = table[0], table[1]
        texts, found, rest = table[length:].partition(b"\0\0")
        if length < 4 or not found:  # damaged: a structure holds at least its header
            return
        if kind == _SYSTEM_STRUCTURE:
            strings = [None, *(text.decode("ascii", "replace").strip() for text in texts.split(b"\0"))]
            maker, model = (strings[table[place]] if table[place] < len(strings) else None for place in (4, 5))
            yield maker or None, model or None
        table = rest
