# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Version resources: the VERSIONINFO of a file's facts, attached to a PE file that has none.

A server has hundreds of drivers that differ in nothing else; attaching takes microseconds where windres and the linker
take a third of a second. Layout: "VS_VERSIONINFO", "PE Format, The .rsrc Section" (learn.microsoft.com).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping

_ALIGNMENT = 4
_RT_VERSION, _FIRST_NAME, _ENGLISH = 16, 1, 0x409
_DIRECTORY = "<IIHHHH"
_RESOURCE_INDEX = 2
_READABLE_DATA = 0x40000040

STRINGS = {
    "company": "CompanyName",
    "description": "FileDescription",
    "file_version": "FileVersion",
    "original_filename": "OriginalFilename",
    "product": "ProductName",
    "product_version": "ProductVersion",
}
"""Facts of the document -> names in the StringFileInfo block."""


def version_info(facts: Mapping[str, object]) -> bytes:
    """The VS_VERSIONINFO of a file's facts, with a string for each fact that is given."""
    strings = b"".join(
        _block(name, _text(str(facts[fact])), text=True)
        for fact, name in STRINGS.items()
        if facts.get(fact) is not None
    )
    table = _block("StringFileInfo", b"", _block("040904B0", b"", strings))
    translation = _block("VarFileInfo", b"", _block("Translation", struct.pack("<HH", _ENGLISH, 1200)))
    return _block("VS_VERSION_INFO", _fixed(facts), table + translation)


def _fixed(facts: Mapping[str, object]) -> bytes:
    file, product = (_numbers(facts.get(name)) for name in ("file_version", "product_version"))
    words = [0xFEEF04BD, 0x10000, *file, *product, 0x3F, 0, 0x40004, 3, 0, 0, 0]
    return struct.pack("<13I", *words)


def _numbers(version: object) -> tuple[int, int]:
    """The first four numbers of a version text, as the two halves that VS_FIXEDFILEINFO wants."""
    found = [int(number) & 0xFFFF for number in re.findall(r"\d+", str(version or ""))[:4]]
    first, second, third, fourth = found + [0] * (4 - len(found))
    return first << 16 | second, third << 16 | fourth


def _text(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def _pad(data: bytes, alignment: int = _ALIGNMENT) -> bytes:
    return data + b"\0" * (-len(data) % alignment)


def _block(key: str, value: bytes, children: bytes = b"", *, text: bool = False) -> bytes:
    head = _pad(b"\0" * 6 + _text(key))
    length = len(_pad(head + value) + children) if children else len(head + value)
    body = _pad(head + value) + children
    return _pad(struct.pack("<HHH", length, len(value) // 2 if text else len(value), int(text)) + body[6:])


def attach(image: bytes, resource: bytes) -> bytes:
    """The PE file with the version resource in a new last section .rsrc."""
    pe = struct.unpack_from("<I", image, 0x3C)[0]
    count, optional_size = struct.unpack_from("<H", image, pe + 6)[0], struct.unpack_from("<H", image, pe + 20)[0]
    optional, table = pe + 24, pe + 24 + optional_size
    alignment, file_alignment = struct.unpack_from("<II", image, optional + 32)
    end = max(sum(struct.unpack_from("<II", image, table + 40 * i + 8)) for i in range(count))
    address = end + -end % alignment
    section = _resource_section(resource, address)
    patched = bytearray(_pad(image, file_alignment))
    header = struct.pack(
        "<8s6I2HI", b".rsrc", len(section), address, len(_pad(section, file_alignment)), len(patched), 0, 0, 0, 0,
        _READABLE_DATA,
    )  # fmt: skip
    patched[table + 40 * count : table + 40 * (count + 1)] = header
    struct.pack_into("<H", patched, pe + 6, count + 1)
    struct.pack_into("<I", patched, optional + 56, address + len(section) + -len(section) % alignment)
    struct.pack_into("<II", patched, optional + 112 + 8 * _RESOURCE_INDEX, address, len(section))
    return bytes(patched) + _pad(section, file_alignment)


def _resource_section(resource: bytes, address: int) -> bytes:
    """Three levels of directories (type, name, language) with one entry each, then the data."""
    levels = b""
    for number, below in ((_RT_VERSION, 0x80000018), (_FIRST_NAME, 0x80000030), (_ENGLISH, 0x48)):
        levels += struct.pack(_DIRECTORY, 0, 0, 0, 0, 0, 1) + struct.pack("<II", number, below)
    entry = struct.pack("<IIII", address + len(levels) + 16, len(resource), 0, 0)
    return levels + entry + resource
