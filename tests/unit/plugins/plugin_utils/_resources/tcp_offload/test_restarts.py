# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restart makes count waits for it, and later runs verify that it was (facts A6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.tcp_settings import PARAMETERS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.shutdown import KEY, VALUE
from tests.support.scenarios import netsh
from tests.support.servers import Server, run


def offload(server: Server, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server, args)


def filetime(moment: str) -> dict[str, str]:
    """Return a time, ISO 8601 in UTC, as the registry keeps it."""
    since = datetime.fromisoformat(moment.rstrip("Z")) - datetime(1601, 1, 1)
    return {"REG_BINARY": (int(since.total_seconds()) * 10_000_000).to_bytes(8, "little").hex()}


def shut_down(server: Server, moment: str) -> None:
    """Shut a server down, and start it again."""
    server.document["registry"][KEY] = {VALUE: filetime(moment)}


def waiting(result: dict[str, Any]) -> dict[str, bool]:
    """Return which features wait for a restart."""
    return {
        each["subject"]: "takes effect when the server restarts" in each["evidence"][-1] for each in result["findings"]
    }


def test_tcp_offload_waits_for_the_restart_until_it_was() -> None:
    server = Server(netsh.server("5.2.3790"))
    shut_down(server, "2026-11-01T03:00:00Z")
    assert offload(server, profile="snp_disabled")["reboot_required"]
    again = offload(server, profile="snp_disabled")
    assert (again["changed"], again["reboot_required"]) == (False, True)
    assert waiting(again) == {"chimney": False, "rss": True, "netdma": True}

    shut_down(server, "2026-10-01T00:00:00Z")
    settled = offload(server, profile="snp_disabled")
    assert (settled["changed"], settled["reboot_required"]) == (False, False)
    assert not any(waiting(settled).values())


def test_tcp_offload_that_was_put_back_waits_for_a_restart_too() -> None:
    server = Server(netsh.server("5.2.3790", EnableRSS=1))
    offload(server, rss="disabled")
    shut_down(server, "2026-11-01T03:00:00Z")
    assert offload(server, rss="enabled", state="restored")["reboot_required"]
    assert offload(server, rss="enabled", state="restored")["reboot_required"]
    shut_down(server, "2026-10-01T00:00:00Z")
    assert not offload(server, rss="enabled", state="restored")["reboot_required"]


def test_tcp_offload_whose_last_shutdown_is_not_known_is_not_judged() -> None:
    server = Server(netsh.server("5.2.3790"))
    offload(server, profile="snp_disabled")
    assert not offload(server, profile="snp_disabled")["reboot_required"]


def test_tcp_offload_that_someone_else_set_waits_for_nothing() -> None:
    server = Server(netsh.server("5.2.3790", EnableRSS=0, EnableTCPA=0, EnableTCPChimney=0))
    shut_down(server, "2006-01-01T00:00:00Z")
    assert not offload(server, profile="snp_disabled")["reboot_required"]


def test_tcp_offload_of_a_renewed_entry_waits_since_it_was_written() -> None:
    server = Server(netsh.server("5.2.3790"))
    shut_down(server, "2026-11-01T03:00:00Z")
    offload(server, rss="disabled", review_when="by_driver")
    shut_down(server, "2026-11-02T03:00:00Z")
    renewed = offload(server, rss="disabled", reason="for good")
    assert (renewed["changed"], renewed["reboot_required"]) == (True, False)
    assert not offload(server, rss="disabled", reason="for good")["reboot_required"]


@pytest.mark.parametrize("between", ["somebody", "restored"])
def test_tcp_offload_that_is_turned_off_once_more_waits_once_more(between: str) -> None:
    server = Server(netsh.server("5.2.3790", EnableRSS=1))
    shut_down(server, "2026-11-01T03:00:00Z")
    offload(server, rss="disabled")
    if between == "somebody":
        server.document["registry"][PARAMETERS]["EnableRSS"] = 1
    else:
        offload(server, rss="disabled", state="restored")
    shut_down(server, "2026-11-02T03:00:00Z")
    assert offload(server, rss="disabled")["reboot_required"]
    again = offload(server, rss="disabled")
    assert (again["changed"], again["reboot_required"]) == (False, True)
    shut_down(server, "2026-11-03T03:00:00Z")
    assert not offload(server, rss="disabled")["reboot_required"]


def test_tcp_offload_compares_no_clocks() -> None:
    server = Server(netsh.server("5.2.3790"))
    shut_down(server, "2099-01-01T00:00:00Z")
    offload(server, profile="snp_disabled")
    assert offload(server, profile="snp_disabled")["reboot_required"]
    shut_down(server, "1999-01-01T00:00:00Z")
    assert not offload(server, profile="snp_disabled")["reboot_required"]


def test_tcp_offload_put_back_on_an_inference_waits_for_the_restart() -> None:
    server = Server(netsh.server("5.2.3790"))  # without the value, which is taken to mean that chimney is on
    shut_down(server, "2026-11-01T03:00:00Z")
    offload(server, chimney="disabled")
    assert offload(server, chimney="disabled", state="restored")["reboot_required"]
    assert offload(server, chimney="disabled", state="restored")["reboot_required"]
    shut_down(server, "2026-11-02T03:00:00Z")
    assert not offload(server, chimney="disabled", state="restored")["reboot_required"]
