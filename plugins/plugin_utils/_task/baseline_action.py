# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the action of win_baseline does besides: it fails by the words of fail_on, and checks options with no server."""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible.errors import AnsibleConnectionFailure

from .._planning.plan import Plan
from .._protocol.vocabulary import REFUSED, UNKNOWN
from .action import ResourceAction
from .plain import handed_over
from .renamed import renamed
from .result import gated, left_undone


class BaselineAction(ResourceAction):
    """Runs a resource whose options have fail_on (None where it is not given) and only."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task. With fail_on a server that is not reached fails like another: Ansible would
        leave it out of all that follows, the report included."""
        try:
            return renamed(self, partial(super().run, tmp, task_vars))
        except AnsibleConnectionFailure as error:
            if "fail_on" not in self._task.args:
                raise
            return handed_over({"failed": True, "changed": False, "not_reached": True, "msg": str(error)})

    def _options(self) -> Any:
        self._given = super()._options()
        return self._given

    def _with(self, options: Any) -> dict[str, Any]:
        return {"changed": False, "options_only": True} if options.only else super()._with(options)

    def _apply(self, options: Any) -> dict[str, Any]:
        result = super()._apply(options)
        return result if options.fail_on is None else gated(result, options.fail_on)

    def _refused(self, plan: Plan) -> dict[str, Any]:
        told = any(finding.status in (REFUSED, UNKNOWN) for finding in plan.findings)
        return super()._refused(plan) if self._given.fail_on is None or not told else left_undone(plan)
