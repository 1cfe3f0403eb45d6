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


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"wanted": {"Start": 4}, "evidence": ["Start is 1 (system)", "it is known_leftover"]},
            ("drifted", "enforce", "error", "known_leftover", "Disable FAMv4"),
        ),
        (
            {"wanted": {"Start": 1}},
            ("drifted", "enforce", "warning", "", "Set FAMv4 as the rule says"),
        ),
        (
            {"subject": "exbackup", "found": {"classification": "orphan"}},
            ("attention", "decide", "warning", "orphan", "Driver without an owner: exbackup"),
        ),
        (
            {"status": "unknown", "evidence": ["the key cannot be read"]},
            ("unknown", "decide", "warning", "", "Could not be judged: the key cannot be read"),
        ),
        (
            {"id": "snp_symptoms", "subject": "tcp_offload_states", "status": "unknown"},
            ("unknown", "decide", "info", "", "tcp_offload_states could not be judged"),
        ),
        (
            {
                "id": "snp_symptoms",
                "subject": "keep_alive_time",
                "wanted": {"from": 1},
                "evidence": ["asked after 7200 s"],
            },
            ("attention", "decide", "warning", "", "keep_alive_time: asked after 7200 s"),
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
