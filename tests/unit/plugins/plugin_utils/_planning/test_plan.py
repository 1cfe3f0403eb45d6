# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings as results hold them."""

from __future__ import annotations

import json

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding


def test_a_finding_is_plain_data_in_a_stable_order() -> None:
    data = Finding("rule", "FAMv4", "drifted", found={"Start": 1}, evidence=("a", "b")).as_dict()
    judged = ["id", "subject", "status", "found", "wanted", "evidence", "why", "fix", "source"]
    assert list(data) == [*judged, "title", "kind", "act", "severity", "restart", "since", "waiver"]
    assert (data["act"], data["severity"]) == ("enforce", "warning")
    assert json.loads(json.dumps(data)) == data
