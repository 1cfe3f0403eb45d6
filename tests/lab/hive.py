# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wine's registry files as text: read, edited and written with every type and every character exact.

A prefix keeps HKLM in system.reg and HKCU in user.reg. The server reads them when it starts and writes the same format
on RegSaveKey, so one format serves to seed a registry, to change it at run time and to export it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

Value = Any
"""A registry value as the document writes it: int, str, list of str, or a dict of one type name and its data."""

TYPES = {
    "REG_NONE": 0,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_MULTI_SZ": 7,
    "REG_QWORD": 11,
    "REG_UNKNOWN": 8,
}
"""Type numbers of winnt.h; REG_UNKNOWN is written as REG_RESOURCE_LIST (8), which .NET cannot name."""

_NAMES = {number: name for name, number in TYPES.items()}
_FILES = {"HKLM": "system.reg", "HKCU": "user.reg"}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,4}|[0-7]{1,3}|.)", re.DOTALL)
_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LINE = re.compile(r'^(@|"(?:[^"\\]|\\.)*")=(.*)$', re.DOTALL)
_TEXT = re.compile(r'^(?:str\((\d)\):)?"(.*)"$', re.DOTALL)
_HEX = re.compile(r"^hex(?:\(([0-9a-f]+)\))?:(.*)$", re.DOTALL)


def split(path: str) -> tuple[str, str]:
    """A full key path -> (HKLM or HKCU, path below it)."""
    root, _unused, rest = path.partition("\\")
    root = {"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_CURRENT_USER": "HKCU"}.get(root.upper(), root.upper())
    if root not in _FILES:
        raise ValueError(f"the lab keeps HKLM and HKCU only, not {path!r}")
    return root, rest


def file_name(root: str) -> str:
    """The file of a prefix that holds a root: HKLM -> system.reg."""
    return _FILES[root]


def encode(value: Value) -> tuple[int, bytes]:
    """A document's value -> (type number, data bytes as the registry keeps them)."""
    if isinstance(value, Mapping):
        ((kind, data),) = value.items()
    else:
        kind, data = _plain_kind(value), value
    return TYPES[kind], _encode_data(kind, data)


def _plain_kind(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str, list)):
        raise TypeError(f"not a registry value: {value!r}")
    return {int: "REG_DWORD", str: "REG_SZ", list: "REG_MULTI_SZ"}[type(value)]


def _encode_data(kind: str, data: Any) -> bytes:
    if kind == "REG_DWORD":
        return struct.pack("<I", data)
    if kind == "REG_QWORD":
        return struct.pack("<Q", data)
    if kind in ("REG_SZ", "REG_EXPAND_SZ"):
        return _utf16(data + "\0")
    if kind == "REG_MULTI_SZ":
        return _utf16("".join(item + "\0" for item in data) + "\0")
    return bytes.fromhex(data or "")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def decode(kind: int, data: bytes) -> Value:
    """(type number, data bytes) -> the document's value; data of a wrong shape comes back under its type as hex."""
    if kind == 4 and len(data) == 4:
        return struct.unpack("<I", data)[0]
    if kind == 11 and len(data) == 8:
        return {"REG_QWORD": struct.unpack("<Q", data)[0]}
    if kind in (1, 2, 7) and len(data) % 2 == 0:
        return _decode_text(kind, data.decode("utf-16-le", "surrogatepass"))
    if kind in (0, 3):
        return {_NAMES[kind]: data.hex()}
    return {"REG_UNKNOWN": None} if kind not in (4, 11) else {_NAMES[kind]: data.hex()}


def _decode_text(kind: int, text: str) -> Value:
    if kind == 7:
        body = text[:-1] if text.endswith("\0") else text
        items = body.split("\0")
        return items[:-1] if items[-1] == "" else items
    plain = text[:-1] if text.endswith("\0") else text
    return plain if kind == 1 else {"REG_EXPAND_SZ": plain}


