# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a fleet looks like: each server once, servers with identical findings together, software by its prevalence,
waivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .._protocol import vocabulary as words
from .._protocol.days import days_between
from .actions import Action
from .document import Document, Server
from .finding import Finding
from .names import in_order, natural_key
from .reasons import short_reason

TO_DO = "to_do"
UNDECIDED = "undecided"
NOT_JUDGED = "not_judged"
WAIVED = "waived"
COMPLIANT = "compliant"

SHARES = {
    TO_DO: "need something done",
    UNDECIDED: "wait for a decision",
    NOT_JUDGED: "not judged",
    WAIVED: "waived",
    COMPLIANT: "compliant",
}
"""The parts of the bar, in their order. Each server is in the first that is true of it, so they add up."""

HINT = "hint"
"""What a finding counts as that only tells something."""

SOON = 14
"""A waiver that ends within so many days is told."""


def share_text(share: str, number: int) -> str:
    """Return what is true of the servers of a part of the bar."""
    one, _many = _SAID.get(share, ("", ""))
    return one if number == 1 and share in (TO_DO, UNDECIDED) else SHARES[share]


def share_of(server: Server) -> str:
    """Return the part of the bar that a server is in."""
    if server.state != words.JUDGED:
        return NOT_JUDGED
    asked = [finding for finding in server.findings if finding.is_open]
    if server.restart == words.RESTART_PENDING or any(not _waits(finding) for finding in asked):
        return TO_DO
    if asked:
        return UNDECIDED
    return WAIVED if any(finding.status == words.WAIVED for finding in server.findings) else COMPLIANT


def _waits(finding: Finding) -> bool:
    return finding.act == words.DECIDE and finding.status != words.REFUSED


def shares_of(document: Document) -> dict[str, int]:
    """Return how many servers each part of the bar has."""
    counts = Counter(share_of(server) for server in document.servers.values())
    return {share: counts[share] for share in SHARES}


def headline(document: Document) -> str:
    """Return what the bar says, in one sentence."""
    counts, total = shares_of(document), len(document.servers)
    for share, (one, many) in _SAID.items():
        if counts[share]:
            of = "the only server" if total == 1 else f"{counts[share]:,} of {total:,} servers"
            return f"{of} {one if counts[share] == 1 else many}"
    rest = f", {counts[WAIVED]:,} by a waiver" if counts[WAIVED] else ""
    return {0: "no servers", 1: f"the only server is compliant{rest}"}.get(
        total, f"all {total:,} servers are compliant{rest}"
    )


_SAID = {
    TO_DO: ("needs something done", "need something done"),
    UNDECIDED: ("waits for a decision", "wait for a decision"),
    NOT_JUDGED: ("was not judged", "were not judged"),
}


def states_of(document: Document) -> dict[str, int]:
    """Return how many servers are in each state that occurs."""
    counts = Counter(server.state for server in document.servers.values())
    return {state: counts[state] for state in words.STATES if counts[state]}


def statuses_of(document: Document) -> dict[str, int]:
    """Return how many findings have each status that occurs, the worst first. A hint is counted as such, whatever its
    status is: it asks for nothing."""
    counts = Counter(HINT if finding.is_hint else finding.status for _unused, finding in document.findings())
    ordered = (*words.OPEN, HINT, *(status for status in words.STATUSES if status not in words.OPEN))
    return {status: counts[status] for status in ordered if counts[status]}


@dataclass(frozen=True)
class Times:
    """When servers were judged, as days. old: those that were judged more than a day before the newest."""

    first: str
    last: str
    days: int
    old: tuple[str, ...]


def times_of(document: Document) -> Times | None:
    """Return when the servers were judged; None where the document does not say."""
    times = {name: server.judged for name, server in document.servers.items() if server.judged}
    if not times:
        return None
    first, last = min(times.values()), max(times.values())
    old = tuple(name for name, judged in times.items() if days_between(judged, last) > 1)
    return Times(first, last, days_between(first, last), old)


