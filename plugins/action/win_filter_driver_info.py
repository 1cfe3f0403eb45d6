# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs plugins/plugin_utils/_resources/filter_driver_info.py on the server of the task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..plugin_utils._driver_action import DriverAction
from ..plugin_utils._resources import filter_driver_info


class ActionModule(DriverAction):
    """The action of win_filter_driver_info: data and findings, and no change."""

    RESOURCE = filter_driver_info

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        plan = filter_driver_info.plan(options, self._read(filter_driver_info.queries(options)), now)
        return {"changed": False, **plan.data, "findings": [finding.as_dict() for finding in plan.findings]}
