# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""block_legacy_filters on a real registry, over real connections: in check mode, for real, again, after a restart, and
restored. The value's key has a slash in its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.cases import stubborn_2022
from tests.lab.server import LabServer
from tests.support.plays import TaskResult, module_task, play
from tests.support.servers import CONTROL

KEY = f"{CONTROL}\\Session Manager\\I/O System"
VALUE = "IoBlockLegacyFsFilters"


def told(result: TaskResult) -> dict[str, Any]:
    """Return the finding on the value."""
    (finding,) = [each for each in result["findings"] if each["subject"] == VALUE]
    return dict(finding)


def task(**options: Any) -> dict[str, Any]:
    """Return a task that blocks legacy filters."""
    return module_task("win_filter_driver", {"block_legacy_filters": True, **options}, ignore_errors=True)


@pytest.mark.parametrize(("connection", "found"), [("winrm", None), ("psrp", 0)])
def test_it_is_refused_set_kept_and_restored(
    connection: str, found: int | None, lab_server: Callable[..., LabServer]
) -> None:
    document = stubborn_2022()
    document["registry"][f"{CONTROL}\\Windows"] = {"ShutdownTime": {"REG_BINARY": "00c0ff3e1d5bdc01"}}
    if found is not None:
        document["registry"][KEY] = {VALUE: found, "IoEnableSessionZeroAccessCheck": 1}
    server = lab_server(document)
    hosts, original = {"server": server.hostvars(connection)}, server.export_registry()

    (refused,) = play(hosts, [task()])
    assert (refused.status, told(refused)["status"]) == ("failed", "refused")
    assert any(each.startswith("FAMv4, of Vision Works") for each in told(refused)["evidence"])
    assert server.export_registry() == original
    others = [re.split("[, ]", each)[0] for each in told(refused)["evidence"] if not each.startswith("FAMv4")]
    change = task(name=["FAMv4"], no_legacy_filters=others, reason="minifilters alone")

    (predicted,) = play(hosts, [change], check=True)
    assert server.export_registry() == original
    done, again = play(hosts, [change, change])
    assert [each["changed"] for each in (predicted, done, again)] == [True, True, False]
    assert predicted["after"][VALUE] == done["after"][VALUE] == {"value": 1}
    assert (told(done)["status"], told(again)["status"], again["reboot_required"]) == ("pending", "pending", True)
    assert server.read_value(KEY, VALUE) == 1

    server.reboot()
    (settled,) = play(hosts, [change])
    assert (settled["changed"], told(settled)["status"], settled["reboot_required"]) == (False, "compliant", False)
    restore = task(state="restored")
    (foreseen,) = play(hosts, [restore], check=True)
    restored, again = play(hosts, [restore, restore])
    assert [each["changed"] for each in (foreseen, restored, again)] == [True, True, False]
    assert (server.values(KEY) or {}).get(VALUE) == found
