# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's WS-Management endpoint in front of a stub for PowerShell, which answers both sides of the comparison at
once: the modules of ansible.windows, and, through a replica, this collection's. So neither is measured waiting. Needs
no Wine."""

from __future__ import annotations

import copy
import json
import re
import tempfile
import uuid
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, cast

from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import unpack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import wrap
from tests.bench.peer_answers import answer
from tests.bench.peer_payload import NotUnderstood, parse
from tests.lab import parts, soap, winrs
from tests.lab.endpoint import Endpoint
from tests.lab.prefix import Prefix
from tests.lab.server import LabServer

_OURS = re.compile(rb"([0-9a-f]{32})\n# server_baseline\.windows,[^\0]*\n\1\n")
"""How what this collection sends begins: nonce, script, nonce; the request follows."""


class Command(winrs.Command):
    """A PowerShell that keeps its input and, when that ends, writes what the module in it would."""

    def __init__(self, document: parts.Document) -> None:
        super().__init__(None)
        self._document = document
        self._input = bytearray()

    def send(self, data: bytes, *, end: bool) -> None:
        """Take some input; with the last of it the result is there."""
        self._input += data
        if end:
            sent = bytes(self._input)
            answered = self._reply(sent) if _OURS.match(sent) else json.dumps(self._result(sent))
            self._output["stdout"] += answered.encode() + b"\r\n"

    def _reply(self, sent: bytes) -> str:
        nonce, request = unpack(sent)
        self.exit_code = 0
        return wrap(nonce, Replica(copy.deepcopy(self._document)).execute(request))

    def _result(self, sent: bytes) -> dict[str, Any]:
        try:
            result = answer(self._document, parse(sent))
        except (NotUnderstood, KeyError, ValueError) as problem:
            return {"failed": True, "msg": f"{type(problem).__name__}: {problem}"}
        self.exit_code = 0
        return result


class Shell(winrs.Shell):
    """A winrs shell whose every command is such a PowerShell."""

    def __init__(self, document: parts.Document, shell_id: str) -> None:
        self.id = shell_id
        self._filters = lambda: winrs.unchanged
        self._document = document
        self._commands: dict[str, winrs.Command] = {}

    def command(self, request: soap.Request) -> str:
        """Command: nothing starts; the input will tell what is wanted."""
        started = Command(self._document)
        self._commands[started.id] = started
        return soap.command_started(started.id)


class PeerEndpoint(Endpoint):
    """The service of a server that is nothing but its description."""

    def __init__(self, document: parts.Document, folder: Path) -> None:
        super().__init__(
            cast(Prefix, SimpleNamespace(tools=folder))
        )  # accounts lie there; nothing else of a prefix is asked for
        self._document = document

    def _create(self, request: soap.Request) -> str:
        if request.resource != soap.CMD_RESOURCE:
            raise soap.Fault(soap.INVALID_SELECTORS, f"no resource {request.resource} on this server")
        shell = Shell(self._document, str(uuid.uuid4()).upper())
        self._shells[shell.id] = shell
        return soap.created(request.resource, shell.id, shell.streams)


class PeerServer(LabServer):
    """A lab server without a prefix: of its services there is WinRM alone."""

    def __enter__(self) -> PeerServer:
        """Bring the endpoint up."""
        self._folder = tempfile.TemporaryDirectory()
        self.endpoint = PeerEndpoint(self.document, Path(self._folder.name))
        self.endpoint.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.endpoint.close()
        self._folder.cleanup()
