# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the states of a ledger entry may hold, by the fields that its resource has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .._protocol.values import is_number
from .ledger_entry import Entry, brief

FieldRule: TypeAlias = Callable[[Any], bool]
_LONGEST_TEXT = 16_384  # characters of a registry text, more than any setting has


def why_not_of(entry: Entry, fields: Mapping[str, FieldRule]) -> str:
    """Return why an entry cannot be of a subject with these fields, "" where it can be. Both of its states have fields,
    and each field that was changed has a previous state."""
    for part, state in (("Before", entry.before), ("After", entry.after)):
        for name, value in state.items():
            if name not in fields:
                return f"has the field {brief(name)} in {part}, which {brief(entry.subject)} does not have"
            if not fields[name](value):
                return f"has {name} = {brief(value)} in {part}, which {brief(entry.subject)} cannot be"
    if not entry.after or not entry.after.keys() <= entry.before.keys():
        return "does not say what stood there before"
    return ""


def is_absent_or(rule: FieldRule) -> FieldRule:
    """Return the rule for a value that may be missing."""
    return lambda value: value is None or rule(value)


def is_dword(value: Any) -> bool:
    """Tell whether a value is a REG_DWORD."""
    return is_number(value) and 0 <= value < 1 << 32


def is_text(value: Any) -> bool:
    """Tell whether a value is a REG_SZ of a length that a setting has."""
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def is_registry_value(value: Any) -> bool:
    """Tell whether a value can be written to the registry, whatever its type."""
    if isinstance(value, dict):
        return len(value) == 1 and all(_IN_A_DICT.get(kind, _never)(data) for kind, data in value.items())
    return is_dword(value) or is_text(value) or (isinstance(value, list) and all(map(is_text, value)))


def _is_hexadecimal(data: Any) -> bool:
    return is_text(data) and len(data) % 2 == 0 and all(digit in "0123456789abcdef" for digit in data)


def _never(data: Any) -> bool:
    return False


_IN_A_DICT: dict[str, FieldRule] = {
    "REG_EXPAND_SZ": is_text,
    "REG_QWORD": lambda data: is_number(data) and 0 <= data < 1 << 64,
    "REG_BINARY": _is_hexadecimal,
}
