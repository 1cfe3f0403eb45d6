# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request goes the way that the inventory says, and another one only where PowerShell's language mode leaves no
other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task import execution
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.execution import MODULE, Execution
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.decode import decode
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import unpack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import (
    NoReply,
    NotFullLanguage,
    wrap,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.servers import FAMV4, exchange

REQUEST = Request((q.RegistryQuery(FAMV4, ("Start",)),))
CONSTRAINED = "baseline:mode:ConstrainedLanguage"
BY_MODULE = {"server_baseline_execution": "module"}
NEW, OLD = "2.19.0", "2.18.6rc1"


class Action:
    """What stands for an action plugin: it answers on both ways, and keeps which were gone."""

    def __init__(self, *, constrained: bool = False, stdout: str = "", become: object = None, **result: Any) -> None:
        self.ways: list[str] = []
        self.module_name = ""
        self._stdout = CONSTRAINED if constrained else stdout
        self._result = result
        self._connection = SimpleNamespace(become=become)
        self._task = SimpleNamespace(delegate_to=None)
        self._templar: Any = None

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        self.ways.append("script")
        nonce, request = unpack(in_data or b"")
        answer = self._stdout.replace("NONCE", nonce) or answer_to(nonce, request)
        return {"rc": 0, "stdout": answer, "stderr": ""}

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        *,
        task_vars: dict[str, Any],
    ) -> dict[str, Any]:
        self.ways.append("module")
        self.module_name = module_name or ""
        given = module_args or {}
        return self._result or {"changed": False, "answer": answer_to(given["nonce"], decode(given["request"]))}


def answer_to(nonce: str, request: Request) -> str:
    """Return the answer of a server on which FAMv4 runs."""
    return wrap(nonce, Replica(exchange()).execute(request))


@pytest.fixture(autouse=True)
def core(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let the version of ansible-core be NEW, or what the test says."""
    monkeypatch.setattr(execution, "core_version", getattr(request, "param", NEW))


def execute(action: Action, **task_vars: Any) -> dict[str, Any]:
    """Execute the request as a task does."""
    way = Execution(action, task_vars)
    way.check()
    registry: dict[str, Any] = way.execute(REQUEST).document["registry"]
    return registry


@pytest.mark.parametrize(
    ("task_vars", "way"), [({}, "script"), ({"server_baseline_execution": "auto"}, "script"), (BY_MODULE, "module")]
)
def test_both_ways_give_the_same_reply(task_vars: dict[str, Any], way: str) -> None:
    action = Action()
    assert execute(action, **task_vars) == {FAMV4: {"Start": 1}}
    assert action.ways == [way]


def test_the_variable_may_be_a_template_and_counts_for_the_server_delegated_to() -> None:
    action = Action()
    action._templar = SimpleNamespace(template=lambda text: text.replace("{{ way }}", "module"))
    execute(action, server_baseline_execution="{{ way }}")
    action._task.delegate_to = "other"
    execute(action, ansible_delegated_vars={"other": {}}, **BY_MODULE)
    execute(action, ansible_delegated_vars={"other": BY_MODULE})
    assert action.ways == ["module", "script", "module"]


def test_another_way_is_refused() -> None:
    with pytest.raises(BadOption, match="server_baseline_execution is 'wmi'; it must be one of auto, module"):
        execute(Action(), server_baseline_execution="wmi")


def test_become_is_refused_for_a_script_and_left_to_ansible_for_a_module() -> None:
    with pytest.raises(BadOption, match=r"become: true is not supported here: .*set server_baseline_execution: module"):
        execute(Action(become=object()))
    assert execute(Action(become=object()), **BY_MODULE) == {FAMV4: {"Start": 1}}


def test_a_connection_without_modules_is_sent_the_script() -> None:
    action = Action()
    action._connection.runs_modules = False
    execute(action, **BY_MODULE)
    assert action.ways == ["script"]
    action._connection.become = object()
    with pytest.raises(BadOption, match=r"remove become from the task$"):
        execute(action, **BY_MODULE)


def test_the_module_takes_the_place_of_a_script_that_is_constrained_once_for_all() -> None:
    action = Action(constrained=True)
    way = Execution(action, {})
    replies = [way.execute(REQUEST), way.execute(REQUEST)]
    assert replies[0] == replies[1]
    assert replies[0].document["registry"] == {FAMV4: {"Start": 1}}
    assert action.ways == ["script", "module", "module"]
    assert way.by_module
    assert action.module_name == MODULE


def test_a_request_that_ran_is_never_sent_again_by_the_module() -> None:
    action = Action(stdout=f'NONCE:{{"registry":[{{"{CONSTRAINED}"')
    with pytest.raises(NoReply, match="cut short"):
        execute(action)
    assert action.ways == ["script"]


@pytest.mark.parametrize("task_vars", [{}, BY_MODULE], ids=["script", "module"])
def test_ssh_sends_a_request_that_writes_once(task_vars: dict[str, Any]) -> None:
    action, options = Action(), {"reconnection_retries": 3}
    action._connection.transport = "ssh"
    action._connection.set_option = options.__setitem__
    way = Execution(action, task_vars)
    way.execute(REQUEST)
    assert options == {"reconnection_retries": 3}
    way.execute(Request((), (op.SetValue(FAMV4, "Start", 4, 1),)))
    assert options == {"reconnection_retries": 0}


def test_what_a_module_printed_is_not_taken_for_a_language_mode() -> None:
    failed: dict[str, Any] = {"failed": True, "msg": "MODULE FAILURE", "module_stdout": f'{{"answer":"{CONSTRAINED}'}
    with pytest.raises(NoReply, match="could not run the collection's module") as caught:
        execute(Action(**failed), **BY_MODULE)
    assert not isinstance(caught.value, NotFullLanguage)


@pytest.mark.parametrize("core", [OLD], indirect=True)
def test_an_older_core_says_the_language_mode_and_the_two_remedies() -> None:
    action = Action(constrained=True)
    with pytest.raises(NotFullLanguage) as caught:
        execute(action)
    assert action.ways == ["script"]
    for said in (
        "ConstrainedLanguage",
        "application control",
        "server_baseline_execution: module",
        "AppLocker, connect as",
    ):
        assert said in str(caught.value)


def test_a_module_that_is_not_signed_says_the_same() -> None:
    with pytest.raises(NotFullLanguage, match="ConstrainedLanguage mode"):
        execute(Action(failed=True, msg=CONSTRAINED), **BY_MODULE)
    with pytest.raises(NotFullLanguage, match="ConstrainedLanguage mode"):
        execute(Action(constrained=True, failed=True, msg=CONSTRAINED))


def test_a_module_that_did_not_answer_says_what_ansible_said() -> None:
    failed: dict[str, Any] = {"failed": True, "msg": "Ansible requires PowerShell v5.1"}
    with pytest.raises(
        NoReply, match=r"could not run the collection's module .* on the server: Ansible requires PowerShell v5\.1"
    ):
        execute(Action(**failed), **BY_MODULE)
    with pytest.raises(
        NoReply, match=r"(?s)ConstrainedLanguage mode.*tried in place of the script: .*requires PowerShell v5\.1"
    ):
        execute(Action(constrained=True, **failed))
