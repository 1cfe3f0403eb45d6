# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Options that the modules on drivers share: which drivers, what the user knows of them, and what is waived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._catalogue.drivers import KnownDriver, known_drivers
from ..._planning.resource import BadOption, Controller
from ..._planning.selection import Selection
from ..._protocol.days import is_day
from ..._protocol.patterns import matches_pattern
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.altitudes import Altitudes, parse_altitudes
from ..._windows.drivers.classification import Classifier
from ..._windows.drivers.known_leftovers import BadEntry, check_entry

_CONDITIONS = ("name", "file", "company", "product", "file_version", "altitude")
_TEXTS = ("vendor", "software", "breaks", "cure", "source")

JUDGING: dict[str, dict[str, Any]] = {
    "match": {"type": "str"},
    "known_drivers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {field: {"type": "str"} for field in (*_CONDITIONS, *_TEXTS)},
        "required_one_of": [_CONDITIONS],
    },
    "altitudes_file": {"type": "path"},
    "waive": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {field: {"type": "str", "required": True} for field in ("name", "until", "by", "reason")},
    },
}


@dataclass(frozen=True)
class Waiver:
    """Permission to keep a driver. name: of the driver, * and ? allowed. until: its last day, YYYY-MM-DD in UTC."""

    name: str
    until: str
    by: str
    reason: str

    @property
    def text(self) -> str:
        """The waiver in a sentence."""
        return f"waived by {self.by} until {self.until}: {self.reason}"

    def applies(self, name: str, now: str) -> bool:
        """Tell whether the waiver covers a driver today. now: ISO 8601 in UTC."""
        return matches_pattern(self.name, name) and now[:10] <= self.until


@dataclass(frozen=True)
class JudgingOptions:
    """What drivers are chosen and classified by.

    match: None chooses every driver. classifications: none choose every classification. catalogue: the user's own
    entries come first, so that they win. altitudes: empty without altitudes_file.
    """

    match: Selection | None
    classifications: tuple[str, ...]
    catalogue: tuple[KnownDriver, ...]
    altitudes: Altitudes
    waivers: tuple[Waiver, ...]

    def judge(self, snapshot: Snapshot) -> Classifier:
        """Return what classifies the drivers of a server."""
        return Classifier(snapshot, self.catalogue, self.altitudes)

    def waiver(self, name: str, now: str) -> Waiver | None:
        """Return the waiver that covers a driver today, None when there is none. now: ISO 8601 in UTC."""
        return next((each for each in self.waivers if each.applies(name, now)), None)


def read_judging_options(arguments: Mapping[str, Any], controller: Controller) -> JudgingOptions:
    """Return the shared options of a task. Raises BadOption."""
    match = arguments["match"]
    return JudgingOptions(
        match=None if match is None else Selection("match", match),
        classifications=tuple(arguments["classifications"]),
        catalogue=(*_own_entries(arguments["known_drivers"]), *known_drivers()),
        altitudes=_altitudes(arguments["altitudes_file"], controller.texts.get("altitudes")),
        waivers=tuple(_waiver(place, fields) for place, fields in enumerate(arguments["waive"])),
    )


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether one of several names or patterns of * and ? matches a driver's name, case-insensitively."""
    return any(matches_pattern(pattern, name) for pattern in patterns)


def _own_entries(given: Iterable[Mapping[str, str | None]]) -> tuple[KnownDriver, ...]:
    return tuple(_own_entry(place, fields) for place, fields in enumerate(given))


def _own_entry(place: int, fields: Mapping[str, str | None]) -> KnownDriver:
    texts: dict[str, Any] = {field: text or "" for field, text in fields.items()}
    entry = KnownDriver(**texts)
    try:
        check_entry(entry)
    except BadEntry as error:
        raise BadOption(f"known_drivers[{place}]: {error}") from error
    return entry


def _altitudes(path: str | None, text: str | None) -> Altitudes:
    altitudes = parse_altitudes(text or "")
    if path and text is not None and not altitudes.rows:
        raise BadOption(
            f"altitudes_file: {path} has no row of the form | Minifilter | Altitude | Company |: "
            "give Microsoft's page allocated-altitudes.md unchanged"
        )
    return altitudes


def _waiver(place: int, fields: Mapping[str, str]) -> Waiver:
    for field, purpose in (("name", "which driver it is for"), ("by", "who gives it"), ("reason", "why")):
        if not fields[field].strip():
            raise BadOption(f"waive[{place}].{field} is {fields[field]!r}: say {purpose}")
    if not is_day(fields["until"]):
        raise BadOption(
            f"waive[{place}].until of {fields['name']} is {fields['until']!r}: give its last day, such as 2026-12-31"
        )
    return Waiver(**fields)
