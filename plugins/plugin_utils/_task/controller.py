# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the controller knows of a task besides its arguments: the port of the connection, and files that options
name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from .._planning.resource import BadOption, Controller, Resource
from .._protocol.files import BadFile, read_text
from .arguments import validated

_MAX_FILE = 16 << 20  # bytes of a file that an option names
_MAX_BLOCKLIST = 128 << 20  # the JSON of LOLDrivers has 30 MiB

# Where the plugin's own port may be, when nothing else is said: plugins/connection/*.py of ansible-core.
_USUAL: dict[str, tuple[int, ...]] = {"winrm": (5985, 5986), "psrp": (5985, 5986), "ssh": (22,)}


def _ports_of(connection: Any) -> tuple[int, ...]:
    """Return the ports at which a server may see a connection, none where they are not known; then no session proves
    anything.

    A session at another port belongs to somebody else. It must not clear the adapter that this connection goes through.
    """
    usual = _USUAL.get(connection.transport, ())
    port = connection.get_option("port") if usual else None
    return usual if port is None else (int(port),)


def _texts_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the files that options name, each under the name of its own option. Raises BadOption.

    altitudes: the text of altitudes_file. blocklist_file[0], …: those of blocklist_file.
    """
    path, lists = options.get("altitudes_file"), options.get("blocklist_file") or ()
    altitudes = {"altitudes": _text_of("altitudes_file", path, _MAX_FILE)} if path else {}
    named = ((f"blocklist_file[{place}]", each) for place, each in enumerate(lists))
    return {**altitudes, **{name: _text_of("blocklist_file", each, _MAX_BLOCKLIST) for name, each in named}}


def _text_of(option: str, path: str, limit: int) -> str:
    try:
        return read_text(Path(path), limit)
    except BadFile as error:
        raise BadOption(f"{option}: {error}, on the controller") from error


def controller_of(connection: Any, arguments: Mapping[str, Any]) -> Controller:
    """Return what the controller knows of a task. Raises BadOption for a file that cannot be read."""
    return Controller(_ports_of(connection), _texts_of(arguments), partial(_read_part, connection))


def _read_part(connection: Any, resource: Resource, given: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
    """Validate and read the options of a resource as those of a task of its own. given: plain Python."""
    arguments = validated(resource.ARGUMENT_SPEC, resource.ARGUMENT_RULES, given)
    return arguments, resource.read_options(arguments, controller_of(connection, arguments))
