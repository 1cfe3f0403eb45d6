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
from tests.support.scenarios import adapters as nic
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


RSS = {"match": "LAN", "rss": "disabled"}
ONCE = "only restart_adapters: allowed restarts it"


def lan(release: str = "6.1.7601", *, carries: bool = False, shown: bool = True) -> Server:
    """Return a server with one adapter, last shut down at a known time."""
    params = {"*RSS": ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"0": "Off", "1": "On"})}
    document = netsh.server(release)
    document["registry"] |= nic.adapter("PCI\\VEN_10EC&DEV_8168\\4&9", "0001", "LAN", "9.0.0.0", params=params)
    other = {"id": nic.guid("0002"), "name": "LAN 2", "status": "up", "addresses": ["192.0.2.2"]}
    interface = {**other, "id": nic.guid("0001"), "name": "LAN", "management": carries}
    document["interfaces"] = [{**other, "management": not carries}, *([interface] if shown else [])]
    server = Server(document)
    shut_down(server, "2026-11-01T03:00:00Z")
    return server


def told(result: dict[str, Any]) -> tuple[str, bool, dict[str, str]]:
    """Return the status of the keyword, whether an adapter must be restarted, and why it was not."""
    (status,) = [each["status"] for each in result["findings"] if each["subject"].startswith("LAN: ")]
    return status, result["adapter_restart_required"], result["restarts_skipped"]


def test_an_adapter_waits_until_the_server_was_restarted() -> None:
    server = lan()
    assert told(offload(server, adapters=[RSS])) == ("pending", True, {"LAN": ONCE})
    again = offload(server, adapters=[RSS])
    assert (again["changed"], again["reboot_required"]) == (False, False)
    assert told(again) == ("pending", True, {"LAN": ONCE})
    (finding,) = [each for each in again["findings"] if each["status"] == "pending"]
    assert finding["evidence"][-1] == f"the adapter is not restarted: {ONCE}"
    shut_down(server, "2026-11-02T03:00:00Z")
    assert told(offload(server, adapters=[RSS])) == ("compliant", False, {})


def test_an_adapter_waits_until_a_later_task_restarts_it() -> None:
    server = lan()
    offload(server, adapters=[RSS])
    args = {"adapters": [RSS], "restart_adapters": "allowed"}
    predicted = run(ActionModule, server, args, check=True)
    assert (predicted["changed"], told(predicted)) == (True, ("drifted", False, {}))
    restarted = offload(server, **args)
    assert [each["restarts"] for each in restarted["operations"] if each["operation"] == "run_command"] == ["LAN"] * 2
    assert told(restarted) == ("fixed", False, {})
    again = offload(server, **args)
    assert (again["changed"], told(again)) == (False, ("compliant", False, {}))
    assert told(offload(server, adapters=[RSS])) == ("compliant", False, {})


def test_an_adapter_that_was_restarted_with_its_change_waits_for_nothing() -> None:
    server = lan()
    offload(server, adapters=[RSS], restart_adapters="allowed")
    assert told(offload(server, adapters=[RSS])) == ("compliant", False, {})
    back = offload(server, adapters=[{"match": "LAN"}], state="restored")
    assert told(back) == ("pending", True, {"LAN": ONCE})
    assert told(offload(server, adapters=[{"match": "LAN"}], state="restored"))[:2] == ("pending", True)


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (lan(carries=True), "it carries the connection; only restart_connection_adapter: true restarts it"),
        (lan(shown=False), "the network stack does not show it, so it may be disabled, and must not be enabled"),
        (lan("5.2.3790"), "Windows Server 2003 has no command that restarts it"),
    ],
)
def test_a_restart_that_is_skipped_says_why(server: Server, why: str) -> None:
    result = offload(server, adapters=[RSS], restart_adapters="allowed")
    assert told(result) == ("pending", True, {"LAN": why})
    assert told(offload(server, adapters=[RSS], restart_adapters="allowed")) == ("pending", True, {"LAN": why})


def test_a_restart_that_failed_stays_due() -> None:
    server = lan()
    offload(server, adapters=[RSS], restart_adapters="allowed")
    (entry,) = [each for path, each in server.document["registry"].items() if "Ledger\\" in path]
    assert entry["Restarted"] == entry["When"]
    entry["RefusedCode"] = 1
    assert told(offload(server, adapters=[RSS]))[:2] == ("pending", True)
    offload(server, adapters=[RSS], restart_adapters="allowed")
    assert told(offload(server, adapters=[RSS])) == ("compliant", False, {})
