# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What can be read of a server. Each query is one line of a request and adds to one document."""

from __future__ import annotations

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
    values: the names to read, "" for the default value; None reads all. With names given, a key that has none of them
    is left out.
    depth: how many levels below the matching keys are read too. WHOLE_TREE reads all, up to 32 levels and 20,000 keys
    below each of them. What is beyond is unreadable: only a registry link that leads above itself goes on for ever.
    where: keeps only some of the matching keys.
    image: the value of the matching keys that holds an image path; the file that it names is described in the same
    answer.
    types: False returns every text as REG_SZ. It saves a question a value, for what is never written back.
    identify: what of identity.IDENTITY is told besides of each of these files, but for those that pass for Windows' own
    (identity.is_windows_own): a driver has several hundred kilobytes, and all of them are read.
    naming: the value of the matching keys that holds the name of a key which a later query is to read.
    named: reads, of the keys that the last "*" of the path stands for, those alone that an earlier query of the same
    request names so.
    """

    path: str
    values: tuple[str, ...] | None = None
    depth: int = 0
    where: Filter | None = None
    image: str = ""
    types: bool = True
    identify: tuple[str, ...] = ()
    naming: str = ""
    named: bool = False


@dataclass(frozen=True)
class FileQuery:
    """Files by full path: size, dates, version resource. %NAME% stands for a variable of the server's environment.

    identify: what of identity.IDENTITY is told besides of each of them.
    """

    paths: tuple[str, ...]
    identify: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceQuery:
    """What the service manager says of drivers and services whose name fits one of the patterns ("*" and "?")."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class AccessQuery:
    """Who may write to one key: its owner, and whom a permission of it allows more than to read, there or below."""

    path: str


@dataclass(frozen=True)
class InterfaceQuery:
    """The network interfaces as the network stack shows them.

    ports: the local TCP ports over which a server is managed (WinRM, ssh); an interface tells whether a connection to
    one of them stands.
    """

    ports: tuple[int, ...] = (5985, 5986, 22)


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


@dataclass(frozen=True)
class EventQuery:
    """Events of one source in a classic event log, newest first.

    ids: event ids as the log shows them. since: ISO 8601 in UTC with seconds and Z; "" goes back to the oldest. most:
    how many at most.
    """

    log: str
    source: str
    ids: tuple[int, ...]
    since: str = ""
    most: int = 1000

    @property
    def name(self) -> str:
        """The name of the answer in a document."""
        return f"{self.log}\\{self.source}"


Query: TypeAlias = RegistryQuery | FileQuery | ServiceQuery | AccessQuery | InterfaceQuery | CommandQuery | EventQuery

COMMANDS = ("netsh", "netstat")
