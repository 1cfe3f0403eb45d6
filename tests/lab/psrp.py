# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PowerShell shell: the PowerShell Remoting Protocol of `powershell -ServerMode` carried over WS-Management.

The engine speaks PSRP on its standard streams, one XML element a line ([MS-PSRP] payloads in Base64 inside); the
shell's requests say the same in other words, so that nothing of the protocol itself is understood here.
"""

from __future__ import annotations

import collections
import os
import re
import signal
import subprocess
import threading
import time

from tests.lab import soap, wine
from tests.lab.prefix import Prefix

_POOL = "00000000-0000-0000-0000-000000000000"
_DATA = re.compile(rb"<Data Stream='(\w+)' PSGuid='([0-9a-fA-F-]+)'>([^<]*)</Data>")
_EVENT = re.compile(rb"<(\w+) PSGuid='([0-9a-fA-F-]+)'\s*/>")
_ENDED = ("Ended", _POOL)
_PATIENCE = 20.0


class Shell:
    """A runspace pool: one engine process and its pipelines."""

    streams = ("stdin pr", "stdout")

    def __init__(self, prefix: Prefix, request: soap.Request, shell_id: str) -> None:
        self.id = shell_id
        self._changed = threading.Condition()
        self._data: dict[str, list[str]] = {}
        self._events: collections.Counter[tuple[str, str]] = collections.Counter()
        self._speaking = threading.Lock()
        self._process = subprocess.Popen(
            wine.command("powershell", "-ServerMode"),
            env=wine.environment(prefix.folder),
            cwd=prefix.drive,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self._write_data(_POOL, request.text("rsp:Shell/pwsh:creationXml"))

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._note(line)
        with self._changed:
            self._events[_ENDED] += 1
            self._changed.notify_all()

    def _note(self, line: bytes) -> None:
        data, event = _DATA.search(line), _EVENT.search(line)
        with self._changed:
            if data:
                self._data.setdefault(data[2].decode().lower(), []).append(data[3].decode())
            elif event:
                self._events[event[1].decode(), event[2].decode().lower()] += 1
            self._changed.notify_all()

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as problem:
            raise soap.Fault(soap.SHELL_NOT_FOUND, "the PowerShell process of this shell has ended") from problem

    def _write_data(self, guid: str, text: str) -> None:
        """Data of a request: Base64 of one or more fragments. The engine loses what precedes its acknowledgement."""
        self._ask(f"<Data Stream='Default' PSGuid='{guid}'>{''.join(text.split())}</Data>", ("DataAck", guid))

    def command(self, request: soap.Request) -> str:
        """Command: make a pipeline and hand it its first fragments."""
        line = request.find("rsp:CommandLine")
        guid = (line.get("CommandId") if line is not None else None) or ""
        self._ask(f"<Command PSGuid='{guid.lower()}' />", ("CommandAck", guid.lower()))
        self._write_data(guid.lower(), request.text("rsp:CommandLine/rsp:Arguments"))
        return soap.command_started(guid)

    def _ask(self, line: str, answer: tuple[str, str]) -> None:
        """Say something and wait for its acknowledgement."""
        with self._speaking:
            known = self._events[answer]
            self._write(line)
            with self._changed:
                if not self._changed.wait_for(lambda: self._events[answer] > known, _PATIENCE):
                    raise soap.Fault(soap.OPERATION_TIMEOUT, f"the PowerShell process does not answer: {answer[0]}")

    def send(self, request: soap.Request) -> str:
        """Send: more fragments for a pipeline, or for the pool."""
        for stream in request.body.iterfind("rsp:Send/rsp:Stream", soap.NAMESPACES):
            self._write_data((stream.get("CommandId") or _POOL).lower(), stream.text or "")
        return soap.SENT

    def receive(self, request: soap.Request) -> str:
        """Receive: what came for a pipeline, or for the pool; waits for something up to the operation timeout."""
        desired = request.find("rsp:Receive/rsp:DesiredStream")
        command_id = None if desired is None else desired.get("CommandId")
        guid = (command_id or _POOL).lower()
        deadline = time.monotonic() + request.timeout
        with self._changed:
            self._changed.wait_for(
                lambda: self._data.get(guid) or self._events[_ENDED], max(0.0, deadline - time.monotonic())
            )
            pieces = self._data.pop(guid, [])
            if not pieces and self._events[_ENDED]:
                return soap.received(command_id, [], None, done=True)
        if not pieces:
            raise soap.Fault(soap.OPERATION_TIMEOUT, "The WS-Management service cannot complete the operation in time.")
        return soap.received(command_id, [("stdout", piece) for piece in pieces], None, done=False)

    def signal(self, request: soap.Request) -> str:
        """Signal: end a pipeline."""
        found = request.find("rsp:Signal")
        guid = ((found.get("CommandId") if found is not None else None) or "").lower()
        stopping = request.text("rsp:Signal/rsp:Code").endswith("ctrl_c")
        self._write(f"<{'Signal' if stopping else 'Close'} PSGuid='{guid}' />")
        return soap.SIGNALLED

    def close(self) -> None:
        """Delete: close the pool; a process that does not end by itself is ended."""
        try:
            self._write(f"<Close PSGuid='{_POOL}' />")
            self._process.wait(timeout=0.2)
        except (soap.Fault, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
