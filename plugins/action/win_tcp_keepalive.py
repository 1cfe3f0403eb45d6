# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs plugins/plugin_utils/_resources/tcp_keepalive.py on the server of the task."""

from __future__ import annotations

from ..plugin_utils._resources import tcp_keepalive
from ..plugin_utils._task.action import ResourceAction


class ActionModule(ResourceAction):
    """The action of win_tcp_keepalive."""

    RESOURCE = tcp_keepalive
