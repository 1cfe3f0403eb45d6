# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what a server's TCP offload features are set to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..plugin_utils._action import ResourceAction
from ..plugin_utils._resources import tcp_offload_info


class ActionModule(ResourceAction):
    """The action of win_tcp_offload_info: what was read, and what is noteworthy of it."""

    RESOURCE = tcp_offload_info

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        read = self._read(tcp_offload_info.queries(options))
        today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        findings = [finding.as_dict() for finding in tcp_offload_info.plan(options, read, today).findings]
        return {"changed": False, "tcp_offload": tcp_offload_info.info(options, read, today), "findings": findings}
