# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations and findings as results carry them."""

from __future__ import annotations

import json

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Finding, describe
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op

KINDS: dict[str, op.Operation] = {
    "set_value": op.SetValue("HKLM\\A", "B", 1, None),
    "stop_driver": op.StopDriver("FAMv4", "HKLM\\L"),
    "ledger_entry": op.LedgerEntry("HKLM\\L", {"Subject": "FAMv4"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_says_its_kind_and_its_fields(kind: str) -> None:
    described = describe(KINDS[kind])
    assert described.pop("operation") == kind
    assert described == vars(KINDS[kind])


def test_a_finding_is_plain_data_in_a_stable_order() -> None:
    data = Finding("rule", "FAMv4", "drifted", found={"Start": 1}, evidence=("a", "b")).as_dict()
    assert list(data) == ["id", "subject", "status", "found", "wanted", "evidence", "why", "fix", "source"]
    assert json.loads(json.dumps(data)) == data
