# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""One finding of a report. Equal findings are one object, whatever number of servers have them, so a fleet costs
little."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .._protocol import vocabulary as words

TEXTS = ("why", "fix", "source")
"""The fields that a control holds for all its findings."""


@dataclass(frozen=True)
class Finding:
    """What was judged of one subject. line: the whole finding as canonical JSON, by which two are compared.

    docs/reading_an_audit.md explains the fields. waiver: until, by and reason; empty without one. restart: whether the
    change that is due takes effect with a restart alone. since: since when a restart is pending, in UTC; empty where
    that is not known.
    """

    line: str
    id: str = field(compare=False)
    subject: str = field(compare=False)
    status: str = field(compare=False)
    act: str = field(compare=False, default=words.NONE)
    severity: str = field(compare=False, default=words.INFO)
    title: str = field(compare=False, default="")
    kind: str = field(compare=False, default="")
    found: Any = field(compare=False, default=None)
    wanted: Any = field(compare=False, default=None)
    evidence: tuple[str, ...] = field(compare=False, default=())
    why: str = field(compare=False, default="")
    fix: str = field(compare=False, default="")
    source: str = field(compare=False, default="")
    waiver: Mapping[str, str] = field(compare=False, default_factory=dict)
    restart: bool = field(compare=False, default=False)
    since: str = field(compare=False, default="")

    @property
    def family(self) -> str:
        """The rule without its advisory: filter_driver, tcp_offload, nic_driver."""
        return self.id.partition(".")[0]

    @property
    def control(self) -> str:
        """The id of the control: the finding's own, with its subject unless that is an adapter, of which each server
        has its own."""
        return self.id if self.family == "nic_driver" else f"{self.id}:{self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether the finding asks for something."""
        return words.is_open(self.status, self.severity)

    @property
    def is_hint(self) -> bool:
        """Whether the finding only tells something that may be worth a look."""
        return self.status in words.OPEN and self.severity == words.INFO

    def fields(self) -> dict[str, Any]:
        """Return the fields, without those that say nothing."""
        kept = {name: value for name, value in asdict(self).items() if name != "line" and (value or name in _ALWAYS)}
        return {**kept, "evidence": list(self.evidence)} if self.evidence else kept


_ALWAYS = ("id", "subject", "status", "act", "severity", "title", "found", "wanted")
_NAMES = tuple(name for name in Finding.__dataclass_fields__ if name != "line")


class Findings:
    """Makes findings, each content once."""

    def __init__(self) -> None:
        self._known: dict[str, Finding] = {}

    def of(self, data: Mapping[str, Any]) -> Finding:
        """Return the finding with these fields. Fields that a report does not know are left out."""
        given = {name: data[name] for name in _NAMES if name in data}
        line = canonical(given)
        found = self._known.get(line)
        return found or self._known.setdefault(line, _finding(line, given))


def _finding(line: str, given: Mapping[str, Any]) -> Finding:
    """Return a finding, whose own line lacks what says nothing, so that one with "why": "" equals one without."""
    made = Finding(line=line, **{**given, "evidence": tuple(map(str, given.get("evidence", ())))})
    return Finding(line=canonical(made.fields()), **{**given, "evidence": made.evidence})


def canonical(data: Any) -> str:
    """Return data as JSON on one line, with sorted keys, in ASCII."""
    return json.dumps(data, sort_keys=True, separators=(", ", ": "), default=str)
