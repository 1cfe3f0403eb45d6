# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not done because a server would be harmed, and what is worth a look whatever the drivers are."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload_info import ActionModule as Info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.operations import RunCommand
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

SWITCH = ("1", {"ParamDesc": "x", "type": "enum", "default": "1"}, {"0": "Off", "1": "On"})
KEY = f"{nic.CLASS}\\0001"
DEVICE = "PCI\\VEN_10EC&DEV_8168\\4&9"


def lan(release: str = "10.0.20348", **parameters: Any) -> Server:
    """Return a server with one adapter. parameters: values of Tcpip\\Parameters."""
    document = netsh.server(release, **parameters)
    params = {"*RSS": SWITCH, "*LsoV2IPv4": SWITCH}
    document["registry"] |= nic.adapter(DEVICE, "0001", "LAN", "1.0", params=params)
    document["interfaces"] = [
        {"id": nic.guid("0001"), "name": "LAN", "status": "up", "addresses": ["192.0.2.1"], "management": False},
        {"id": nic.guid("0002"), "name": "LAN 2", "status": "up", "addresses": ["192.0.2.2"], "management": True},
    ]
    return Server(document)


def needing(*needs: str, **requirement: Any) -> dict[str, Any]:
    """Return an advisory by which a driver needs something; it holds unless a requirement says otherwise."""
    fields = {
        "id": "x",
        "applies_to": "physical",
        "affects": [],
        "why": "It sends nothing without it.",
        "source": "S 1",
    }
    return {**fields, "needs": list(needs), "requirement": requirement or {"at_least": "2"}}


def task(server: Server, **args: Any) -> dict[str, Any]:
    """Run the task."""
    return run(ActionModule, server, args)


def finding(result: dict[str, Any], subject: str) -> dict[str, Any]:
    """Return the finding on a subject."""
    (found,) = [each for each in result["findings"] if each["subject"] == subject]
    return dict(found)


@pytest.mark.parametrize("args", [{"task_offload": "disabled"}, {"profile": "by_driver"}])
def test_what_a_driver_needs_is_left_on_and_the_task_fails(args: dict[str, Any]) -> None:
    server = lan(DisableTaskOffload=0)
    affecting = {**needing("vmq"), "id": "y", "affects": ["task_offload"]}
    result = task(server, advisories=[needing("task_offload"), affecting], **args)
    assert result["failed"]
    assert "task_offload is needed by Realtek 1.0 of LAN: It sends nothing without it. (S 1)" in result["msg"]
    found = finding(result, "task_offload")
    assert (found["status"], found["kind"], found["severity"]) == ("refused", "x", "error")
    assert "enabled: false for x" in found["fix"]
    assert server.document["registry"][netsh.PARAMETERS]["DisableTaskOffload"] == 0


def test_a_keyword_that_a_driver_needs_is_left_on() -> None:
    server = lan()
    rule = {"match": "LAN", "lso": "disabled", "rss": "disabled"}
    result = task(server, adapters=[rule], advisories=[needing("lso")])
    assert result["failed"]
    assert finding(result, "LAN: *LsoV2IPv4")["status"] == "refused"
    values = server.document["registry"][KEY]
    assert (values["*LsoV2IPv4"], values["*RSS"]) == ("1", "0")


def test_what_a_driver_may_need_is_turned_off_with_a_warning() -> None:
    server = lan(DisableTaskOffload=0)
    result = task(server, task_offload="disabled", advisories=[needing("task_offload", unknown="nobody knows")])
    assert result["changed"]
    assert any("it is not known whether task_offload is needed by Realtek 1.0" in each for each in result["warnings"])


def test_what_no_driver_needs_any_more_is_turned_off() -> None:
    server = lan(DisableTaskOffload=0)
    result = task(server, task_offload="disabled", advisories=[needing("task_offload", at_least="1.0")])
    assert (result["changed"], result.get("failed"), result.get("warnings")) == (True, None, None)


def chimney(server: Server, state: str) -> Server:
    """Set what the dump shows of Chimney."""
    command = server.document["commands"][netsh.DUMP]
    before = "automatic" if "chimney=automatic" in command["output"] else "disabled"
    command["output"] = command["output"].replace(f"chimney={before}", f"chimney={state}")
    return server


RESTART = {"adapters": [{"match": "LAN", "rss": "disabled"}], "restart_adapters": "allowed"}


@pytest.mark.parametrize(
    ("state", "args", "restarted", "warned"),
    [
        ("enabled", {}, False, False),
        ("enabled", {"chimney": "disabled"}, True, False),
        ("automatic", {}, True, True),
        ("disabled", {}, True, False),
        ("disabled", {"chimney": "enabled"}, False, False),
    ],
)
def test_no_adapter_of_2008_r2_is_restarted_while_chimney_is_on(
    state: str, args: dict[str, str], restarted: bool, warned: bool
) -> None:
    result = task(chimney(lan("6.1.7601"), state), **RESTART, **args)
    restarts = [each for each in result["operations"] if each.get("restarts")]
    assert (len(restarts) == 2) == restarted
    assert ("KB2477730" in str(result["restarts_skipped"])) == (not restarted)
    assert any("KB2477730" in each for each in result.get("warnings", ())) == warned
    commands = [each["command"]["arguments"] for each in result["operations"] if each["operation"] == "run_command"]
    if restarted and args:
        assert commands[0] == "interface tcp set global chimney=disabled"


OFF_FIRST = {**RESTART, "chimney": "disabled"}


