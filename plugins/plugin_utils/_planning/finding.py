# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""One thing that was judged, with who acts on it. docs/reading_an_audit.md explains the fields to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .._protocol import vocabulary as words

_PAGES = {
    "filter_driver": "known_drivers",
    "nic_driver": "nic_drivers",
    "snp_symptoms": "guide",
    "tcp_keepalive": "guide",
    "tcp_offload": "tcp_offload",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was judged.

    id: which rule judged. subject: what it judged. status: one of vocabulary.STATUSES. found, wanted: data.
    evidence: what the status rests on, in words. why: what is bad about it. fix: the remedy. source: where both are
    from. title: an open finding in a short sentence, the same on every server with the same cause. kind: the
    classification as data, such as known_leftover or the id of an advisory. act, severity: empty for what the status
    says by itself. restart: whether the change takes effect with a restart alone. since: since when a restart is
    pending, empty where that is not known. waiver: until, by and reason; empty without one.
    """

    id: str
    subject: str
    status: str
    found: Any = None
    wanted: Any = None
    evidence: tuple[str, ...] = ()
    why: str = ""
    fix: str = ""
    source: str = ""
    title: str = ""
    kind: str = ""
    act: str = ""
    severity: str = ""
    restart: bool = False
    since: str = ""
    waiver: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_open(self) -> bool:
        """Whether somebody or something must still do something about it."""
        return self.status in words.OPEN

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a result carries it."""
        return {**asdict(self), "evidence": list(self.evidence), "waiver": dict(self.waiver), **self._resolved()}

    def _resolved(self) -> dict[str, str]:
        """Return the fields that follow from the status where the finding does not say them itself."""
        act = (self.act or words.ACT_OF[self.status]) if self.is_open else words.NONE
        title = self.title if self.is_open else f"{self.subject} is {words.WORDS[self.status]}"
        severity = self.severity or words.SEVERITY_OF.get(self.status, words.INFO)
        return {"act": act, "severity": severity, "title": title, "source": self.source or self._own_source()}

    def _own_source(self) -> str:
        """Return the page of the collection that documents the rule, for what rests on no other source."""
        if self.status in (words.COMPLIANT, words.NOT_APPLICABLE):
            return ""
        return f"docs/{_PAGES.get(self.id.partition('.')[0], 'reading_an_audit')}.md of server_baseline.windows"
