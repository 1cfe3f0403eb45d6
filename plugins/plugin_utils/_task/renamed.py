# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Messages of a task in the words of a user who has set variables of a role, not options of a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from .._planning.variable_names import VariableNames
from .plain import plain


def renamed(action: ActionBase, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the result of a task, whose message of a failure names the variables that its option variables has.

    run: what does the task. What Ansible says of arguments that break the spec names them, too.
    """
    names = _names(plain(action._task.args.get("variables")))
    try:
        result = run()
    except AnsibleActionFail as error:
        raise AnsibleActionFail(names.told(error.message), obj=error.obj) from None
    return {**result, "msg": names.told(result["msg"])} if result.get("failed") else result


def _names(given: Any) -> VariableNames:
    """Return the names. What is no mapping is told where the arguments are validated."""
    return VariableNames(dict(given) if isinstance(given, Mapping) else {})