class KeepingServer(Server):
    """A server that keeps the arguments of the commands of each execution that writes. stubborn: whether it says that
    all was done, and does nothing."""

    def __init__(self, document: dict[str, Any], *, stubborn: bool = False) -> None:
        super().__init__(document)
        self.stubborn = stubborn
        self.commands: list[list[str]] = []

    def answer(self, nonce: str, request: Request) -> bytes:
        """Answer, and keep the commands."""
        if request.operations:
            self.commands.append(
                [each.command.arguments for each in request.operations if isinstance(each, RunCommand)]
            )
        return (self.answer_as_done if self.stubborn else super().answer)(nonce, request)


@pytest.mark.parametrize("state", ["enabled", "automatic"])
def test_adapters_of_2008_r2_are_restarted_once_chimney_was_read_to_be_off(state: str) -> None:
    server = KeepingServer(chimney(lan("6.1.7601"), state).document)
    result = task(server, **OFF_FIRST)
    first, second = server.commands
    assert first == ["interface tcp set global chimney=disabled"]
    assert [each.rpartition(" ")[2] for each in second] == ["admin=disabled", "admin=enabled"]
    told = [each["command"]["arguments"] for each in result["operations"] if each["operation"] == "run_command"]
    assert told == [*first, *second]
    assert {each["status"] for each in result["findings"] if each["id"] == "tcp_offload"} == {"fixed"}
    assert (server.executions, result["adapter_restart_required"]) == (3, False)
    assert task(server, **OFF_FIRST)["changed"] is False


def test_without_adapters_to_restart_one_execution_writes() -> None:
    server = KeepingServer(chimney(lan("6.1.7601"), "enabled").document)
    task(server, chimney="disabled")
    assert len(server.commands) == 1


@pytest.mark.parametrize("lies", [False, True])
def test_no_adapter_of_2008_r2_is_restarted_where_chimney_could_not_be_turned_off(lies: bool) -> None:
    document = chimney(lan("6.1.7601"), "enabled").document
    server = KeepingServer({**document, "netsh_exit_code": 0 if lies else 1}, stubborn=lies)
    result = task(server, **OFF_FIRST)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "interface tcp set global chimney=disabled" in result["msg"]
    assert server.commands == [["interface tcp set global chimney=disabled"]]


def test_a_restart_that_fails_after_chimney_was_turned_off_says_what_was_done() -> None:
    document = chimney(lan("6.1.7601"), "enabled").document
    result = task(Server({**document, "netsh_exit_code": {"*admin=disabled": 1}}), **OFF_FIRST)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("what had to come first was written and kept; then ")
    assert 'name="LAN" admin=enabled' in result["msg"]


def test_other_releases_restart_adapters_whatever_chimney_is() -> None:
    result = task(chimney(lan("6.3.9600"), "enabled"), **RESTART)
    assert result["restarts_skipped"] == {}


def observations(result: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Return kind -> subject, status and severity of what is worth a look."""
    kinds = ("rss_off", "power_saving_on", "chimney_on")
    found = [each for each in result["findings"] if each["kind"] in kinds]
    assert all(each["title"] and each["why"] and each["fix"] and each["source"] for each in found)
    return {each["kind"]: (each["subject"], each["status"], each["severity"]) for each in found}


@pytest.mark.parametrize("release", netsh.RELEASES)
def test_power_saving_is_a_hint_on_every_release(release: str) -> None:
    server = lan(release)
    assert observations(task(server, profile="by_driver")) == {"power_saving_on": ("LAN", "attention", "info")}
    server.document["registry"][KEY]["PnPCapabilities"] = 24
    assert observations(task(server, profile="by_driver")) == {}
    assert observations(run(Info, server, {})) == {}


@pytest.mark.parametrize(("release", "told"), [("5.2.3790", False), ("6.0.6002", True), ("10.0.26100", True)])
def test_rss_off_on_an_adapter_is_a_finding_from_2008_on(release: str, told: bool) -> None:
    server = lan(release)
    server.document["registry"][KEY] |= {"*RSS": "0", "PnPCapabilities": 24}
    expected = {"rss_off": ("LAN", "attention", "warning")} if told else {}
    assert observations(task(server, profile="by_driver")) == expected
    assert observations(run(Info, server, {})) == expected
    named = task(server, profile="by_driver", adapters=[{"match": "LAN", "rss": "disabled"}])
    assert observations(named) == {}


def test_rss_that_is_off_because_of_a_driver_is_no_finding() -> None:
    server = lan()
    server.document["registry"][KEY]["PnPCapabilities"] = 24
    advisory = {**needing(), "affects": ["rss"], "scope": "adapter"}
    for _time in range(2):
        assert observations(task(server, profile="by_driver", advisories=[advisory])) == {}
    assert server.document["registry"][KEY]["*RSS"] == "0"


def test_rss_that_is_off_on_the_server_is_a_finding() -> None:
    server = lan()
    server.document["registry"][KEY]["PnPCapabilities"] = 24
    task(server, rss="disabled")
    assert observations(task(server, profile="by_driver")) == {"rss_off": ("rss", "attention", "warning")}


def test_chimney_that_is_on_is_a_finding_from_2016_on() -> None:
    for release, told in (("6.3.9600", False), ("10.0.14393", True)):
        server = chimney(lan(release), "enabled")
        server.document["registry"][KEY]["PnPCapabilities"] = 24
        expected = {"chimney_on": ("chimney", "attention", "warning")} if told else {}
        assert observations(task(server, profile="by_driver")) == expected
