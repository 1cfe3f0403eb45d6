# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Payload and bootstrap keep to Windows PowerShell 2.0 and .NET 2.0: read by the engine's own parser, judged by
minimum_version/allowed.yml."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire import script
from tests.lab import minimum_version
from tests.lab.server import LabServer

SCRIPTS = sorted(Path(script.__file__).parent.rglob("*.ps1"), key=lambda path: (path.stem != "prelude", path.name))
NET_4 = "[Environment]::Version.Major -ge 4"
SEPARATOR = "\n# ---- next\n"

LATER = {
    "::new": "[Text.StringBuilder]::new()",
    "[ordered]": "[ordered]@{ a = 1 }",
    "[pscustomobject]": "[pscustomobject]@{ a = 1 }",
    "-in": "1 -in 1, 2",
    "-notin": "1 -notin 1, 2",
    "-shl": "1 -shl 2",
    ".Where()": "@(1).Where({ $_ })",
    ".ForEach()": "@(1).ForEach({ $_ })",
    "using": "using namespace System.IO",
    "class": "class A { }",
    "enum": "enum E { a }",
    "ConvertTo-Json": "'1' | ConvertTo-Json",
    "New-Object": "New-Object Object",
    "Add-Type": "Add-Type -TypeDefinition 'x'",
    "WMI": "Get-WmiObject Win32_Service",
    "ternary": "$a ? 1 : 2",
    "&&": "Out-Null && Out-Null",
    "??": "$a ?? 1",
    "?.": "${a}?.B",
    "$PSItem": "@(1) | Where-Object { $PSItem }",
    "simplified Where-Object": "@(1) | Where-Object Length -eq 1",
    "$using:": "$using:a",
    "all streams": "Out-Null *> $null",
    "binary number": "0b11",
    "unsigned number": "1u",
    "IsNullOrWhiteSpace": "[string]::IsNullOrWhiteSpace('')",
    "Stream.CopyTo": "$stream.CopyTo($other)",
    "OpenRemoteBaseKey": "[Microsoft.Win32.RegistryKey]::OpenRemoteBaseKey(1, 'a', 256)",
    "Nullable property": "$process.StartInfo.ArgumentList",
}
"""What came after 2.0, each in a script that has nothing else."""


@pytest.fixture(scope="module")
def server() -> Iterator[LabServer]:
    """Return a server with nothing on it but PowerShell."""
    with LabServer({"format": 1, "registry": {}}) as server:
        yield server


def parts_of(server: LabServer, script: str) -> list[minimum_version.Part]:
    """Return what a script is made of, by the engine's parser."""
    command = base64.b64encode(minimum_version.SCRIPT.read_text(encoding="ascii").encode("utf-16-le")).decode()
    done = server.wine("powershell", "-NoProfile", "-EncodedCommand", command, stdin=base64.b64encode(script.encode()))
    parts = minimum_version.parse(done.stdout.decode())
    assert parts, done.stderr.decode()
    return parts


def test_the_scripts_keep_to_the_minimum_version_and_nothing_is_allowed_for_nothing(server: LabServer) -> None:
    parts = parts_of(server, SEPARATOR.join(path.read_text(encoding="ascii") for path in SCRIPTS))
    assert minimum_version.violations(parts) == []
    assert minimum_version.unused(parts) == []


def test_what_is_of_net_4_is_asked_for_there_alone() -> None:
    lines = [
        line for path in SCRIPTS for line in path.read_text(encoding="ascii").splitlines() if "OpenBaseKey" in line
    ]
    assert len(lines) == 1
    assert lines[0].strip().startswith(f"if ({NET_4})")


def test_what_came_later_is_found(server: LabServer) -> None:
    scripts = list(LATER.values())
    parts = parts_of(server, "\n".join(script for script in scripts if not script.startswith("using ")))
    using = parts_of(server, LATER["using"])
    lines = {int(text.split()[1].rstrip(":")) for text in minimum_version.violations(parts)}
    missed = [
        name for line, name in enumerate((name for name in LATER if name != "using"), start=1) if line not in lines
    ]
    assert missed == []
    assert minimum_version.violations(using)
