# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what a server's TCP offload features are set to."""

from __future__ import annotations

from ..plugin_utils._resources.tcp_offload import info as tcp_offload_info
from ..plugin_utils._task.action import InfoAction


class ActionModule(InfoAction):
    """The action of win_tcp_offload_info: what was read, and what is noteworthy of it."""

    RESOURCE = tcp_offload_info
