# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations as results hold them."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op

KINDS: dict[str, op.Operation] = {
    "set_value": op.SetValue("HKLM\\A", "B", 1, None),
    "stop_driver": op.StopDriver("FAMv4", "HKLM\\L"),
    "ledger_entry": op.LedgerEntry("HKLM\\L", {"Subject": "FAMv4"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_says_its_kind_and_its_fields(kind: str) -> None:
    described = op.describe(KINDS[kind])
    assert described.pop("operation") == kind
    assert described == vars(KINDS[kind])
