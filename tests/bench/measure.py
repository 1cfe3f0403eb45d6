# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing measured, and what it must not exceed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure of the benchmark.

    name: under which build/bench.json keeps it. value: a count or a ratio within one run. limit: what it must not
    exceed; None for a figure that is only reported. at_least: the limit is a minimum instead. text: what it says, for
    people.
    """

    name: str
    value: float
    limit: float | None
    text: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """Return the figure as one line of a table."""
        sign = "≥" if self.at_least else "≤"
        limit = "" if self.limit is None else f"{sign} {self.limit:g}"
        status = "ok" if self.holds else "EXCEEDED"
        return f"{self.name:32} {self.value:10.4g}  {limit:10} {status:9} {self.text}"
