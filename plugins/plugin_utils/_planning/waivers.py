# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Waivers: somebody permits that findings stay as they are until a day. waive_option.py reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._protocol.days import days_between
from .._protocol.patterns import matches_pattern
from .._protocol.vocabulary import WAIVED
from .finding import Finding

SOON = 14
"""A waiver is told to end soon within so many days."""


@dataclass(frozen=True)
class Waiver:
    """Permission to keep what findings say. finding, subject: patterns of their id and subject. until: the last day,
    YYYY-MM-DD in UTC."""

    finding: str
    subject: str
    until: str
    by: str
    reason: str

    def covers(self, finding: str, subject: str) -> bool:
        """Tell whether the waiver is for a finding. finding: its id."""
        return matches_pattern(self.finding, finding) and matches_pattern(self.subject, subject)

    def has_ended(self, now: str) -> bool:
        """Tell whether the last day is over. now: ISO 8601 in UTC."""
        return now[:10] > self.until

    @property
    def data(self) -> dict[str, str]:
        """The waiver as a finding holds it."""
        return {"until": self.until, "by": self.by, "reason": self.reason}

    def told(self, now: str) -> str:
        """Return the waiver in a sentence, with whether it ends soon."""
        text = f"waived by {self.by} until {self.until}: {self.reason}"
        ends_soon = days_between(now[:10], self.until) <= SOON
        return f"{text}; the waiver ends within {SOON} days" if ends_soon else text


@dataclass(frozen=True)
class Waivers:
    """The waivers of a task."""

    all: tuple[Waiver, ...] = ()

    def with_more(self, more: Waivers) -> Waivers:
        """Return these waivers and more."""
        return Waivers((*self.all, *more.all))

    def covering(self, finding: str, subject: str, now: str) -> Waiver | None:
        """Return the waiver that covers a finding today, None without one. Of several the one that ends last counts."""
        covering = [each for each in self._for(finding, subject) if not each.has_ended(now)]
        return max(covering, key=lambda each: each.until, default=None)

    def told_of(self, finding: Finding, now: str) -> Finding:
        """Return a finding as the waivers leave it: waived today; or open again, where its waiver has ended."""
        if not finding.is_open:
            return finding
        waiver = self.covering(finding.id, finding.subject, now)
        if waiver:
            return waived(finding, waiver, now)
        ended = max(self._for(finding.id, finding.subject), key=lambda each: each.until, default=None)
        return finding if ended is None or finding.waiver else _open_again(finding, ended)

    def _for(self, finding: str, subject: str) -> list[Waiver]:
        return [each for each in self.all if each.covers(finding, subject)]


NO_WAIVERS = Waivers()


def waived(finding: Finding, waiver: Waiver, now: str) -> Finding:
    """Return a finding as waived. now: ISO 8601 in UTC."""
    evidence = (*finding.evidence, waiver.told(now))
    return replace(finding, status=WAIVED, evidence=evidence, waiver=waiver.data)


def _open_again(finding: Finding, ended: Waiver) -> Finding:
    text = f"the waiver of {ended.by} ended on {ended.until}: {ended.reason}"
    return replace(finding, evidence=(*finding.evidence, text), waiver=ended.data)
