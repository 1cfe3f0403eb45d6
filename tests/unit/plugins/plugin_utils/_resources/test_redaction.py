# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A redacted snapshot holds no secrets, and is judged as the server is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot, snp_symptoms
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.redaction import redacted
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    info as tcp_offload_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    resource as tcp_offload,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import ADAPTERS
from tests.support import DEMO_SNAPSHOTS
from tests.support.planning import plan_for
from tests.support.scenarios import adapters, drivers
from tests.support.servers import FAMV4, LEDGER, SERVICES, exchange, read

NOW = "2026-11-23T14:00:00Z"
ASKED: tuple[tuple[Any, dict[str, Any]], ...] = (
    (filter_driver, {"name": ["FAMv4"]}),
    (filter_driver, {"name": ["FAMv4"], "state": "absent"}),
    (filter_driver, {"name": ["FAMv4"], "state": "restored"}),
    (filter_driver, {"classifications": ["orphan", "known_leftover", "dangling"], "state": "absent"}),
    (info, {}),
    (tcp_offload, {"profile": "by_driver"}),
    (tcp_offload_info, {}),
    (nic_driver, {}),
    (snp_symptoms, {}),
)


def servers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every described server with its name."""
    yield from ((path.stem, load(path)) for path in sorted(DEMO_SNAPSHOTS.glob("*.yml")))
    yield from ((f"adapters {n}", {"format": 1, **each.document}) for n, each in enumerate(adapters.SCENARIOS.values()))
    yield "drivers", drivers.large()
    yield "exchange", exchange()
    none = exchange(LicenseKey={"REG_NONE": "00ff"}, Secret={"REG_BINARY": "00ff"}, Many=["a"], Big={"REG_QWORD": 7})
    yield "exchange with values that cannot be written", none


def judged(document: dict[str, Any], asked: Any, chosen: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a resource finds, predicts and refuses on a server."""
    plan = plan_for(asked, document, NOW, **chosen)
    return plan.findings, plan.after, plan.error, plan.warnings, plan.reboot_required, plan.data


@pytest.mark.parametrize(("name", "document"), servers(), ids=lambda each: each if isinstance(each, str) else "")
def test_a_redacted_snapshot_is_judged_as_the_server_is(name: str, document: dict[str, Any]) -> None:
    copies = [
        snapshot.document(read(document, snapshot.QUERIES), snapshot.Options("x.yml", "x", redact=redact))
        for redact in (True, False)
    ]
    for asked, chosen in ASKED:
        assert judged(copies[0], asked, chosen) == judged(copies[1], asked, chosen), asked.NAME


PEOPLE = f"{SERVICES}\\bam\\State\\UserSettings\\S-1-5-21-1"
REGISTRY: dict[str, Any] = {
    FAMV4: {
        "type": 2,
        "Start": 1,
        "AdminPassword": "hunter2",
        "LicenseKey": {"REG_BINARY": "00ff"},
        "Pin": 1234,
        "Big": {"REG_QWORD": 1234},
        "Hosts": ["hunter2"],
        "Path": {"REG_EXPAND_SZ": "hunter2"},
        "None": {"REG_NONE": "00ff"},
    },
    f"{FAMV4}\\Enum": {"0": "Root\\LEGACY"},
    f"{FAMV4}\\Instances\\FAM": {"Altitude": "370000", "Flags": 0, "Secret": "hunter2"},
    f"{FAMV4}\\Parameters\\deep\\er": {"Altitude": "hunter2"},
    PEOPLE: {"\\Device\\HarddiskVolume1\\payroll.exe": {"REG_BINARY": "00"}},
    f"{SERVICES}\\BTHPORT\\Parameters\\Keys\\001a": {"002b": {"REG_BINARY": "00ff"}},
    f"{SERVICES}\\Tcpip\\Parameters": {"KeepAliveTime": 900000, "Domain": "corp.example"},
    "HKLM\\SOFTWARE\\Else": {"Name": "kept"},
}


def test_what_is_not_needed_is_empty_and_keeps_its_type() -> None:
    kept = redacted(REGISTRY)
    assert kept[FAMV4] == {
        "type": 2,
        "Start": 1,
        "AdminPassword": "",
        "LicenseKey": {"REG_BINARY": ""},
        "Pin": 0,
        "Big": {"REG_QWORD": 0},
        "Hosts": [],
        "Path": {"REG_EXPAND_SZ": ""},
        "None": {"REG_NONE": None},
    }
    assert kept[f"{FAMV4}\\Enum"] == {"0": "Root\\LEGACY"}
    assert kept[f"{FAMV4}\\Instances\\FAM"] == {"Altitude": "370000", "Flags": 0, "Secret": ""}
    assert kept[f"{FAMV4}\\Parameters\\deep\\er"] == {"Altitude": ""}
    assert kept[f"{SERVICES}\\Tcpip\\Parameters"] == {"KeepAliveTime": 900000, "Domain": ""}
    assert kept["HKLM\\SOFTWARE\\Else"] == {"Name": "kept"}
    assert "hunter2" not in json.dumps(kept)


