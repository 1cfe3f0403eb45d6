# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may speak to the endpoint: Basic, and NTLM with the encryption of messages ([MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import base64
import os
import re
import struct
import threading
from pathlib import Path

import spnego

USER = "Administrator"
PASSWORD = "Lab-Passw0rd!"
"""The one account of every lab server; it opens nothing but the loopback endpoint of a throw-away prefix."""

SCHEMES = ("Negotiate", "NTLM", 'Basic realm="WSMAN"')
ENCRYPTED = "application/HTTP-SPNEGO-session-encrypted"
_PART = re.compile(rb"--\s*Encrypted Boundary(?:--)?\r\n")
_NTLM_SIGNATURE = b"NTLMSSP\0"
_lock = threading.Lock()


class Refused(Exception):
    """The request carries no proof of who sends it, or a wrong one; `token` goes back to continue an exchange."""

    def __init__(self, token: str | None = None) -> None:
        super().__init__("401")
        self.token = token


class Session:
    """What one connection has proved so far. NTLM proves the connection, Basic each request."""

    def __init__(self, accounts: Path) -> None:
        self._accounts = accounts
        self._context: spnego.ContextProxy | None = None

    def check(self, authorization: str | None) -> str | None:
        """Accept a request by its Authorization header; -> a token that the answer must carry. Refused otherwise."""
        if not authorization:
            if self._context is not None and self._context.complete:
                return None
            raise Refused
        scheme, _unused, proof = authorization.partition(" ")
        if scheme.lower() == "basic":
            if base64.b64decode(proof).decode() != f"{USER}:{PASSWORD}":
                raise Refused
            return None
        return self._step(scheme, base64.b64decode(proof))

    def _step(self, scheme: str, token: bytes) -> str | None:
        """One leg of the exchange. A second Type 1 message on the connection begins anew."""
        if self._context is None or self._context.complete or _begins(token):
            self._context = self._acceptor("ntlm" if _NTLM_SIGNATURE in token[:8] else "negotiate")
        try:
            reply = self._context.step(token)
        except spnego.exceptions.SpnegoError as problem:
            self._context = None
            raise Refused from problem
        text = f"{scheme} {base64.b64encode(reply).decode()}" if reply else None
        if not self._context.complete:
            raise Refused(text)
        return text

    def _acceptor(self, protocol: str) -> spnego.ContextProxy:
        wanted = spnego.ContextReq.confidentiality | spnego.ContextReq.integrity
        with _lock:  # pyspnego takes the accounts from the environment when a context is made
            os.environ["NTLM_USER_FILE"] = str(self._accounts)
            return spnego.server(protocol=protocol, context_req=wanted)

    def decrypt(self, body: bytes) -> bytes:
        """The SOAP message of a multipart/encrypted body."""
        assert self._context is not None
        parts = [part for part in _PART.split(body) if part]
        sealed = parts[1].removeprefix(b"\tContent-Type: application/octet-stream\r\n")
        length = struct.unpack("<i", sealed[:4])[0]
        return self._context.unwrap_winrm(sealed[4 : 4 + length], sealed[4 + length :])

    def encrypt(self, message: bytes) -> bytes:
        """A SOAP message as a multipart/encrypted body."""
        assert self._context is not None
        sealed = self._context.wrap_winrm(message)
        return b"".join(
            [
                b"--Encrypted Boundary\r\n\tContent-Type: " + ENCRYPTED.encode() + b"\r\n",
                b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d\r\n" % len(message),
                b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n",
                struct.pack("<i", len(sealed.header)) + sealed.header + sealed.data,
                b"--Encrypted Boundary--\r\n",
            ]
        )


def _begins(token: bytes) -> bool:
    return token.startswith(_NTLM_SIGNATURE) and token[8:12] == b"\1\0\0\0"


def write_accounts(path: Path) -> Path:
    """The file that NTLM's acceptor reads accounts from."""
    path.write_text(f"LAB:{USER}:{PASSWORD}\n:{USER}:{PASSWORD}\n")
    return path