@dataclass(frozen=True)
class Group:
    """Servers with identical findings. actions: the numbers of what is to be done about them."""

    number: int
    servers: tuple[str, ...]
    server: Server
    actions: tuple[int, ...]
    windows: tuple[str, ...]


def groups_of(document: Document, actions: Iterable[Action]) -> list[Group]:
    """Return the groups in the order in which something is to be done about them; compliant ones last, the largest
    first."""
    together: dict[object, list[str]] = {}
    for name, server in document.servers.items():
        reason = short_reason(server.reason, name, reached=server.state != words.NOT_REACHED)
        together.setdefault((server.state, reason, server.restart, server.findings), []).append(name)
    numbers: dict[str, list[int]] = {}
    for action in actions:
        for name in action.servers:
            numbers.setdefault(name, []).append(action.number)
    ordered = sorted(together.values(), key=lambda each: _group_order(document, each, numbers))
    return [_group(place, document, names, numbers) for place, names in enumerate(ordered, 1)]


def _group_order(document: Document, names: list[str], numbers: dict[str, list[int]]) -> tuple[object, ...]:
    share = list(SHARES).index(share_of(document.servers[names[0]]))
    return min(numbers.get(names[0], []), default=1_000_000), share, -len(names), natural_key(names[0])


def _group(place: int, document: Document, names: list[str], numbers: dict[str, list[int]]) -> Group:
    products = (document.servers[name].server.get("product", "") for name in names)
    windows = tuple(in_order({release for product in products if (release := release_of(product))}))
    return Group(place, tuple(in_order(names)), document.servers[names[0]], tuple(numbers.get(names[0], ())), windows)


def release_of(product: str) -> str:
    """Return the year of a Windows Server, with R2: "2008 R2"."""
    words_of = product.split()
    for place, word in enumerate(words_of):
        if len(word) == 4 and word.startswith("20") and word.isdigit():
            return f"{word} R2" if words_of[place + 1 : place + 2] == ["R2"] else word
    return ""


@dataclass(frozen=True)
class Piece:
    """A third-party driver or an adapter, of one version, and the servers that have it."""

    kind: str
    name: str
    vendor: str
    version: str
    servers: tuple[str, ...]


def software_of(document: Document) -> list[Piece]:
    """Return the software, the rarest first: a driver on 3 of 400 servers is a lead."""
    found: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for name, server in document.servers.items():
        for each in server.software:
            found.setdefault((each["kind"], each["name"], each["vendor"], each["version"]), {})[name] = None
    pieces = [Piece(*key, tuple(names)) for key, names in found.items()]
    return sorted(pieces, key=lambda each: (each.kind, len(each.servers), natural_key(each.name), each.version))


ACTIVE = "active"
ENDING = "ends soon"
ENDED = "ended"


@dataclass(frozen=True)
class Waiver:
    """A finding that somebody waived. state: one of the words above."""

    finding: Finding
    state: str
    servers: tuple[str, ...]


def waivers_of(document: Document) -> list[Waiver]:
    """Return the waivers, what has ended or ends soon first."""
    found: dict[tuple[Finding, str], list[str]] = {}
    for name, finding in document.findings():
        if finding.waiver or finding.status == words.WAIVED:
            state = waiver_state(finding, document.servers[name].judged)
            found.setdefault((finding, state), []).append(name)
    waivers = [Waiver(finding, state, tuple(in_order(names))) for (finding, state), names in found.items()]
    return sorted(waivers, key=lambda each: ((ENDED, ENDING, ACTIVE).index(each.state), each.finding.line))


def waiver_state(finding: Finding, judged: str) -> str:
    """Return whether a waiver counts. judged: when the finding was made."""
    until = str(finding.waiver.get("until", ""))
    if finding.status != words.WAIVED:
        return ENDED
    return ENDING if until and judged and days_between(judged, until) <= SOON else ACTIVE
