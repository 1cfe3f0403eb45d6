# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds of commands, and of what tells through which interface a server is managed, on a lab server and a replica
alike."""

from __future__ import annotations

from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import Executor, execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.scenarios import netsh

RECORD = "HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0001"
CHIMNEY_OFF = q.CommandQuery("netsh", "interface ip set chimney DISABLED")
# What netsh must not touch, in every type; the command adds or changes EnableTCPChimney.
OTHERS: dict[str, Any] = {
    "Text": 'ü \\ " 名',
    "Expand": {"REG_EXPAND_SZ": "%SystemRoot%\\x"},
    "List": ["a", "b c"],
    "Number": 0xFFFFFFFF,
    "Long": {"REG_QWORD": 2**63},
    "Bytes": {"REG_BINARY": "00ff"},
}


class CommandContract:
    """A subclass gives the fixture `make`: a document -> an executor of such a server."""

    @staticmethod
    def do(server: Executor, *operations: op.Operation, queries: tuple[q.Query, ...] = ()) -> Reply:
        """Return the reply to operations, which enter a record first."""
        record = op.LedgerEntry(RECORD, {"Subject": "chimney"})
        return execute(
            server,
            Request((q.RegistryQuery(RECORD), q.RegistryQuery(netsh.PARAMETERS), *queries), (record, *operations)),
        )

    def values(self, reply: Reply) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the values of the record and of Tcpip\\Parameters."""
        return reply.document["registry"][RECORD], reply.document["registry"][netsh.PARAMETERS]

    def test_a_value_that_a_command_adds_is_taken_away_again(self, make: Any) -> None:
        server = make(netsh.server("5.2.3790", **OTHERS))
        record, parameters = self.values(self.do(server, op.RunCommand(CHIMNEY_OFF, None, RECORD, netsh.PARAMETERS)))
        assert "EnableTCPChimney" not in parameters
        assert {name: parameters[name] for name in OTHERS} == OTHERS
        assert record["PutBack"] == ["EnableTCPChimney"]

    def test_a_value_that_a_command_changes_is_put_back_with_its_type(self, make: Any) -> None:
        server, found = make(netsh.server("5.2.3790")), None
        for place, value in enumerate(
            (1, "text", ["a", "b"], {"REG_BINARY": "01"}, {"REG_EXPAND_SZ": "%x%"}, {"REG_QWORD": 2**63})
        ):
            record = f"{RECORD}{place}"
            operations = (
                op.LedgerEntry(record, {"Subject": "chimney"}),
                op.SetValue(netsh.PARAMETERS, "EnableTCPChimney", value, found),
                op.RunCommand(CHIMNEY_OFF, None, record, netsh.PARAMETERS),
            )
            queries = (q.RegistryQuery(record), q.RegistryQuery(netsh.PARAMETERS))
            read = execute(server, Request(queries, operations)).document["registry"]
            assert read[netsh.PARAMETERS]["EnableTCPChimney"] == value
            assert read[record]["PutBack"] == ["EnableTCPChimney"]
            found = value

    def test_a_key_that_a_command_leaves_alone_is_not_noted(self, make: Any) -> None:
        server = make(netsh.server("5.2.3790", EnableTCPChimney=0))
        record, parameters = self.values(self.do(server, op.RunCommand(CHIMNEY_OFF, None, RECORD, netsh.PARAMETERS)))
        assert (parameters["EnableTCPChimney"], record) == (0, {"Subject": "chimney"})

    def test_what_a_command_does_stays_where_nothing_is_kept(self, make: Any) -> None:
        record, parameters = self.values(
            self.do(make(netsh.server("5.2.3790")), op.RunCommand(CHIMNEY_OFF, None, RECORD))
        )
        assert (parameters["EnableTCPChimney"], record) == (0, {"Subject": "chimney"})

    def test_a_command_that_fails_is_noted_and_the_rest_is_carried_out(self, make: Any) -> None:
        command = q.CommandQuery("netsh", "interface tcp set global nothing=enabled")
        rest = op.SetValue(netsh.PARAMETERS, "EnableRSS", 0, None)
        reply = self.do(make(netsh.server("6.1.7601")), op.RunCommand(command, None, RECORD), rest)
        record, parameters = self.values(reply)
        assert (record["RefusedCode"], parameters["EnableRSS"]) == (1, 0)
        assert reply.operations[1]["exit_code"] == 1

    def test_a_word_that_is_set_shows_in_the_next_dump(self, make: Any) -> None:
        command, dump = (
            q.CommandQuery("netsh", "interface tcp set global chimney=disabled rss=disabled"),
            q.CommandQuery("netsh", "interface tcp dump"),
        )
        for language in netsh.LANGUAGES:
            server = make(netsh.server("6.1.7601", language))
            reply = self.do(
                server,
                op.RunCommand(command, (dump, execute(server, Request((dump,))).document["commands"][dump.line])),
                queries=(dump,),
            )
            shown = reply.document["commands"][dump.line]["output"]
            assert "\nset global rss=disabled chimney=disabled autotuninglevel=normal " in shown
            assert not reply.conflicts

    def test_a_file_may_be_named_by_a_variable_of_the_environment(self, make: Any) -> None:
        server = make(netsh.server("5.2.3790"))
        root = execute(server, Request(())).document["environment"]["SystemRoot"]
        files = execute(server, Request((q.FileQuery(("%SystemRoot%\\nothing.exe",)),))).document["files"]
        assert files == {f"{root}\\nothing.exe": None}

    def test_an_interface_tells_whether_the_server_is_managed_over_it_or_that_it_cannot_tell(self, make: Any) -> None:
        document = netsh.server("6.1.7601")
        document["interfaces"] = [{"id": "{1}", "name": "LAN", "addresses": [], "management": False}]
        interfaces = execute(make(document), Request((q.InterfaceQuery(),))).document["interfaces"]
        assert interfaces
        assert all(interface["management"] in (True, False, None) for interface in interfaces)
