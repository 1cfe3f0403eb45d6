# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that answers whatever harms: for tests alone."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from ansible.plugins.connection import ConnectionBase

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import PARTS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import unpack

DOCUMENTATION = """
name: hostile
short_description: A hostile server
description: Answers every execution with one kind of harm.
author: Server Baseline contributors (@server-baseline)
options:
  kind:
    description: What it answers.
    type: str
    required: true
    vars:
      - name: hostile_kind
"""

WHOLE: dict[str, Any] = {
    **{part: kind() for part, kind in PARTS.items()},
    **{part: [] for part in ("registry", "operations", "conflicts")},
    "failure": None,
}
SERVICE = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\bad\ud83d\x1b[2J"
ANSWERS: dict[str, Any] = {
    "texts": {**WHOLE, "registry": [{SERVICE: {"Type": 2, "Start": 1, "DisplayName": "\udfff\x9b31m"}}]},
    "surrogates in a reason": {
        **WHOLE,
        "failure": {"operation": -1, "writing": False, "reason": "\ud83d\x1b]0;owned\x07"},
    },
    "types": {**WHOLE, "services": {"bad\ud83d": {"status": []}}},
    "lacking": {"registry": []},
}


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data)).decode()


BODIES: dict[str, str] = {
    **{kind: json.dumps(each) for kind, each in ANSWERS.items()},
    "bomb": _packed(bytes(200 << 20)),
    "deep": '{"registry":' + "[" * 200_000,
    "many": "{" + "[]," * 2_000_000,
    "long": "{" + " " * (20 << 20),
    "cut": _packed(b"x" * 5000)[:40],
}


class Connection(ConnectionBase):  # type: ignore[misc]
    """Answers in the place of a server."""

    transport = "hostile"
    has_pipelining = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._shell_type = "powershell"
        super().__init__(*args, **kwargs)

    def _connect(self) -> Connection:
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Answer."""
        kind, nonce = self.get_option("kind"), unpack(in_data or b"")[0]
        if kind == "decoys":
            return 0, (f"{nonce}:" * 300_000).encode(), b""
        if kind == "noise":
            return 0, bytes(range(256)) * 1000, b"\x1b]0;owned\x07\xff"
        return 0, f"{nonce}:{BODIES[kind]}:{nonce}".encode("utf-8", "surrogatepass"), b""

    def put_file(self, in_path: str, out_path: str) -> None:
        """Do nothing."""

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
