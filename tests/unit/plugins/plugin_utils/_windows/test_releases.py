# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which release a server is, and what is before and after it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.releases import (
    VERSION_KEY,
    Release,
    release_of,
)
from tests.support.scenarios import netsh


@pytest.mark.parametrize("release", netsh.RELEASES)
def test_tcp_offload_releases_are_known_by_their_values(release: str) -> None:
    found = release_of(Snapshot({"registry": {VERSION_KEY: netsh.version_values(release)}}))
    packs = {"5.2.3790": 2, "6.0.6002": 2, "6.1.7601": 1}
    assert found == Release(release, packs.get(release, 0), netsh.PRODUCTS[release])


@pytest.mark.parametrize(
    "values",
    [{}, {"CurrentVersion": ""}, {"CurrentVersion": "ten"}, {"CurrentVersion": "6.1", "CurrentBuildNumber": "x"}],
)
def test_tcp_offload_releases_that_cannot_be_told(values: dict[str, Any]) -> None:
    assert release_of(Snapshot({"registry": {VERSION_KEY: values}})) is None
    assert release_of(Snapshot({})) is None


@pytest.mark.parametrize(
    ("version", "first", "last", "within"),
    [
        ("5.2.3790", "5.2", "5.2", True),
        ("6.0.6002", "5.2", "5.2", False),
        ("6.1.7601", "6.1", "", True),
        ("10.0.14393", "6.2", "", True),
        ("10.0.14393", "6.2", "10.0", True),
        ("10.0.14393", "10.0.17763", "", False),
        ("10.0.17763", "10.0.17763", "", True),
        ("10.0.20348", "6.2", "10.0.17763", False),
        ("6.3.9600", "6.10", "", False),
        ("6.1", "6.1.7601", "", False),
    ],
)
def test_tcp_offload_releases_are_compared_as_numbers(version: str, first: str, last: str, within: bool) -> None:
    assert Release(version, 0, "").is_within(first, last) is within
