# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no other writer, no odd key and no program that hangs may break: one run writes at a time, only what was read is
deleted, all ends."""

from __future__ import annotations

import base64
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.ledger import (
    LEDGER,
    Ledger,
    ServerLedger,
    ledger_queries,
    other_writers,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.registry_links import (
    possible_links,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply, unwrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import parts_of, script
from tests.lab import hive, wine
from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer

KEY = "HKLM\\SOFTWARE\\Safety"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
MUTEX = "Global\\server_baseline.windows"
NOW = "2026-11-25T12:00:00Z"
ROUNDS = 50
RACE = Path(__file__).with_name("race.ps1")
HANGING = q.CommandQuery("netsh", "interface tcp show hanging")
PATIENT = q.CommandQuery("netsh", "interface tcp dump")


class HastyExecutor(DirectExecutor):
    """Runs the payload with other limits, so that a test need not wait for those of a server."""

    LIMITS = ((b"WaitOne(30000", b"WaitOne(500"), (b"$patience = 60000", b"$patience = 3000"))

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        sent = in_data or b""
        for limit, shorter in self.LIMITS:
            sent = sent.replace(limit, shorter)
        return super()._low_level_execute_command(cmd, sudoable, sent)


@pytest.fixture(scope="module")
def lab() -> Iterator[LabServer]:
    """Return a server whose netsh hangs at one of its commands."""
    commands = {
        PATIENT.line: {"exit_code": 0, "output": "x" * 50_000},
        HANGING.line: {"exit_code": 1460, "output": ""},
    }
    with LabServer({"format": 1, "registry": {}, "commands": commands}) as server:
        yield server


@pytest.fixture(scope="module")
def server(lab: LabServer) -> DirectExecutor:
    """Return what executes requests on the server."""
    return HastyExecutor(lab)


def do(server: DirectExecutor, *operations: op.Operation) -> Reply:
    """Return the reply to operations."""
    return execute(server, Request((), operations))


def keys(server: DirectExecutor, path: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a key with all below it, and what of it is unreadable."""
    document = execute(server, Request((q.RegistryQuery(path, depth=q.WHOLE_TREE),))).document
    return document["registry"], document["unreadable"]


def engine(script_text: str, *arguments: str) -> tuple[str, ...]:
    """Return the command line that runs a script in an engine of its own, standard input being the script's."""
    whole = f"$input | & {{ {script_text} }} {' '.join(arguments)}"
    return "powershell", "-NoProfile", "-EncodedCommand", base64.b64encode(whole.encode("utf-16-le")).decode()


def ledger_of(server: DirectExecutor) -> Ledger:
    """Return the ledger of the server as one resource sees it."""
    document = execute(server, Request(ledger_queries())).document
    return ServerLedger(Snapshot(document)).of("safety")


def change(subject: str, number: int) -> Request:
    """Return what a controller sends that has read a ledger with as many entries as number: an entry and the change of
    which it speaks."""
    read = {"registry": {f"{LEDGER}\\{number:04d}": {"Resource": "other", "After": "{}"}} if number else {}}
    _key, entry = ServerLedger(Snapshot(read)).of("safety").enter(subject, {"Start": 1}, {"Start": 4}, "a race", NOW)
    return Request((), (*entry, op.SetValue(f"{KEY}\\{subject}", "Start", 4, 1)))


def race(lab: LabServer, own: str, other: str, into: dict[str, list[str]]) -> None:
    """Have one engine execute its requests, round by round, and keep its answers."""
    requests = [change(f"{own}{number}", number * 2 + late) for number in range(ROUNDS) for late in (0, 1)]
    payload = script(parts_of(requests[0]))
    lines = [text.encode("ascii").hex() for text in (payload, *(request.encode() for request in requests))]
    command = engine(RACE.read_text(encoding="ascii"), own, other)
    done = lab.wine(*command, stdin="\n".join(lines).encode(), timeout=300)
    into[own] = done.stdout.decode().splitlines()
    assert done.returncode == 0, done.stderr.decode()


def test_two_controllers_that_write_together_lose_no_entry(lab: LabServer, server: DirectExecutor) -> None:
    subjects = [f"{own}{number}" for own in "ab" for number in range(ROUNDS)]
    seeded = do(server, *(op.SetValue(f"{KEY}\\{subject}", "Start", 1, None) for subject in subjects))
    assert seeded.failure is None
    answers: dict[str, list[str]] = {}
    engines = [threading.Thread(target=race, args=(lab, *pair, answers)) for pair in (("a", "b"), ("b", "a"))]
    for each in engines:
        each.start()
    for each in engines:
        each.join()
    operations = len(change("a0", 0).operations)
    first, second = ([unwrap("0" * 32, line, "", operations) for line in answers[own][::2]] for own in "ab")
    assert len(first) == len(second) == ROUNDS
    for replies in zip(first, second, strict=True):
        assert sorted(len(reply.conflicts) for reply in replies) == [0, 1]
        assert all(reply.failure is None and bool(reply.operations) is not bool(reply.conflicts) for reply in replies)
    entries = ledger_of(server).last_entries()
    assert sorted(entry.subject for entry in entries) == sorted(subjects)
    assert len({entry.key for entry in entries}) == len(subjects)
    undo = [
        operation
        for entry in entries
        for operation in (
            op.SetValue(f"{KEY}\\{entry.subject}", "Start", entry.before["Start"], entry.after["Start"]),
            entry.close("restored", NOW),
        )
    ]
    assert (do(server, *undo).conflicts, do(server).failure) == ([], None)
    found = execute(server, Request((q.RegistryQuery(f"{KEY}\\*"),))).document["registry"]
    assert {values["Start"] for values in found.values()} == {1}


