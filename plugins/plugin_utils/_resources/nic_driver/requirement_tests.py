# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The conditions that a requirement is made of, each with what it says of a driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..._protocol.patterns import matches_pattern
from ..._windows.filetime import days_between
from ..._windows.versions import compare_versions
from .judged_driver import DRIVER, Component, Driver

HOLDS, PASSED, UNKNOWN = "holds", "passed", "unknown"


@dataclass(frozen=True)
class Outcome:
    """What a requirement says of a driver. result: holds (not met), passed or unknown.

    evidence: such as "Broadcom 3.5.8.0 < 3.7.19". updates: what must become what, as component, found and needed.
    """

    result: str
    evidence: str
    updates: tuple[dict[str, Any], ...] = field(default=(), compare=False, hash=False)


class Test(Protocol):
    """One condition on a driver."""

    @property
    def needed(self) -> str:
        """What an update must be, such as "3.7.19"; "" where no update is known to help."""

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Tell whether a driver meets the condition. today: ISO 8601."""

    def found(self, driver: Driver) -> tuple[str, Any]:
        """Return what an update is of, and what there is now."""


@dataclass(frozen=True)
class OfComponent:
    """What the tests of a component's version have in common."""

    component: Component

    def found(self, driver: Driver) -> tuple[str, Any]:
        """Return the component and its version."""
        return self.component.product or self.component.kind, self.component.version_of(driver)


@dataclass(frozen=True)
class Comparison:
    """How a version is compared. passing: results of compare_versions that pass. sign: of one that does not.

    wanted: what is needed, for evidence. update: the same, for an update.
    """

    passing: tuple[int, ...]
    sign: str
    wanted: str
    update: str


COMPARISONS = {
    "at_least": Comparison((0, 1), "<", "from {}", "{}"),
    "above": Comparison((1,), "<=", "after {}", "after {}"),
    "below": Comparison((-1,), ">=", "before {}", "before {}"),
    "at_most": Comparison((-1, 0), ">", "up to {}", "{} or earlier"),
}


@dataclass(frozen=True)
class VersionIs(OfComponent):
    """The version must be on the right side of another."""

    version: str
    comparison: Comparison

    @property
    def needed(self) -> str:
        """The version, and which side of it."""
        return self.comparison.update.format(self.version)

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the versions number by number."""
        found = self.component.version_of(driver)
        order = compare_versions(found, self.version)
        if order is None:
            wanted = self.comparison.wanted.format(self.version)
            return Outcome(UNKNOWN, f"{self.component.missing_version(driver)}, {wanted} needed")
        seen = f"{self.component.name(driver)} {found}"
        if order in self.comparison.passing:
            return Outcome(PASSED, seen)
        return Outcome(HOLDS, f"{seen} {self.comparison.sign} {self.version}")


@dataclass(frozen=True)
class VersionIsNot(OfComponent):
    """The version must be none of some; those before and after each are good."""

    bad: tuple[str, ...]

    @property
    def needed(self) -> str:
        """Any other version."""
        return f"other than {' and '.join(self.bad)}"

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the version with each, number by number."""
        found = self.component.version_of(driver)
        orders = [compare_versions(found, each) for each in self.bad]
        if None in orders:
            return Outcome(UNKNOWN, f"{self.component.missing_version(driver)}, one {self.needed} needed")
        seen = f"{self.component.name(driver)} {found}"
        return Outcome(HOLDS, f"{seen} is a bad version") if 0 in orders else Outcome(PASSED, seen)


@dataclass(frozen=True)
class DateFrom(OfComponent):
    """The driver must be of a certain day or later."""

    day: str

    @property
    def needed(self) -> str:
        """The day or later."""
        return f"of {self.day} or later"

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the days."""
        needed = f"one of {self.day} or later needed"
        if not driver.date:
            return Outcome(UNKNOWN, f"{driver.label} driver of unknown date, {needed}")
        return Outcome(
            PASSED if driver.date >= self.day else HOLDS, f"{driver.label} driver of {driver.date}, {needed}"
        )


@dataclass(frozen=True)
class MaximumAge(OfComponent):
    """The driver must not be older than a number of days."""

    days: int
    needed: str = ""

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Count the days from the driver's date to today."""
        if not driver.date:
            return Outcome(UNKNOWN, f"{driver.label} driver of unknown date")
        seen = f"{driver.label} driver of {driver.date}"
        if days_between(driver.date, today) > self.days:
            return Outcome(HOLDS, f"{seen}, older than {self.days} days")
        return Outcome(PASSED, seen)


@dataclass(frozen=True)
class FromProvider(OfComponent):
    """The driver must come from a certain provider. pattern: of "*" and "?"."""

    pattern: str

    @property
    def needed(self) -> str:
        """That provider's driver."""
        return f"the driver of {self.pattern}"

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the provider; no version of another provider's driver is known to be good."""
        if matches_pattern(self.pattern, driver.provider):
            return Outcome(PASSED, f"{driver.label} driver of {driver.provider}")
        provider = driver.provider or "unknown origin"
        return Outcome(UNKNOWN, f"{driver.label} driver of {provider}, of which no version is known to be good")


@dataclass(frozen=True)
class NoGoodVersion(OfComponent):
    """No version is good, or nobody has said which one is. text: what is known. result: holds or unknown."""

    text: str
    result: str
    needed: str = ""

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Return the result, whatever the version."""
        version = driver.versions[DRIVER] or "of unknown version"
        return Outcome(self.result, f"{driver.label} driver {version}: {self.text}")


@dataclass(frozen=True)
class KeywordIs:
    """A setting of the adapter must have a certain value. needed: that value in words. meets: tells whether a text is
    such a value; None where it cannot be compared."""

    keyword: str
    needed: str
    meets: Callable[[str], bool | None] = field(compare=False)

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Look at the value that is in effect."""
        found = driver.keywords.get(self.keyword.lower())
        meets = None if found is None else self.meets(found.strip())
        if meets is None:
            seen = f"{self.keyword} {found}" if found is not None else f"no setting {self.keyword}"
            return Outcome(UNKNOWN, f"{driver.label} adapter with {seen}, {self.needed} needed")
        seen = f"{driver.label} adapter with {self.keyword} {found}"
        return Outcome(PASSED, seen) if meets else Outcome(HOLDS, f"{seen}, {self.needed} needed")

    def found(self, driver: Driver) -> tuple[str, Any]:
        """Return the keyword and its value."""
        name = self.keyword if self.keyword.startswith("*") else f"setting {self.keyword}"
        return name, driver.keywords.get(self.keyword.lower())


@dataclass(frozen=True)
class HotfixInstalled:
    """One of some updates of Windows must be installed. ids: such as "KB950224"."""

    ids: tuple[str, ...]

    @property
    def needed(self) -> str:
        """One of the updates."""
        return " or ".join(self.ids)

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Look for each of them."""
        if driver.hotfixes is None:
            return Outcome(UNKNOWN, f"the installed updates are not known, {self.needed} needed")
        installed = [each for each in self.ids if each.upper() in driver.hotfixes]
        if installed:
            return Outcome(PASSED, f"{installed[0]} is installed")
        return Outcome(HOLDS, f"{self.needed} is not installed")

    def found(self, driver: Driver) -> tuple[str, Any]:
        """Return that none is there."""
        return "hotfix", None
