# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of features and keywords hold together."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue import keywords, tcp_features
from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.tcp_features import Row
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.releases import Release
from tests.support.scenarios import netsh

ROWS = [row for rows in tcp_features.feature_rows().values() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.feature} from {row.first}")
def test_tcp_offload_row_is_whole(row: Row) -> None:
    assert row.store in ("registry", "dump")
    assert row.numbers or "disabled" in row.states
    assert not (row.numbers and row.states)
    assert bool(row.codes) == (row.store == "registry")
    assert row.default_when_missing in ("", *row.codes)
    assert row.default_when_missing or not row.inferred
    assert row.takes_effect in ("at_once", "restart_recommended", "restart")
    assert row.source
    assert bool(row.only_by_name) == bool(row.caution)
    assert "{state}" in row.runtime_command or not row.runtime_command


@pytest.mark.parametrize("release", netsh.RELEASES)
@pytest.mark.parametrize("feature", tcp_features.feature_rows())
def test_tcp_offload_rows_of_a_feature_do_not_overlap(feature: str, release: str) -> None:
    rows = tcp_features.feature_rows()[feature]
    assert sum(Release(release, 0, "").is_within(row.first, row.last) for row in rows) <= 1


def test_tcp_offload_says_why_each_feature_of_a_profile_may_be_bad() -> None:
    assert set(tcp_features.why_off()) == set().union(*tcp_features.profiles().values())


@pytest.mark.parametrize("state", ["", "-300", "299", "3001", "3e2", "²000", "１０００", "9" * 40, "enabled"])
def test_tcp_offload_a_number_is_one_of_the_range_in_plain_digits(state: str) -> None:
    (row,) = tcp_features.feature_rows()["initial_rto"]
    assert not row.has(state)
    assert row.has("300")


def test_tcp_offload_profiles_name_features_and_their_states() -> None:
    for states in tcp_features.profiles().values():
        for feature, state in states.items():
            assert all(state in (*row.states, "by_driver") for row in tcp_features.feature_rows()[feature])


def test_tcp_offload_keywords_stand_in_one_group_alone() -> None:
    names = [each.name.lower() for group in keywords.keyword_groups().values() for each in group]
    assert len(names) == len(set(names))
    assert set(names) < keywords.standardized_keywords()
    assert {each.family for group in keywords.keyword_groups().values() for each in group} == {"", "ipv4", "ipv6"}
