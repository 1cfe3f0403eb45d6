# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of win_filter_driver, from its options to its result, on a connection that answers as a server does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from requests import ConnectionError as RequestsConnectionError
from winrm.exceptions import WinRMOperationTimeoutError, WinRMTransportError, WSManFaultError

from ansible_collections.server_baseline.windows.plugins.action.win_filter_driver import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import PARTS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply, wrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.cases import kind
from tests.support.servers import FAMV4, LEDGER, Server, exchange, run

NAME = {"name": "FAMv4"}


def disable(server: Server, *, check: bool = False, environment: Any = None, **args: Any) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server, {**NAME, **args}, check=check, environment=environment)


@pytest.mark.parametrize("chosen", [{"name": "Otman5"}, {"name": None, "classifications": ["known_leftover"]}])
def test_check_mode_predicts_the_lists_of_which_a_driver_is_taken_out(chosen: dict[str, Any]) -> None:
    server = Server(kind("K1"))
    given = {**chosen, "clean_filter_lists": True}
    predicted, done = disable(server, check=True, **given), disable(server, **given)
    assert [place.rpartition("\\")[2] for place in done["after"]["Otman5"]] == ["Start", "status", "UpperFilters"]
    assert (predicted["after"], predicted["diff"]) == (done["after"], done["diff"])


class Server2(Server):
    """A server on which something happens in the second execution, which writes."""

    def happens(self, nonce: str, request: Request) -> bytes | None:
        """Do something, or return another answer."""

    def answer(self, nonce: str, request: Request) -> bytes:
        """Answer an execution."""
        other = self.happens(nonce, request) if request.operations else None
        return super().answer(nonce, request) if other is None else other


def test_a_drifted_server_costs_two_executions_and_a_compliant_one() -> None:
    server = Server(exchange())
    assert disable(server)["changed"] is True
    assert server.executions == 2
    assert disable(server)["changed"] is False
    assert server.executions == 3


def test_check_mode_writes_nothing_and_predicts_the_run() -> None:
    server = Server(exchange())
    predicted = disable(server, check=True)
    assert server.document["registry"] == exchange()["registry"]
    assert server.executions == 1
    done = disable(server)
    assert [result.pop("findings")[0]["status"] for result in (predicted, done)] == ["drifted", "fixed"]
    for result in (predicted, done):  # the time of day may differ
        del result["judged"], result["operations"][0]["values"]["When"]
    assert predicted == done


def test_what_cannot_be_judged_when_it_is_read_back_does_not_hide_that_it_was_written() -> None:
    class Installs(Server2):
        def happens(self, nonce: str, request: Request) -> bytes | None:
            self.document["registry"][FAMV4].pop("Group")
            return None

    policy = {"match": "starts_with(group, 'F')", "classifications": ["known_leftover"]}
    result = run(ActionModule, Installs(exchange()), policy)
    assert result["failed"], result
    assert result["changed"]
    assert result["msg"].startswith("all was written, but what was read back cannot be judged: match (starts_with")


def test_the_result_says_what_was_and_what_is() -> None:
    result = disable(Server(exchange()), reason="hangs Exchange")
    assert result["before"] == {"FAMv4": {"Start": 1, "status": "running"}}
    assert result["after"] == {"FAMv4": {"Start": 4, "status": "stopped"}}
    assert result["diff"] == [
        {"before_header": "before", "after_header": "after", "before": result["before"], "after": result["after"]}
    ]
    assert [operation["operation"] for operation in result["operations"]] == [
        "ledger_entry",
        "set_value",
        "stop_driver",
    ]
    assert result["operations"][0]["values"]["Reason"] == "hangs Exchange"
    assert result["reboot_required"] is False
    assert not {"failed", "warnings"} & set(result)


def test_a_driver_is_restored_with_every_value_and_type() -> None:
    server = Server(exchange(Tag={"REG_QWORD": 1}))
    disable(server)
    assert server.document["registry"][FAMV4]["Start"] == 4
    assert disable(server, state="restored")["changed"] is True
    assert server.document["registry"][FAMV4] == exchange(Tag={"REG_QWORD": 1})["registry"][FAMV4]
    assert server.document["services"]["FAMv4"]["status"] == "running"
    assert disable(server, state="restored")["changed"] is False


def test_a_start_type_that_windows_does_not_know_is_told_and_not_restored() -> None:
    server = Server(exchange(Start={"REG_QWORD": 1}))
    assert "its Start is none of 0 to 4" in " ".join(disable(server)["findings"][0]["evidence"])
    result = disable(server, state="restored")
    assert (result["failed"], result["changed"]) == (True, False)
    assert "0001 of the ledger has the Start {'REG_QWORD': 1}, which is none of 0 to 4" in result["msg"]