def test_the_ledger_has_permissions_of_its_own(lab: LabServer, server: DirectExecutor) -> None:
    do(server, op.LedgerEntry(f"{LEDGER}\\9000", {"Subject": "x"}))
    document = execute(server, Request(ledger_queries())).document
    assert set(document["access"]) == {LEDGER}
    assert set(document["access"][LEDGER]) == {"S-1-5-32-544", "S-1-5-18"}
    assert other_writers(Snapshot(document)) == []
    secured = lab.prefix.control(
        [("secure", *hive.split(LEDGER), "D:(A;CI;KA;;;BA)(A;;KR;;;BU)(A;CIIO;KW;;;PU)(A;;KW;;;WD)")]
    )
    assert not secured
    document = execute(server, Request(ledger_queries())).document
    assert set(other_writers(Snapshot(document))) == {"S-1-5-32-547", "S-1-1-0"}


@contextmanager
def holder(lab: LabServer, text: str) -> Iterator[None]:
    """Run an engine beside the test until it has said that it is ready, and end it after the test."""
    process = subprocess.Popen(
        wine.command(*engine(text)),
        env=wine.environment(lab.prefix.folder),
        cwd=lab.prefix.folder / "drive_c",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == b"ready"
        yield
    finally:
        process.kill()
        process.wait()


OPEN = f"$mutex = [Threading.Mutex]::new($false, '{MUTEX}')"
STAY = "[Console]::Out.WriteLine('ready'); [Threading.Thread]::Sleep(60000)"


def test_a_run_that_waits_too_long_for_another_one_writes_nothing(lab: LabServer, server: DirectExecutor) -> None:
    with holder(lab, f"{OPEN}; [void]$mutex.WaitOne(); {STAY}"):
        reply = do(server, op.SetValue(f"{KEY} waiting", "a", 1, None))
    assert reply.failure == {
        "operation": 0,
        "writing": False,
        "reason": "InvalidOperationException: another run is writing",
    }
    assert keys(server, f"{KEY} waiting") == ({}, {})


def test_a_run_that_died_while_it_wrote_stands_in_nobodys_way(lab: LabServer, server: DirectExecutor) -> None:
    with holder(lab, f"{OPEN}; {STAY}"):  # it keeps the mutex there, so that it is an abandoned one and not a new one
        lab.wine(*engine(f"{OPEN}; [void]$mutex.WaitOne(); [Environment]::FailFast('killed')"))
        for value in (1, 2):
            reply = do(server, op.SetValue(f"{KEY} abandoned", "a", value, value - 1 or None))
            assert (reply.failure, reply.conflicts) == (None, [])


def test_only_the_keys_that_were_read_are_deleted(server: DirectExecutor) -> None:
    key = f"{KEY} tree"
    do(server, op.SetValue(f"{key}\\one\\two", "a", 1, None), op.SetValue(f"{key}\\one.two", "a", 1, None))
    tree, unreadable = keys(server, key)
    late = op.SetValue(f"{key}\\one\\late", "made", "since", None)
    reply = do(server, late, op.DeleteKey(key, tree))
    assert (reply.conflicts, reply.failure["writing"] if reply.failure else None) == ([], True)
    assert f"{key}\\one\\late" in keys(server, key)[0]
    assert unreadable == {}


def test_a_key_that_went_with_another_operation_is_no_error(server: DirectExecutor) -> None:
    key = f"{KEY} gone"
    do(server, op.SetValue(key, "a", 1, None), op.SetValue(f"{key}\\Enum", "Count", 1, None))
    tree, _unused = keys(server, key)
    reply = do(server, op.DeleteKey(f"{key}\\Enum", {f"{key}\\Enum": {"Count": 1}}), op.DeleteKey(key, tree))
    assert (reply.failure, reply.conflicts) == (None, [])
    assert keys(server, key) == ({}, {})


def test_a_registry_link_in_a_circle_ends_and_keeps_its_tree(lab: LabServer, server: DirectExecutor) -> None:
    key = f"{SERVICES}\\Circle"
    do(server, op.SetValue(key, "Start", 4, None))
    target = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Circle"
    assert not lab.prefix.control([("link", *hive.split(f"{key}\\Loop"), target)])
    tree, unreadable = keys(server, key)
    assert len(tree) == 32
    assert ["over 20000 keys or 32 levels" in reason for reason in unreadable.values()] == [True]
    reply = do(server, op.SetValue(key, "Start", 3, 4), op.DeleteKey(key, tree))
    assert reply.failure is not None
    assert (reply.failure["operation"], reply.failure["writing"]) == (1, False)
    assert keys(server, key)[0][key] == {"Start": 4}


def test_a_registry_link_that_leads_nowhere_is_told_and_keeps_its_tree(lab: LabServer, server: DirectExecutor) -> None:
    key = f"{SERVICES}\\Nowhere"
    do(server, op.SetValue(key, "Start", 4, None))
    assert not lab.prefix.control([("link", *hive.split(f"{key}\\Link"), "\\Registry\\Machine\\System\\Nothing")])
    tree, unreadable = keys(server, key)
    assert (tree, list(unreadable)) == ({key: {"Start": 4}}, [f"{key}\\Link"])
    reply = do(server, op.DeleteKey(key, tree))
    assert reply.failure is not None
    assert (reply.failure["writing"], "cannot be read" in reply.failure["reason"]) == (False, True)
    assert keys(server, key)[0] == tree


def test_a_registry_link_to_another_driver_is_taken_for_what_it_may_be(lab: LabServer, server: DirectExecutor) -> None:
    key, target = f"{SERVICES}\\Linked", f"{SERVICES}\\Target"
    values = {"Type": 1, "Start": 0, "ErrorControl": 3}
    do(server, *(op.SetValue(target, name, value, None) for name, value in values.items()))
    do(server, op.SetValue(key, "Start", 4, None))
    native = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\Target"
    assert not lab.prefix.control([("link", *hive.split(f"{key}\\Link"), native)])
    tree, unreadable = keys(server, key)
    assert (tree, unreadable) == ({key: {"Start": 4}, f"{key}\\Link": values}, {})
    (reason,) = possible_links(tree, key)
    assert "Linked\\Link looks like the key of a service" in reason


def test_a_name_with_a_nul_is_told_and_never_taken_for_another(lab: LabServer, server: DirectExecutor) -> None:
    key = f"{KEY} nul"
    do(server, op.SetValue(key, "Start", 4, None))
    assert not lab.prefix.control([("hidden", *hive.split(key), "Start")])
    tree, unreadable = keys(server, key)
    assert tree == {key: {"Start": 4}}
    assert list(unreadable) == [key]
    assert "NUL" in unreadable[key]
    assert do(server, op.DeleteKey(key, tree)).failure is not None
    assert keys(server, key)[0] == tree


def test_a_value_of_another_size_than_its_type_has_is_not_taken_for_one_that_can_be_written(
    lab: LabServer, server: DirectExecutor
) -> None:
    key = f"{KEY} sizes"
    data = {
        "8 bytes": ("4", "0102030405060708"),
        "10 bytes": ("4", "01020304050607080910"),
        "twelve": ("11", "00" * 12),
    }
    assert not lab.prefix.control([("set", *hive.split(key), name, *each) for name, each in data.items()])
    assert keys(server, key)[0] == {key: {name: {"REG_UNKNOWN": digits} for name, (_type, digits) in data.items()}}


def test_a_program_that_hangs_is_ended_and_its_answer_is_unknown(lab: LabServer, server: DirectExecutor) -> None:
    answer = execute(server, Request((HANGING, PATIENT))).document
    assert answer["unreadable"] == {HANGING.line: "timed out"}
    assert answer["commands"] == {PATIENT.line: {"exit_code": 0, "output": "x" * 50_000}}
    record = f"{KEY} hanging\\0001"
    reply = do(server, op.LedgerEntry(record, {"Subject": "x"}), op.RunCommand(HANGING, record=record))
    assert reply.operations[1] == {"exit_code": 1460, "output": ""}
    assert keys(server, record)[0] == {record: {"Subject": "x", "RefusedCode": 1460}}
    assert running(lab, "netsh") == []


def running(lab: LabServer, program: str) -> list[int]:
    """Return the processes of a server that run a program, by their ids on this machine."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may just have ended
            ours = f"WINEPREFIX={lab.prefix.folder}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if ours and program.encode() in (folder / "cmdline").read_bytes().lower():
                found.append(int(folder.name))
    return found


def test_a_program_that_lives_on_would_be_found(lab: LabServer) -> None:
    command, environment = (
        wine.command(HANGING.program, *HANGING.arguments.split()),
        wine.environment(lab.prefix.folder),
    )
    process = subprocess.Popen(command, env=environment, cwd=lab.prefix.folder / "drive_c", stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not running(lab, "netsh.exe") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert running(lab, "netsh.exe")
    finally:
        process.kill()
        process.wait()
