# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what network adapters a server has and whether their drivers are good enough, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..plugin_utils._action import ResourceAction
from ..plugin_utils._resources import nic_driver


class ActionModule(ResourceAction):
    """The action of nic_driver_facts: facts alone, as Ansible demands of such a module."""

    RESOURCE = nic_driver

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        facts = nic_driver.facts(options, self._read(nic_driver.queries(options)), today)
        return {"changed": False, "ansible_facts": {"nic_drivers": facts}}
