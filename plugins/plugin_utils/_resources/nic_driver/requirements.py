# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The requirement of an advisory: read from its option, and held against a driver.

_catalogue/nic_advisories.yml lists the requirements, requirement_tests.py evaluates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._planning.resource import BadOption
from ..._protocol.days import is_day
from ..._windows.versions import parse_version
from .judged_driver import COMPONENTS, DRIVER, Component, Driver
from .keyword_conditions import keyword_test
from .requirement_tests import (
    COMPARISONS,
    HOLDS,
    PASSED,
    UNKNOWN,
    DateFrom,
    FromProvider,
    HotfixInstalled,
    KeywordIs,
    MaximumAge,
    NoGoodVersion,
    Outcome,
    Test,
    VersionIs,
    VersionIsNot,
)

_VERSIONS = (*COMPARISONS, "not")
TESTS = (*_VERSIONS, "never", "keyword", "hotfix", "not_before", "max_age_days", "provider", "unknown")

# The sub-option. A version is raw: as a text, YAML's number 3.10 would arrive as "3.1" and pass for a version.
OPTION: dict[str, Any] = {
    "type": "dict",
    "options": {
        **{name: {"type": "raw"} for name in COMPARISONS},
        "not": {"type": "list", "elements": "raw"},
        "of": {"type": "str", "choices": list(COMPONENTS)},
        "product": {"type": "str"},
        "never": {"type": "str"},
        "keyword": {"type": "dict"},
        "hotfix": {"type": "list", "elements": "str"},
        "not_before": {"type": "str"},
        "max_age_days": {"type": "int"},
        "provider": {"type": "str"},
        "unknown": {"type": "str"},
    },
    "required_one_of": [list(TESTS)],
    "required_if": [["of", "product", ["product"]]],
}


@dataclass(frozen=True)
class Requirement:
    """What an advisory requires: every test. component: whose version the tests compare."""

    tests: tuple[Test, ...]
    component: Component

    @property
    def hotfixes(self) -> tuple[str, ...]:
        """The updates of Windows that a test asks for."""
        return tuple(each for test in self.tests if isinstance(test, HotfixInstalled) for each in test.ids)

    @property
    def keywords(self) -> tuple[str, ...]:
        """The settings that a test is about."""
        return tuple(test.keyword for test in self.tests if isinstance(test, KeywordIs))

    def evaluate(self, driver: Driver, today: str) -> Outcome:
        """Return whether the advisory holds.

        A test that is not met outweighs the others, then one that cannot be made.
        """
        outcomes = [test.evaluate(driver, today) for test in self.tests]
        worst = min((each.result for each in outcomes), key=(HOLDS, UNKNOWN, PASSED).index)
        failed = [test for test, each in zip(self.tests, outcomes, strict=True) if each.result != PASSED]
        evidence = "; ".join(each.evidence for each in outcomes if each.result == worst)
        return Outcome(worst, evidence, tuple(_updates(failed, driver)))


def _updates(failed: list[Test], driver: Driver) -> Iterator[dict[str, Any]]:
    """Yield what must become what: one line for each component, with all that is needed of it."""
    needed: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for test in failed:
        component, found_now = test.found(driver)
        if test.needed:
            found[component] = found_now
            needed.setdefault(component, []).append(test.needed)
    return ({"component": each, "found": found[each], "needed": ", ".join(needed[each])} for each in needed)


def read_requirement(option: str, said: Mapping[str, Any]) -> Requirement:
    """Return a requirement as the option or the catalogue says it. option: its name, for messages. Raises BadOption."""
    given = {name: value for name, value in said.items() if value is not None}
    for name, value in given.items():
        if name in _FORMS and not _FORMS[name].accepts(value):
            raise BadOption(f"{option}.{name} is {value!r}: give {_FORMS[name].example}")
    kind = given.get("of", DRIVER)
    if "product" in given and kind != "product":
        raise BadOption(f"{option}.product is {given['product']!r}, but of is {kind}: set of: product, or leave it out")
    component = Component(kind, given.get("product", ""))
    return Requirement(tuple(_tests(option, given, component)), component)


def _tests(option: str, given: Mapping[str, Any], component: Component) -> Iterator[Test]:
    makers: dict[str, Callable[[Any], Test]] = {
        "not": lambda bad: VersionIsNot(component, tuple(bad)),
        "never": lambda text: NoGoodVersion(component, text, HOLDS),
        "hotfix": lambda ids: HotfixInstalled(tuple(ids)),
        "not_before": lambda day: DateFrom(component, day),
        "max_age_days": lambda days: MaximumAge(component, days),
        "provider": lambda pattern: FromProvider(component, pattern),
        "unknown": lambda text: NoGoodVersion(component, text, UNKNOWN),
    }
    yield from (VersionIs(component, given[name], each) for name, each in COMPARISONS.items() if name in given)
    yield from (make(given[name]) for name, make in makers.items() if name in given)
    yield from (keyword_test(f"{option}.keyword", name, wanted) for name, wanted in given.get("keyword", {}).items())


def _is_day(wanted: Any) -> bool:
    return isinstance(wanted, str) and is_day(wanted)


def _is_version(wanted: Any) -> bool:
    return isinstance(wanted, str) and parse_version(wanted) is not None


def _are_hotfixes(wanted: Any) -> bool:
    return bool(wanted) and all(each[:2].upper() == "KB" and each[2:].isdecimal() for each in wanted)


@dataclass(frozen=True)
class _Form:
    """What the value of a requirement must look like. example: in words, for messages."""

    accepts: Callable[[Any], bool]
    example: str


_VERSION = _Form(_is_version, "a version in quotes, such as '3.7.19'")
_TEXT = _Form(lambda wanted: bool(wanted.strip()), "a text that is not empty")
_FORMS = {
    **dict.fromkeys(COMPARISONS, _VERSION),
    "not": _Form(
        lambda wanted: bool(wanted) and all(map(_is_version, wanted)), "a list of versions in quotes, such as ['2.2.4']"
    ),
    "keyword": _Form(bool, "at least one setting, such as {'*VMQ': '0'}"),
    "hotfix": _Form(_are_hotfixes, "ids of updates, such as [KB950224]"),
    "not_before": _Form(_is_day, "a day, such as 2008-02-28"),
    "max_age_days": _Form(lambda wanted: wanted >= 0, "a number of days that is not negative, such as 365"),
    **dict.fromkeys(("product", "never", "provider", "unknown"), _TEXT),
}
