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

from typing import Any, TypeAlias

from .errors import CollectionError

Value: TypeAlias = Any  # one of the forms above; JSON has no narrower type for it
Values: TypeAlias = dict[str, Value]  # value name -> value; "" names the default value

WRITABLE = ("REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_DWORD", "REG_QWORD", "REG_BINARY")
_READ_ONLY = ("REG_NONE", "REG_UNKNOWN")


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
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in WRITABLE + _READ_ONLY:
        return str(next(iter(value)))
    raise UnwritableValue(f"{value!r} is not a registry value")


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