def test_a_policy_that_refuses_one_driver_changes_the_others_and_fails_where_asked() -> None:
    asked = {"name": [], "match": "name == 'FAMv4' || name == 'atapi'"}
    server = Server(exchange())
    assert not disable(server, check=True, **asked).get("failed")
    result = disable(server, **asked, fail_on_refused=True)
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("atapi is not disabled: its ErrorControl is 3")
    assert {each["subject"]: each["status"] for each in result["findings"]} == {"FAMv4": "fixed", "atapi": "refused"}
    assert server.document["registry"][FAMV4]["Start"] == 4


def test_a_driver_that_does_not_stop_asks_for_a_restart_once_seen() -> None:
    class Refuses(Server2):
        def happens(self, nonce: str, request: Request) -> None:
            self.document["services"]["FAMv4"]["can_stop"] = False

    server = Refuses(exchange())
    result = disable(server)
    assert result["reboot_required"] is True
    assert result["after"] == {"FAMv4": {"Start": 4, "status": "running"}}
    assert "Windows refused to stop it (error 1052)" in result["findings"][0]["evidence"][-1]
    assert server.document["registry"][f"{LEDGER}\\0001"]["RefusedCode"] == 1052
    assert disable(server)["changed"] is False


def test_become_is_refused_before_anything_is_sent() -> None:
    server = Server(exchange())
    server.become = object()
    result = disable(server)
    assert result["failed"]
    assert re.search(
        "become: true is not supported here.*remove become from the task, or set server_baseline_execution: module",
        result["msg"],
    )
    assert server.executions == 0


@pytest.mark.parametrize("name", ["FAMv4", "FAM*"])
def test_environment_is_warned_about_whether_the_task_succeeds_or_fails(name: str) -> None:
    result = disable(Server(exchange()), name=name, environment=[{"A": "b"}])
    assert bool(result.get("failed")) is (name == "FAM*")
    assert result["warnings"] == ["environment: has no effect on this module: it starts no module on the server"]


@pytest.mark.parametrize("environment", [[], [{}]])
def test_no_environment_is_no_warning(environment: Any) -> None:
    assert "warnings" not in disable(Server(exchange()), environment=environment)


def test_options_are_refused_before_anything_is_sent() -> None:
    server = Server(exchange())
    assert "FAM*" in disable(server, name="FAM*")["msg"]
    assert server.executions == 0


def test_a_refused_driver_fails_with_its_findings_and_nothing_is_written() -> None:
    server = Server(exchange())
    result = disable(server, name=["FAMv4", "atapi"])
    assert (result["failed"], result["changed"]) == (True, False)
    assert "atapi is not disabled, and nothing else is changed" in result["msg"]
    assert [finding["status"] for finding in result["findings"]] == ["drifted", "refused"]
    assert server.document["registry"] == exchange()["registry"]


@pytest.mark.parametrize("check", [False, True])
def test_a_value_that_cannot_be_restored_is_refused_in_check_mode_too(check: bool) -> None:
    server = Server(exchange(Start={"REG_NONE": "01"}))
    result = disable(server, check=check)
    assert re.search(r"FAMv4\\Start is of type REG_NONE, which cannot be written back", result["msg"])
    assert result["failed"]
    assert server.executions == 1


def test_a_value_that_changed_in_between_is_left_and_reported() -> None:
    class Meddled(Server2):
        def happens(self, nonce: str, request: Request) -> None:
            self.document["registry"][FAMV4]["Start"] = 3

    server = Meddled(exchange())
    result = disable(server)
    assert result["msg"].startswith("the server changed between reading and writing, so nothing was written: ")
    assert f"{FAMV4}\\Start holds 3 where 1 was read. Run the task again" in result["msg"]
    assert not [key for key in server.document["registry"] if key.startswith(LEDGER)]
    assert disable(Server(server.document))["changed"] is True


def test_a_value_that_does_not_stay_is_reported() -> None:
    class Reverted(Server2):
        def happens(self, nonce: str, request: Request) -> bytes:
            super(Server2, self).answer(nonce, request)
            self.document["registry"][FAMV4]["Start"] = 1
            return self.answer_as_done(nonce, request)

    assert "Start. Does a policy or another program set it?" in disable(Reverted(exchange()))["msg"]


