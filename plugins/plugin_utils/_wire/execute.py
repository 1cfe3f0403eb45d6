# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The one function that executes a request on the connection of a task."""

from __future__ import annotations

import base64
import gzip
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from .decode import decode
from .reply import Reply, unwrap
from .request import Request

# Every connection plugin from ansible-core 2.16 on recognises the line by exactly this beginning: winrm and ssh then do not
# wrap it in a second PowerShell, psrp runs it in its runspace instead of starting a process (plugins/connection/*.py there).
_LINE = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "


class Executor(Protocol):
    """What an action plugin offers: ansible.plugins.action.ActionBase."""

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = ..., in_data: bytes | None = ...
    ) -> dict[str, Any]: ...


@cache
def command_line() -> str:
    """Return the command line of every execution. It never varies, so that application control can be told of it."""
    bootstrap = Path(__file__).with_name("bootstrap.ps1").read_text(encoding="ascii")
    return _LINE + base64.b64encode(bootstrap.strip().encode("utf-16-le")).decode("ascii")


@cache
def _payload(*, writes: bool) -> str:
    """Return the payload as it is sent, without what only its reader needs: every byte is sent with every execution.

    writes: whether anything is to be written. What only reads carries no code that could write.
    """
    script = Path(__file__).with_name("payload.ps1").read_text(encoding="ascii")
    if not writes:
        first, last = (script.index(f"# {title} ---") for title in ("Writing", "Answering"))
        script = script[:first] + script[last:]
    return re.sub(r"(?m)^ *(#.*\n)?", "", script)


def pack(nonce: str, request: Request) -> bytes:
    """Return the standard input of an execution: the nonce, and the payload with its request, gzipped, on one ASCII line."""
    body = gzip.compress(f"{_payload(writes=bool(request.operations))}\x1e{request.encode()}".encode("ascii"), mtime=0)
    return f"{nonce} ".encode("ascii") + base64.b64encode(body)


def unpack(line: bytes) -> tuple[str, Request]:
    """Read what pack wrote: nonce and request."""
    nonce, _unused, body = line.decode("ascii").partition(" ")
    return nonce, decode(gzip.decompress(base64.b64decode(body)).decode("ascii").split("\x1e")[1])


def execute(executor: Executor, request: Request) -> Reply:
    """Execute a request on the server and return its reply.

    Raises NoReply when no trustworthy reply came; connection failures pass through as they are.
    """
    nonce = secrets.token_hex(16)
    result = executor._low_level_execute_command(command_line(), sudoable=False, in_data=pack(nonce, request))
    return unwrap(nonce, str(result["stdout"]), str(result["stderr"]), len(request.operations))
