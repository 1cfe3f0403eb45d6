# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole registry of a running server: as text to compare, and as values to look up."""

from __future__ import annotations

import re
from typing import Any

from tests.lab import hive
from tests.lab.prefix import Prefix

_TIMES = re.compile(r"^(\[.*\]) \d+$|^#time=.*\n", re.MULTILINE)

CHANGING = (
    "Software\\\\Microsoft\\\\Cryptography\\\\RNG",
    "Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Fonts",
    "Software\\\\Microsoft\\\\Windows NT\\\\CurrentVersion\\\\Fonts",
    "Software\\\\Wine\\\\Fonts",
)
"""Keys, as the file writes them, that change by themselves. RNG: the seed that Wine's random numbers renew at every
use. Fonts: this machine's fonts, listed by the first program of a session that draws. Volatile keys (HKLM\\Hardware,
HKCU\\Volatile Environment, …) are not saved by the registry server at all."""


def text(prefix: Prefix) -> str:
    """HKLM and HKCU in the order that the registry server keeps them, without the times of writing."""
    return "".join(f"; {root}\n{_stable(prefix.saved(root))}" for root in ("HKLM", "HKCU"))


def _stable(saved: str) -> str:
    plain = _TIMES.sub(lambda found: found[1] or "", saved)
    blocks = re.split(r"\n(?=\[)", plain)
    return "\n".join(block for block in blocks if not block.startswith(tuple("[" + key for key in CHANGING)))


class Registry:
    """A saved registry; each root is read from the server when it is asked for first."""

    def __init__(self, prefix: Prefix) -> None:
        self._prefix = prefix
        self._hives: dict[str, hive.Hive] = {}

    def _hive(self, root: str) -> hive.Hive:
        if root not in self._hives:
            self._hives[root] = hive.Hive(self._prefix.saved(root))
        return self._hives[root]

    def values(self, key: str) -> dict[str, Any] | None:
        """The values of a key as the document writes them; None when there is no such key."""
        root, below = hive.split(key)
        return self._hive(root).values(below)

    def subkeys(self, key: str) -> list[str]:
        """The names of the keys right below a key, in the registry's order."""
        root, below = hive.split(key)
        start = below.lower() + "\\"
        names = [
            path[len(start) :].split("\\")[0] for path in self._hive(root).paths() if path.lower().startswith(start)
        ]
        return list(dict.fromkeys(names))

    def tree(self, key: str) -> dict[str, dict[str, Any]]:
        """A key and all below it: full path -> values."""
        root, below = hive.split(key)
        own = below.lower()
        inside = [
            path for path in self._hive(root).paths() if path.lower() == own or path.lower().startswith(own + "\\")
        ]
        return {f"{root}\\{path}": self._hive(root).values(path) or {} for path in inside}
