# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""win_tcp_keepalive on a real registry, over a real connection: in check mode, for real, again, and restored."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.lab.server import LabServer
from tests.support.plays import module_task, play
from tests.support.scenarios import netsh

HIGHEST = 2**32 - 1  # which Windows itself would read as -1


@pytest.mark.parametrize(("connection", "found", "wanted"), [("winrm", None, HIGHEST), ("psrp", HIGHEST, 900_000)])
def test_the_value_is_set_kept_and_restored(
    connection: str, found: int | None, wanted: int, lab_server: Callable[..., LabServer]
) -> None:
    document = netsh.server("5.2.3790")
    if found is not None:
        document["registry"][PARAMETERS] = {**document["registry"][PARAMETERS], "KeepAliveTime": found}
    server = lab_server(document)
    hosts, original = {"server": server.hostvars(connection)}, server.export_registry()
    change = module_task("win_tcp_keepalive", {"milliseconds": wanted, "reason": "sessions stay open"})
    restore = module_task("win_tcp_keepalive", {"state": "restored"})

    (predicted,) = play(hosts, [change], check=True)
    assert server.export_registry() == original
    done, again = play(hosts, [change, change])
    assert [result["changed"] for result in (predicted, done, again)] == [True, True, False]
    assert done["after"] == predicted["after"] == {"KeepAliveTime": {"value": wanted}}
    assert done["reboot_required"]
    assert server.read_value(PARAMETERS, "KeepAliveTime") == wanted
    restored, again = play(hosts, [restore, restore])
    assert [result["changed"] for result in (restored, again)] == [True, False]
    assert server.values(PARAMETERS).get("KeepAliveTime") == found
