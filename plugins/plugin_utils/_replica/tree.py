# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A registry in memory: keys in a tree, found whatever the case of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .._protocol.values import Value, Values


@dataclass
class Key:
    """A registry key: its values and subkeys, both by name in lower case."""

    name: str
    values: dict[str, tuple[str, Value]] = field(default_factory=dict)
    subkeys: dict[str, Key] = field(default_factory=dict)

    @classmethod
    def load(cls, registry: Mapping[str, Values], denied: Iterable[str] = ()) -> Key:
        """Build the tree of a document's registry part; the parents of a listed key exist too.

        denied: paths of keys that cannot be read; they are there all the same, so that who enumerates their parents
        meets them.
        """
        root = cls("")
        for path in denied:
            root.create(path)
        for path, values in registry.items():
            key = root.create(path)
            for name, value in (values or {}).items():
                key.set_value(name, value)
        return root

    def dump(self) -> dict[str, Values]:
        """Return the registry part of a document: every key that has values or is a leaf."""
        return {path: key.listed() for path, key in self.walk("") if key.values or not key.subkeys}

    def walk(self, path: str) -> Iterator[tuple[str, Key]]:
        """Yield the keys below this one with their paths, each before its subkeys. path: of this key."""
        for key in self.subkeys.values():
            key_path = f"{path}\\{key.name}" if path else key.name
            yield key_path, key
            yield from key.walk(key_path)

    def find(self, path: str) -> Key | None:
        """Return the key at a path below this one, None when there is none."""
        key: Key | None = self
        for name in path.split("\\"):
            key = key.subkeys.get(name.lower()) if key else None
        return key

    def create(self, path: str) -> Key:
        """Return the key at a path below this one, made where it does not exist."""
        key = self
        for name in path.split("\\"):
            key = key.subkeys.setdefault(name.lower(), Key(name))
        return key

    def delete(self, path: str) -> None:
        """Delete the key at a path below this one, with all below it."""
        parent, _unused, name = path.rpartition("\\")
        holder = self.find(parent) if parent else self
        if holder:
            holder.subkeys.pop(name.lower(), None)

    def listed(self) -> Values:
        """Return the values by their names as written."""
        return dict(self.values.values())

    def value(self, name: str) -> Value | None:
        """Return a value, None when there is none of that name."""
        return self.values.get(name.lower(), ("", None))[1]

    def set_value(self, name: str, value: Value) -> None:
        """Set a value; one that exists keeps its name as it was written."""
        written = self.values.get(name.lower(), (name, None))[0]
        self.values[name.lower()] = (written, value)

    def delete_value(self, name: str) -> None:
        """Delete a value."""
        self.values.pop(name.lower(), None)
