# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs plugins/plugin_utils/_resources/filter_driver_info.py on the server of the task."""

from __future__ import annotations

from ..plugin_utils._resources.filter_driver import info as filter_driver_info
from ..plugin_utils._task.action import InfoAction


class ActionModule(InfoAction):
    """The action of win_filter_driver_info: data and findings, and no change."""

    RESOURCE = filter_driver_info
