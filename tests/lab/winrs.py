# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The winrs shell: commands as processes of the prefix, with their streams in the hands of the client."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from typing import IO, Any

from tests.lab import soap, wine
from tests.lab.prefix import Prefix

LONGEST_LINE = 8191
"""The longest command line of cmd.exe, in characters (learn.microsoft.com, "Command prompt line string limitation")."""

CHUNK = 110_000
"""Bytes of output in one answer: as much as fits an envelope of 153,600 bytes after Base64."""

Filter = Callable[[bytes], bytes]


class Command:
    """One process and what it has written."""

    def __init__(self, process: subprocess.Popen[bytes] | None, output: tuple[bytes, bytes] = (b"", b"")) -> None:
        self.id = str(uuid.uuid4()).upper()
        self._process = process
        self._output = {"stdout": bytearray(output[0]), "stderr": bytearray(output[1])}
        self._readers: list[threading.Thread] = []
        self.exit_code = 1
        if process is not None:
            self._readers = [self._read("stdout", process.stdout), self._read("stderr", process.stderr)]

    def _read(self, name: str, stream: IO[bytes] | None) -> threading.Thread:
        assert stream is not None
        thread = threading.Thread(target=lambda: self._output[name].extend(stream.read()), daemon=True)
        thread.start()
        return thread

    def send(self, data: bytes, *, end: bool) -> None:
        """Give the process input; what it no longer reads is dropped, as Windows does."""
        stream = self._process.stdin if self._process else None
        if stream is None or stream.closed:
            return
        try:
            stream.write(data)
            stream.flush()
            if end:
                stream.close()
        except BrokenPipeError:
            pass

    def ended(self, seconds: float) -> bool:
        """Wait for the end of the process and of its output, but no longer than this."""
        deadline = time.monotonic() + seconds
        for thread in self._readers:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._readers):
            return False
        if self._process is not None:
            self.exit_code = self._process.wait()
        return True

    def take(self, change: Filter) -> list[tuple[str, bytes]]:
        """Some output that has not been taken yet: (stream name, bytes), standard error first."""
        if self._output["stdout"] and change is not unchanged:
            self._output["stdout"] = bytearray(change(bytes(self._output["stdout"])))
        taken = []
        for name in ("stderr", "stdout"):
            piece = bytes(self._output[name][:CHUNK])
            del self._output[name][:CHUNK]
            if piece:
                taken.append((name, piece))
        return taken

    @property
    def works(self) -> bool:
        """Whether the process still works on the input that it got; one that waits for input does nothing."""
        return (
            self._process is not None
            and self._process.stdin is not None
            and self._process.stdin.closed
            and not self.ended(0)
        )

    def kill(self) -> None:
        """End the process with everything that it started."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)


def unchanged(data: bytes) -> bytes:
    """The filter that leaves output as it is."""
    return data


def start_process(prefix: Prefix, line: str, *, shell: bool, stdin: bool, variables: dict[str, str]) -> Command:
    """Run a command line in the prefix, through cmd.exe or directly, by labctl so that nobody quotes it again.

    Without stdin the process gets none at all: a pipe that nobody closes would be waited for.
    """
    if shell and len(line) > LONGEST_LINE:
        return Command(None, (b"", b"The command line is too long.\r\n"))
    full = f'C:\\windows\\system32\\cmd.exe /c "{line}"' if shell else line
    process = subprocess.Popen(
        wine.command("C:\\lab\\labctl.exe", "run", full),
        env=wine.environment(prefix.folder) | variables,
        cwd=prefix.drive,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return Command(process)


class Shell:
    """A winrs shell and its commands."""

    streams = ("stdin", "stdout stderr")

    def __init__(self, prefix: Prefix, request: soap.Request, shell_id: str, filters: Callable[[], Filter]) -> None:
        self.id = shell_id
        self._prefix = prefix
        self._filters = filters
        variables = request.body.iterfind(".//rsp:Environment/rsp:Variable", soap.NAMESPACES)
        self._variables = {one.get("Name", ""): one.text or "" for one in variables}
        self._commands: dict[str, Command] = {}

    def command(self, request: soap.Request) -> str:
        """Command: start a process."""
        words = [request.text("rsp:CommandLine/rsp:Command")]
        words += [one.text or "" for one in request.body.iterfind("rsp:CommandLine/rsp:Arguments", soap.NAMESPACES)]
        started = start_process(
            self._prefix,
            " ".join(words),
            shell=request.options.get("WINRS_SKIP_CMD_SHELL", "").upper() != "TRUE",
            stdin=request.options.get("WINRS_CONSOLEMODE_STDIN", "TRUE").upper() == "FALSE",
            variables=self._variables,
        )
        self._commands[started.id] = started
        return soap.command_started(started.id)

    def send(self, request: soap.Request) -> str:
        """Send: input for a process."""
        for stream in request.body.iterfind("rsp:Send/rsp:Stream", soap.NAMESPACES):
            end = stream.get("End", "").lower() in ("true", "1")
            self._find(stream.get("CommandId")).send(base64.b64decode(stream.text or ""), end=end)
        return soap.SENT

    def receive(self, request: soap.Request) -> str:
        """Receive: output once the process has ended, then its exit code: two answers, as a Windows server gives."""
        desired = request.find("rsp:Receive/rsp:DesiredStream")
        command = self._find(None if desired is None else desired.get("CommandId"))
        if not command.ended(request.timeout):
            raise soap.Fault(soap.OPERATION_TIMEOUT, "The WS-Management service cannot complete the operation in time.")
        pieces = [(name, base64.b64encode(data).decode()) for name, data in command.take(self._filters())]
        if pieces:
            return soap.received(command.id, pieces, None, done=False)
        return soap.received(command.id, [], command.exit_code, done=True)

    def signal(self, request: soap.Request) -> str:
        """Signal: end a process and forget it."""
        found = request.find("rsp:Signal")
        command = self._commands.pop((found.get("CommandId") if found is not None else None) or "", None)
        if command is not None:
            command.kill()
        return soap.SIGNALLED

    def close(self) -> None:
        """Delete: end everything."""
        for command in self._commands.values():
            command.kill()

    @property
    def works(self) -> bool:
        """Whether one of its commands still does something, though nobody may be waiting for it."""
        return any(command.works for command in list(self._commands.values()))

    def _find(self, command_id: Any) -> Command:
        if command_id not in self._commands:
            raise soap.Fault(soap.INVALID_SELECTORS, f"no command {command_id} in this shell")
        return self._commands[command_id]
