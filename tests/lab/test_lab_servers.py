# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab server is what its description says: registry, files, services, commands, faults of PowerShell."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab import hive, prefix, wine
from tests.lab.cases import exchange_2003, large, plain_2008r2
from tests.lab.parts import SERVICES
from tests.lab.server import LabServer

ODD = "a\"b\\c\n$(x)`'%PATH%[é]\x01中\U0001f600\ud83d"
FAMV4 = f"{SERVICES}\\FAMv4"
VALUES: dict[str, Any] = {
    "": "default",
    ODD: ODD,
    "empty": "",
    "expand": {"REG_EXPAND_SZ": "%SystemRoot%\\x"},
    "list": ["a", "", ODD],
    "empty list": [],
    "dword": 2**32 - 1,
    "qword": {"REG_QWORD": 2**64 - 1},
    "binary": {"REG_BINARY": "00ff10"},
    "empty binary": {"REG_BINARY": ""},
    "none": {"REG_NONE": "ab"},
    "other": {"REG_UNKNOWN": None},
}
FACTS = {
    "size": 40448,
    "file_version": "4.0.0.1",
    "product_version": "5.6.7.8",
    "company": 'Vision Works é\U0001f600 "x"',
    "product": "File Access Manager",
    "description": "A driver",
    "original_filename": "FAMv4.sys",
    "modified": "2006-03-01T10:20:30Z",
}

TEXT = st.text(st.characters(exclude_characters="\0"), max_size=20)
ANY_VALUE = st.one_of(
    st.integers(0, 2**32 - 1),
    TEXT,
    st.lists(TEXT.filter(bool), max_size=3),
    st.builds(lambda text: {"REG_EXPAND_SZ": text}, TEXT),
    st.builds(lambda data: {"REG_BINARY": data.hex()}, st.binary(max_size=20)),
    st.builds(lambda number: {"REG_QWORD": number}, st.integers(0, 2**64 - 1)),
)


def powershell(server: LabServer, script: str) -> list[str]:
    """The lines that a script prints on the server."""
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    return server.wine("cmd", "/c", f"powershell -NoProfile -EncodedCommand {encoded}").stdout.decode().splitlines()


@given(st.dictionaries(TEXT, ANY_VALUE, max_size=5), TEXT.filter(lambda name: name and "\\" not in name))
def test_registry_files_are_read_as_they_were_written(values: dict[str, Any], key: str) -> None:
    content = hive.Hive("WINE REGISTRY Version 2\n")
    content.put(f"Software\\{key}", values)
    again = hive.Hive(content.text())
    assert list(again.paths()) == [f"Software\\{key}"]
    assert again.values(f"Software\\{key}") == values


def test_every_value_arrives_exactly_before_and_after_the_start(lab_server: Callable[..., LabServer]) -> None:
    key, below = "HKLM\\SOFTWARE\\Lab", f"HKCU\\Software\\{ODD.replace(chr(92), '')}"
    server = lab_server({"registry": {key: VALUES, below: VALUES}})
    assert server.values(key) == server.values(below) == VALUES
    for name, value in VALUES.items():
        server.set_value(f"{key}\\Copy", name, value)
    assert server.values(f"{key}\\Copy") == VALUES
    assert server.registry().subkeys(key) == ["Copy"]
    server.delete_value(f"{key}\\Copy", ODD)
    assert server.read_value(f"{key}\\copy", ODD) is None
    server.delete_key(f"{key}\\Copy")
    assert server.values(f"{key}\\Copy") is None
    kinds = powershell(server, _KINDS)
    assert kinds == ["String", "None", "Unknown", "QWord:18446744073709551615", "MultiString:0"]


_KINDS = """
$key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\\Lab')
[string]$key.GetValueKind(''); [string]$key.GetValueKind('none'); [string]$key.GetValueKind('other')
'QWord:' + [BitConverter]::ToUInt64([BitConverter]::GetBytes($key.GetValue('qword')), 0)
'MultiString:' + $key.GetValue('empty list').Length
"""


@pytest.mark.parametrize("name", ["exchange_server", "plain_server", "stubborn_server"])
def test_a_case_is_as_described(request: pytest.FixtureRequest, name: str) -> None:
    server: LabServer = request.getfixturevalue(name)
    described = server.document
    registry = server.registry()
    assert {key: registry.values(key) for key in described["registry"]} == described["registry"]
    assert states(server).items() >= {name: facts["status"] for name, facts in described["services"].items()}.items()
    assert powershell(server, "$env:COMPUTERNAME") == [described["environment"]["computer_name"]]


def states(server: LabServer) -> dict[str, str]:
    lines = powershell(
        server,
        "$c = [ServiceProcess.ServiceController]; "
        "$c::GetServices() + $c::GetDevices() | % { $_.ServiceName + '=' + $_.Status }",
    )
    return {name: state.lower() for name, state in (line.split("=") for line in lines)}


