# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's endpoint and its SSH service, asked by clients that were not written for it."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import testinfra
import winrm
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from tests.lab import auth, prefix
from tests.lab.server import LabServer

CLIENT = ("https", "basic"), ("http", "ntlm"), ("https", "ntlm")
VERSION = 'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" /v CurrentBuildNumber'


@pytest.fixture
def server(exchange_server: LabServer) -> Iterator[LabServer]:
    """The session's server with its counts at zero, and without what a test told its endpoint."""
    exchange_server.endpoint.reset_counts()
    yield exchange_server
    exchange_server.endpoint.faults.clear()


def protocol(server: LabServer, scheme: str = "https", transport: Any = "basic", **options: Any) -> winrm.Protocol:
    port = server.endpoint.https_port if scheme == "https" else server.endpoint.http_port
    return winrm.Protocol(
        f"{scheme}://127.0.0.1:{port}/wsman",
        transport=transport,
        username=auth.USER,
        password=options.pop("password", auth.PASSWORD),
        server_cert_validation="ignore",
        **options,
    )


def run(client: winrm.Protocol, command: str, stdin: bytes | None = None) -> tuple[bytes, bytes, int]:
    shell = client.open_shell(codepage=65001)
    started = client.run_command(shell, command, console_mode_stdin=stdin is None)
    if stdin is not None:
        client.send_command_input(shell, started, stdin, end=True)
    output = client.get_command_output(shell, started)
    client.cleanup_command(shell, started)
    client.close_shell(shell)
    return output


@pytest.mark.parametrize(("scheme", "transport"), CLIENT)
def test_pywinrm_runs_a_command(server: LabServer, scheme: str, transport: str) -> None:
    output, errors, code = run(protocol(server, scheme, transport), VERSION)
    assert (errors, code) == (b"", 0)
    assert b"3790" in output
    assert (server.endpoint.counts.requests, server.endpoint.counts.executions) == (6, 1)
    assert (server.endpoint.counts.authentications > 0) == (transport == "ntlm")


def test_ntlm_over_http_encrypts_messages(server: LabServer) -> None:
    client = protocol(server, "http", "ntlm", message_encryption="always")
    assert run(client, "echo sealed")[0] == b"sealed\r\n"


@pytest.mark.parametrize(("scheme", "transport"), CLIENT)
def test_a_wrong_password_is_refused(server: LabServer, scheme: str, transport: str) -> None:
    client = protocol(server, scheme, transport, password="wrong")
    with pytest.raises(winrm.exceptions.InvalidCredentialsError):
        run(client, "ver")
    assert server.endpoint.counts.executions == 0


def test_input_exit_code_and_error_output_travel(server: LabServer) -> None:
    script = "$x = @($input); 'got ' + $x.Count + ' ' + $x[1]; [Console]::Error.WriteLine('oops'); exit 7"
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    output, errors, code = run(protocol(server), f"PowerShell -NoProfile -EncodedCommand {encoded}", b"one\ntwo\n")
    assert (output, code) == (b"got 2 two\r\n", 7)
    assert b"oops" in errors
    assert server.endpoint.counts.requests == 7


def test_a_line_longer_than_cmd_takes_is_refused(server: LabServer) -> None:
    assert run(protocol(server), f"rem {'x' * 8000}")[1:] == (b"", 0)
    assert run(protocol(server), f"rem {'x' * 8188}")[1:] == (b"The command line is too long.\r\n", 1)


def test_much_output_comes_in_several_answers(server: LabServer) -> None:
    output = run(protocol(server), "for /L %i in (1,1,9000) do @echo %i 0123456789012345678901234567890123456789")[0]
    assert output.count(b"\n") == 9000
    assert server.endpoint.counts.requests > 8


