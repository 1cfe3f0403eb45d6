# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of win_tcp_offload, from its options to its result, on replicas of servers of every release."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from tests.support import DEMO_SNAPSHOTS
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, Server, run

OFF, ON, BACK = {"profile": "snp_disabled"}, {"profile": "snp_enabled"}, {"state": "restored"}
FOREIGN = [(release, language) for release in ("5.2.3790", "6.1.7601", "10.0.14393") for language in ("de", "ja", "ru")]
SERVERS = [*((release, "en") for release in netsh.RELEASES), *FOREIGN]

DEMO = sorted(DEMO_SNAPSHOTS.glob("*.yml"))

# The features of SNP that each release has and that a profile sets there, off and, but for DEPRECATED, on.
SNP = {
    "5.2.3790": {"chimney", "rss", "netdma"},
    "6.0.6002": {"chimney", "netdma"},
    "6.1.7601": {"chimney", "netdma"},
    "6.2.9200": {"chimney"},
    "6.3.9600": {"chimney"},
    "10.0.14393": {"chimney"},
    "10.0.17763": set(),
    "10.0.20348": set(),
    "10.0.26100": set(),
}
DEPRECATED = ("10.0.14393", "enabled")  # chimney


def offload(server: Server, *, check: bool = False, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server, args, check=check)


def settings(server: Server) -> tuple[dict[str, Any], str]:
    """Return what a server is set to: every key but the ledger, and the dump."""
    registry = {path: values for path, values in server.document["registry"].items() if not path.startswith(LEDGER)}
    return registry, server.document["commands"][netsh.DUMP]["output"]


def parameters(server: Server) -> dict[str, Any]:
    """Return the values of Tcpip\\Parameters."""
    return dict(server.document["registry"][netsh.PARAMETERS])


def words(server: Server) -> dict[str, str]:
    """Return what the dump shows."""
    line = next(line for line in settings(server)[1].splitlines() if line.startswith("set global "))
    return dict(pair.split("=") for pair in line.split()[2:])


def statuses(result: dict[str, Any]) -> dict[str, str]:
    """Return subject -> status."""
    return {finding["subject"]: finding["status"] for finding in result["findings"]}


def commands(result: dict[str, Any]) -> list[str]:
    """Return the command lines that were run."""
    return [each["command"]["arguments"] for each in result["operations"] if each["operation"] == "run_command"]


