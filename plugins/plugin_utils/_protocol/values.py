# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Registry values as plain data, one form for the wire, snapshots, results and the ledger.

======================= =======================================================
REG_SZ                  str
REG_DWORD               int, unsigned
REG_MULTI_SZ            list of str, the empty list too
REG_EXPAND_SZ           {"REG_EXPAND_SZ": str}, not expanded
REG_QWORD               {"REG_QWORD": int}, unsigned
REG_BINARY              {"REG_BINARY": lower-case hexadecimal digits}
REG_NONE, REG_UNKNOWN   the same form, or None for data that .NET cannot read:
                        read and reported, never written
======================= =======================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from .errors import CollectionError
from .text import shown

Value: TypeAlias = Any  # one of the forms above; JSON has no narrower type for it
Values: TypeAlias = dict[str, Value]  # value name -> value; "" names the default value

WRITABLE = ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY")
_READ_ONLY = ("REG_NONE", "REG_UNKNOWN")
_TYPED = ("REG_EXPAND_SZ", "REG_QWORD", "REG_BINARY", *_READ_ONLY)
_HEX = re.compile("(?:[0-9a-f]{2})*")


def _is_number(data: Any, bits: int) -> bool:
    return isinstance(data, int) and not isinstance(data, bool) and 0 <= data < 1 << bits


def _is_text(data: Any) -> bool:
    return isinstance(data, str)


def _is_hex(data: Any) -> bool:
    return isinstance(data, str) and _HEX.fullmatch(data) is not None


def _is_hex_or_none(data: Any) -> bool:
    return data is None or _is_hex(data)


_DATA: dict[str, Callable[[Any], bool]] = {
    "REG_SZ": _is_text,
    "REG_EXPAND_SZ": _is_text,
    "REG_MULTI_SZ": lambda data: all(map(_is_text, data)) if isinstance(data, list) else False,
    "REG_DWORD": lambda data: _is_number(data, 32),
    "REG_QWORD": lambda data: _is_number(data, 64),
    "REG_BINARY": _is_hex,
    "REG_NONE": _is_hex_or_none,
    "REG_UNKNOWN": _is_hex_or_none,
}


class UnwritableValue(CollectionError, ValueError):
    """A value that cannot be written back as it is."""


def type_of(value: Value) -> str:
    """Name the registry type of a value, for example "REG_DWORD".

    Raises UnwritableValue when the data is in none of the forms.
    """
    if isinstance(value, bool):
        raise UnwritableValue(f"{value!r} is not a registry value")
    if isinstance(value, str):
        return "REG_SZ"
    if isinstance(value, int):
        return "REG_DWORD"
    if isinstance(value, list):
        return "REG_MULTI_SZ"
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _TYPED:
        return str(next(iter(value)))
    raise UnwritableValue(f"{_shown(value)} is not a registry value")


def _shown(value: Any) -> str:
    """Return what a message says of a value. Only a plain one is repeated: one in containers may have any depth."""
    return "a mapping" if isinstance(value, dict) else shown(repr(value))


def check_value(value: Value) -> None:
    """Raise UnwritableValue when a value is in none of the forms, or its data is not of its type."""
    kind = type_of(value)
    if not _DATA[kind](data_of(value)):
        raise UnwritableValue(f"this is not a registry value: its data is no {kind}")


def data_of(value: Value) -> Any:
    """Return the bare data of a value: text, number, list of texts, or hexadecimal digits."""
    return next(iter(value.values())) if isinstance(value, dict) else value


def is_writable(value: Value) -> bool:
    """Tell whether a value of this type can be written back exactly as it was read."""
    return type_of(value) in WRITABLE


def texts_of(value: Value) -> list[str]:
    """Return the texts in a value of any string type: none, one or many. Numbers and bytes hold none."""
    data = data_of(value)
    if type_of(value) == "REG_MULTI_SZ":
        return [str(item) for item in data]
    return [str(data)] if type_of(value) in ("REG_SZ", "REG_EXPAND_SZ") else []


def text_of(value: Value | None) -> str:
    """Return the text of a REG_SZ or REG_EXPAND_SZ value, the first of a REG_MULTI_SZ, else ""."""
    texts = [] if value is None else texts_of(value)
    return texts[0] if texts else ""


def add_values(known: Values, more: Values) -> None:
    """Add to the known values of a key what another query returned.

    A query that asks for no types returns every text as REG_SZ, so a plain text never replaces what is known.
    """
    for name, value in more.items():
        if name not in known or not isinstance(value, str):
            known[name] = value


def without_types(values: Values) -> Values:
    """Return values as a query that asks for no types returns them."""
    return {name: data_of(value) if type_of(value) == "REG_EXPAND_SZ" else value for name, value in values.items()}


def is_number(value: Any) -> bool:
    """Tell whether a value is an integer. To Python a truth is one, too."""
    return isinstance(value, int) and not isinstance(value, bool)
