# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A finding that does not say who acts gets that derived; one that says it is taken as it is."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.derive import complete


def finding(**fields: Any) -> dict[str, Any]:
    """Return a finding as a module returns it today."""
    empty = {"found": None, "wanted": None, "evidence": [], "why": "", "fix": "", "source": ""}
    return {"id": "filter_driver", "subject": "FAMv4", "status": "drifted", **empty, **fields}


BROADCOM = {
    "id": "nic_driver.broadcom-netxtreme2-snp",
    "subject": "LAN",
    "wanted": [{"component": "driver", "found": "3.5.8.0", "needed": "3.7.19"}],
    "evidence": ["Broadcom 3.5.8.0 < 3.7.19"],
}
AFTER = {**BROADCOM, "wanted": [{"needed": "after 4.8.4.1"}], "evidence": ["Broadcom 4.8.4.1 <= 4.8.4.1"]}
UNKNOWN_NIC = ["no advisory says whether the driver of LAN supports it", "LAN: Intel 11.0.5.22"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"id": "tcp_offload", "subject": "rss", "wanted": "disabled"},
            ("drifted", "enforce", "warning", "", "Turn off rss"),
        ),
        (
            {"id": "tcp_offload", "subject": "rss", "wanted": "enabled"},
            ("drifted", "enforce", "warning", "", "Turn on rss"),
        ),
        (
            BROADCOM,
            (
                "attention",
                "update",
                "warning",
                "broadcom-netxtreme2-snp",
                "Update the network driver Broadcom 3.5.8.0: 3.7.19 or later is needed",
            ),
        ),
        (
            AFTER,
            (
                "attention",
                "update",
                "warning",
                "broadcom-netxtreme2-snp",
                "Update the network driver Broadcom 4.8.4.1: later than 4.8.4.1 is needed",
            ),
        ),
        (
            {
                "id": "nic_driver.driver-age",
                "subject": "LAN",
                "wanted": [],
                "evidence": ["Intel driver of 2011-11-10, older"],
            },
            ("attention", "none", "info", "driver-age", "Network driver is older than 365 days"),
        ),
        (
            {"id": "tcp_offload", "subject": "rss", "status": "unknown", "evidence": UNKNOWN_NIC},
            ("unknown", "decide", "warning", "", "No advisory knows the network driver Intel 11.0.5.22"),
        ),
        (
            {"status": "unknown", "evidence": ["the key cannot be read"]},
            ("unknown", "decide", "warning", "", "Could not be judged: the key cannot be read"),
        ),
        (
            {"status": "refused", "evidence": ["a filter list names it"]},
            ("refused", "decide", "error", "", "FAMv4 is refused: a filter list names it"),
        ),
        ({"status": "pending"}, ("pending", "restart", "warning", "", "FAMv4 takes effect with a restart")),
        ({"status": "compliant"}, ("compliant", "none", "info", "", "FAMv4 is compliant")),
        ({"status": "not_applicable"}, ("not_applicable", "none", "info", "", "FAMv4 is not applicable")),
        ({"status": "fixed"}, ("fixed", "none", "info", "", "FAMv4 is fixed")),
        ({"status": "waived"}, ("waived", "none", "info", "", "FAMv4 is waived")),
    ],
)
def test_what_is_derived(fields: dict[str, Any], expected: tuple[str, ...]) -> None:
    complete_one = complete(finding(**fields))
    assert tuple(complete_one[name] for name in ("status", "act", "severity", "kind", "title")) == expected


def test_a_finding_that_says_who_acts_is_taken_as_it_is() -> None:
    said = {"act": "decide", "severity": "critical", "title": "A sentence", "kind": "orphan"}
    given = finding(id="nic_driver.x", wanted=[1], **said)
    assert complete(given) == given
