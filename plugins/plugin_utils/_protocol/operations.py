# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What can be changed on a server. Each operation says what it expects to find; if one finds something else, none is
applied."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from .queries import CommandQuery
from .values import Value, Values


@dataclass(frozen=True)
class SetValue:
    """Set a registry value, and create its key when there is none. expected: what stands there, None for nothing."""

    key: str
    name: str
    value: Value
    expected: Value | None


@dataclass(frozen=True)
class DeleteValue:
    """Delete a registry value."""

    key: str
    name: str
    expected: Value


@dataclass(frozen=True)
class CreateKey:
    """Create a registry key that does not exist."""

    key: str


@dataclass(frozen=True)
class DeleteKey:
    """Delete a key and all below it. expected: key path -> values, of the whole tree, as a query with WHOLE_TREE read
    it.

    Only the keys of expected are deleted, leaf by leaf. Nothing is deleted where anything at or below the key cannot be
    read.
    """

    key: str
    expected: dict[str, Values]

    @property
    def below(self) -> list[str]:
        """What is to be added to the key's path for each key that is deleted, leaves first, "" for the key itself."""
        return sorted((path[len(self.key) :] for path in self.expected), key=lambda rest: -rest.count("\\"))


@dataclass(frozen=True)
class StopDriver:
    """Stop a driver, as best effort. record: the ledger entry that notes a refusal."""

    name: str
    record: str
    expected: str = "running"


@dataclass(frozen=True)
class StartDriver:
    """Start a driver, as best effort. record: the ledger entry that notes a refusal."""

    name: str
    record: str
    expected: str = "stopped"


@dataclass(frozen=True)
class LedgerEntry:
    """Enter what is about to be changed. values: the REG_SZ values of the new key."""

    key: str
    values: dict[str, str]


@dataclass(frozen=True)
class RunCommand:
    """Run one of COMMANDS. expected: a command and the output that it must give first.

    record: the ledger entry that notes the exit code of a command that fails. keeps: a key whose values the command
    must leave as they are; the server restores those that it changes, adds or deletes, and notes their names in the
    ledger entry. restarts: the connection of the adapter that the command disables or enables, "" for any other
    command; it is for the controller and not sent.
    """

    command: CommandQuery
    expected: tuple[CommandQuery, dict[str, int | str]] | None = None
    record: str = ""
    keeps: str = ""
    restarts: str = ""


@dataclass(frozen=True)
class RenameFile:
    """Rename a file. to: its new full path. expected: its size and modified, and taken: whether there is a file of the
    new path."""

    path: str
    to: str
    expected: dict[str, int | str | bool | None]


Operation: TypeAlias = (
    SetValue | DeleteValue | CreateKey | DeleteKey | StopDriver | StartDriver | LedgerEntry | RunCommand | RenameFile
)


def describe(operation: Operation) -> dict[str, Any]:
    """Return an operation as a result holds it: its kind, such as "set_value", and its fields."""
    kind = re.sub("(?<!^)(?=[A-Z])", "_", type(operation).__name__).lower()
    return {"operation": kind, **asdict(operation)}
