# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a server is, by NT version, build and service pack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .._protocol.queries import RegistryQuery
from .._protocol.snapshot import Snapshot
from .._protocol.values import Value, text_of
from .versions import parse_version

VERSION_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
VERSION_VALUES = (
    "ProductName",
    "CurrentVersion",
    "CurrentMajorVersionNumber",
    "CurrentMinorVersionNumber",
    "CurrentBuildNumber",
    "UBR",
    "CSDVersion",
)


@dataclass(frozen=True)
class Release:
    """A release of Windows. version: NT version and build, such as "10.0.17763" or "5.2.3790". service_pack: 0 for
    none."""

    version: str
    service_pack: int
    product: str

    def is_within(self, first: str, last: str = "") -> bool:
        """Tell whether the release is in a range, compared to the precision of its ends. An empty last is no upper end.

        10.0.14393 is within "6.2" to "10.0", and not within "10.0.17763" to "".
        """
        return _cut(self.version, first) >= _numbers(first) and (not last or _cut(self.version, last) <= _numbers(last))


def release_query() -> RegistryQuery:
    """Return the query that reads the release."""
    return RegistryQuery(VERSION_KEY, VERSION_VALUES)


def release_of(snapshot: Snapshot) -> Release | None:
    """Return the release of a server, None when it was not read."""
    version = _version(snapshot)
    if version is None:
        return None
    pack = re.search(r"(?<![0-9])([0-9]{1,9})\s*$", text_of(snapshot.value(VERSION_KEY, "CSDVersion")))
    return Release(version, int(pack.group(1)) if pack else 0, text_of(snapshot.value(VERSION_KEY, "ProductName")))


def _version(snapshot: Snapshot) -> str | None:
    """Return NT version and build. From Windows 10 on CurrentVersion stays 6.3; two other values hold the version."""
    numbers = [snapshot.value(VERSION_KEY, f"Current{part}VersionNumber") for part in ("Major", "Minor")]
    written = text_of(snapshot.value(VERSION_KEY, "CurrentVersion"))
    version = ".".join(str(number) for number in numbers) if all(_is_number(each) for each in numbers) else written
    build = text_of(snapshot.value(VERSION_KEY, "CurrentBuildNumber"))
    whole = f"{version}.{build}" if build else version
    return whole if parse_version(whole) else None


def _is_number(value: Value | None) -> bool:
    return isinstance(value, int)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def _cut(version: str, like: str) -> list[int]:
    """Return the numbers of a version, as many as another has; a version that has fewer is filled up with zeros."""
    wanted = len(_numbers(like))
    return (_numbers(version) + [0] * wanted)[:wanted]
