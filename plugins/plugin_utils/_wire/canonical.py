# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The text forms that the payload and the controller share.

Both sides write JSON alike, character by character, so that what stands on a server and what an operation expects to
find there are compared as text. Fields of a request escape the same way, for .NET's Regex.Unescape to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

FIELD_END = "|"
ITEM_END = ";"
ABBREVIATION = "`"
_UNPRINTABLE = re.compile("[^ -~]")
_ESCAPED = re.compile(r"[^ -~]|[|;`]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|\\)")


def _escape_unprintable(text: str) -> str:
    """Write everything but printable ASCII as \\uXXXX, one for each UTF-16 code unit (lone surrogates too)."""
    return _UNPRINTABLE.sub(_code_units, text)


def _code_units(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def to_json(data: Any) -> str:
    """Write JSON data as the payload writes it: ASCII, no blanks, no short escapes but for quote and backslash."""
    if isinstance(data, str):
        return '"' + _escape_unprintable(data.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    if isinstance(data, dict):
        return "{" + ",".join(f"{to_json(name)}:{to_json(item)}" for name, item in data.items()) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ",".join(to_json(item) for item in data) + "]"
    if data is None or isinstance(data, bool):
        return {None: "null", True: "true", False: "false"}[data]
    if isinstance(data, int):
        return str(int(data))
    raise TypeError(f"not JSON data of the wire: {data!r}")


def to_field(text: str) -> str:
    """Write a text as one field of a request: printable ASCII without the ends of fields and items and the mark of an
    abbreviation; a backslash is two."""
    return _ESCAPED.sub(_code_units, text.replace("\\", "\\\\"))


def from_field(field: str) -> str:
    """Read a field that to_field wrote."""
    units = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)) if match.group(1) else "\\", field)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def to_list(texts: Iterable[str]) -> str:
    """Write texts as one field; each ends with a semicolon, so that no text and one empty text differ."""
    return "".join(to_field(text) + ITEM_END for text in texts)


def from_list(field: str) -> list[str]:
    """Read a field that to_list wrote."""
    return [from_field(item) for item in field.split(ITEM_END)[:-1]]
