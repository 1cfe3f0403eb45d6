# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers for unit tests: documents, and a connection that answers from one through the replica."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from ansible.playbook.task import Task as PlaybookTask
from ansible.plugins.action import ActionBase

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import Resource, decide
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.task import Task
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.waivers import NO_WAIVERS, Waivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import Query
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line, unpack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply, wrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
ENUM = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"
FAMV4 = f"{SERVICES}\\FAMv4"
FAMV4_FILE = "C:\\WINDOWS\\system32\\drivers\\FAMv4.sys"


def exchange(**famv4: Any) -> dict[str, Any]:
    """Return a Server 2003 with FAMv4 left behind, of which some values may differ; None takes a value away."""
    values = {
        "Type": 2,
        "Start": 1,
        "ErrorControl": 1,
        "Group": "Filter",
        "ImagePath": {"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"},
        **famv4,
    }
    return {
        "format": 1,
        "name": "ex2003",
        "environment": {"SystemRoot": "C:\\WINDOWS", "SystemDrive": "C:", "computer_name": "EX2003"},
        "registry": {
            FAMV4: {name: value for name, value in values.items() if value is not None},
            f"{FAMV4}\\Instances": {"DefaultInstance": "FAM"},
            f"{SERVICES}\\W3SVC": {"Type": 0x20, "Start": 2, "DependOnService": ["HTTP"]},
            f"{SERVICES}\\atapi": {"Type": 1, "Start": 0, "ErrorControl": 3, "Group": "SCSI Miniport"},
        },
        "files": {FAMV4_FILE: {"company": "Vision Works Solutions Incorporated", "size": 40448}},
        "services": {"FAMv4": {"status": "running", "can_stop": True}, "atapi": {"status": "running"}},
    }


def read(document: dict[str, Any], queries: tuple[Query, ...]) -> Snapshot:
    """Read a document as a task reads a server."""
    return Snapshot(Replica(copy.deepcopy(document)).execute(Request(queries)).document)


def plan_by(resource: Resource, options: Any, snapshot: Snapshot, now: str, waivers: Waivers = NO_WAIVERS) -> Plan:
    """Return what a resource decides on a server as it was read."""
    return decide(resource, Task.on(resource.NAME, options, snapshot, now, waivers))


class Server:
    """A connection to a replica of a document, which it keeps in `document`, and counts the executions."""

    transport = "server"
    allow_executable = False

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = copy.deepcopy(document)
        self.executions = 0
        self.become: object = None
        self._shell = SimpleNamespace(tmpdir=None)

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Answer one execution; the exit code is that of a server whose outer PowerShell failed."""
        assert cmd == command_line()
        assert in_data is not None
        assert not sudoable
        self.executions += 1
        nonce, request = unpack(in_data)
        return 1, self.answer(nonce, request), b"noise"

    def answer(self, nonce: str, request: Request) -> bytes:
        """Execute a request and return standard output."""
        replica = Replica(self.document)
        reply = replica.execute(request)
        self.document = replica.document
        return wrap(nonce, reply).encode("ascii")

    def answer_as_done(self, nonce: str, request: Request) -> bytes:
        """Read what a request asks, and answer that its operations were done, without doing them."""
        document = Replica(self.document).execute(Request(request.queries)).document
        return wrap(nonce, Reply(document, [{} for _unused in request.operations])).encode("ascii")


class Text(str):
    """A text as Ansible hands it over: of a subclass, that stays one."""

    def __str__(self) -> str:  # pylint: disable=invalid-str-returned
        """Return itself, as a tagged text does."""
        return self


class Number(int):
    """A number as Ansible hands it over: of a subclass."""


def as_ansible_hands_over(value: Any) -> Any:
    """Return arguments of a task with every str and int in a subclass, so that what takes plain types alone is found
    out."""
    if isinstance(value, Mapping):
        return {as_ansible_hands_over(name): as_ansible_hands_over(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_ansible_hands_over(each) for each in value]
    if isinstance(value, bool):
        return value
    return Text(value) if isinstance(value, str) else Number(value) if isinstance(value, int) else value


def plain_all_through(value: Any) -> bool:
    """Tell whether a value is made of plain JSON types, without a subclass of any."""
    kind = type(value)
    if kind is dict:
        return set(map(type, value)) <= {str} and all(map(plain_all_through, value.values()))
    if kind is list:
        return all(map(plain_all_through, value))
    return value is None or kind in (str, int, float, bool)


def run(
    action: type[ActionBase], server: Any, args: dict[str, Any], *, check: bool = False, environment: Any = None
) -> dict[str, Any]:
    """Run a task on a server, as ansible-core does, and return its result. server: a Server, or a connection."""
    task = PlaybookTask()
    task.args, task.check_mode, task.diff, task.async_val = as_ansible_hands_over(args), check, True, 0
    task.action = action.__module__.rpartition(".")[2]
    if environment is not None:
        task.environment = environment
    plugin = action(task, server, SimpleNamespace(remote_user=None), loader=None, templar=None, shared_loader_obj=None)
    result: dict[str, Any] = plugin.run(task_vars={})
    own = {name: each for name, each in result.items() if name != "invocation"}  # which is Ansible's own
    assert plain_all_through(own), own
    return result