def timeless(result: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a result that check mode must predict: all but times and the status of what was changed."""
    kept = {name: each for name, each in copy.deepcopy(result).items() if name != "judged"}
    for operation in kept["operations"]:
        operation.get("values", {}).pop("When", None)
        if operation.get("name") == "Closed":
            operation["value"] = operation["value"].split()[0]
    for finding in kept["findings"]:
        finding["status"] = {"fixed": "drifted", "pending": "drifted"}.get(finding["status"], finding["status"])
        for follows_from_status in ("act", "severity", "title", "fix", "since", "restart"):
            del finding[follows_from_status]
    return kept


@pytest.mark.parametrize(("release", "language"), SERVERS)
@pytest.mark.parametrize("args", [OFF, ON, BACK], ids=["snp_disabled", "snp_enabled", "restored"])
def test_tcp_offload_matrix(release: str, language: str, args: dict[str, str]) -> None:
    server = Server(netsh.server(release, language))
    original = settings(server)
    if args == BACK:
        offload(server, **OFF)
    start, server.executions = settings(server), 0
    told = offload(server, check=True, **args)
    assert (settings(server), server.executions) == (start, 1)
    done = offload(server, **args)
    assert timeless(done) == timeless(told)
    assert server.executions == (3 if done["changed"] else 2)
    assert (settings(server) != start) == done["changed"]
    again, executions = offload(server, **args), server.executions
    assert (again["changed"], again["operations"], again["before"]) == (False, [], done["after"])
    assert executions == (4 if done["changed"] else 3)
    if args != BACK:
        state = args["profile"].removeprefix("snp_")
        features = set() if (release, state) == DEPRECATED else SNP[release]
        assert {name: done["after"][name]["state"] for name in features} == dict.fromkeys(features, state)
        offload(server, **BACK)
    assert settings(server) == original


@pytest.mark.parametrize("release", netsh.RELEASES)
def test_tcp_offload_says_which_features_a_release_lacks(release: str) -> None:
    found = statuses(offload(Server(netsh.server(release)), **OFF))
    missing = {feature for feature, status in found.items() if status == "not_applicable"}
    assert missing == {"chimney", "netdma"} - SNP[release]  # RSS is there on all of them


def test_tcp_offload_on_2003_writes_three_numbers_runs_one_command_and_needs_a_reboot() -> None:
    server = Server(netsh.server("5.2.3790"))
    result = offload(server, **OFF)
    values = parameters(server)
    assert [values[name] for name in ("EnableTCPChimney", "EnableRSS", "EnableTCPA")] == [0, 0, 0]
    assert commands(result) == ["interface ip set chimney DISABLED"]
    assert (result["reboot_required"], server.executions) == (True, 2)


def test_tcp_offload_needs_no_reboot_for_chimney_alone() -> None:
    server = Server(netsh.server("5.2.3790"))
    first = offload(server, chimney="disabled")
    assert (first["changed"], first["reboot_required"]) == (True, False)
    assert offload(server, rss="disabled")["reboot_required"] is True


def test_tcp_offload_that_netsh_fails_at_takes_effect_with_the_reboot() -> None:
    server = Server(netsh.server("5.2.3790"))
    server.document["netsh_exit_code"] = 1
    result = offload(server, chimney="disabled")
    assert (result["changed"], result["reboot_required"]) == (True, True)
    assert any("exit code 1" in warning for warning in result["warnings"])
    assert parameters(server)["EnableTCPChimney"] == 0


def test_tcp_offload_runs_no_command_on_what_is_inferred() -> None:
    server = Server(netsh.server("5.2.3790"))
    told = offload(server, check=True, chimney="disabled")
    assert "EnableTCPChimney is not there, which means enabled (inferred)" in told["findings"][0]["evidence"]
    offload(server, chimney="disabled")
    result = offload(server, **BACK)
    assert (commands(result), result["reboot_required"]) == ([], True)
    assert "EnableTCPChimney" not in parameters(server)
    known = Server(netsh.server("5.2.3790", EnableTCPChimney=1))
    offload(known, chimney="disabled")
    result = offload(known, **BACK)
    assert (commands(result), result["reboot_required"]) == (["interface ip set chimney ENABLED"], False)


def test_tcp_offload_fails_with_netshs_code_when_windows_goes_on_showing_something_else() -> None:
    server = Server(netsh.server("6.1.7601"))
    original = settings(server)
    server.document["netsh_exit_code"] = 87
    result = offload(server, **OFF)
    assert result["failed"] is True
    assert "did not keep" in result["msg"]
    assert "netsh interface tcp set global chimney=disabled netdma=disabled failed (exit code 87)" in result["msg"]
    back = offload(server, **BACK)
    assert statuses(back) == {"chimney": "compliant", "netdma": "compliant"}
    assert (back["before"], commands(back), settings(server)) == (back["after"], [], original)
    assert offload(server, **BACK)["changed"] is False


@pytest.mark.parametrize(
    ("word", "number", "state"), [("enabled", 1, "enabled"), ("enabled", 0, None), ("disabled", 1, None)]
)
def test_tcp_offload_netdma_of_2008_r2_is_unknown_where_its_two_controls_disagree(
    word: str, number: int, state: str | None
) -> None:
    document = netsh.server("6.1.7601", EnableTCPA=number)
    dump = document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace("netdma=enabled", f"netdma={word}")
    server = Server(document)
    told = offload(server, check=True, netdma=word)
    assert (told["before"]["netdma"]["state"], told["changed"]) == (state, False)
    assert statuses(told)["netdma"] == ("compliant" if state else "unknown")
    other = {"enabled": "disabled", "disabled": "enabled"}[word]
    predicted, done = offload(server, check=True, netdma=other), offload(server, netdma=other)
    assert timeless(predicted) == timeless(done)
    assert (done["changed"], parameters(server)["EnableTCPA"], words(server)["netdma"]) == (True, number, other)
    assert offload(server, netdma=other)["changed"] is False


@pytest.mark.parametrize("release", ["6.0.6002", "6.1.7601", "10.0.26100"])
def test_tcp_offload_does_not_take_an_absent_value_for_task_offload_that_is_on(release: str) -> None:
    server = Server(netsh.server(release))
    result = offload(server, check=True, task_offload="disabled")
    assert result["before"]["task_offload"] == {"state": None, "DisableTaskOffload": None}
    assert "less than a restart" in str(result["findings"])
    assert offload(Server(netsh.server("5.2.3790")), task_offload="enabled")["changed"] is False


def test_tcp_offload_says_in_words_that_a_value_was_not_there() -> None:
    server = Server(netsh.server("6.1.7601"))
    offload(server, task_offload="disabled")
    (told,) = offload(server, state="restored")["findings"]
    assert (told["wanted"], told["fix"]) == ("not there", f"Delete DisableTaskOffload in {netsh.PARAMETERS}.")
    assert "it was not there before" in str(told["evidence"])


def test_tcp_offload_sets_all_words_of_the_dump_in_one_command() -> None:
    server = Server(netsh.server("6.2.9200"))
    result = offload(server, chimney="automatic", rss="disabled", rsc="disabled")
    assert commands(result) == ["interface tcp set global chimney=automatic rss=disabled rsc=disabled"]
    assert {name: words(server)[name] for name in ("chimney", "rss", "rsc")} == {
        "chimney": "automatic",
        "rss": "disabled",
        "rsc": "disabled",
    }


def test_tcp_offload_leaves_rss_on_from_2008_on_unless_asked_by_name() -> None:
    server = Server(netsh.server("10.0.14393"))
    result = offload(server, **OFF)
    assert (words(server)["rss"], statuses(result)["rss"]) == ("enabled", "compliant")
    assert "KB2643970" in str(result["findings"])
    assert "KB2643970" in str(offload(server, rss="disabled")["warnings"])
    assert words(server)["rss"] == "disabled"
    assert offload(server, **ON)["changed"] is True
    assert words(server)["rss"] == "enabled"


def test_tcp_offload_leaves_deprecated_chimney_off_unless_asked_by_name() -> None:
    server = Server(netsh.server("10.0.14393"))
    result = offload(server, **ON)
    assert (words(server)["chimney"], statuses(result)["chimney"]) == ("disabled", "compliant")
    assert any("chimney: enabled is left out. Microsoft has deprecated" in each for each in result["warnings"])
    asked = offload(server, chimney="enabled")
    assert words(server)["chimney"] == "enabled"
    assert any(each.startswith("chimney: enabled. Microsoft has deprecated") for each in asked["warnings"])


def test_tcp_offload_undoes_what_netsh_of_2008_damages() -> None:
    document = netsh.server("6.0.6002")
    document["netsh_damage"] = {"TcpTimedWaitDelay": 0, "Invented": 1}
    server = Server(document)
    before = parameters(server)
    result = offload(server, chimney="disabled")
    assert parameters(server) == before
    assert any("KB967224" in warning and "TcpTimedWaitDelay" in warning for warning in result["warnings"])
    kept = [each["keeps"] for each in result["operations"] if each["operation"] == "run_command"]
    assert kept == [netsh.PARAMETERS]


@pytest.mark.parametrize("release", ["6.1.7601", "10.0.14393"])
def test_tcp_offload_guards_no_values_where_netsh_damages_none(release: str) -> None:
    result = offload(Server(netsh.server(release)), chimney="enabled")
    assert [each["keeps"] for each in result["operations"] if each["operation"] == "run_command"] == [""]


def test_tcp_offload_reports_ignored_and_does_not_take_them_for_the_setting() -> None:
    server = Server(netsh.server("6.2.9200", EnableTCPChimney=1, EnableRSS=0, EnableTCPA=0))
    result = offload(server, **OFF)
    ignored = [finding["subject"] for finding in result["findings"] if finding["id"] == "tcp_offload.ignored_value"]
    assert ignored == ["EnableTCPChimney", "EnableRSS", "EnableTCPA"]
    assert (result["changed"], statuses(result)["chimney"]) == (False, "compliant")


@pytest.mark.parametrize(("release", "count"), [("5.2.3790", 0), ("6.0.6002", 2), ("6.1.7601", 2), ("6.3.9600", 3)])
def test_tcp_offload_knows_from_which_release_on_a_value_is_ignored(release: str, count: int) -> None:
    server = Server(netsh.server(release, EnableTCPChimney=0, EnableRSS=0, EnableTCPA=0))
    found = [
        each for each in offload(server, chimney="disabled")["findings"] if each["id"] == "tcp_offload.ignored_value"
    ]
    assert len(found) == count


@pytest.mark.parametrize("release", netsh.RELEASES)
def test_tcp_offload_sets_task_offload_in_the_registry_on_every_release(release: str) -> None:
    server = Server(netsh.server(release))
    result = offload(server, task_offload="disabled")
    assert (parameters(server)["DisableTaskOffload"], result["reboot_required"]) == (1, True)
    assert offload(server, task_offload="enabled")["changed"] is True
    assert parameters(server)["DisableTaskOffload"] == 0


@pytest.mark.parametrize(
    ("release", "args", "message"),
    [
        (
            "5.2.3790",
            {"chimney": "automatic"},
            "automatic does not exist on this Windows, which has enabled and disabled",
        ),
        ("6.0.6002", {"chimney": "automatic"}, "automatic does not exist on this Windows"),
        ("6.1.7601", {}, "without a setting changes nothing"),
        ("6.1.7601", {"chimney": "disabled", "restart_connection_adapter": True}, "restart_adapters: allowed"),
    ],
)
def test_tcp_offload_refuses_what_cannot_be_meant(release: str, args: dict[str, Any], message: str) -> None:
    server = Server(netsh.server(release))
    start = settings(server)
    result = offload(server, **args)
    assert result["failed"] is True
    assert message in result["msg"]
    assert settings(server) == start


@pytest.mark.parametrize(("feature", "state"), [("chimney", "default"), ("rss", "automatic"), ("rss", True)])
def test_tcp_offload_takes_no_state_that_no_release_has(feature: str, state: Any) -> None:
    server = Server(netsh.server("6.1.7601"))
    with pytest.raises(AnsibleActionFail, match=f"value of {feature} must be one of: enabled, disabled.*got: {state}"):
        offload(server, **{feature: state})
    assert server.executions == 0


@pytest.mark.parametrize(
    "output",
    ["", "pushd interface tcp\r\nreset\r\npopd\r\n", "pushd interface ipv4\r\nset global rss=enabled\r\npopd\r\n"],
)
def test_tcp_offload_writes_nothing_where_the_dump_has_no_line(output: str) -> None:
    server = Server(netsh.server("6.1.7601"))
    server.document["commands"][netsh.DUMP] = {"exit_code": 0, "output": output}
    result = offload(server, chimney="disabled", task_offload="disabled")
    assert result["failed"] is True
    assert 'no line "set global"' in result["msg"]
    assert statuses(result)["chimney"] == "unknown"
    assert "DisableTaskOffload" not in parameters(server)


def test_tcp_offload_never_sends_a_word_that_the_dump_does_not_show() -> None:
    server = Server(netsh.server("6.1.7601"))
    dump = server.document["commands"][netsh.DUMP]
    dump["output"] = dump["output"].replace("netdma=enabled ", "")
    result = offload(server, **OFF)
    assert commands(result) == ["interface tcp set global chimney=disabled"]
    assert statuses(result)["netdma"] == "not_applicable"


def test_tcp_offload_writes_nothing_where_the_release_is_unknown() -> None:
    server = Server(netsh.server("5.2.3790"))
    del server.document["registry"][netsh.VERSION_KEY]
    result = offload(server, **OFF)
    assert (result["failed"], set(statuses(result).values())) == (True, {"unknown"})


@pytest.mark.parametrize(
    ("tcpip", "netsh_version", "status"),
    [
        ("5.2.3790.2670", "5.2.3790.1830", "fixed"),
        ("5.2.3790.1830", "5.2.3790.2670", "not_applicable"),
        (None, "5.2.3790.2670", "fixed"),
        (None, "5.2.3790.1860", "not_applicable"),
        (None, None, "unknown"),
    ],
)
def test_tcp_offload_on_sp1_goes_by_the_version_of_tcpip_or_else_of_netsh(
    tcpip: str | None, netsh_version: str | None, status: str
) -> None:
    document = netsh.server("5.2.3790")
    document["registry"][netsh.VERSION_KEY]["CSDVersion"] = "Service Pack 1"
    document["registry"]["HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip"] = {
        "ImagePath": {"REG_EXPAND_SZ": "system32\\DRIVERS\\tcpip.sys"}
    }
    document["files"]["C:\\WINDOWS\\system32\\netsh.exe"] = {"file_version": netsh_version, "size": 1}
    document["files"]["C:\\WINDOWS\\system32\\DRIVERS\\tcpip.sys"] = {"file_version": tcpip, "size": 1}
    server = Server(document)
    result = offload(server, **OFF)
    assert set(statuses(result).values()) == {status}
    assert ("EnableRSS" in parameters(server)) == (status == "fixed")
    assert statuses(offload(server, task_offload="disabled"))["task_offload"] == "fixed"


@pytest.mark.parametrize(("value", "state"), [(2, "enabled"), (1, "enabled"), (0, "disabled"), ("2", "unknown")])
def test_tcp_offload_takes_every_number_of_rss_but_0_for_on(value: Any, state: str) -> None:
    document = netsh.server("5.2.3790")
    document["registry"][netsh.PARAMETERS]["EnableRSS"] = value
    server = Server(document)
    assert offload(server, check=True, rss="enabled")["changed"] == (state != "enabled")
    assert offload(server, rss="disabled")["changed"] == (state != "disabled")
    assert parameters(server)["EnableRSS"] == 0
    if state == "enabled":
        assert run(ActionModule, server, {"rss": "enabled", "state": "restored"})["changed"]
        assert parameters(server)["EnableRSS"] == value


def test_tcp_offload_writes_nothing_when_the_dump_changed_since_it_was_read() -> None:
    class Changing(Server):
        """A server that someone else changes between the two executions."""

        def answer(self, nonce: str, request: Any) -> bytes:
            """Answer, after someone turned RSS off."""
            if request.operations:
                dump = self.document["commands"][netsh.DUMP]
                self.document["commands"][netsh.DUMP] = {
                    **dump,
                    "output": dump["output"].replace("rss=enabled", "rss=disabled"),
                }
            return super().answer(nonce, request)

    server = Changing(netsh.server("6.1.7601"))
    result = offload(server, **OFF)
    assert "the server changed between reading and writing" in result["msg"]
    assert words(server)["chimney"] == "automatic"


def test_tcp_offload_keeps_the_first_state_for_restoring() -> None:
    server = Server(netsh.server("6.1.7601"))
    original = settings(server)
    for args in (OFF, ON, OFF):
        assert offload(server, **args)["changed"] is True
    result = offload(server, reason="", **BACK)
    assert result["after"]["chimney"] == {"state": "automatic"}
    assert settings(server) == original


def test_tcp_offload_restores_only_what_is_named() -> None:
    server = Server(netsh.server("5.2.3790"))
    offload(server, reason="the driver is too old", **OFF)
    result = offload(server, state="restored", rss="disabled")
    assert "EnableRSS" not in parameters(server)
    assert parameters(server)["EnableTCPA"] == 0
    assert "the driver is too old" in str(result["findings"])


def test_tcp_offload_enters_reason_and_review_in_the_ledger() -> None:
    server = Server(netsh.server("5.2.3790"))
    offload(server, reason="driver 3.5.8.0", review_when="driver >= 3.7.19", rss="disabled")
    entry = server.document["registry"][f"{LEDGER}\\0001"]
    assert {name: entry[name] for name in ("Resource", "Subject", "Reason", "ReviewWhen")} == {
        "Resource": "tcp_offload",
        "Subject": "rss",
        "Reason": "driver 3.5.8.0",
        "ReviewWhen": "driver >= 3.7.19",
    }


def test_tcp_offload_restores_nothing_of_another_release() -> None:
    server = Server(netsh.server("5.2.3790"))
    offload(server, chimney="disabled")
    upgraded = netsh.server("6.1.7601")
    upgraded["registry"].update(
        {path: each for path, each in server.document["registry"].items() if path.startswith(LEDGER)}
    )
    result = offload(Server(upgraded), **BACK)
    assert (result["changed"], statuses(result)["chimney"]) == (False, "not_applicable")


def test_tcp_offload_repairs_a_value_of_no_known_meaning() -> None:
    server = Server(netsh.server("5.2.3790", EnableRSS="0"))
    original = settings(server)
    assert offload(server, rss="disabled")["changed"] is True
    assert parameters(server)["EnableRSS"] == 0
    offload(server, **BACK)
    assert settings(server) == original


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_tcp_offload_on_the_demo_servers(path: Path) -> None:
    server = Server(load(path))
    original = settings(server)
    rule = {"match": "physical && present == `true`", "lso": "disabled", "tcp_connection_offload": "disabled"}
    args = {**OFF, "adapters": [rule]}
    told, done = offload(server, check=True, **args), offload(server, **args)
    assert timeless(done) == timeless(told)
    assert done["changed"] is True
    assert settings(server) != original
    assert offload(server, **args)["changed"] is False
    offload(server, **BACK)
    assert settings(server) == original
