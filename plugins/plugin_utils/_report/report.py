# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A document with all that is told of it, worked out once for all formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .actions import Action, actions_of, hints_of
from .changes import Comparison, compare
from .document import Document, controls_of
from .overview import Group, Piece, Times, Waiver, groups_of, shares_of, software_of, times_of, waivers_of


@dataclass(frozen=True)
class Report:
    """What every format renders.

    previous: an earlier document, with which this one is compared. times: whether a report says when. failed: the
    servers that fail, by the word of fail_on.
    """

    document: Document
    previous: Document | None = None
    times: bool = True
    failed: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What has changed since the earlier document; None without one."""
        return compare(self.document, self.previous) if self.previous else None

    @cached_property
    def actions(self) -> list[Action]:
        """What is to be done, in order."""
        return actions_of(self.document)

    @cached_property
    def hints(self) -> list[Action]:
        """What is only worth a look."""
        return hints_of(self.document)

    @cached_property
    def groups(self) -> list[Group]:
        """Servers with identical findings."""
        return groups_of(self.document, self.actions)

    @cached_property
    def controls(self) -> dict[str, dict[str, str]]:
        """The controls by their ids."""
        return controls_of(self.document)

    @cached_property
    def shares(self) -> dict[str, int]:
        """The parts of the bar."""
        return shares_of(self.document)

    @cached_property
    def software(self) -> list[Piece]:
        """Third-party drivers and adapters, the rarest first."""
        return software_of(self.document)

    @cached_property
    def waivers(self) -> list[Waiver]:
        """What is waived."""
        return waivers_of(self.document)

    @cached_property
    def when(self) -> Times | None:
        """When servers were judged; None where the report does not say."""
        return times_of(self.document) if self.times else None
