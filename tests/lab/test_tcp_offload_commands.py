# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of commands, on a real registry and PowerShell. a replica has the same contract in
tests/unit/plugins/plugin_utils/_replica/test_netsh.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer
from tests.support.command_contract import CommandContract


@pytest.fixture
def make(lab_server: Callable[..., LabServer]) -> Callable[[dict[str, Any]], DirectExecutor]:
    """Return what makes a lab server of a document."""
    return lambda document: DirectExecutor(lab_server(document))


class TestLab(CommandContract):
    """A lab server holds the contract."""
