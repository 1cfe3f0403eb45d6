# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages name the variables that a user has set, and nothing else of them changes."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.variable_names import VariableNames

NAMES = VariableNames({"name": "my_name", "force": "my_force", "rss": "my_features.rss", "adapters": "my_adapters"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name has FAMv4, and allow says to leave it alone", "my_name has FAMv4, and allow says to leave it alone"),
        ("If that is wrong here, name it in force: [FAMv4].", "If that is wrong here, name it in my_force: [FAMv4]."),
        ("adapters[0].keywords.X is '1'", "my_adapters[0].keywords.X is '1'"),
        ("see (adapters[2]) there", "see (my_adapters[2]) there"),
        ("value of rss must be one of: enabled, got: on", "value of my_features.rss must be one of: enabled, got: on"),
        (
            "value of name must be one of: adapters, b, got: rss",
            "value of my_name must be one of: my_adapters, b, got: rss",
        ),
        (
            "missing required arguments: match found in adapters",
            "missing required arguments: match found in my_adapters",
        ),
        ("FAMv4 is named by the name of a key; force of habit", "FAMv4 is named by the name of a key; force of habit"),
        ("names are none", "names are none"),
        ("C:\\name: a path", "C:\\name: a path"),
    ],
)
def test_an_option_is_called_by_its_variable(text: str, told: str) -> None:
    assert NAMES.told(text) == told
    assert VariableNames().told(text) == text


def test_a_plan_names_the_variables_in_what_people_act_on() -> None:
    finding = Finding("x", "FAMv4", "refused", evidence=("it needs force: [FAMv4]",), fix="Name it in force: [FAMv4].")
    plan = NAMES.told_in(
        Plan((finding,), error="force has X", refused=("name is empty",), warnings=("adapters[0]: no",))
    )
    assert (plan.error, plan.refused, plan.warnings) == (
        "my_force has X",
        ("my_name is empty",),
        ("my_adapters[0]: no",),
    )
    assert (plan.findings[0].fix, plan.findings[0].evidence) == ("Name it in my_force: [FAMv4].", finding.evidence)
