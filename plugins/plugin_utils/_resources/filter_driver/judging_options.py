# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Options that the modules on drivers share: which drivers, what is known of them, and which findings are waived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..._catalogue.drivers import KnownDriver, known_drivers
from ..._planning.resource import BadOption
from ..._planning.selection import Selection
from ..._protocol.patterns import matches_pattern
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.altitudes import Altitudes, parse_altitudes
from ..._windows.drivers.classification import Classifier
from ..._windows.drivers.known_leftovers import BadEntry, check_entry

_KNOWN_FIELDS = ("name", "company", "file_version", "altitude", "vendor", "product", "breaks", "cure", "source")

JUDGING: dict[str, dict[str, Any]] = {
    "match": {"type": "str"},
    "known_drivers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {field: {"type": "str", "default": ""} for field in _KNOWN_FIELDS},
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
    """Leave to keep a driver. name: of the driver, * and ? allowed. until: the last day of it, YYYY-MM-DD in UTC."""

    name: str
    until: str
    by: str
    reason: str

    @property
    def text(self) -> str:
        """The waiver in a sentence."""
        return f"waived by {self.by} until {self.until}: {self.reason}"


def check_judging(options: Mapping[str, Any]) -> None:
    """Raise BadOption for an expression, an entry, a waiver or a list of altitudes that cannot be meant."""
    if options["match"] is not None:
        Selection("match", options["match"])
    for place, entry in enumerate(options["known_drivers"], 1):
        _check_entry(place, entry)
    for waiver in options["waive"]:
        _check_waiver(Waiver(**waiver))
    if options["altitudes_file"] and options.get("altitudes") is not None and not altitudes_of(options).rows:
        raise BadOption(
            f"altitudes_file: {options['altitudes_file']} holds no row of the form | Minifilter | Altitude | Company |: "
            "give Microsoft's page allocated-altitudes.md as it is"
        )


def _check_entry(place: int, entry: Mapping[str, str]) -> None:
    try:
        check_entry(KnownDriver(**entry))
    except BadEntry as error:
        raise BadOption(f"entry {place} of known_drivers: {error}") from error


def _check_waiver(waiver: Waiver) -> None:
    for field in ("name", "by", "reason"):
        if not getattr(waiver, field).strip():
            raise BadOption(f"a waiver has no {field}: say for which driver it is, who gives it, and why")
    if not _is_day(waiver.until):
        raise BadOption(f"the waiver of {waiver.name} is until {waiver.until!r}: give its last day, such as 2026-12-31")


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and datetime.strptime(text, "%Y-%m-%d"))
    except ValueError:
        return False


def waiver_for(name: str, options: Mapping[str, Any], now: str) -> Waiver | None:
    """Return the waiver that holds for a driver today. now: ISO 8601 in UTC."""
    waivers = (Waiver(**each) for each in options["waive"])
    return next((each for each in waivers if fits_any(name, [each.name]) and now[:10] <= each.until), None)


def fits_any(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a driver is one of those that names or patterns of * and ? name, whatever the case."""
    return any(matches_pattern(pattern, name) for pattern in patterns)


def known_of(options: Mapping[str, Any]) -> tuple[KnownDriver, ...]:
    """Return the catalogue as the user has it: his own entries first, so that they win."""
    return (*(KnownDriver(**entry) for entry in options["known_drivers"]), *known_drivers())


def altitudes_of(options: Mapping[str, Any]) -> Altitudes:
    """Return the list of altitudes; the text of altitudes_file comes in the option altitudes, put there by the action."""
    return parse_altitudes(options.get("altitudes") or "")


def judge_of(options: Mapping[str, Any], snapshot: Snapshot) -> Classifier:
    """Return what judges the drivers of a server by these options."""
    return Classifier(snapshot, known_of(options), altitudes_of(options))
