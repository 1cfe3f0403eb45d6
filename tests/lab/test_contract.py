# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of the wire, on a real registry, service manager and PowerShell. a replica has the same contract in
tests/unit/plugins/plugin_utils/_replica/test_contract.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer
from tests.support.contract import Contract, document


@pytest.fixture(scope="module")
def server() -> Iterator[DirectExecutor]:
    """Return a fresh server."""
    with LabServer(document()) as server:
        yield DirectExecutor(server)


class TestLab(Contract):
    """A lab server holds the contract."""
