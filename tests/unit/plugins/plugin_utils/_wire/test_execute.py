# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one execution: its exact command line, its size, and what it sends."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import (
    command_line,
    execute,
    pack,
    unpack,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import NoReply
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import parts_of, script
from tests.support.servers import FAMV4, Server, exchange

# What ansible-core from 2.16 on recognises; see docs/design.md. Not one character may differ.
LINE = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand "
CMD_EXE_LIMIT = 8191


class Task:
    """An executor whose connection is a replica."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sent: list[bytes] = []

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        self.sent.append(in_data or b"")
        rc, stdout, stderr = self.server.exec_command(cmd, in_data=in_data, sudoable=sudoable)
        return {"rc": rc, "stdout": stdout.decode("ascii"), "stderr": stderr.decode("ascii")}


class Broken(Task):
    """An executor whose connection fails after the server has answered. told: how much of the answer the error repeats,
    from its beginning."""

    def __init__(self, server: Server, told: int | None) -> None:
        super().__init__(server)
        self.told = told

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        stdout = super()._low_level_execute_command(cmd, sudoable, in_data)["stdout"]
        raise ConnectionError(f"winrm send_input failed; \nstdout: {stdout[: self.told]}\nstderr ")


def encoded(script: str) -> str:
    """Return a command line as ansible-core makes it of a script."""
    return LINE + base64.b64encode(script.encode("utf-16-le")).decode("ascii")


def bootstrap() -> str:
    """Return the script in the command line."""
    return base64.b64decode(command_line().removeprefix(LINE), validate=True).decode("utf-16-le")


def test_the_command_line_is_the_one_that_every_connection_recognises() -> None:
    assert command_line() == encoded(bootstrap())


@pytest.mark.parametrize("prefix", ["", "chcp.com 65001 > $null ; "], ids=["winrm", "ssh"])
def test_the_command_line_fits_even_when_an_old_core_encodes_it_once_more(prefix: str) -> None:
    assert len(encoded(prefix + command_line())) <= CMD_EXE_LIMIT


def test_nonce_script_and_request_travel_as_lines() -> None:
    request = Request((q.FileQuery(("C:\\\U0001f600\n",)),), (op.CreateKey("HKLM\\A"),))
    sent = pack("0a1b", request)
    assert sent.decode("ascii") == f"0a1b\n{script(parts_of(request))}0a1b\n{request.encode()}"
    assert unpack(sent) == ("0a1b", request)


def test_a_request_is_carried_out_and_answered() -> None:
    task = Task(Server(exchange()))
    reply = execute(task, Request((q.RegistryQuery(FAMV4, ("Start",)),), (op.SetValue(FAMV4, "Start", 4, 1),)))
    assert reply.document["registry"] == {FAMV4: {"Start": 4}}
    assert (reply.conflicts, reply.failure) == ([], None)
    assert task.server.executions == 1


def test_no_two_executions_share_a_nonce() -> None:
    task = Task(Server(exchange()))
    for _unused in range(2):
        execute(task, Request(()))
    nonces = [line.split()[0] for line in task.sent]
    assert len(set(nonces)) == 2
    assert all(len(nonce) == 32 for nonce in nonces)


def test_a_reply_to_another_request_is_not_believed() -> None:
    class Replayed(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            return super().answer("0" * 32, request)

    with pytest.raises(NoReply, match="there is no reply in its output"):
        execute(Task(Replayed(exchange())), Request(()))


def test_a_reply_that_the_error_of_a_connection_repeats_is_used() -> None:
    request = Request((q.RegistryQuery(FAMV4, ("Start",)),))
    assert execute(Broken(Server(exchange()), None), request).document["registry"] == {FAMV4: {"Start": 1}}
    with pytest.raises(NoReply, match="cut short"):
        execute(Broken(Server(exchange()), 60), request)
    with pytest.raises(ConnectionError):
        execute(Broken(Server(exchange()), 0), request)
