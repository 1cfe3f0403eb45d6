# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what a server suffers where its network drivers do not carry the Scalable Networking Pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..plugin_utils._action import ResourceAction
from ..plugin_utils._resources import snp_symptoms


class ActionModule(ResourceAction):
    """The action of win_snp_symptoms_info: what was read, and what each sign means."""

    RESOURCE = snp_symptoms

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        read = self._read(snp_symptoms.queries(options))
        findings = [finding.as_dict() for finding in snp_symptoms.plan(options, read, "").findings]
        return {"changed": False, **snp_symptoms.info(options, read), "findings": findings}