def test_a_command_outlives_operation_timeouts_and_ends_by_a_signal(server: LabServer) -> None:
    client = protocol(server, operation_timeout_sec=1, read_timeout_sec=5)
    shell = client.open_shell()
    # A command that waits for input which never comes.
    command = client.run_command(shell, "powershell -NoProfile -Command -", console_mode_stdin=False)
    with pytest.raises(winrm.exceptions.WinRMOperationTimeoutError):
        client.get_command_output_raw(shell, command)
    assert "-Command" in command_lines(server)
    client.cleanup_command(shell, command)
    deadline = time.monotonic() + 10
    while "-Command" in command_lines(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "-Command" not in command_lines(server)
    client.close_shell(shell)


def command_lines(server: LabServer) -> str:
    return "\n".join(prefix.processes(server.prefix.folder).values())


@pytest.mark.parametrize("how", ["basic", "ntlm", "negotiate"])
def test_pypsrp_runs_pipelines(server: LabServer, how: str) -> None:
    secure = how == "basic"
    port = server.endpoint.https_port if secure else server.endpoint.http_port
    client = WSMan(
        "127.0.0.1", port=port, ssl=secure, auth=how, username=auth.USER, password=auth.PASSWORD, cert_validation=False
    )
    with client, RunspacePool(client) as pool:
        assert pipeline(pool, "[string]::Join('+', @($input)); $env:COMPUTERNAME", ["a", "b"]) == ["a+b", "EX2003"]
        assert pipeline(pool, "1, 'é\U0001f600'") == [1, "é\U0001f600"]
    assert server.endpoint.counts.executions == 2


def pipeline(pool: RunspacePool, script: str, data: list[str] | None = None) -> list[Any]:
    shell = PowerShell(pool)
    shell.add_script(script)
    return list(shell.invoke(input=data))


def test_testinfra_reaches_the_server(server: LabServer) -> None:
    done = testinfra.get_host(server.testinfra_url()).run("sc query FAMv4")
    assert done.rc == 0
    assert "RUNNING" in done.stdout


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_drops_at_the_chosen_request(server: LabServer, when: str) -> None:
    server.endpoint.fail("drop", at=2, action="Command", when=when)
    client = protocol(server)
    marker = server.prefix.drive / f"{when}.txt"
    run(client, "ver")
    with pytest.raises(requests.ConnectionError):
        run(client, f"echo x> C:\\{when}.txt")
    time.sleep(0.5)
    assert marker.exists() == (when == "after")
    assert run(protocol(server), "ver")[2] == 0


def test_an_answer_of_500_and_a_delay(server: LabServer) -> None:
    server.endpoint.fail("status", at=1, status=500)
    with pytest.raises(winrm.exceptions.WinRMTransportError):
        run(protocol(server), "ver")
    server.endpoint.fail("delay", action="Create", seconds=0.7)
    began = time.monotonic()
    run(protocol(server), "ver")
    assert time.monotonic() - began > 0.7


def test_something_happens_between_two_requests(server: LabServer) -> None:
    key = "HKLM\\SOFTWARE\\Lab"
    server.endpoint.call(lambda: server.set_value(key, "x", "between"), at=2, action="Command")
    query = f"reg query {key} /v x"
    assert run(protocol(server), query)[2] == 1
    assert b"between" in run(protocol(server), query)[0]
    server.delete_key(key)


def test_output_is_cut_short_on_demand(server: LabServer) -> None:
    server.endpoint.output = lambda data: data[:4]
    try:
        assert run(protocol(server), "echo 123456")[0] == b"1234"
    finally:
        server.endpoint.output = bytes
    assert run(protocol(server), "echo 123456")[0] == b"123456\r\n"


def test_ansible_reaches_the_server_over_every_connection(server: LabServer, tmp_path: Path) -> None:
    hosts = {name: server.hostvars(name) for name in ("winrm", "winrm-ntlm", "psrp", "ssh")}
    for name, variables in hosts.items():
        variables["script"] = "echo on %COMPUTERNAME%." if name == "ssh" else "'on ' + $env:COMPUTERNAME + '.'"
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    before = server.sshd.executions
    done = subprocess.run(
        [
            Path(sys.executable).with_name("ansible"),
            "all",
            "-i",
            tmp_path / "hosts.json",
            "-m",
            "raw",
            "-a",
            "{{ script }};",
        ],
        env=os.environ | {"ANSIBLE_HOME": str(tmp_path), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOST_KEY_CHECKING": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sorted(re.findall(r"^(\S+) \| CHANGED", done.stdout, re.MULTILINE)) == sorted(hosts), done
    assert done.stdout.count("on EX2003.") == len(hosts)
    assert server.endpoint.counts.executions == 3
    assert server.sshd.executions == before + 1
