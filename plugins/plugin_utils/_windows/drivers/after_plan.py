# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A server as operations will leave it: registry values, keys and files, without carrying anything out."""

from __future__ import annotations

from collections.abc import Iterable

from ..._protocol import operations as op
from ..._protocol.image_path import resolve_image
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of
from ..registry_paths import SERVICES


class AfterPlan:
    """What a server's registry and files are after operations. Nothing is changed.

    written: paths of the registry values that the operations set or delete. drivers: the services, in lower case, whose
    key, value or file they touch.
    """

    def __init__(self, snapshot: Snapshot, operations: Iterable[op.Operation]) -> None:
        self.snapshot = snapshot
        self.written: dict[str, str] = {}
        self._values: dict[tuple[str, str], Value | None] = {}
        self._created: set[str] = set()
        self._deleted: set[str] = set()
        self._files: dict[str, bool] = {}
        for each in operations:
            self._apply(each)

    def _apply(self, operation: op.Operation) -> None:
        if isinstance(operation, op.SetValue):
            self._set(operation.key, operation.name, operation.value)
        elif isinstance(operation, op.DeleteValue):
            self._set(operation.key, operation.name, None)
        elif isinstance(operation, op.CreateKey):
            self._created.add(operation.key.lower())
        elif isinstance(operation, op.DeleteKey):
            self._delete(operation.key.lower())
        elif isinstance(operation, op.RenameFile):
            self._files |= {operation.path.lower(): False, operation.to.lower(): True}

    def _set(self, key: str, name: str, value: Value | None) -> None:
        self._values[key.lower(), name.lower()] = value
        self.written[f"{key}\\{name}".lower()] = f"{key}\\{name}"
        if value is not None:
            self._created.add(key.lower())

    def _delete(self, key: str) -> None:
        below = f"{key}\\"
        self._values = {place: value for place, value in self._values.items() if not f"{place[0]}\\".startswith(below)}
        self._created = {each for each in self._created if not f"{each}\\".startswith(below)}
        self._deleted.add(key)

    def value(self, key: str, name: str) -> Value | None:
        """Return a registry value as it will be, None when there will be none."""
        place = (key.lower(), name.lower())
        if place in self._values:
            return self._values[place]
        return None if self._is_deleted(key) else self.snapshot.value(key, name)

    def has_key(self, key: str) -> bool:
        """Tell whether there will be a key."""
        if key.lower() in self._created:
            return True
        return not self._is_deleted(key) and self.snapshot.values(key) is not None

    def _is_deleted(self, key: str) -> bool:
        """Tell whether what was read of a key is gone, though it may have been created anew."""
        parts = key.lower().split("\\")
        return any("\\".join(parts[:end]) in self._deleted for end in range(2, len(parts) + 1))

    def has_file(self, path: str) -> bool | None:
        """Tell whether there will be a file, None when that was not asked or could not be read."""
        there = self._files.get(path.lower())
        if there is not None:
            return there
        if path not in self.snapshot.files or any(self.snapshot.unreadable_below(path)):
            return None
        return self.snapshot.files[path] is not None

    def image(self, name: str) -> str:
        """Return the full path of a driver's file as its key will name it, "" when it names none that can be opened."""
        written = text_of(self.value(f"{SERVICES}\\{name}", "ImagePath"))
        return resolve_image(written, name, self.snapshot.environment)

    @property
    def drivers(self) -> tuple[str, ...]:
        """The services whose key the operations touch, or whose file they rename; each once, by name."""
        keys = (*(place[0] for place in self._values), *sorted(self._created), *sorted(self._deleted))
        below = f"{SERVICES}\\".lower()
        names = [key[len(below) :].split("\\")[0] for key in keys if key.startswith(below)]
        return tuple(dict.fromkeys((*names, *self._drivers_of_files())))

    def _drivers_of_files(self) -> Iterable[str]:
        if not self._files:
            return
        for name in self.snapshot.subkeys(SERVICES):
            if self.image(name).lower() in self._files:
                yield name.lower()
