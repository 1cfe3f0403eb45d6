# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A WS-Management service on the loopback in front of one prefix: HTTP and HTTPS, winrs and PowerShell shells."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import sys
import threading
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any, Protocol

from tests.lab import auth, certificate, faults, psrp, soap, winrs
from tests.lab.prefix import Prefix

_TLS_PATIENCE = 30.0


class Shell(Protocol):
    """What the two kinds of shell have in common; each method answers one request with a SOAP body."""

    id: str
    streams: tuple[str, str]

    def command(self, request: soap.Request) -> str:
        """Start something; the answer names it."""

    def send(self, request: soap.Request) -> str:
        """Give it input."""

    def receive(self, request: soap.Request) -> str:
        """Hand out what it has written."""

    def signal(self, request: soap.Request) -> str:
        """End it."""

    def close(self) -> None:
        """End everything in it."""


class Endpoint:
    """The service of one server. Use as a context manager, or start() and close()."""

    def __init__(self, prefix: Prefix) -> None:
        self.prefix = prefix
        self.counts = faults.Counts()
        self.faults = faults.Faults()
        self.output: winrs.Filter = winrs.unchanged
        """What is done to the standard output of every winrs command before it is answered."""
        self.accounts = auth.write_accounts(prefix.tools / "accounts")
        self._shells: dict[str, Shell] = {}
        self._lock = threading.Lock()
        self._servers = [_Server(self, None), _Server(self, certificate.context())]
        self.http_port, self.https_port = (int(server.server_address[1]) for server in self._servers)

    def start(self) -> None:
        """Begin to serve."""
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving and end every shell."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for shell in self._shells.values():
            shell.close()

    @property
    def works(self) -> bool:
        """Whether a winrs command still does something, also one whose client has gone."""
        return any(shell.works for shell in list(self._shells.values()) if isinstance(shell, winrs.Shell))

    def reset_counts(self) -> None:
        """Begin to count anew."""
        self.counts = faults.Counts()

    def add(self, **amounts: int) -> None:
        """Add to the counts."""
        with self._lock:
            for name, amount in amounts.items():
                setattr(self.counts, name, getattr(self.counts, name) + amount)

    def fail(
        self, how: str, *, at: int = 1, action: str | None = None, when: str = "before", seconds: float = 1.0,
        status: int = 500,
    ) -> None:  # fmt: skip
        """Let the n-th request from now go wrong, once.

        how: "drop" the connection, "delay" by `seconds`, or answer HTTP "status" `status`.
        at: which request, 1 being the next. action: count only requests of this action ("Command", "Receive", …).
        when: "before" the request is handled, or "after" it was handled and before it is answered.
        """
        deed = {"drop": faults.drop, "delay": faults.wait(seconds), "status": faults.answer_status(status)}[how]
        self.call(deed, at=at, action=action, when=when)

    def call(self, deed: Callable[[], None], *, at: int = 1, action: str | None = None, when: str = "before") -> None:
        """Call a function before (or after) the n-th request from now is handled, once; arguments as in fail()."""
        if when not in ("before", "after"):
            raise ValueError(f"when is before or after, not {when!r}")
        rule = faults.Rule(at, action)
        setattr(rule, when, deed)
        self.faults.add(rule)

    def handle(self, data: bytes) -> tuple[int, bytes]:
        """Handle one message; -> HTTP status and the message that answers it."""
        try:
            request = soap.parse(data)
        except ET.ParseError as problem:
            return 400, str(problem).encode()
        self.add(requests=1)
        due = self.faults.due(request.action)
        _do([rule.before for rule in due])
        try:
            answered = 200, soap.answer(request, self._carry_out(request))
        except soap.Fault as problem:
            answered = 500, soap.fault(request.message_id, problem)
        _do([rule.after for rule in due])
        return answered

    def _carry_out(self, request: soap.Request) -> str:
        if request.action == "Create":
            return self._create(request)
        shell = self._shells.get((request.shell_id or "").upper())
        if shell is None:
            raise soap.Fault(soap.SHELL_NOT_FOUND, f"no shell {request.shell_id} on this server")
        if request.action == "Delete":
            del self._shells[shell.id]
            shell.close()
            return ""
        if request.action not in ("Command", "Send", "Receive", "Signal"):
            raise soap.Fault(soap.INVALID_SELECTORS, f"the lab does not know the action {request.action}")
        if request.action == "Command":
            self.add(executions=1)
        operation: Callable[[soap.Request], str] = getattr(shell, request.action.lower())
        return operation(request)

    def _create(self, request: soap.Request) -> str:
        given = request.find("rsp:Shell")
        shell_id = ((given.get("ShellId") if given is not None else None) or str(uuid.uuid4())).upper()
        shell: Shell
        if request.resource == soap.CMD_RESOURCE:
            shell = winrs.Shell(self.prefix, request, shell_id, lambda: self.output)
        elif request.resource.startswith(soap.POWERSHELL):
            shell = psrp.Shell(self.prefix, request, shell_id)
        else:
            raise soap.Fault(soap.INVALID_SELECTORS, f"no resource {request.resource} on this server")
        self._shells[shell_id] = shell
        return soap.created(request.resource, shell_id, shell.streams)


def _do(deeds: list[Callable[[], None] | None]) -> None:
    for deed in deeds:
        if deed is not None:
            deed()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, endpoint: Endpoint, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = endpoint
        self._tls = tls

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return connection, address
        connection.settimeout(_TLS_PATIENCE)  # the handshake is made by the thread of the connection
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests and not worth a word; everything else is a mistake of the lab."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    server: _Server

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
            self.request.settimeout(None)
        super().setup()
        self.session = auth.Session(self.server.endpoint.accounts)

    def do_POST(self) -> None:
        """Check who asks, handle the message, answer; a rule may end the connection in between."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        size = len(self.requestline) + len(str(self.headers)) + len(body) + 4
        self.server.endpoint.add(bytes_received=size)
        try:
            token = self.session.check(self.headers.get("Authorization"))
        except auth.Refused as refused:
            self.server.endpoint.add(authentications=1)
            self._answer(401, b"", {"WWW-Authenticate": [refused.token] if refused.token else list(auth.SCHEMES)})
            return
        with contextlib.suppress(faults.Dropped):
            self._serve(body, {"WWW-Authenticate": [token]} if token else {})
            return
        self._hang_up()

    def _serve(self, body: bytes, headers: dict[str, list[str]]) -> None:
        if not body:
            self.server.endpoint.add(authentications=1)
            self._answer(200, b"", headers)
            return
        sealed = "multipart/encrypted" in self.headers.get("Content-Type", "")
        try:
            status, message = self.server.endpoint.handle(self.session.decrypt(body) if sealed else body)
        except faults.Failed as failed:
            self._answer(failed.status, b"", headers)
            return
        kind = f'multipart/encrypted;protocol="{auth.ENCRYPTED}";boundary="Encrypted Boundary"'
        headers["Content-Type"] = [kind if sealed else "application/soap+xml;charset=UTF-8"]
        self._answer(status, self.session.encrypt(message) if sealed else message, headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, list[str]]) -> None:
        lines = [f"HTTP/1.1 {status} {self.responses[status][0]}", f"Server: {self.server_version}"]
        lines += [f"{name}: {value}" for name, values in headers.items() for value in values]
        data = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
        self.server.endpoint.add(bytes_sent=len(data))
        self.wfile.write(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: Any) -> None:
        """Nothing is logged: tests read the counts."""
