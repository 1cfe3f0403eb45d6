# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Options that the modules on drivers share: which drivers, what the user knows of them, and what is waived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._catalogue.drivers import CONDITIONS, HARMFUL, KINDS, KnownDriver, known_drivers
from ..._planning.resource import BadOption, Controller
from ..._planning.selection import Selection
from ..._planning.waive_option import WAIVE
from ..._protocol.identity import IDENTITY
from ..._protocol.patterns import matches_pattern
from ..._protocol.snapshot import Snapshot
from ..._protocol.vocabulary import SEVERITIES
from ..._windows.drivers.altitudes import Altitudes, parse_altitudes
from ..._windows.drivers.blocklists import BadBlocklist, Blocklist, BlockRule, parse_blocklist
from ..._windows.drivers.classification import Classifier
from ..._windows.drivers.known_leftovers import BadEntry, check_entry

IDENTITY_OF = {"signer": ("signer",), "hash": ("sha256", "authentihash")}
"""What may be asked of the files of drivers -> what a query calls it (identity.py)."""

_TEXTS = ("vendor", "software", "breaks", "cure", "note", "source")
_WORDS: dict[str, dict[str, Any]] = {
    "kind": {"type": "str", "choices": list(KINDS), "default": HARMFUL},
    "severity": {"type": "str", "choices": list(SEVERITIES)},
}

JUDGING: dict[str, dict[str, Any]] = {
    "match": {"type": "str"},
    "known_drivers": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {**{field: {"type": "str"} for field in (*CONDITIONS, *_TEXTS)}, **_WORDS},
        "required_one_of": [CONDITIONS],
    },
    "altitudes_file": {"type": "path"},
    "blocklist_file": {"type": "list", "elements": "path", "default": []},
    "identify": {"type": "list", "elements": "str", "choices": list(IDENTITY_OF), "default": []},
    **WAIVE,
}


@dataclass(frozen=True)
class JudgingOptions:
    """What drivers are chosen and classified by.

    match: None chooses every driver. classifications: none choose every classification. catalogue: the user's own
    entries come first, so that they win. altitudes: empty without altitudes_file. blocklist: the rules of all
    blocklist_file. identity: what is asked of the drivers' files, as a query calls it.
    """

    match: Selection | None
    classifications: tuple[str, ...]
    catalogue: tuple[KnownDriver, ...]
    altitudes: Altitudes
    blocklist: Blocklist
    identity: tuple[str, ...]

    def judge(self, snapshot: Snapshot) -> Classifier:
        """Return what classifies the drivers of a server."""
        return Classifier(snapshot, self.catalogue, self.altitudes)


def read_judging_options(arguments: Mapping[str, Any], controller: Controller) -> JudgingOptions:
    """Return the shared options of a task. Raises BadOption."""
    match = arguments["match"]
    own = _own_entries(arguments["known_drivers"])
    return JudgingOptions(
        match=None if match is None else Selection("match", match),
        classifications=tuple(arguments["classifications"]),
        catalogue=(*own, *known_drivers()),
        altitudes=_altitudes(arguments["altitudes_file"], controller.texts.get("altitudes")),
        blocklist=Blocklist(_block_rules(arguments["blocklist_file"], controller.texts)),
        identity=_identity(arguments["identify"], own),
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


def _identity(asked: Iterable[str], entries: tuple[KnownDriver, ...]) -> tuple[str, ...]:
    """Return what is asked of the drivers' files: what the task wants, and what the user's entries are compared by."""
    wanted = {fact for each in asked for fact in IDENTITY_OF[each]}
    needed = {fact for fact in ("signer", "sha256") if any(getattr(entry, fact) for entry in entries)}
    return tuple(fact for fact in IDENTITY if fact in wanted | needed)


def _block_rules(paths: Iterable[str], texts: Mapping[str, str]) -> Iterator[BlockRule]:
    for place, path in enumerate(paths):
        text = texts.get(f"blocklist_file[{place}]")
        try:
            yield from parse_blocklist(text) if text is not None else ()
        except BadBlocklist as error:
            raise BadOption(f"blocklist_file: {path} {error}") from error


def _altitudes(path: str | None, text: str | None) -> Altitudes:
    altitudes = parse_altitudes(text or "")
    if path and text is not None and not altitudes.rows:
        raise BadOption(
            f"altitudes_file: {path} has no row of the form | Minifilter | Altitude | Company |: "
            "give Microsoft's page allocated-altitudes.md unchanged"
        )
    return altitudes
