# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of win_tcp_keepalive on a replica: check mode predicts the run, a second run changes nothing, restored is as
before."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_keepalive import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, Server, run

ASKED = {"milliseconds": 900_000, "reason": "sessions stay open", "review_when": "never"}


def values(server: Server) -> dict[str, Any]:
    """Return what the server is set to."""
    found: dict[str, Any] = server.document["registry"][PARAMETERS]
    return found


@pytest.mark.parametrize("found", [{}, {"KeepAliveTime": 7_200_000}, {"KeepAliveTime": 2**32 - 1}])
def test_a_task_does_what_check_mode_predicts_and_restores_what_was_there(found: dict[str, Any]) -> None:
    document = netsh.server("5.2.3790")
    document["registry"][PARAMETERS] = {**document["registry"][PARAMETERS], **found}
    server, original = Server(document), dict(document["registry"][PARAMETERS])

    predicted = run(ActionModule, server, ASKED, check=True)
    assert (server.executions, values(server)) == (1, original)
    done = run(ActionModule, server, ASKED)
    assert (server.executions, values(server)["KeepAliveTime"]) == (3, 900_000)
    assert [predicted[part] for part in ("changed", "before", "after", "diff", "reboot_required")] == [
        done[part] for part in ("changed", "before", "after", "diff", "reboot_required")
    ]
    assert done["after"] == {"KeepAliveTime": {"value": 900_000}}
    entry = server.document["registry"][f"{LEDGER}\\0001"]
    assert [entry[name] for name in ("Resource", "Subject", "Reason", "ReviewWhen")] == [
        "tcp_keepalive",
        "KeepAliveTime",
        "sessions stay open",
        "never",
    ]
    again = run(ActionModule, server, ASKED)
    assert (again["changed"], server.executions) == (False, 4)
    assert run(ActionModule, server, {"state": "restored"})["changed"]
    assert values(server) == original
    assert not run(ActionModule, server, {"state": "restored"})["changed"]


def test_a_text_is_replaced_with_the_warning_that_it_will_not_come_back_and_it_does_not() -> None:
    document = netsh.server("5.2.3790")
    document["registry"][PARAMETERS] = {**document["registry"][PARAMETERS], "KeepAliveTime": "5"}
    server = Server(document)
    done = run(ActionModule, server, ASKED)
    assert done["warnings"] == ["KeepAliveTime is '5' (REG_SZ), which state: restored will not bring back; note it"]
    assert not run(ActionModule, server, ASKED)["changed"]
    before = server.document["registry"]
    result = run(ActionModule, server, {"state": "restored", "overwrite": True})
    assert result["failed"]
    assert "KeepAliveTime = '5' (REG_SZ) in Before, which is not restored" in result["msg"]
    assert server.document["registry"] == before


def test_what_somebody_else_has_set_since_is_left_alone_unless_the_task_overwrites_it() -> None:
    server = Server(netsh.server("5.2.3790"))
    run(ActionModule, server, ASKED)
    values(server)["KeepAliveTime"] = 60_000
    for check in (True, False):
        left = run(ActionModule, server, {"state": "restored"}, check=check)
        (finding,) = left["findings"]
        assert (left["changed"], finding["status"], finding["found"]) == (False, "refused", 60_000)
        assert "somebody else has changed it since" in finding["evidence"][0]
        assert "overwrite: true" in left["warnings"][0]
        assert left["after"] == {"KeepAliveTime": {"value": 60_000}}
    assert "Closed" not in server.document["registry"][f"{LEDGER}\\0001"]
    assert run(ActionModule, server, {"state": "restored", "overwrite": True})["changed"]
    assert "KeepAliveTime" not in values(server)
    assert server.document["registry"][f"{LEDGER}\\0001"]["Closed"].startswith("restored ")


def test_a_task_without_a_time_is_refused_by_ansible() -> None:
    with pytest.raises(Exception, match="state is present but all of the following are missing: milliseconds"):
        run(ActionModule, Server(netsh.server("5.2.3790")), {"reason": "none"})


def test_a_time_out_of_range_is_refused_before_the_server_is_read() -> None:
    server = Server(netsh.server("5.2.3790"))
    result = run(ActionModule, server, {"milliseconds": 2**32})
    assert result["failed"]
    assert "milliseconds is 4294967296" in result["msg"]
    assert server.executions == 0
