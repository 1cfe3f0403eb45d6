# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible runs the payload as a module where the inventory says so, or where PowerShell is not in FullLanguage mode:
same result, same cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.ansible_wrapper import Wrapper
from tests.lab.cases import exchange_2003
from tests.lab.server import LabServer
from tests.support.plays import OWN_CORE, TaskResult, cores, module_task, play
from tests.support.wire_module import PATH

FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"
VARYING = re.compile(r"\d{4}-\d\d-\d\dT[\d:]{8}Z|Ledger\\+\d{4}")  # times, and numbers of ledger entries
BY_MODULE = {"server_baseline_execution": "module"}
NEWEST = [pytest.param(folder, id=name) for name, folder in (cores() or {"own": OWN_CORE}).items() if name != "2.16"]


@pytest.fixture
def wrapper(monkeypatch: pytest.MonkeyPatch) -> Wrapper:
    """Return what takes the place of Ansible's wrapper."""
    made = Wrapper()
    made.install(monkeypatch)
    return made


@pytest.fixture(scope="module")
def exchange() -> Iterator[LabServer]:
    """Return an Exchange server on which FAMv4 runs; every test leaves it so."""
    with LabServer(exchange_2003()) as server:
        yield server


def disable(state: str = "disabled") -> dict[str, Any]:
    return module_task("win_filter_driver", {"name": "FAMv4", "state": state})


def on(server: LabServer, *tasks: dict[str, Any], core: Path = OWN_CORE, **hostvars: Any) -> list[TaskResult]:
    return play({"server": {**server.hostvars("winrm"), **hostvars}}, tasks, core=core)


def fixed_part(result: TaskResult) -> str:
    return VARYING.sub("", repr(sorted(result.data.items())))


@pytest.mark.parametrize("core", NEWEST)
def test_a_writing_module_gives_the_same_result(exchange: LabServer, wrapper: Wrapper, core: Path) -> None:
    tasks = [disable(), disable(), disable("restored")]
    sent = on(exchange, *tasks, core=core)
    assert wrapper.runs == []
    run = on(exchange, *tasks, core=core, **BY_MODULE)
    assert [result["changed"] for result in run] == [True, False, True]
    assert list(map(fixed_part, run)) == list(map(fixed_part, sent))
    assert len(wrapper.runs) == 2 + 1 + 2
    assert {text for text, _unused in wrapper.runs} == {PATH.read_text(encoding="ascii")}
    assert all(set(arguments) == {"nonce", "request"} for _unused, arguments in wrapper.runs)
    assert exchange.read_value(FAMV4, "Start") == 1


@pytest.mark.parametrize("core", NEWEST)
def test_a_reading_module_gives_the_same_result(exchange: LabServer, wrapper: Wrapper, core: Path) -> None:
    task = module_task("win_filter_driver_info")
    (sent,), (run,) = on(exchange, task, core=core), on(exchange, task, core=core, **BY_MODULE)
    assert run.status == "ok"
    assert run["drivers"]
    assert fixed_part(run) == fixed_part(sent)
    assert len(wrapper.runs) == 1


def test_a_server_that_complies_costs_one_execution(exchange: LabServer, wrapper: Wrapper) -> None:
    exchange.endpoint.reset_counts()
    (result,) = on(exchange, disable("restored"), **BY_MODULE)
    assert (result.status, result["changed"]) == ("ok", False)
    assert exchange.endpoint.counts.executions == len(wrapper.runs) == 1


def test_the_module_takes_the_place_of_a_script_in_constrained_language_mode(wrapper: Wrapper) -> None:
    with LabServer(exchange_2003(), powershell="constrained") as server:
        (result,) = on(server, disable())
        assert (result.status, result["changed"]) == ("ok", True)
        assert server.read_value(FAMV4, "Start") == 4
        assert server.endpoint.counts.executions == 3  # the script that is told so, once; then both steps by the module
    assert len(wrapper.runs) == 2


def test_a_module_that_is_not_signed_does_nothing_but_say_so(exchange: LabServer) -> None:
    text = PATH.read_text(encoding="ascii")
    constrained = f"$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'\n{text}"
    folder = exchange.prefix.drive / "lab"
    (folder / "constrained.ps1").write_text(constrained, encoding="ascii")
    done = exchange.wine(
        "powershell", "-NoProfile", "-ExecutionPolicy", "Unrestricted", "-File", "C:\\lab\\constrained.ps1"
    )
    assert done.stdout.decode().strip() == '{"failed":true,"msg":"baseline:mode:ConstrainedLanguage"}'