def _escape(text: str, special: str) -> str:
    units = struct.unpack(f"<{len(_utf16(text)) // 2}H", _utf16(text))
    return "".join(
        ("\\" + chr(unit) if chr(unit) in special else chr(unit)) if 32 <= unit < 127 else f"\\x{unit:04x}"
        for unit in units
    )


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def character(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] == "x" and len(code) > 1:
            return chr(int(code[1:], 16))
        return chr(int(code, 8)) if code[0] in "01234567" else _SIMPLE.get(code, code)

    # Wine writes UTF-16 units one by one; the round trip joins surrogate pairs again.
    return _utf16(_ESCAPE.sub(character, text)).decode("utf-16-le", "surrogatepass")


def value_line(name: str, value: Value) -> str:
    """One value as a line of Wine's file; always in hexadecimal but for numbers, so that no text needs quoting."""
    kind, data = encode(value)
    label = '"' + _escape(name, '"\\') + '"' if name else "@"
    if kind == 4:
        return f"{label}=dword:{int.from_bytes(data, 'little'):08x}"
    return f"{label}=hex({kind:x}):{data.hex(',') if data else ''}"


def section(key: str, values: Mapping[str, Value]) -> str:
    """One key (path below its root) with its values, as a section of Wine's file."""
    header = "\\\\".join(_escape(part, "[]\\") for part in key.split("\\"))
    return "\n".join([f"[{header}] 1100000000", *(value_line(name, value) for name, value in values.items())]) + "\n"


def parse_values(lines: list[str]) -> dict[str, Value]:
    """The lines of one section -> value name -> value as the document writes it."""
    joined = "\n".join(lines).replace("\\\n  ", "").split("\n")
    return dict(_parse_line(found) for found in map(_LINE.match, joined) if found)


def _parse_line(found: re.Match[str]) -> tuple[str, Value]:
    name = "" if found[1] == "@" else _unescape(found[1][1:-1])
    body = found[2]
    if body.startswith("dword:"):
        return name, int(body[6:], 16)
    text = _TEXT.match(body)
    if text:
        return name, decode(int(text[1] or 1), _utf16(_unescape(text[2]) + "\0"))
    data = _HEX.match(body)
    if not data:
        raise ValueError(f"not a value of Wine's registry file: {found[0]!r}")
    return name, decode(int(data[1] or "3", 16), bytes.fromhex(data[2].replace(",", "")))


class Hive:
    """One registry file as an editable mapping of keys; names are compared without case, as Windows does."""

    def __init__(self, text: str) -> None:
        head, *blocks = re.split(r"\n(?=\[)", text)
        self._head = head
        self._keys: dict[str, tuple[str, list[str]]] = {}
        for block in blocks:
            header, *lines = block.rstrip("\n").split("\n")
            path = _unescape(header[1 : header.rindex("]")])
            self._keys[path.lower()] = (path, lines)

    def paths(self) -> Iterator[str]:
        """Every key that the file has a section for."""
        return (path for path, _unused in self._keys.values())

    def values(self, key: str) -> dict[str, Value] | None:
        """The values of a key; None when the file has no such section."""
        found = self._keys.get(key.lower())
        return None if found is None else parse_values(found[1])

    def put(self, key: str, values: Mapping[str, Value]) -> None:
        """Make a key hold exactly these values; its subkeys stay."""
        self._keys[key.lower()] = (key, section(key, values).rstrip("\n").split("\n")[1:])

    def merge(self, key: str, values: Mapping[str, Value]) -> None:
        """Set values of a key and keep its others."""
        self.put(key, (self.values(key) or {}) | dict(values))

    def remove(self, key: str) -> None:
        """Drop a key with everything below it."""
        tree = key.lower()
        gone = [name for name in self._keys if name == tree or name.startswith(tree + "\\")]
        for name in gone:
            del self._keys[name]

    def text(self) -> str:
        """The file again, without times of writing."""
        blocks = (
            "\n".join([section(path, {}).rstrip("\n"), *(line for line in lines if not line.startswith("#time"))])
            for path, lines in self._keys.values()
        )
        return "\n\n".join([self._head.rstrip("\n"), *blocks]) + "\n"
