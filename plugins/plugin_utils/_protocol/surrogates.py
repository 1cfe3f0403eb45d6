# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

r"""Lone surrogates in YAML: registry texts hold them, YAML writes them as \ud83d, and the fast loader and dumper know
none.

They pass as characters of a plane that the text does not use (\U0003d83d), and come back as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .errors import CollectionError

_PLANES = range(3, 17)  # in which Unicode has assigned next to nothing where surrogates would fall
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\u([dD][89a-fA-F][0-9a-fA-F]{2})")


class NoFreePlane(CollectionError, ValueError):
    """Lone surrogates beside characters of every plane that could stand for them."""


def hide_escapes(text: str) -> tuple[str, Callable[[Any], Any]]:
    """Return a YAML text without escapes of surrogates, and what brings them back into the data that is loaded of it.

    Raises NoFreePlane.
    """
    if not _ESCAPE.search(text):
        return text, lambda data: data
    plane = _free_plane(text)
    character = re.compile(f"[{chr(plane << 16 | 0xD800)}-{chr(plane << 16 | 0xDFFF)}]")
    # Without quotes the escape is no escape, but a text such as C:\udeed, which the loader then hands out as it was
    # hidden.
    literal = re.compile(rf"\\U00{plane:02X}([dD][89a-fA-F][0-9a-fA-F]{{2}})")

    def reveal(found: str) -> str:
        return literal.sub(r"\\u\1", character.sub(lambda match: chr(ord(match[0]) & 0xFFFF), found))

    return _ESCAPE.sub(rf"\\U00{plane:02X}\1", text), lambda data: _converted(data, reveal)


def hide_characters(data: Any) -> tuple[Any, Callable[[str], str]]:
    """Return data without lone surrogates, and what brings them into the YAML text that is dumped of it. Raises
    NoFreePlane."""
    plane = _free_plane("\n".join(_texts(data)))
    escape = re.compile(rf"\\U00{plane:02X}(D[89A-F][0-9A-F]{{2}})")

    def hide(found: str) -> str:
        return _SURROGATE.sub(lambda match: chr(plane << 16 | ord(match[0])), found)

    return _converted(data, hide), lambda text: escape.sub(r"\\u\1", text)


def _free_plane(text: str) -> int:
    """Return a plane of which the text holds no character where surrogates would fall, nor an escape of one."""
    for plane in _PLANES:
        first, last = chr(plane << 16 | 0xD800), chr(plane << 16 | 0xDFFF)
        if not re.search(rf"[{first}-{last}]|\\U00{plane:02X}D[89A-F]", text, re.IGNORECASE):
            return plane
    raise NoFreePlane("it has lone surrogates beside characters of every plane that could stand for them")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for name, item in data.items():
            yield from (str(name), *_texts(item))
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)


def _converted(data: Any, convert: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return convert(data)
    if isinstance(data, dict):
        return {_converted(name, convert): _converted(item, convert) for name, item in data.items()}
    return [_converted(item, convert) for item in data] if isinstance(data, list) else data
