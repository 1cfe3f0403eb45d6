# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Whether a driver meets the requirement of an advisory (_catalogue/nic_advisories.yml says what requirements there are)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from ..._protocol.patterns import matches_pattern
from ..._windows.filetime import days_between
from ..._windows.versions import compare_versions, parse_version

HOLDS, PASSED, UNKNOWN = "holds", "passed", "unknown"

COMPONENTS = {"driver": "", "driver_file": "driver file ", "bus_driver": "bus driver "}


def judge(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    """Return whether an advisory holds, is passed, or is unknown, and by what that shows, such as "Broadcom 3.5.8.0 < 3.7.19".

    adapter: as nic_driver_facts returns it. now: ISO 8601. One test that fails outweighs all, and one that cannot be made the rest.
    """
    tests = [_TESTS[name](requirement, adapter, now) for name in requirement if name != "of"]
    worst = min(tests, key=lambda each: (HOLDS, UNKNOWN, PASSED).index(each[0]))
    return worst[0], "; ".join(text for result, text in tests if result == worst[0])


def complaints(requirement: Any) -> Iterator[str]:
    """Yield what is wrong with a requirement that a user wrote."""
    if not isinstance(requirement, Mapping) or not set(requirement) - {"of"}:
        yield f"requirement must be a mapping with some of {', '.join(_TESTS)}"
        return
    for name, wanted in requirement.items():
        if name not in _CHECKS:
            yield f"requirement has {name!r}, which is none of {', '.join(_CHECKS)}"
        elif not _CHECKS[name](wanted):
            yield f"requirement has {name}: {wanted!r}, which is not {_FORMS[name]}"


def component_of(requirement: Mapping[str, Any], adapter: Mapping[str, Any]) -> str | None:
    """Return the version of what a requirement is about, as written; None when it is not known."""
    return (adapter.get(requirement.get("of", "driver")) or {}).get("version") or None


def who(adapter: Mapping[str, Any]) -> str:
    """Return in a word whose driver it is: the chip's maker, else the driver's provider."""
    return str(adapter["hardware"]["vendor"] or adapter["driver"]["provider"] or "driver")


def _version(
    requirement: Mapping[str, Any], adapter: Mapping[str, Any], wanted: str, good: tuple[int, ...]
) -> tuple[str, str]:
    found, part = component_of(requirement, adapter), COMPONENTS[requirement.get("of", "driver")]
    order = compare_versions(found, wanted)
    sign = "<" if 0 in good else "<="
    if order is None:
        seen = f"of unknown version ({found})" if found else "of unknown version"
        return UNKNOWN, f"{who(adapter)} {part or 'driver '}{seen}, {'from' if 0 in good else 'after'} {wanted} needed"
    return (
        (PASSED, f"{who(adapter)} {part}{found}")
        if order in good
        else (HOLDS, f"{who(adapter)} {part}{found} {sign} {wanted}")
    )


def _at_least(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    return _version(requirement, adapter, str(requirement["at_least"]), (0, 1))


def _above(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    return _version(requirement, adapter, str(requirement["above"]), (1,))


def _not_before(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    found, wanted = adapter["driver"]["date"], str(requirement["not_before"])
    if not found:
        return UNKNOWN, f"{who(adapter)} driver of unknown date, one of {wanted} or later needed"
    return (PASSED if found >= wanted else HOLDS), f"{who(adapter)} driver of {found}, one of {wanted} or later needed"


def _max_age_days(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    found, days = adapter["driver"]["date"], requirement["max_age_days"]
    if not found:
        return UNKNOWN, f"{who(adapter)} driver of unknown date"
    old = days_between(found, now) > int(days)
    return (HOLDS if old else PASSED), f"{who(adapter)} driver of {found}" + (
        f", older than {days} days" if old else ""
    )


def _provider(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    provider, wanted = adapter["driver"]["provider"] or "", str(requirement["provider"])
    if matches_pattern(wanted, provider):
        return PASSED, f"{who(adapter)} driver of {provider}"
    return UNKNOWN, f"{who(adapter)} driver of {provider or 'unknown origin'}, of which no version is known to be good"


def _unknown(requirement: Mapping[str, Any], adapter: Mapping[str, Any], now: str) -> tuple[str, str]:
    version = component_of(requirement, adapter) or "of unknown version"
    return UNKNOWN, f"{who(adapter)} driver {version}: {requirement['unknown']}"


def _is_day(wanted: Any) -> bool:
    try:
        return bool(date.fromisoformat(str(wanted)))
    except ValueError:
        return False


def _is_version(wanted: Any) -> bool:
    return isinstance(wanted, str) and parse_version(wanted) is not None


def _is_text(wanted: Any) -> bool:
    return isinstance(wanted, str) and bool(wanted.strip())


_TESTS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], str], tuple[str, str]]] = {
    "at_least": _at_least,
    "above": _above,
    "not_before": _not_before,
    "max_age_days": _max_age_days,
    "provider": _provider,
    "unknown": _unknown,
}
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "at_least": _is_version,
    "above": _is_version,
    "not_before": _is_day,
    "max_age_days": lambda wanted: str(wanted).isdecimal(),
    "provider": _is_text,
    "unknown": _is_text,
    "of": lambda wanted: wanted in COMPONENTS,
}
_FORMS = {
    "at_least": "a version in quotes, such as '3.7.19'",
    "above": "a version in quotes, such as '3.7.19'",
    "not_before": "a day, such as 2008-02-28",
    "max_age_days": "a number of days",
    "provider": "a text",
    "unknown": "a text",
    "of": f"one of {', '.join(COMPONENTS)}",
}
