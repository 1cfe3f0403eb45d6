# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Messages of a resource in the words of a user who has set variables of a role, not options of a module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .finding import Finding
from .plan import Plan

# An option in a message: at its start; as Ansible itself names one; before its value, its place or its field.
_AT = (
    r"^({0})(?!\w)|(?<=value of )({0})(?!\w)|(?<=found in )({0})(?!\w)|(?<=[ (])({0})(?=: |\[|\.[a-z])"
    r"|(?<=: |, )({0})(?=(?:, \w+)*, got: )"
)


@dataclass(frozen=True)
class VariableNames:
    """The variables that options are called by. names: option -> variable; an option without one keeps its name. A word
    that an option takes may be there too, where the variable takes another for it."""

    names: Mapping[str, str] = field(default_factory=dict)

    def told(self, text: str) -> str:
        """Return a message with the variables in place of their options."""
        if not self.names:
            return text
        options = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        return re.sub(_AT.format(options), lambda found: self.names[found[0]], text)

    def told_in(self, plan: Plan) -> Plan:
        """Return a plan whose messages name the variables."""
        if not self.names:
            return plan
        return replace(
            plan,
            error=self.told(plan.error),
            refused=self._all(plan.refused),
            warnings=self._all(plan.warnings),
            findings=tuple(self._finding(each) for each in plan.findings),
        )

    def _all(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.told, texts))

    def _finding(self, finding: Finding) -> Finding:
        """Return a finding whose remedy names the variables; what it rests on is of the server."""
        return replace(finding, fix=self.told(finding.fix)) if finding.is_open else finding
