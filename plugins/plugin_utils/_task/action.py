# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What every action plugin of the collection does: read, decide, and, unless it is check mode, write and read back."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from .._planning.plan import Plan
from .._planning.resource import Resource, decide
from .._planning.task import Task
from .._planning.waive_option import read_waivers
from .._protocol.errors import CollectionError
from .._protocol.queries import Query
from .._protocol.snapshot import Snapshot
from .._protocol.text import message, printable
from .._windows.machine import identity_of, identity_queries
from .._wire.reply import NoReply, NotFullLanguage, Reply
from .._wire.request import Request
from .arguments import mistakes
from .controller import controller_of
from .execution import Execution, NotWindows
from .plain import handed_over, plain
from .result import failed, judged, succeeded
from .verification import WRITTEN, NotApplied, check_applied, check_kept, check_ledger_writers, check_readable

try:
    from requests import RequestException
except ImportError:  # no connection in use needs requests, so none raises its errors

    class RequestException(Exception):  # type: ignore[no-redef]
        """Stands for the errors of a library that is not there."""


# The options by which an info module chooses. Without a choice its answer is large.
_CHOICES = ("select", "match", "classifications")


class ResourceAction(ActionBase):  # type: ignore[misc]
    """Runs one resource on the server of the task. A subclass names the resource and has nothing else."""

    TRANSFERS_FILES = False
    _requires_connection = True
    _supports_check_mode = True
    _supports_async = False

    RESOURCE: ClassVar[Resource]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task."""
        _share_memory()
        result: dict[str, Any] = super().run(tmp, task_vars)
        self._execution = Execution(self, task_vars)
        self._told: dict[str, Any] = {}
        try:
            self._execution.check()
            done = self._with(self._options())
            return self._warned({**result, **handed_over({**done, **self._told})})
        except CollectionError as error:
            return self._warned({**result, **handed_over({**self._failed(error), **self._told})})
        # Without a cause: ansible-core 2.19 and later print the texts of all causes besides, as they are.
        except RequestException as error:
            raise AnsibleConnectionFailure(f"the connection to the server failed: {message(str(error))}") from None
        except AnsibleConnectionFailure as error:
            said = str(error)
            if said == printable(said):
                raise
            raise AnsibleConnectionFailure(printable(said)) from None

    def _failed(self, error: CollectionError) -> dict[str, Any]:
        """Return the result of a task that an error ends."""
        if isinstance(error, NotWindows):
            return self._not_windows(error)
        warnings = {"warnings": list(error.warnings)} if error.warnings else {}
        return {**failed(str(error), changed=error.changed), **warnings}

    def _not_windows(self, error: NotWindows) -> dict[str, Any]:
        """Return the result on what is no Windows, which a resource with OTHER_SYSTEMS leaves out where it is asked
        to."""
        if self._task.args.get("other_systems") != "skip":
            return {**failed(str(error)), "not_windows": True}
        told = {"msg": str(error), "warnings": [f"a server is left out: {error}"]}
        return {"skipped": True, "changed": False, "not_windows": True, **told}

    def _options(self) -> Any:
        resource = self.RESOURCE
        given = self._arguments(resource)
        self._waivers = read_waivers(given)
        return self._read_options(resource, given)

    def _arguments(self, resource: Resource) -> dict[str, Any]:
        """Return the validated arguments of the task. Raises AnsibleActionFail, which says where the mistakes are."""
        try:
            _unused, arguments = self.validate_argument_spec(
                argument_spec=resource.ARGUMENT_SPEC, **resource.ARGUMENT_RULES
            )
        except AnsibleActionFail as error:
            found = mistakes(resource.ARGUMENT_SPEC, resource.ARGUMENT_RULES, plain(self._task.args))
            raise AnsibleActionFail("; ".join(found) or str(error)) from None
        return dict(plain(arguments))

    def _read_options(self, resource: Resource, arguments: Mapping[str, Any]) -> Any:
        return resource.read_options(arguments, controller_of(self._connection, arguments))

    def _with(self, options: Any) -> dict[str, Any]:
        """Return what the task comes to with its options."""
        self._execution.check_system()
        return self._apply(options)

    def _apply(self, options: Any) -> dict[str, Any]:
        now = _now()
        queries = self._queries(options)
        snapshot = self._judged(self._read(queries), now)
        check_ledger_writers(snapshot)
        plan = self._plan(options, snapshot, now)
        if plan.error:
            return self._refused(plan)
        Request(queries, plan.operations).encode()  # what cannot be written is refused in check mode too
        if self._task.check_mode or not plan.operations:
            return succeeded(plan)
        return succeeded(plan, self._applied(plan, options, queries, now))

    def _applied(self, plan: Plan, options: Any, queries: tuple[Query, ...], now: str) -> Plan:
        """Apply a plan, in as many executions as it needs, and return the plan on what was read back at last."""
        first, held_back = plan.stages
        verified = self._applied_stage(first, options, queries, now)
        if held_back is None:
            return verified
        try:
            return self._applied_stage(held_back, options, queries, now)
        except NotApplied as error:
            raise NotApplied(f"what had to come first was written and kept; then {error}", changed=True) from None

    def _applied_stage(self, stage: Plan, options: Any, queries: tuple[Query, ...], now: str) -> Plan:
        reply = self._write(Request(queries, stage.operations))
        check_applied(reply, stage)
        written = Snapshot(reply.document)
        check_readable(written, WRITTEN)
        verified = self._plan_again(options, written, now)
        check_kept(verified, reply, stage)
        return verified

    def _queries(self, options: Any) -> tuple[Query, ...]:
        """Return what is read: what the resource asks for, and which server it is."""
        return tuple(dict.fromkeys((*self.RESOURCE.queries(options), *identity_queries())))

    def _judged(self, snapshot: Snapshot, now: str) -> Snapshot:
        """Note which server is judged, and when: every result says so from now on, whatever becomes of the task."""
        self._told = {"server": identity_of(snapshot), "judged": now}
        return snapshot

    def _refused(self, plan: Plan) -> dict[str, Any]:
        """Return the result of a plan of which nothing is done."""
        return failed(plan.error, plan)

    def _plan(self, options: Any, snapshot: Snapshot, now: str) -> Plan:
        return decide(self.RESOURCE, Task.on(self.RESOURCE.NAME, options, snapshot, now, self._waivers))

    def _plan_again(self, options: Any, written: Snapshot, now: str) -> Plan:
        """Return the plan on what was read back. Whatever is wrong with that must not hide that the server changed."""
        try:
            return self._plan(options, written, now)
        except CollectionError as error:
            why = str(error)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
        raise NotApplied(f"{WRITTEN}what was read back cannot be judged: {why}", changed=True)

    def _read(self, queries: tuple[Query, ...], *, large_answer: bool = False) -> Snapshot:
        reply = self._execution.execute(Request(queries, large_answer=large_answer))
        if reply.failure:
            raise NoReply(f"the server could not be read: {reply.failure['reason']}")
        snapshot = Snapshot(reply.document)
        check_readable(snapshot)
        return snapshot

    def _write(self, request: Request) -> Reply:
        """Execute a request that changes the server. When it is lost, nobody here knows how far it came."""
        rerun = (
            "The server may have been changed, wholly, in part or not at all; its ledger knows, "
            "and the same task run again goes on from there"
        )
        try:
            return self._execution.execute(request)
        except NotFullLanguage:
            raise  # nothing of the script ran, so nothing was changed
        except NoReply as error:
            raise NotApplied(f"{error}. {rerun}") from error
        except (AnsibleConnectionFailure, RequestException) as error:
            raise AnsibleConnectionFailure(
                f"the connection to the server was lost: {message(str(error))}. {rerun}"
            ) from None
        # Connection plugins let through what their libraries raise, and none of it may hide that the server changed.
        except Exception as error:
            raise NotApplied(f"the connection failed: {type(error).__name__}: {error}. {rerun}") from error

    def _warned(self, result: dict[str, Any]) -> dict[str, Any]:
        if self._execution.by_module or not any(self._task.environment or []):
            return result
        warning = "environment: has no effect on this module: it starts no module on the server"
        return {**result, "warnings": [*result.get("warnings", []), warning]}


class InfoAction(ResourceAction):
    """Runs a resource that only reads: its data and its findings are the result."""

    def _apply(self, options: Any) -> dict[str, Any]:
        return judged(self._judge(options))

    def _judge(self, options: Any) -> Plan:
        chosen, now = any(self._task.args.get(name) for name in _CHOICES), _now()
        snapshot = self._judged(self._read(self._queries(options), large_answer=not chosen), now)
        return self._plan(options, snapshot, now)


def _share_memory() -> None:
    """Keep the garbage collector off what a worker has inherited: looking at it would copy ansible-playbook's memory,
    page by page."""
    if multiprocessing.parent_process():
        gc.freeze()


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
