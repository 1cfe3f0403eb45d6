# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""netsh: the part of its output that is the same in every language, and commands that change it (facts A2, B1)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..._protocol.queries import CommandQuery
from ..._protocol.snapshot import Snapshot

DUMPS = {context: CommandQuery("netsh", f"interface {context} dump") for context in ("tcp", "udp")}
TCP_DUMP, UDP_DUMP = DUMPS.values()

# The comments of a dump are in the server's language, its commands are not.
_BLOCK = r"^pushd interface {}\s*$(.*?)^popd\s*$"
_SET_GLOBAL = re.compile(r"^set global((?:[ \t]+[a-z]+=\S+)+)[ \t]*$", re.MULTILINE | re.IGNORECASE)


def parse_dump(output: str, context: str = "tcp") -> dict[str, str] | None:
    """Return the words of the line "set global" of a dump, such as {"rss": "enabled"}; None without such a line."""
    text = output.replace("\r", "")
    block = re.search(_BLOCK.format(context), text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    line = _SET_GLOBAL.search(block.group(1)) if block else None
    if line is None:
        return None
    pairs = (pair.partition("=") for pair in line.group(1).split())
    return {name.lower(): word.lower() for name, _unused, word in pairs}


def globals_of(snapshot: Snapshot, context: str) -> dict[str, str] | None:
    """Return the words of the dump that was read of a server, None when it has none."""
    answer = snapshot.commands.get(DUMPS[context].line)
    return parse_dump(str(answer.get("output", "")), context) if answer else None


def set_globals(words: Mapping[str, str], context: str = "tcp") -> CommandQuery:
    """Return the one command that sets words of the dump."""
    settings = " ".join(f"{name}={words[name]}" for name in words)
    return CommandQuery("netsh", f"interface {context} set global {settings}")


def restart_remedy(connection: str) -> str:
    """Return what to do after a restart of an adapter failed. connection: the name of its connection."""
    _disable, enable = restart_adapter(connection)
    return (
        f'the adapter "{connection}" was not restarted and may be down. Enable it, at the console if it cannot be '
        f"reached, with {enable.line}"
    )


def restart_adapter(connection: str) -> tuple[CommandQuery, CommandQuery]:
    """Return the commands that disable and enable an adapter, by the name of its connection.

    From 6.0 on; 5.2 takes no name here.
    """
    return tuple(  # type: ignore[return-value]
        CommandQuery("netsh", f'interface set interface name="{connection}" admin={state}')
        for state in ("disabled", "enabled")
    )
