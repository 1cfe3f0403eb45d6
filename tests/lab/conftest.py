# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything below here needs the lab: it is marked so, skipped with a plain sentence where the lab cannot run, and
fails there instead when LAB=required is set. Servers of the session are to be left as they were found."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab import wine
from tests.lab.cases import exchange_2003, plain_2008r2, stubborn_2022
from tests.lab.server import Document, LabServer

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.lab)


def pytest_runtest_setup() -> None:
    """Say what the lab lacks before anything of it is touched."""
    missing = wine.missing()
    if missing and os.environ.get("LAB") == "required":
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def exchange_server() -> Iterator[LabServer]:
    """Exchange 2003 on Server 2003 SP2, FAMv4 running; leave it as found."""
    with LabServer(exchange_2003()) as server:
        yield server


@pytest.fixture(scope="session")
def plain_server() -> Iterator[LabServer]:
    """Server 2008 R2 without FAMv4; leave it as found."""
    with LabServer(plain_2008r2()) as server:
        yield server


@pytest.fixture(scope="session")
def stubborn_server() -> Iterator[LabServer]:
    """Server 2022 with FAMv4 as a driver that does not stop; leave it as found."""
    with LabServer(stubborn_2022()) as server:
        yield server


@pytest.fixture
def lab_server() -> Iterator[Callable[..., LabServer]]:
    """lab_server(document, powershell="noisy") -> a server that lives as long as the test."""
    with contextlib.ExitStack() as stack:

        def make(document: Document, **options: Any) -> LabServer:
            return stack.enter_context(LabServer(document, **options))

        yield make
