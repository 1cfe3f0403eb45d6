# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What win_tcp_keepalive takes, reads and decides. What holds of any registry value, test_step.py tests."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption, Controller
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import tcp_keepalive
from tests.support.servers import SERVICES, plan_by, read

PARAMETERS = f"{SERVICES}\\Tcpip\\Parameters"
NOW = "2026-11-23T14:00:00Z"


def options(milliseconds: int | None = 900_000, state: str = "present") -> tcp_keepalive.Options:
    """Read the options of a task."""
    given = {"milliseconds": milliseconds, "overwrite": False, "reason": "why", "review_when": "", "state": state}
    return tcp_keepalive.read_options(given, Controller())


def plan(values: dict[str, Any], **given: Any) -> Plan:
    """Decide on a server with these values."""
    chosen = options(**given)
    return plan_by(tcp_keepalive, chosen, read({"registry": {PARAMETERS: values}}, tcp_keepalive.queries(chosen)), NOW)


@pytest.mark.parametrize("milliseconds", [0, -1, 2**32])
def test_a_time_that_the_value_cannot_hold_is_refused(milliseconds: int) -> None:
    with pytest.raises(BadOption, match=f"milliseconds is {milliseconds}: give a number from 1 to 4294967295"):
        options(milliseconds)


@pytest.mark.parametrize("milliseconds", [1, 2**31, 2**32 - 1, None])
def test_a_time_that_the_value_can_hold_is_taken(milliseconds: int | None) -> None:
    assert options(milliseconds, "restored").milliseconds == milliseconds


@pytest.mark.parametrize(
    ("values", "given", "status", "wanted"),
    [
        ({}, {}, "drifted", 900_000),
        ({"KeepAliveTime": 900_000}, {}, "compliant", 900_000),
        ({"KeepAliveTime": "900000"}, {}, "drifted", 900_000),
        ({"KeepAliveTime": 5}, {"milliseconds": 2**32 - 1}, "drifted", 2**32 - 1),
        ({"KeepAliveTime": 5}, {"milliseconds": None, "state": "restored"}, "compliant", 5),
    ],
)
def test_the_value_decides(values: dict[str, Any], given: dict[str, Any], status: str, wanted: int) -> None:
    decided = plan(values, **given)
    (finding,) = decided.findings
    assert (finding.id, finding.subject, finding.status) == ("tcp_keepalive", "KeepAliveTime", status)
    assert (finding.found, finding.wanted) == (values.get("KeepAliveTime"), wanted)
    assert bool(decided.operations) == decided.reboot_required == (status == "drifted")
    assert decided.decided == {("tcp_keepalive", "KeepAliveTime")}
