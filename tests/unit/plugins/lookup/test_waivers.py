# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup of waivers: the variables of all levels add up, and a bad one is named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.server_baseline.windows.plugins.lookup.waivers import LookupModule

ENTRY = {"finding": "*", "until": "2026-12-31", "by": "Ada", "reason": "later"}


def gather(**variables: Any) -> list[dict[str, Any]]:
    """Return what the lookup gathers of variables."""
    return LookupModule(DataLoader(), Templar(DataLoader(), variables=variables)).run([], variables=variables)


def test_the_variables_of_all_levels_add_up() -> None:
    found = gather(
        server_baseline_waivers_mail=[ENTRY, {**ENTRY, "finding": "tcp_offload", "subject": "rss"}],
        server_baseline_waivers=[{**ENTRY, "by": "Grace"}],
        server_baseline_waiversx=[ENTRY],
        my_server_baseline_waivers=[ENTRY],
    )
    assert [each["by"] for each in found] == ["Grace", "Ada", "Ada"]
    assert [each["variable"] for each in found] == [
        "server_baseline_waivers[0]",
        "server_baseline_waivers_mail[0]",
        "server_baseline_waivers_mail[1]",
    ]


def test_without_a_variable_there_is_none() -> None:
    assert gather(other=1) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"finding": "*"}, "^server_baseline_waivers_mail is .*: give a list of waivers"),
        (["FAMv4"], r"^server_baseline_waivers_mail\[0\] is 'FAMv4': a waiver is \{finding"),
    ],
)
def test_what_is_no_list_of_mappings_is_refused_by_its_name(given: Any, message: str) -> None:
    with pytest.raises(AnsibleError, match=message):
        gather(server_baseline_waivers_mail=given)
