# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The functions of expressions: our own, and those of JMESPath that conditions have.

version_lt(a, b), version_le, version_gt, version_ge, version_eq
                              compare versions number by number; null when either is none
glob(text, pattern)           whether a text matches a pattern of * and ?, case-insensitive; false for null
lower(text)                   the text in lower case; null for null
keyword(name)                 the setting of that name in the `keywords` of what is searched, case-insensitive; null
                              where there is none
contains(list or text, part)  whether a list has an item, or a text a part
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._protocol.names import equals_ignore_case
from .._protocol.patterns import matches_pattern
from .._windows.versions import compare_versions

_KINDS = {str: "string", list: "array", bool: "boolean", int: "number", float: "number", type(None): "null"}


class BadCall(Exception):
    """A function was called with the wrong number of arguments, or with one of a wrong type."""


@dataclass(frozen=True)
class _Function:
    """types: what each argument may be; empty means anything. call: takes the data that is searched, and the
    arguments."""

    types: tuple[tuple[str, ...], ...]
    call: Callable[..., Any]


def _kind_of(value: Any) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "object")


def _version(*wanted: int) -> Callable[..., bool | None]:
    def decided(_data: Any, one: str | None, other: str | None) -> bool | None:
        order = compare_versions(one, other)
        return None if order is None else order in wanted

    return decided


def _glob(_data: Any, text: str | None, pattern: str) -> bool:
    return text is not None and matches_pattern(pattern, text)


def _lower(_data: Any, text: str | None) -> str | None:
    return None if text is None else text.lower()


def _keyword(data: Any, name: str) -> Any:
    keywords = data.get("keywords") if isinstance(data, Mapping) else None
    return next((each for found, each in (keywords or {}).items() if equals_ignore_case(found, name)), None)


def _contains(_data: Any, whole: Any, part: Any) -> bool:
    return part in whole


_TEXT = ("string", "null")
_FUNCTIONS = {
    "version_lt": _Function((_TEXT, _TEXT), _version(-1)),
    "version_le": _Function((_TEXT, _TEXT), _version(-1, 0)),
    "version_gt": _Function((_TEXT, _TEXT), _version(1)),
    "version_ge": _Function((_TEXT, _TEXT), _version(0, 1)),
    "version_eq": _Function((_TEXT, _TEXT), _version(0)),
    "glob": _Function((_TEXT, ("string",)), _glob),
    "lower": _Function((_TEXT,), _lower),
    "keyword": _Function((("string",),), _keyword),
    "contains": _Function((("array", "string"), ()), _contains),
}
NAMES = frozenset(_FUNCTIONS)


def call(name: str, arguments: Sequence[Any], data: Any) -> Any:
    """Return what a function of NAMES returns.

    data: what the whole expression searches. Raises BadCall.
    """
    function = _FUNCTIONS[name]
    if len(arguments) != len(function.types):
        raise BadCall(f"{name}() takes {len(function.types)} arguments, and has {len(arguments)}")
    for value, types in zip(arguments, function.types, strict=True):
        if types and _kind_of(value) not in types:
            raise BadCall(
                f"In function {name}(), {value!r} is a {_kind_of(value)}, where {' or '.join(types)} is needed"
            )
    return function.call(data, *arguments)
