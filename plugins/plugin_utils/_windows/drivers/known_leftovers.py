# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which entry of the catalogue of known leftovers fits a driver."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..._catalogue.drivers import CONDITIONS, KnownDriver
from ..._protocol.errors import CollectionError
from ..._protocol.names import equals_ignore_case
from ..._protocol.patterns import matches_pattern
from ..._protocol.snapshot import Snapshot
from ..versions import compare_versions, parse_version
from .instances import instances_of
from .services import Service

_TEXTS = ("company", "product", "original_filename", "sha256", "signer")
_CONDITION = re.compile(r"\s*(<=|>=|<|>|==)?\s*(\S+)\s*")
_WANTED = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1), "==": (0,), None: (0,)}


class BadEntry(CollectionError, ValueError):
    """An entry that can fit no driver; the message says why."""


def check_entry(entry: KnownDriver) -> None:
    """Raise BadEntry for an entry without anything to match, or with a condition on versions that is none."""
    if not any(getattr(entry, field) for field in CONDITIONS):
        raise BadEntry(f"it has none of {', '.join(CONDITIONS)}, so it would fit every driver")
    for condition in entry.file_version.split(",") if entry.file_version else ():
        match = _CONDITION.fullmatch(condition)
        if not match or parse_version(match.group(2)) is None:
            raise BadEntry(f'file_version has {condition.strip()!r}, which is no condition such as ">=4.0" or "<4.2"')


def entry_for(driver: Service, entries: Iterable[KnownDriver], snapshot: Snapshot) -> KnownDriver | None:
    """Return the first entry all of whose conditions a driver meets, None when there is none.

    What is not known of a driver ("") meets no condition: it proves nothing.
    """
    facts = {
        "name": driver.name,
        "file": driver.image.rpartition("\\")[2],
        **{fact: driver.file_text(fact) for fact in (*_TEXTS, "file_version")},
    }
    altitudes = tuple(each.altitude for each in instances_of(driver, snapshot))
    return next((entry for entry in entries if _matches(entry, facts, altitudes)), None)


def _matches(entry: KnownDriver, facts: Mapping[str, str], altitudes: tuple[str, ...]) -> bool:
    # A server's drivers meet dozens of entries each. The name alone tells most of them apart, so it comes first.
    return (
        _fits(entry.name, facts["name"])
        and _fits(entry.file, facts["file"])
        and all(_fits(getattr(entry, fact), facts[fact]) for fact in _TEXTS)
        and (not entry.altitude or entry.altitude in altitudes)
        and version_meets(entry.file_version, facts["file_version"])
    )


def _fits(pattern: str, text: str) -> bool:
    """Tell whether a condition is met. Most are plain names, which are compared without an expression."""
    if not pattern or not text:
        return not pattern
    return matches_pattern(pattern, text) if "*" in pattern or "?" in pattern else equals_ignore_case(pattern, text)


def version_meets(conditions: str, version: str) -> bool:
    """Tell whether a version meets conditions such as ">=4.0, <4.2"; none are always met."""
    return all(_meets(condition, version) for condition in conditions.split(",")) if conditions else True


def _meets(condition: str, version: str) -> bool:
    match = _CONDITION.fullmatch(condition)
    return match is not None and compare_versions(version, match.group(2)) in _WANTED[match.group(1)]
