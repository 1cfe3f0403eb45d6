# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stub that the benchmark compares with answers what peer.yml asks, and nothing that it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.bench.peer import THEIRS
from tests.bench.peer_answers import answer
from tests.bench.peer_payload import Invocation, NotUnderstood, parse
from tests.bench.peer_server import FAMV4, compliant

SCRIPT = "ansible_collections.ansible.windows.plugins.modules.win_service.ps1"


def payload(script: str, action: str = "module_wrapper.ps1") -> bytes:
    """Give what ansible-core 2.21 sends, without the scripts."""
    arguments = {"name": "FAMv4", "_ansible_check_mode": False}
    variables = [{"Name": "complex_args", "Value": arguments, "Scope": "Global"}]
    manifest = {"scripts": {}, "actions": [{"name": action, "params": {"Script": script, "Variables": variables}}]}
    return b'{"name": "exec_wrapper"}\n\0\0\0\0\n' + json.dumps(manifest).encode()


def tasks() -> list[Invocation]:
    """Give the tasks of peer.yml that a server is asked for."""
    (play,) = yaml.safe_load(THEIRS.read_text(encoding="utf-8"))
    calls = [(name, options) for task in play["tasks"] for name, options in task.items() if "windows.win_" in name]
    return [
        Invocation(name, {"_raw_params": options} if isinstance(options, str) else options)
        for name, options in calls
        if not (isinstance(options, str) and "{{" in options)
    ]


def outputs() -> dict[str, Any]:
    """Give the output of each script of peer.yml, by its first words."""
    scripts = [each for each in tasks() if each.module.endswith("win_powershell")]
    return {each.arguments["script"].split()[0]: answer(compliant(), each)["output"] for each in scripts}


def test_a_module_is_told_from_what_is_sent() -> None:
    assert parse(payload(SCRIPT)) == Invocation("ansible.windows.win_service", {"name": "FAMv4"})


@pytest.mark.parametrize(
    "sent", [b"", b"PowerShell", payload("exec.ps1"), payload(SCRIPT, "async_wrapper.ps1")], ids=range(4)
)
def test_what_is_no_module_is_not_answered(sent: bytes) -> None:
    with pytest.raises(NotUnderstood):
        parse(sent)


@pytest.mark.parametrize("invocation", tasks(), ids=lambda each: each.module)
def test_every_task_of_the_comparison_baseline_is_answered(invocation: Invocation) -> None:
    assert "changed" in answer(compliant(), invocation)


@pytest.mark.parametrize(
    "invocation",
    [
        Invocation("ansible.windows.win_ping", {}),
        Invocation("ansible.windows.win_command", {"_raw_params": "netsh interface tcp set global rss=disabled"}),
        Invocation("ansible.windows.win_powershell", {"script": "Restart-Computer"}),
    ],
    ids=lambda each: each.module,
)
def test_what_is_not_foreseen_is_not_answered(invocation: Invocation) -> None:
    with pytest.raises(NotUnderstood):
        answer(compliant(), invocation)


def test_a_driver_that_is_not_as_wanted_is_not_taken_for_compliant() -> None:
    document = compliant()
    document["registry"][FAMV4]["Start"] = 1
    (disable,) = [each for each in tasks() if each.module.endswith("win_service")]
    with pytest.raises(NotUnderstood, match="FAMv4"):
        answer(document, disable)


def test_scripts_see_the_server_that_is_described() -> None:
    drivers, needed, products, adapters = outputs().values()
    famv4 = next(driver for driver in drivers if driver["Name"] == "FAMv4")
    assert (famv4["StartMode"], famv4["Company"]) == ("Disabled", "Vision Works Solutions Incorporated")
    assert "FAMv4" not in needed
    assert [product["DisplayName"] for product in products] == ["VMware Tools"]
    assert [adapter["DriverVersion"] for adapter in adapters] == ["4.6.55.0"]
