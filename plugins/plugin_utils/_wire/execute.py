# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The one function that executes a request on the connection of a task."""

from __future__ import annotations

import base64
import secrets
from functools import cache
from typing import Any, Protocol

from .decode import decode
from .reply import Reply, unwrap
from .request import Request
from .script import bootstrap, parts_of, script

# Connection plugins recognise the line by this beginning (plugins/connection/*.py of ansible-core): psrp runs it in its
# runspace instead of starting a process, and winrm and ssh do not wrap it in a second PowerShell. Up to ansible-core
# 2.18 those two wrap every line.
_LINE = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


class Executor(Protocol):
    """What an action plugin offers: ansible.plugins.action.ActionBase."""

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = ..., in_data: bytes | None = ...
    ) -> dict[str, Any]: ...


@cache
def command_line() -> str:
    """Return the command line of every execution. It never varies, so that application control can be told of it."""
    return _LINE + base64.b64encode(bootstrap().encode("utf-16-le")).decode("ascii")


def pack(nonce: str, request: Request) -> bytes:
    """Return the standard input of an execution: nonce, script, nonce and request, as lines of printable ASCII."""
    return f"{nonce}\n{script(parts_of(request))}{nonce}\n{request.encode()}".encode("ascii")


def unpack(text: bytes) -> tuple[str, Request]:
    """Read what pack wrote: nonce and request."""
    nonce, _unused, rest = text.decode("ascii").partition("\n")
    _script, _unused, request = rest.partition(f"{nonce}\n")
    return nonce, decode(request)


def execute(executor: Executor, request: Request) -> Reply:
    """Execute a request on the server and return its reply.

    Raises NoReply when no trustworthy reply came; connection failures pass through as they are, unless they carry the
    reply: winrm takes an input that it could not send to its end for a failure, and repeats in it what the command
    printed all the same.
    """
    nonce = secrets.token_hex(16)
    operations = len(request.operations)
    try:
        result = executor._low_level_execute_command(command_line(), sudoable=False, in_data=pack(nonce, request))
    except Exception as error:
        if f"{nonce}:" not in str(error):
            raise
        return unwrap(nonce, str(error), "", operations)
    return unwrap(nonce, str(result["stdout"]), str(result["stderr"]), operations)
