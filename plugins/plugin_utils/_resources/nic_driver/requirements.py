# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether a driver meets the requirement of an advisory. _catalogue/nic_advisories.yml lists the requirements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..._planning.resource import BadOption
from ..._protocol.days import is_day
from ..._protocol.patterns import matches_pattern
from ..._windows.filetime import days_between
from ..._windows.versions import compare_versions, parse_version

HOLDS, PASSED, UNKNOWN = "holds", "passed", "unknown"

# Which version a requirement is about -> what evidence calls it.
COMPONENTS = {"driver": "", "driver_file": "driver file ", "bus_driver": "bus driver "}
_TESTS = ("at_least", "above", "not_before", "max_age_days", "provider", "unknown")

# The sub-option. A version is raw: as a text, YAML's number 3.10 would arrive as "3.1" and pass for a version.
OPTION: dict[str, Any] = {
    "type": "dict",
    "options": {
        "at_least": {"type": "raw"},
        "above": {"type": "raw"},
        "of": {"type": "str", "choices": list(COMPONENTS)},
        "not_before": {"type": "str"},
        "max_age_days": {"type": "int"},
        "provider": {"type": "str"},
        "unknown": {"type": "str"},
    },
    "required_one_of": [list(_TESTS)],
}


@dataclass(frozen=True)
class Driver:
    """What requirements look at. label: whose driver it is, in a word. date: ISO 8601, "" when not known.

    provider: "" when not known.

    versions: component -> version as written, None when not known.
    """

    label: str
    date: str
    provider: str
    versions: Mapping[str, str | None]

    @classmethod
    def of(cls, adapter: Mapping[str, Any]) -> Driver:
        """Return the driver of an adapter. adapter: as nic_driver_facts returns it."""
        versions = {component: (adapter.get(component) or {}).get("version") or None for component in COMPONENTS}
        driver = adapter["driver"]
        return cls(vendor_label(adapter), driver["date"] or "", driver["provider"] or "", versions)


@dataclass(frozen=True)
class Outcome:
    """What a requirement says of a driver. result: holds (not met), passed or unknown.

    evidence: such as "Broadcom 3.5.8.0 < 3.7.19".
    """

    result: str
    evidence: str


class Test(Protocol):
    """One condition on a driver."""

    @property
    def needed(self) -> str:
        """What an update must be, such as "3.7.19"; "" where no update is known to help."""

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Tell whether a driver meets the condition. today: ISO 8601."""


@dataclass(frozen=True)
class VersionFrom:
    """The version must be a certain one or later."""

    version: str
    component: str

    @property
    def needed(self) -> str:
        """The version."""
        return self.version

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the versions number by number."""
        return _compared(driver, self.component, self.version, (0, 1), ("<", "from"))


@dataclass(frozen=True)
class VersionAfter:
    """The version must be later than a certain one."""

    version: str
    component: str

    @property
    def needed(self) -> str:
        """Later than the version."""
        return f"after {self.version}"

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Compare the versions number by number."""
        return _compared(driver, self.component, self.version, (1,), ("<=", "after"))


@dataclass(frozen=True)
class DateFrom:
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
class MaximumAge:
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
class FromProvider:
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
class NoGoodVersionKnown:
    """Nobody has said which driver is good. text: what is known."""

    text: str
    needed: str = ""

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Return unknown."""
        version = driver.versions["driver"] or "of unknown version"
        return Outcome(UNKNOWN, f"{driver.label} driver {version}: {self.text}")


@dataclass(frozen=True)
class Requirement:
    """What an advisory requires of a driver: every test. component: whose version the tests compare."""

    tests: tuple[Test, ...]
    component: str = "driver"

    @property
    def needed(self) -> str:
        """What an update must be, "" where no update is known to help."""
        return ", ".join(test.needed for test in self.tests if test.needed)

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Return whether the advisory holds.

        A test that is not met outweighs the others, then one that cannot be made.
        """
        outcomes = [test.evaluate(driver, today) for test in self.tests]
        worst = min((each.result for each in outcomes), key=(HOLDS, UNKNOWN, PASSED).index)
        return Outcome(worst, "; ".join(each.evidence for each in outcomes if each.result == worst))


def read_requirement(option: str, said: Mapping[str, Any]) -> Requirement:
    """Return a requirement as the option or the catalogue says it. option: its name, for messages. Raises BadOption."""
    given = {name: value for name, value in said.items() if value is not None}
    for name in _TESTS:
        if name in given and not _FORMS[name].accepts(given[name]):
            raise BadOption(f"{option}.{name} is {given[name]!r}: give {_FORMS[name].example}")
    component = given.get("of", "driver")
    return Requirement(tuple(_tests(given, component)), component)


def _tests(given: Mapping[str, Any], component: str) -> Iterator[Test]:
    makers: dict[str, Callable[[Any], Test]] = {
        "at_least": lambda version: VersionFrom(version, component),
        "above": lambda version: VersionAfter(version, component),
        "not_before": DateFrom,
        "max_age_days": MaximumAge,
        "provider": FromProvider,
        "unknown": NoGoodVersionKnown,
    }
    return (make(given[name]) for name, make in makers.items() if name in given)


def vendor_label(adapter: Mapping[str, Any]) -> str:
    """Return in a word whose driver it is: the chip's vendor, else the driver's provider.

    adapter: as nic_driver_facts returns it.
    """
    return str(adapter["hardware"]["vendor"] or adapter["driver"]["provider"] or "driver")


def _compared(driver: Driver, component: str, wanted: str, good: tuple[int, ...], words: tuple[str, str]) -> Outcome:
    """Compare a version. good: results of the comparison that pass.

    words: the sign of a failure, and the word before the version needed.
    """
    found, part = driver.versions[component], COMPONENTS[component]
    order = compare_versions(found, wanted)
    if order is None:
        seen = "of unknown version" + (f" ({found})" if found else "")
        return Outcome(UNKNOWN, f"{driver.label} {part or 'driver '}{seen}, {words[1]} {wanted} needed")
    seen = f"{driver.label} {part}{found}"
    return Outcome(PASSED, seen) if order in good else Outcome(HOLDS, f"{seen} {words[0]} {wanted}")


def _is_day(wanted: Any) -> bool:
    return isinstance(wanted, str) and is_day(wanted)


def _is_version(wanted: Any) -> bool:
    return isinstance(wanted, str) and parse_version(wanted) is not None


@dataclass(frozen=True)
class _Form:
    """What the value of a requirement must look like. example: in words, for messages."""

    accepts: Callable[[Any], bool]
    example: str


_VERSION = _Form(_is_version, "a version in quotes, such as '3.7.19'")
_TEXT = _Form(lambda wanted: bool(wanted.strip()), "a text that is not empty")
_FORMS = {
    "at_least": _VERSION,
    "above": _VERSION,
    "not_before": _Form(_is_day, "a day, such as 2008-02-28"),
    "max_age_days": _Form(lambda wanted: wanted >= 0, "a number of days that is not negative, such as 365"),
    "provider": _TEXT,
    "unknown": _TEXT,
}