def test_what_tells_of_people_and_devices_is_not_there() -> None:
    assert not [path for path in redacted(REGISTRY) if "UserSettings" in path or "BTHPORT" in path]


COMMAND_LINES = {
    "C:\\a b\\c.exe --password hunter2": "C:\\a b\\c.exe",
    '"C:\\a b\\c.exe" /p:hunter2': '"C:\\a b\\c.exe"',
    "%SystemRoot%\\System32\\svchost.exe -k netsvcs": "%SystemRoot%\\System32\\svchost.exe",
    "C:\\run.bat hunter2": "C:\\run.bat",
    "C:\\a\\prog hunter2": "C:\\a\\prog",
    "prog hunter2": "prog",
    "C:\\a.exe": "C:\\a.exe",
    "C:\\a\\prog --key hunter2 -f C:\\b\\c": "C:\\a\\prog",
    "C:\\prog --key hunter2 --file c.exe": "C:\\prog",
    "C:\\a\\prog.bin password=DOM\\hunter2": "C:\\a\\prog.bin",
    "%ProgramFiles%\\a b\\prog /p:hunter2\\c": "%ProgramFiles%\\a b\\prog",
    "java -Dkey=hunter2 -jar C:\\a\\b.jar": "java",
    "C:\\a.exe\0hunter2": "C:\\a.exe",
    "C:\\a.exe;hunter2 b.exe": "C:\\a.exe",
    "": "",
}


@pytest.mark.parametrize("written", COMMAND_LINES)
def test_a_command_line_ends_behind_the_program(written: str) -> None:
    for value, wanted in (
        (written, COMMAND_LINES[written]),
        ({"REG_EXPAND_SZ": written}, {"REG_EXPAND_SZ": COMMAND_LINES[written]}),
    ):
        assert (
            redacted({f"{SERVICES}\\Web": {"Type": 0x10, "ImagePath": value}})[f"{SERVICES}\\Web"]["ImagePath"]
            == wanted
        )


def test_an_adapter_keeps_what_it_is_and_its_settings() -> None:
    key = f"{ADAPTERS}\\0007"
    registry: dict[str, Any] = {
        key: {
            "DriverDesc": "NIC",
            "*RSS": "1",
            "Jumbo": "1514",
            "WpaPsk": "hunter2",
            "ProxyPassword": {"REG_BINARY": "00ff"},
            "Pin": 7,
        },
        f"{key}\\Ndi": {"Service": "b57nd"},
        f"{key}\\Ndi\\params\\Jumbo": {"default": "1514"},
        f"{key}\\Linkage": {"UpperBind": ["Tcpip"]},
        f"{key}\\Profiles\\1": {"DriverDesc": "hunter2", "*RSS": "hunter2"},
    }
    kept = redacted(registry)
    assert kept == {
        **registry,
        key: {**registry[key], "WpaPsk": "", "ProxyPassword": {"REG_BINARY": ""}, "Pin": 0},
        f"{key}\\Profiles\\1": {"DriverDesc": "", "*RSS": ""},
    }


@pytest.mark.parametrize("part", ["files", "unreadable"])
def test_no_path_holds_what_a_command_line_has_lost(part: str) -> None:
    whole = 'C:\\a\\prog --password "hunter2"'
    facts: Any = {"size": 1} if part == "files" else "ArgumentException"
    server = Snapshot(
        {
            "registry": {f"{SERVICES}\\Web": {"Type": 0x10, "ImagePath": whole}},
            part: {whole: facts, "C:\\b.sys": facts},
        }
    )
    saved = snapshot.document(server, snapshot.Options("x.yml"))
    assert saved[part] == {"C:\\a\\prog": facts, "C:\\b.sys": facts}
    assert "hunter2" not in json.dumps(saved)
    assert snapshot.document(server, snapshot.Options("x.yml", redact=False))[part] == server.document[part]


def test_the_ledger_holds_the_key_of_a_removed_driver_without_its_data() -> None:
    before = {"Start": 1, "key": {"": {"Type": 2, "AdminPassword": "hunter2"}, "Instances\\FAM": {"Altitude": "1"}}}
    entry = {"Resource": "filter_driver", "Subject": "FAMv4", "Before": json.dumps(before), "After": "no JSON"}
    kept = redacted({f"{LEDGER}\\0001": entry})[f"{LEDGER}\\0001"]
    wanted = {"Start": 1, "key": {"": {"Type": 2, "AdminPassword": ""}, "Instances\\FAM": {"Altitude": "1"}}}
    assert kept == {**entry, "Before": json.dumps(wanted, sort_keys=True)}
