# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What a requirement may say of a setting of an adapter: a value, some values, or bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..._planning.resource import BadOption
from .requirement_tests import KeywordIs

_EXAMPLE = "a value such as '0', a list of values, or one or both of at_least and at_most with whole numbers"


def keyword_test(option: str, name: str, wanted: Any) -> KeywordIs:
    """Return the test of one setting. option: for messages. wanted: as a user or the catalogue says it.

    Raises BadOption.
    """
    if isinstance(wanted, Mapping):
        return KeywordIs(name, *_bounds(f"{option}.{name}", wanted))
    values = wanted if isinstance(wanted, list) else [wanted]
    if not values or not all(_is_value(each) for each in values):
        raise BadOption(f"{option}.{name} is {wanted!r}: give {_EXAMPLE}")
    texts = tuple(str(each).strip() for each in values)
    return KeywordIs(name, " or ".join(texts), lambda found: found in texts)


def _bounds(option: str, wanted: Mapping[str, Any]) -> tuple[str, Callable[[str], bool | None]]:
    numbers = {name: _number(each) for name, each in wanted.items()}
    if not numbers or set(numbers) - {"at_least", "at_most"} or None in numbers.values():
        raise BadOption(f"{option} is {dict(wanted)!r}: give {_EXAMPLE}")
    low, high = numbers.get("at_least"), numbers.get("at_most")
    words = [f"{low} or more"] * (low is not None) + [f"{high} or less"] * (high is not None)
    return " and ".join(words), lambda found: _is_within(found, low, high)


def _is_within(found: str, low: int | None, high: int | None) -> bool | None:
    number = _number(found)
    if number is None:
        return None
    return (low is None or number >= low) and (high is None or number <= high)


def _is_value(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and bool(str(value).strip())


def _number(value: Any) -> int | None:
    is_whole = not isinstance(value, bool) and re.fullmatch(r"\s*-?[0-9]{1,20}\s*", str(value))
    return int(value) if is_whole else None