def test_a_connection_that_is_lost_while_writing_leaves_a_ledger_from_which_the_next_run_goes_on() -> None:
    class Lost(Server2):
        def happens(self, nonce: str, request: Request) -> bytes:
            super(Server2, self).answer(nonce, request)
            return b"0024:err:"

    server = Lost(exchange())
    assert re.search("did not answer.*may have been changed.*the same task run again goes on", disable(server)["msg"])
    rerun = Server(server.document)
    assert disable(rerun)["changed"] is False
    assert disable(rerun, state="restored")["changed"] is True
    assert rerun.document["registry"][FAMV4] == exchange()["registry"][FAMV4]


@pytest.mark.parametrize(
    "error",
    [
        WSManFaultError(500, "x", "x", "quota exceeded"),
        WinRMTransportError("http", 500, "x"),
        WinRMOperationTimeoutError("too long"),
        AnsibleError("winrm send_input failed"),
        ConnectionResetError("reset by peer"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_connection_raises_while_writing_the_server_may_have_been_changed(error: Exception) -> None:
    class Failing(Server2):
        def happens(self, nonce: str, request: Request) -> bytes:
            super(Server2, self).answer(nonce, request)
            raise error

    msg = disable(Failing(exchange()))["msg"]
    assert re.search(f"connection failed: {type(error).__name__}: .*may have been changed.*goes on from there", msg)


FAILURES = {
    "access denied on the driver": (
        {"unreadable": {FAMV4: "access_denied"}},
        (
            r"FAMv4 could not be judged: .*Services\\FAMv4 could not be read \(access_denied\); "
            "connect as a local administrator"
        ),
    ),
    "access denied on the ledger": (
        {"unreadable": {LEDGER: "access_denied"}, "registry": {**exchange()["registry"], f"{LEDGER}\\0001": {}}},
        r"Server Baseline\\Ledger cannot be read: access is denied; connect as a local administrator",
    ),
    "a 32-bit PowerShell 2.0": (
        {
            "unreadable": {LEDGER: "InvalidOperationException: wow64"},
            "registry": {**exchange()["registry"], f"{LEDGER}\\0001": {}},
        },
        r"Ledger cannot be read: a 32-bit PowerShell 2.0 answered on 64-bit Windows.*ansible_psrp_configuration_name",
    ),
    "a damaged ledger": (
        {
            "registry": {
                **exchange()["registry"],
                f"{LEDGER}\\0001": {"Resource": "filter_driver", "Subject": "FAMv4", "Before": "x", "After": "x"},
            }
        },
        r"Ledger\\0001 of the ledger has When = None.*mend it",
    ),
    "a value in no form": ({"registry": {FAMV4: {"Type": 2, "Group": True}}}, "True is not a registry value"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_cannot_be_read_fails_with_key_and_remedy(case: str) -> None:
    parts, message = FAILURES[case]
    result = disable(Server({**exchange(), **parts}), check=True)
    assert result["failed"]
    assert re.search(message, result["msg"])


ANSWERS = {
    "no PowerShell": (b"", "did not answer on the server"),
    "no input": (b"baseline:no-input", "passed no standard input"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_server_that_gives_no_reply_fails_the_task(case: str) -> None:
    class Silent(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            return ANSWERS[case][0]

    result = disable(Silent(exchange()))
    assert ANSWERS[case][1] in result["msg"]
    assert "may have been changed" not in result["msg"]
    assert result["findings"] == []


def test_a_query_that_fails_fails_the_task() -> None:
    class Broken(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            parts = {part: kind() for part, kind in PARTS.items()}
            failure = {"operation": -1, "writing": False, "reason": "IOException: x"}
            return wrap(nonce, Reply(parts, failure=failure)).encode()

    assert disable(Broken(exchange()))["msg"] == "the server could not be read: IOException: x"


@pytest.mark.parametrize("kind", [RequestsConnectionError, AnsibleConnectionFailure])
@pytest.mark.parametrize("operations", [False, True])
def test_what_a_connection_says_of_a_server_steers_no_terminal(kind: type[Exception], operations: bool) -> None:
    class Gone(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            if bool(request.operations) is operations:
                raise kind("\x1b[2J\x9b31m\u202e\ud83d")
            return super().answer(nonce, request)

    with pytest.raises(AnsibleConnectionFailure) as raised:
        disable(Gone(exchange()))
    assert r"\u001b[2J\u009b31m\u202e" in str(raised.value)
    assert str(raised.value).isprintable()
    assert raised.value.__cause__ is None  # whose text ansible-core 2.19 and later print, too


def test_a_lost_connection_makes_the_host_unreachable() -> None:
    class Gone(Server):
        def answer(self, nonce: str, request: Request) -> bytes:
            raise RequestsConnectionError("reset by peer")

    with pytest.raises(AnsibleConnectionFailure, match="the connection to the server failed: reset by peer"):
        disable(Gone(exchange()))
