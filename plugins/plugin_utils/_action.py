# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What every action plugin of the collection does: read, decide, and, unless it is check mode, write and read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, ClassVar

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ._outcome import NotCarriedOut, check_carried_out, check_kept, check_readable, failed, succeeded
from ._plan import BadOption, Resource
from ._windows.snapshot import Snapshot
from ._wire.execute import execute
from ._wire.queries import Query
from ._wire.reply import NoReply
from ._wire.request import BadRequest, Request

try:
    from requests import RequestException
except ImportError:  # no connection in use needs requests, so none raises its errors

    class RequestException(Exception):  # type: ignore[no-redef]
        """Stands for the errors of a library that is not there."""


class ResourceAction(ActionBase):  # type: ignore[misc]
    """Runs one resource on the server of the task. A subclass names the resource and has nothing else."""

    TRANSFERS_FILES = False
    _requires_connection = True
    _supports_check_mode = True
    _supports_async = False

    RESOURCE: ClassVar[Resource]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            options = self._options()
            return {**result, **self._carry_out(options), **self._warnings()}
        except (BadOption, BadRequest, NoReply, NotCarriedOut) as error:
            return {**result, **failed(str(error)), **self._warnings()}
        except RequestException as error:
            raise AnsibleConnectionFailure(f"the connection to the server failed: {error}") from error

    def _options(self) -> dict[str, Any]:
        if getattr(self._connection, "become", None):
            raise BadOption(
                "become: true is not supported: the collection works as the account of the connection; remove become from the task"
            )
        _, options = self.validate_argument_spec(argument_spec=self.RESOURCE.ARGUMENT_SPEC)
        self.RESOURCE.check(options)
        return dict(options)

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        queries = self.RESOURCE.queries(options)
        plan = self.RESOURCE.plan(options, self._read(queries), now)
        if plan.error:
            return failed(plan.error, plan)
        if self._task.check_mode or not plan.operations:
            return succeeded(plan)
        reply = execute(self, Request(queries, plan.operations))
        check_carried_out(reply, plan)
        verified = self.RESOURCE.plan(options, Snapshot(reply.document), now)
        check_kept(verified)
        return succeeded(plan, verified)

    def _read(self, queries: tuple[Query, ...]) -> Snapshot:
        reply = execute(self, Request(queries))
        if reply.failure:
            raise NoReply(f"the server could not be read: {reply.failure['reason']}")
        snapshot = Snapshot(reply.document)
        check_readable(snapshot)
        return snapshot

    def _warnings(self) -> dict[str, list[str]]:
        if not any(self._task.environment or []):
            return {}
        return {"warnings": ["environment: has no effect on this module: it starts no module on the server"]}
