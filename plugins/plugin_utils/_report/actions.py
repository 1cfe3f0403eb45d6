# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What is to be done, in which order: one action a cause, with the servers that share it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .._protocol import vocabulary as words
from .document import Document, Server
from .finding import Finding
from .names import in_order, natural_key
from .reasons import short_reason

FIRST = "first"
ANSIBLE = "ansible"
BY_HAND = "by_hand"
DECISION = "decision"

BANDS = {
    FIRST: "First",
    ANSIBLE: "Ansible does it",
    BY_HAND: "Somebody does it by hand",
    DECISION: "You decide; nothing is done until then",
}
"""Who acts, in the order in which it is done, with the heading of each band."""

_BAND_OF = {
    words.REACH: FIRST,
    words.RESTART: ANSIBLE,
    words.ENFORCE: ANSIBLE,
    words.UPDATE: BY_HAND,
    words.DECIDE: DECISION,
    words.NONE: BY_HAND,
}
_RESTART_TITLE = "Restart, so that what was set takes effect"


@dataclass(frozen=True)
class Action:
    """One line of the list. servers: in natural order. restart: whether it ends with one. findings: what it is
    about."""

    number: int
    band: str
    act: str
    title: str
    severity: str
    servers: tuple[str, ...]
    restart: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass
class _Cause:
    """What is gathered of one cause."""

    severity: str = words.INFO
    servers: dict[str, None] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)
    restart: bool = False

    def add(self, server: str, findings: Iterable[Finding]) -> None:
        """Add a server and what was found there."""
        self.servers[server] = None
        for finding in findings:
            self.findings[finding] = None
            self.severity = max(self.severity, finding.severity, key=words.rank)
            self.restart |= finding.restart


_Key = tuple[str, str, str]  # band, act, title


def actions_of(document: Document) -> list[Action]:
    """Return what is to be done, band by band, the worst and the most frequent first."""
    causes: dict[_Key, _Cause] = {}
    for name, server in document.servers.items():
        for key, findings in _causes_of(name, server):
            causes.setdefault(key, _Cause()).add(name, findings)
    ordered = sorted(causes.items(), key=_order)
    return [_action(number, key, cause) for number, (key, cause) in enumerate(ordered, 1)]


def hints_of(document: Document) -> list[Action]:
    """Return what is only worth a look, in the form of actions that have no number."""
    causes: dict[_Key, _Cause] = {}
    for name, finding in document.findings():
        if finding.is_hint:
            causes.setdefault((BY_HAND, words.NONE, finding.title), _Cause()).add(name, [finding])
    return [_action(0, key, cause) for key, cause in sorted(causes.items(), key=_order)]


def _order(item: tuple[_Key, _Cause]) -> tuple[int, int, int, int, tuple[object, str]]:
    (band, act, title), cause = item
    bands = list(BANDS)
    return (
        bands.index(band),
        words.ACTS.index(act),
        -words.rank(cause.severity),
        -len(cause.servers),
        natural_key(title),
    )


def _action(number: int, key: _Key, cause: _Cause) -> Action:
    band, act, title = key
    servers, findings = tuple(in_order(cause.servers)), tuple(cause.findings)
    restart = cause.restart or act == words.RESTART
    return Action(number, band, act, title, cause.severity, servers, restart, findings)


def _causes_of(name: str, server: Server) -> Iterator[tuple[_Key, list[Finding]]]:
    """Yield each cause of one server, with the findings that it has."""
    if server.state != words.JUDGED:
        if server.state != words.NOT_WINDOWS:
            yield (FIRST, words.REACH, _unjudged_title(name, server)), []
        return
    if server.restart == words.RESTART_PENDING:
        pending = [finding for finding in server.findings if finding.act == words.RESTART]
        yield (ANSIBLE, words.RESTART, _RESTART_TITLE), pending
    grouped: dict[_Key, list[Finding]] = {}
    for finding in server.findings:
        if finding.is_open and finding.act != words.RESTART:
            grouped.setdefault((_band(finding), finding.act, _cause_title(finding)), []).append(finding)
    yield from _joined(grouped)


def _band(finding: Finding) -> str:
    return FIRST if finding.status == words.REFUSED else _BAND_OF[finding.act]


def _unjudged_title(name: str, server: Server) -> str:
    if server.state == words.NOT_HANDLED and not server.reason:
        return "Run again, the run ended before it came to them"
    start = {words.NOT_REACHED: "Make reachable", words.FAILED: "Mend what made the run fail"}.get(
        server.state, "Judge them"
    )
    reason = short_reason(server.reason, name, reached=server.state != words.NOT_REACHED)
    return f"{start}: {reason}" if reason else start


def _cause_title(finding: Finding) -> str:
    """Return the title, with the subject left out where features of one server are set alike: they become one line."""
    verb, found, _rest = finding.title.partition(f" {finding.subject}")
    return f"{verb} …" if found and finding.id == "tcp_offload" and finding.act == words.ENFORCE else finding.title


def _joined(grouped: Mapping[_Key, list[Finding]]) -> Iterator[tuple[_Key, list[Finding]]]:
    for (band, act, title), findings in grouped.items():
        subjects = ", ".join(finding.subject for finding in findings)
        yield (band, act, title.removesuffix("…") + subjects if title.endswith(" …") else title), findings


def command_note(action: Action) -> str:
    """Return the words before the command of an action."""
    if action.band == DECISION:
        return "To leave it as it is until a day, write into the inventory:"
    return "Ansible does it:" if action.act in _PLAYBOOKS else "Once that is done, judge again:"


def command_of(action: Action) -> list[str]:
    """Return the lines of the command that does what an action says, or judges again once somebody did it.

    For a decision they are what the inventory says where a finding is to stay as it is.
    """
    if action.band == DECISION and action.findings:
        keys = dict.fromkeys((finding.id, finding.subject) for finding in action.findings)
        return ["server_baseline_waivers:", *(_waiver(*key) for key in sorted(keys))]
    playbook = _PLAYBOOKS.get(action.act, "audit")
    limit = shlex.quote(",".join(action.servers))
    return [f"ansible-playbook server_baseline.windows.{playbook} -i INVENTORY --limit {limit}"]


_PLAYBOOKS = {words.RESTART: "enforce -e baseline_reboot=when_required", words.ENFORCE: "enforce"}


def _waiver(rule: str, subject: str) -> str:
    known = f"finding: {_yaml(rule)}, subject: {_yaml(subject)}"
    return f"  - {{{known}, until: YYYY-MM-DD, by: NAME, reason: WHY}}"


def _yaml(text: str) -> str:
    """Return a text as a scalar of YAML."""
    plain = text.replace("_", "").replace("-", "").replace(".", "")
    return text if plain.isascii() and plain.isalnum() and plain[0].isalpha() else "'" + text.replace("'", "''") + "'"
