# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what network adapters a server has and whether their drivers are good enough, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..plugin_utils._resources.nic_driver import resource as nic_driver
from ..plugin_utils._task.action import InfoAction
from ..plugin_utils._task.result import failed, judged


class ActionModule(InfoAction):
    """The action of nic_driver_facts: its data are facts."""

    RESOURCE = nic_driver

    def _apply(self, options: Mapping[str, Any]) -> dict[str, Any]:
        plan = self._judge(options)
        if plan.error:
            return failed(plan.error, replace(plan, data={}))
        return {**judged(replace(plan, data={})), "ansible_facts": dict(plan.data)}
