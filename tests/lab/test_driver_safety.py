# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must keep a server alive, on a real registry: a disk driver, a name with a NUL, a dead name of a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule
from tests.lab.direct import LabConnection
from tests.lab.server import LabServer
from tests.support.scenarios.drivers import DISKS, SERVICES, Builder
from tests.support.servers import run

pytestmark = pytest.mark.lab

WINDOWS = ("Microsoft Corporation", "Microsoft® Windows® Operating System")
LISTED = {"Type": 1, "Start": 3, "ErrorControl": 1}


def task(server: LabServer, **args: Any) -> dict[str, Any]:
    """Return the result of a task."""
    connection: Any = LabConnection(server)
    return run(ActionModule, connection, args)


def built() -> dict[str, Any]:
    """Return a server with the disks' driver, and a driver of another company in their list."""
    found = Builder()
    found.driver("Disk", *WINDOWS, Start=0, ErrorControl=1, Group="SCSI Class", running=True, can_stop=False)
    found.driver("partmgr", *WINDOWS, Start=0, ErrorControl=3, running=True, can_stop=False)
    found.driver("listed", "Some Company", "Product", **LISTED)
    found.registry[DISKS] = {"Class": "DiskDrive", "UpperFilters": ["listed", "partmgr"]}
    return found.document()


@pytest.fixture
def server() -> Iterator[LabServer]:
    """Return the server."""
    with LabServer(built()) as started:
        yield started


@pytest.mark.parametrize("start_type", ["system", "demand"])
def test_disk_is_not_started_later(server: LabServer, start_type: str) -> None:
    before = server.export_registry()
    result = task(server, name=["Disk"], state="enabled", start_type=start_type)
    assert result["failed"]
    assert "Disk is not given another start type, and nothing else is changed: " in result["msg"]
    assert "Disk.sys is Microsoft's, by its version resource" in result["msg"]
    assert server.export_registry() == before


@pytest.mark.parametrize("name", ["listed\0", "listed ", "lis\u00adted"])
def test_a_name_that_only_looks_like_another_is_refused(server: LabServer, name: str) -> None:
    before = server.export_registry()
    result = task(server, name=[name], force=[name], clean_filter_lists=True)
    assert result["failed"]
    assert result["msg"].startswith(("name: ", "force: "))
    assert server.export_registry() == before


def test_a_dead_name_of_a_list_is_not_restored_until_its_file_is_there(server: LabServer) -> None:
    changed = task(server, name=["listed"], state="absent", clean_filter_lists=True)
    assert not changed.get("failed"), changed
    assert changed["reboot_required"] is True
    assert server.values(DISKS) == {"Class": "DiskDrive", "UpperFilters": ["partmgr"]}
    image = server.prefix.locate("C:\\windows\\system32\\drivers\\listed.sys")
    content = image.read_bytes()
    image.unlink()
    result = task(server, name=["listed"], state="restored")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "UpperFilters is not restored: " in result["msg"]
    assert server.values(DISKS) == {"Class": "DiskDrive", "UpperFilters": ["partmgr"]}
    image.write_bytes(content)
    again = task(server, name=["listed"], state="restored")
    assert not again.get("failed"), again
    assert server.values(DISKS) == {"Class": "DiskDrive", "UpperFilters": ["listed", "partmgr"]}
    key = server.values(f"{SERVICES}\\listed") or {}
    assert {name: key[name] for name in LISTED} == LISTED
