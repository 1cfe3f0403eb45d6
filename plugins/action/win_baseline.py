# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs plugins/plugin_utils/_resources/baseline.py on the server of the task."""

from __future__ import annotations

from ..plugin_utils._resources import baseline
from ..plugin_utils._task.baseline_action import BaselineAction


class ActionModule(BaselineAction):
    """The action of win_baseline."""

    RESOURCE = baseline
