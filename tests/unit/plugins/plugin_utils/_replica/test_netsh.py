# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of commands on a replica. tests/lab/test_tcp_offload_commands.py has it on a lab server."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.command_contract import CommandContract
from tests.support.contract import ReplicaExecutor


@pytest.fixture
def make() -> Callable[[dict[str, Any]], ReplicaExecutor]:
    """Return what makes a replica of a document."""
    return lambda document: ReplicaExecutor(copy.deepcopy(document))


class TestReplica(CommandContract):
    """A replica holds the contract."""
