# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""How an adapter's keywords are named, checked and ordered for a change (facts C). keyword_values.py reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..._catalogue.keywords import GroupKeyword, keyword_groups
from ..._protocol.values import Value
from .keyword_values import Keyword

OFF = "0"
FAMILIES = ("ipv4", "ipv6")

POWER_SAVING = "PnPCapabilities"
# "Allow the computer to turn off this device" is off with 24 and with 280: these bits (KB2740020, facts C).
_POWER_SAVING_OFF = 0x18


def group_of(option: str) -> tuple[GroupKeyword, ...]:
    """Return the keywords that an option stands for, such as "lso" or, for one family, "lso_ipv6"."""
    name, _unused, family = option.rpartition("_") if option.endswith(FAMILIES) else (option, "", "")
    return tuple(each for each in keyword_groups()[name] if not family or each.family == family)


def lso_of(family: str) -> tuple[str, ...]:
    """Return the keywords of large send offload of a family. "" is both, of what was asked and of a keyword."""
    return tuple(each.name for each in keyword_groups()["lso"] if not family or each.family in ("", family))


def group_options() -> tuple[str, ...]:
    """Return the options of groups, each before its forms for one family, which are more exact."""
    return tuple(
        option
        for name, group in keyword_groups().items()
        for option in (name, *(f"{name}_{family}" for family in FAMILIES if any(each.family for each in group)))
    )


def refusal(keyword: Keyword, text: str) -> str:
    """Return why a driver does not take a value, "" when it does. text: the value, as the registry holds it."""
    if not keyword.supported:
        return f"its driver has no keyword {keyword.name}"
    if keyword.allowed is not None:
        allowed = ", ".join(keyword.allowed)
        return "" if text in keyword.allowed else f"its driver takes {allowed} for {keyword.name}, not {text}"
    return _out_of_range(keyword, text)


def _out_of_range(keyword: Keyword, text: str) -> str:
    minimum, maximum, step = (_number(each) for each in (keyword.minimum, keyword.maximum, keyword.step))
    if minimum is None or maximum is None:
        return f"its driver does not say which values {keyword.name} takes"
    number = _number(text)
    if number is not None and minimum <= number <= maximum and not (step and (number - minimum) % step):
        return ""
    by = f" in steps of {step}" if step and step > 1 else ""
    return f"its driver takes {minimum} to {maximum}{by} for {keyword.name}, not {text}"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\s*-?[0-9]{1,20}\s*", text) else None


def typed(keyword: Keyword, text: str) -> Value:
    """Return a value as it is written: as REG_SZ, which is what drivers declare, unless it is a number already."""
    return int(text) if isinstance(keyword.value, int) and re.fullmatch("[0-9]{1,20}", text) else text


def is_set_to(keyword: Keyword, text: str) -> bool:
    """Tell whether a keyword has a value, of its own or by its driver's default."""
    return keyword.effective is not None and keyword.effective.strip() == text


def rank(name: str, text: str) -> int:
    """Return the place of a change among those of one adapter.

    Large send offload needs checksum offload, so it is turned off first and on last.
    """
    place = next((place for group, place in (("lso", 2), ("checksum_offload", 1)) if _is_in(group, name)), 0)
    return -place if text == OFF else place


def _is_in(group: str, name: str) -> bool:
    return name.lower() in names_of(keyword_groups()[group])


def names_of(keywords: Iterable[GroupKeyword]) -> set[str]:
    """Return the names of keywords in lower case."""
    return {each.name.lower() for each in keywords}


def power_saving(value: Value | None) -> str:
    """Return what PnPCapabilities says of power saving: enabled or disabled.

    Where it is not there, Windows saves power.
    """
    bits = value if isinstance(value, int) else 0
    return "disabled" if bits & _POWER_SAVING_OFF == _POWER_SAVING_OFF else "enabled"


def with_power_saving(value: Value | None, state: str) -> int:
    """Return PnPCapabilities with power saving enabled or disabled, its other bits as they are."""
    bits = value if isinstance(value, int) else 0
    return bits | _POWER_SAVING_OFF if state == "disabled" else bits & ~_POWER_SAVING_OFF
