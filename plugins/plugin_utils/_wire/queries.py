# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What can be read of a server. Each query is one line of a request and adds to one document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

WHOLE_TREE = -1


@dataclass(frozen=True)
class Filter:
    """Keeps the keys of which one value fits.

    name: the value that is looked at; a key without it is left out.
    mask: fits a REG_DWORD that has any of these bits.
    any_of: fits a text, or a REG_MULTI_SZ with a text, that is one of these; case does not matter.
    """

    name: str
    mask: int = 0
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class RegistryQuery:
    """Registry keys and their values.

    path: full key path from HKLM or HKU; "*" and "?" in a part of it stand for any key names.
    values: the names to read, "" for the default value; None reads all. With names given, a key that has none of them is left out.
    depth: how many levels below the matching keys are read too; WHOLE_TREE has no end.
    where: keeps only some of the matching keys.
    image: the value that holds an image path; the file that it names is described in the same answer.
    """

    path: str
    values: tuple[str, ...] | None = None
    depth: int = 0
    where: Filter | None = None
    image: str = ""


@dataclass(frozen=True)
class FileQuery:
    """Files by full path: size, dates, version resource."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class ServiceQuery:
    """What the service manager says of drivers and services whose name fits one of the patterns ("*" and "?")."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class InterfaceQuery:
    """The network interfaces as the network stack shows them."""


@dataclass(frozen=True)
class CommandQuery:
    """The output of one of COMMANDS.

    arguments: the command line after the program's name, as the program is to see it.
    """

    program: str
    arguments: str

    @property
    def line(self) -> str:
        """The whole command line, which is also the name of its output in a document."""
        return f"{self.program} {self.arguments}"


Query: TypeAlias = RegistryQuery | FileQuery | ServiceQuery | InterfaceQuery | CommandQuery

COMMANDS = ("netsh",)


def has_wildcard(text: str) -> bool:
    """Tell whether a key name or service name is a pattern."""
    return "*" in text or "?" in text


def pattern_of(text: str) -> str:
    """Return the regular expression, for .NET and Python alike, that a whole name must match; case does not matter."""
    return "^" + re.escape(text).replace(r"\*", ".*").replace(r"\?", ".") + "$"