def test_a_large_server_is_up_soon_and_as_described(lab_server: Callable[..., LabServer]) -> None:
    described = large()
    began = time.monotonic()
    server = lab_server(described)
    assert time.monotonic() - began < 20
    registry = server.registry()
    assert {key: registry.values(key) for key in described["registry"]} == described["registry"]
    assert states(server).items() >= {name: facts["status"] for name, facts in described["services"].items()}.items()
    assert len(described["services"]) == 600


def test_a_driver_stops_and_starts(exchange_server: LabServer) -> None:
    exchange_server.stop("FAMv4")
    assert exchange_server.status("FAMv4") == "stopped"
    exchange_server.start("FAMv4")
    assert exchange_server.status("FAMv4") == "running"
    assert exchange_server.status("nothing") is None


def test_a_driver_without_an_unload_routine_stays(stubborn_server: LabServer) -> None:
    script = """
    $c = [ServiceProcess.ServiceController]'FAMv4'
    [string]$c.CanStop
    foreach ($turn in 1, 2) {
        try { $c.Stop(); 'asked' } catch { 'error ' + $_.Exception.GetBaseException().NativeErrorCode }
    }
    $c.Refresh(); [string]$c.Status
    """
    assert powershell(stubborn_server, script) == ["True", "asked", "error 1061", "Running"]


def test_a_restart_obeys_start(lab_server: Callable[..., LabServer]) -> None:
    server = lab_server(exchange_2003())
    server.set_value(FAMV4, "Start", 4)
    server.reboot()
    assert server.status("FAMv4") == "stopped"
    assert server.status("PartMgr") == "running"
    assert server.values(FAMV4) == exchange_2003()["registry"][FAMV4] | {"Start": 4}


def test_files_carry_their_facts(lab_server: Callable[..., LabServer]) -> None:
    paths = ["C:\\WINDOWS\\system32\\Drivers\\x.sys", "C:\\Program Files\\Ä b\\y.exe", "C:\\z.dll"]
    server = lab_server({"files": dict.fromkeys(paths, FACTS) | {"C:\\plain.sys": {}, "C:\\a.txt": {"size": 5}}})
    for path in paths:
        told = powershell(server, _FILE.replace("PATH", path))
        company, product, description, original = (
            FACTS[name] for name in ("company", "product", "description", "original_filename")
        )
        assert told == [
            f"{company}|{product}|{description}|{original}|4.0.0.1|5.6.7.8|4.0.0.1",
            "40448|2006-03-01T10:20:30",
        ]
    assert powershell(server, _FILE.replace("PATH", "C:\\plain.sys"))[0] == "||||||0.0.0.0"
    assert (server.prefix.drive / "a.txt").read_bytes() == b"\0" * 5


_FILE = """
$v = [Diagnostics.FileVersionInfo]::GetVersionInfo('PATH')
$numbers = ($v.FileMajorPart, $v.FileMinorPart, $v.FileBuildPart, $v.FilePrivatePart) -join '.'
$texts = $v.CompanyName, $v.ProductName, $v.FileDescription, $v.OriginalFilename, $v.FileVersion, $v.ProductVersion
($texts + $numbers) -join '|'
$f = [IO.FileInfo]'PATH'; '' + $f.Length + '|' + $f.LastWriteTimeUtc.ToString('s')
"""


def test_a_denied_key_is_denied_to_everybody(lab_server: Callable[..., LabServer]) -> None:
    key, below = "HKLM\\SOFTWARE\\Lab", "SOFTWARE\\Lab"
    server = lab_server({"registry": {key: {"x": 1}}, "unreadable": {key: "access_denied"}})
    script = (
        f"try {{ [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('{below}') }} "
        "catch { $_.Exception.GetBaseException().GetType().Name }"
    )
    assert powershell(server, script) == ["SecurityException"]
    with pytest.raises(OSError, match="Windows error 5"):
        server.set_value(key, "x", 2)
    assert server.values(key) == {"x": 1}


def test_a_key_can_be_readable_and_not_writable(lab_server: Callable[..., LabServer]) -> None:
    key = "HKLM\\SOFTWARE\\Lab"
    server = lab_server({"registry": {key: {"x": 1}}})
    server.secure_key(key, "read_only")
    assert b"0x1" in server.wine("reg", "query", key, "/v", "x").stdout
    with pytest.raises(OSError, match="Windows error 5"):
        server.set_value(key, "x", 2)


def test_an_export_sees_a_change_at_once_and_nothing_else(exchange_server: LabServer) -> None:
    before = exchange_server.export_registry()
    powershell(exchange_server, "[Guid]::NewGuid().ToString().Length; [IO.Path]::GetRandomFileName().Length")
    exchange_server.wine("sc", "query")
    assert exchange_server.export_registry() == before
    exchange_server.set_value("HKCU\\Software\\Lab", "x", 1)
    assert exchange_server.export_registry() != before
    exchange_server.delete_key("HKCU\\Software\\Lab")
    assert exchange_server.export_registry() == before


