# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of the wire, on a replica. tests/lab/test_contract.py has it on a server."""

from __future__ import annotations

import pytest

from tests.support.contract import Contract, ReplicaExecutor, document


@pytest.fixture(scope="module")
def server() -> ReplicaExecutor:
    """Return a fresh replica."""
    return ReplicaExecutor(document())


class TestReplica(Contract):
    """A replica holds the contract."""
