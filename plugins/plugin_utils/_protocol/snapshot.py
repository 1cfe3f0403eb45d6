# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What was read of one server, as one document, and ways to look things up in it.

The document has the same form in a server's reply, in a snapshot file, and behind a replica:

    environment   SystemRoot, SystemDrive, architecture, powershell, computer_name
    registry      full key path -> {value name: value (see values.py)}
    unreadable    key path, file path or command line -> why it could not be read
    files         full path -> {size, file_version, product_version, company, product, description, original_filename,
                  created, modified}; None when there is no such file. Where a query asked for it (identity.py):
                  signer (subject of the certificate of the embedded signature; None where none is embedded, so that
                  the file is signed by a catalogue or not at all), sha256, authentihash (the SHA-256 that Authenticode
                  signs; None for what is no program), or unidentified (why these are not told)
    services      name -> {status, can_stop}, drivers and Win32 services alike
    interfaces    list of {id, name, description, type, status, speed, mac, addresses, management (whether a connection
                  that the server is managed over ends there; None where the network stack does not show it)}
    commands      command line -> {exit_code, output}
    access        key path -> SIDs of who may write to the key, its owner first
    events        log\\source -> {complete (whether nothing was left out), events: list of {id, time, strings}, newest
                  first}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from .names import CaseInsensitiveDict
from .values import Value, Values, add_values

FORMAT = 1
"""The version of this form, which a snapshot file names."""

PARTS: dict[str, type] = {
    "environment": dict,
    "registry": dict,
    "unreadable": dict,
    "files": dict,
    "services": dict,
    "interfaces": list,
    "commands": dict,
    "events": dict,
    "access": dict,
}


class Snapshot:
    """A document to look things up in. Nothing of it is changed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = {part: document.get(part) or kind() for part, kind in PARTS.items()}
        self.environment: dict[str, str] = self.document["environment"]
        self.interfaces: list[dict[str, Any]] = self.document["interfaces"]
        self.files: CaseInsensitiveDict[dict[str, Any] | None] = CaseInsensitiveDict(self.document["files"])
        self.services: CaseInsensitiveDict[dict[str, Any]] = CaseInsensitiveDict(self.document["services"])
        self.unreadable: CaseInsensitiveDict[str] = CaseInsensitiveDict(self.document["unreadable"])
        self.commands: CaseInsensitiveDict[dict[str, Any]] = CaseInsensitiveDict(self.document["commands"])
        self.access: CaseInsensitiveDict[list[str]] = CaseInsensitiveDict(self.document["access"])
        self.events: CaseInsensitiveDict[dict[str, Any]] = CaseInsensitiveDict(self.document["events"])

    @cached_property
    def registry(self) -> CaseInsensitiveDict[Values]:
        """Every key that was read, by its path; what several queries read of one key stands together."""
        merged: dict[str, tuple[str, Values]] = {}
        for path, values in self.document["registry"].items():
            add_values(merged.setdefault(path.lower(), (path, {}))[1], values or {})
        return CaseInsensitiveDict(dict(merged.values()))

    @cached_property
    def _children(self) -> dict[str, dict[str, str]]:
        """Parent path in lower case -> {name in lower case: name}, parents that were not read themselves too."""
        children: dict[str, dict[str, str]] = {}
        for path in self.registry:
            while "\\" in path:
                path, _unused, name = path.rpartition("\\")
                siblings = children.setdefault(path.lower(), {})
                if name.lower() in siblings:
                    break
                siblings[name.lower()] = name
        return children

    def values(self, path: str) -> CaseInsensitiveDict[Value] | None:
        """Return the values of a key, None when it was not found."""
        values = self.registry.get(path)
        return None if values is None else CaseInsensitiveDict(values)

    def value(self, path: str, name: str) -> Value | None:
        """Return one value of a key, None when it was not found."""
        values = self.values(path)
        return None if values is None else values.get(name)

    def subkeys(self, path: str) -> list[str]:
        """Return the names of the subkeys of a key that were found, in order of name."""
        return sorted(self._children.get(path.lower(), {}).values(), key=str.lower)

    def tree(self, path: str) -> dict[str, Values]:
        """Return a key and all below it that was read, path by path, in the order in which it was read."""
        below = path.lower() + "\\"
        return {
            key: self.registry[key]
            for key in self.registry
            if key.lower() == path.lower() or key.lower().startswith(below)
        }

    def unreadable_below(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield what could not be read at or below a key, with the reason."""
        below = path.lower() + "\\"
        for key, reason in self.unreadable.items():
            if key.lower() == path.lower() or key.lower().startswith(below):
                yield key, reason