def test_netsh_answers_as_described_and_keeps_what_it_was_told(lab_server: Callable[..., LabServer]) -> None:
    described = plain_2008r2()
    dump = described["commands"]["netsh interface tcp dump"]["output"]
    described["commands"]["FltMC instances"] = {"exit_code": 3, "output": "é none\r\n"}
    server = lab_server(described)
    assert server.wine("netsh", "INTERFACE", "tcp", "dump").stdout.decode() == dump
    assert server.wine("netsh", "int", "tcp", "set", "global", "chimney=DISABLED", "rss=disabled").returncode == 0
    changed = dump.replace("chimney=automatic", "chimney=disabled").replace("rss=enabled", "rss=disabled")
    assert server.wine("netsh", "interface", "tcp", "dump").stdout.decode() == changed
    assert server.wine("netsh", "int", "tcp", "set", "global", "nothing=1").returncode == 1
    assert server.wine("netsh", "advfirewall", "reset").returncode == 1
    assert (server.wine("fltmc", "instances").stdout.decode(), server.wine("fltmc", "instances").returncode) == (
        "é none\r\n",
        3,
    )
    assert server.commands_asked()[:2] == [
        "netsh INTERFACE tcp dump",
        "netsh interface tcp set global chimney=DISABLED rss=disabled",
    ]


def test_netsh_sets_chimney_in_the_registry_as_server_2003_does(exchange_server: LabServer) -> None:
    key = f"{SERVICES}\\Tcpip\\Parameters"
    assert exchange_server.wine("netsh", "interface", "tcp", "dump").returncode == 1
    assert exchange_server.wine("netsh", "int", "ip", "set", "chimney", "DISABLED").returncode == 0
    assert exchange_server.read_value(key, "EnableTCPChimney") == 0
    assert exchange_server.wine("netsh", "int", "ip", "set", "chimney", "ENABLED").returncode == 0
    assert exchange_server.read_value(key, "EnableTCPChimney") == 1


@pytest.mark.parametrize(
    ("variant", "lines"),
    [
        ("normal", ["FullLanguage"]),
        ("noisy", ['Welcome to the lab, { "ok": 1 }', "FullLanguage", "Have a nice day."]),
        ("constrained", ["ConstrainedLanguage"]),
        ("absent", []),
    ],
)
def test_what_may_be_wrong_with_powershell(
    lab_server: Callable[..., LabServer], variant: str, lines: list[str]
) -> None:
    server = lab_server({}, powershell=variant)
    assert powershell(server, "[string]$ExecutionContext.SessionState.LanguageMode") == lines


def test_a_description_that_cannot_come_true_is_refused() -> None:
    running = {
        "registry": {f"{SERVICES}\\Nothing": {"Type": 1, "Start": 3}},
        "services": {"Nothing": {"status": "running"}},
    }
    with pytest.raises(RuntimeError, match="Nothing"), LabServer(running):
        pass
    with pytest.raises(ValueError, match="drive C only"), LabServer({"files": {"D:\\x.sys": {}}}):
        pass


def replace_wine(monkeypatch: pytest.MonkeyPatch, *commands: str) -> Iterator[str]:
    """Have the shell run these in the place of Wine, one after the other, then Wine again; -> those not yet used."""
    left, real = iter(commands), wine.command
    monkeypatch.setattr(wine, "command", lambda *words: ["sh", "-c", next(left, '"$@"'), "sh", *real(*words)])
    return left


def test_what_wine_did_not_begin_is_begun_again(exchange_server: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    left = replace_wine(monkeypatch, "exit 1", "exit 1")
    assert exchange_server.read_value(FAMV4, "Type") == 2
    assert list(left) == []


def test_wine_that_never_begins_is_a_fault_of_the_lab(
    exchange_server: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_wine(monkeypatch, *["echo out of air >&2; exit 7"] * 3)
    with pytest.raises(prefix.LabFault, match=r"labctl.exe do .* exit code 7: out of air"):
        exchange_server.prefix.saved("HKLM")


def test_what_broke_off_is_not_begun_again(exchange_server: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_wine(monkeypatch, '"$@"; exit 9')
    with pytest.raises(prefix.LabFault, match="exit code 9: not a word"):
        exchange_server.prefix.saved("HKLM")


def test_a_server_that_does_not_come_up_gets_a_second_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    left = replace_wine(monkeypatch, *["exit 1"] * 3)
    with LabServer({"registry": {"HKLM\\SOFTWARE\\Lab": {"x": 1}}}) as server:
        assert list(left) == []
        assert server.read_value("HKLM\\SOFTWARE\\Lab", "x") == 1


def test_where_memory_lies_is_not_left_to_chance(exchange_server: LabServer) -> None:
    fixed = "00040000"  # ADDR_NO_RANDOMIZE
    own = prefix.processes(exchange_server.prefix.folder)
    hosts = [number for number, line in own.items() if "winedevice.exe" in line]
    told = {Path(f"/proc/{number}/personality").read_text().strip() for number in hosts}
    assert told == {fixed if wine.command()[0] == "setarch" else "00000000"}


def test_servers_leave_nothing_behind() -> None:
    with LabServer({}) as server:
        folder = server.prefix.folder
        assert folder.is_dir()
    assert not folder.exists()
    assert prefix.template().is_dir()
