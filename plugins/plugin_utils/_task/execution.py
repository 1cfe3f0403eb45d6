# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The way on which a task executes its requests: a script on standard input, or the private module that Ansible runs.

Both run the same payload on the same request. Ansible can have its modules trusted by application control, and can run
them as another account; a script on standard input is faster, needs no PowerShell 5.1, and is trusted by no policy that
must know what it trusts.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Protocol

from ansible.release import __version__ as core_version

from .._planning.resource import BadOption
from .._protocol.errors import CollectionError
from .._wire.execute import Executor, execute
from .._wire.reply import NoReply, NotFullLanguage, Reply, check_language, unwrap
from .._wire.request import Request

OPTION = "server_baseline_execution"
MODULE = "server_baseline.windows._execute"
_WAYS = ("auto", "module")
_FIRST_SIGNED = (2, 19)  # the first ansible-core whose modules application control can be made to trust


class NotWindows(CollectionError):
    """The connection of a server is one of a Unix shell, so that the server is none of Windows."""


class Action(Executor, Protocol):
    """What an action plugin offers: ansible.plugins.action.ActionBase."""

    _connection: Any
    _task: Any
    _templar: Any

    def _execute_module(
        self, module_name: str | None = ..., module_args: dict[str, Any] | None = ..., *, task_vars: dict[str, Any]
    ) -> dict[str, Any]: ...


class Execution:
    """The way of one task.

    by_module: whether Ansible runs the private module.
    """

    def __init__(self, action: Action, task_vars: Mapping[str, Any] | None) -> None:
        self._action = action
        self._task_vars = dict(task_vars or {})
        self._way = self._asked()
        self.by_module = self._way == "module" and getattr(action._connection, "runs_modules", True)

    def check(self) -> None:
        """Raise BadOption for a way that is not there, and for become on the way that cannot do it."""
        if self._way not in _WAYS:
            raise BadOption(f"{OPTION} is {self._way!r}; it must be one of {', '.join(_WAYS)}")
        if getattr(self._action._connection, "become", None) and not self.by_module:
            other_way = f", or set {OPTION}: module for the server, which has Ansible run the script"
            raise BadOption(
                "become: true is not supported here: a script on standard input works as the account of the "
                "connection; remove become from the task" + ("" if self._way == "module" else other_way)
            )

    def check_system(self) -> None:
        """Raise NotWindows where the connection's shell is one of Unix. Nothing is sent to find that out."""
        connection = self._action._connection
        if getattr(connection._shell, "SHELL_FAMILY", "") == "sh":
            raise NotWindows(
                f"the server is not Windows, as its connection says ({connection.transport}, with a shell of Unix): "
                "where it is Windows all the same, set ansible_shell_type to powershell or cmd"
            )

    def execute(self, request: Request) -> Reply:
        """Execute a request on the server and return its reply. Raises NoReply when no trustworthy reply came.

        Where the script on standard input runs in another language mode than FullLanguage, the module takes its place
        from then on.
        """
        if request.operations:
            self._send_once()
        if self.by_module:
            return self._run_module(request)
        try:
            return execute(self._action, request)
        except NotFullLanguage as error:
            if _release(core_version) < _FIRST_SIGNED:
                raise
            told = error
        self.by_module = True
        return self._run_module_in_place(request, told)

    def _send_once(self) -> None:
        """Keep ssh from sending a request that changes the server again by itself: a first one may have been applied,
        and the second would find a server that had changed."""
        connection = self._action._connection
        if getattr(connection, "transport", "") == "ssh":
            connection.set_option("reconnection_retries", 0)

    def _run_module_in_place(self, request: Request, told: NotFullLanguage) -> Reply:
        try:
            return self._run_module(request)
        except NotFullLanguage:
            raise
        except NoReply as error:
            raise NoReply(f"{told}. The module was tried in place of the script: {error}") from error

    def _asked(self) -> str:
        """Return which way the inventory names. Variables of the server that a task is delegated to count for it."""
        delegated = self._task_vars.get("ansible_delegated_vars", {}).get(self._action._task.delegate_to)
        value = (self._task_vars if delegated is None else delegated).get(OPTION, "auto")
        return str(value if self._action._templar is None else self._action._templar.template(value))

    def _run_module(self, request: Request) -> Reply:
        nonce = secrets.token_hex(16)
        arguments = {"nonce": nonce, "request": request.encode()}
        result = self._action._execute_module(MODULE, arguments, task_vars=self._task_vars)
        if "answer" in result:
            return unwrap(nonce, str(result["answer"]), "", len(request.operations))
        check_language(str(result.get("msg", "")))  # not what the module printed: that may be data of the server
        said = " ".join(str(result.get(name, "")) for name in ("msg", "module_stdout", "module_stderr")).strip()
        raise NoReply(f"Ansible could not run the collection's module {MODULE} on the server: {said}")


def _release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])
