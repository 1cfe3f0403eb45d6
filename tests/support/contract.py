# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that the contract tests work on, described once, and what stands for it: a lab server or a replica."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import IDENTITY
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import Executor, execute, unpack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply, wrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
KEY = "HKLM\\SOFTWARE\\Contract"
ODD = 'a\\"$(1)`b`\n\t\x01é\u2028\U0001f600'
"""What a careless script would expand, cut or lose."""

VALUES: dict[str, Any] = {
    "": "the default value",
    "text": ODD,
    "empty text": "",
    "expand": {"REG_EXPAND_SZ": "%SystemRoot%\\x"},
    "multi": ["one", "two words", ODD],
    "empty multi": [],
    "dword": 0xFFFFFFFF,
    "zero": 0,
    "qword": {"REG_QWORD": 2**64 - 1},
    "binary": {"REG_BINARY": "00ff10"},
    "empty binary": {"REG_BINARY": ""},
    f"name {ODD}": "a value of an odd name",
}


HASH = "0" * 64
"""What stands for the SHA-256 of a file that a lab makes and a replica does not."""


def _file(company: str, **facts: str | None) -> dict[str, Any]:
    times = {"created": "2006-03-01T00:00:00Z", "modified": "2006-03-01T00:00:00Z"}
    return {
        "file_version": "4.0.0.1",
        "product_version": "4.0.0.1",
        "company": company,
        "product": "File Access Manager",
        **times,
        **facts,
    }


def document() -> dict[str, Any]:
    """Describe a Server 2003 with a driver that stops, one that does not, a service, and a key of every type."""
    drivers = "C:\\windows\\system32\\drivers"
    return {
        "format": 1,
        "name": "contract",
        "environment": {"SystemRoot": "C:\\windows", "SystemDrive": "C:", "architecture": "AMD64"},
        "registry": {
            "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": {
                "CurrentVersion": "5.2",
                "CurrentBuildNumber": "3790",
            },
            f"{SERVICES}\\FAMv4": {
                "Type": 2,
                "Start": 1,
                "ErrorControl": 1,
                "Group": "Filter",
                "ImagePath": {"REG_EXPAND_SZ": "\\SystemRoot\\system32\\drivers\\FAMv4.sys"},
            },
            f"{SERVICES}\\FAMv4\\Security": {"Security": {"REG_BINARY": "0100"}},
            f"{SERVICES}\\Stubborn": {
                "Type": 2,
                "Start": 1,
                "ErrorControl": 1,
                "ImagePath": "system32\\drivers\\Stubborn.sys",
            },
            f"{SERVICES}\\Own": {"Type": 4, "Start": 3, "ErrorControl": 1, "ImagePath": "system32\\drivers\\Own.sys"},
            f"{SERVICES}\\Gone": {"Type": 1, "Start": 3, "ErrorControl": 1, "ImagePath": "system32\\drivers\\Gone.sys"},
            f"{SERVICES}\\Worker": {
                "Type": 0x10,
                "Start": 3,
                "ErrorControl": 1,
                "DependOnService": ["FAMv4"],
                "ImagePath": {"REG_EXPAND_SZ": '"C:\\Program Files\\Worker\\worker.exe" -k all'},
            },
            f"{KEY} denied": {"a": 1},
            f"{KEY} part\\denied": {"a": 1},
            KEY: VALUES,
            f"{KEY}\\None": {"none": {"REG_NONE": "ab"}},
            f"{KEY}\\0001\\Ndi": {"Service": "b57"},
            f"{KEY}\\0002\\Ndi": {"Service": "E1000"},
            f"{KEY}\\Properties": {},
        },
        "files": {
            f"{drivers}\\FAMv4.sys": _file(
                "Vision Works Solutions Incorporated",
                description="File Access Manager Driver",
                signer="CN=Vision Works Solutions Incorporated",
                sha256=HASH,
                authentihash=HASH,
            ),
            **{
                f"{drivers}\\{name}.sys": _file(
                    "Vision Works Solutions Incorporated", signer=None, sha256=HASH, authentihash=HASH
                )
                for name in ("Stubborn", "Old")
            },
            f"{drivers}\\Own.sys": _file("Microsoft Corporation", original_filename="OWN.SYS"),
        },
        "services": {
            "FAMv4": {"status": "running", "can_stop": True},
            "Stubborn": {"status": "running", "can_stop": True, "refused_code": 1460},
            "Gone": {"status": "stopped"},
            "Worker": {"status": "stopped"},
        },
        "unreadable": {f"{KEY} denied": "access_denied", f"{KEY} part\\denied": "access_denied"},
        "access": {KEY: ["S-1-5-32-544"]},
        "commands": {
            "netsh interface tcp dump": {
                "exit_code": 0,
                "output": "pushd interface tcp\r\nset global rss=enabled\r\npopd\r\n",
            }
        },
    }


class ReplicaExecutor:
    """Executes requests on a replica as the connection plugin does, without Ansible."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self.replica = Replica(dict(description))
        self.executions = 0

    def _low_level_execute_command(
        self, cmd: str, sudoable: bool = True, in_data: bytes | None = None
    ) -> dict[str, Any]:
        self.executions += 1
        nonce, request = unpack(in_data or b"")
        return {"rc": 0, "stdout": wrap(nonce, self.replica.execute(request)), "stderr": ""}


class Contract:
    """What holds of a server and of its replica alike. A subclass gives the fixture `server`, an executor of one such
    server."""

    @staticmethod
    def ask(server: Executor, *queries: q.Query) -> dict[str, Any]:
        """Return what a server answers."""
        return execute(server, Request(queries)).document

    @staticmethod
    def do(server: Executor, *operations: op.Operation) -> Reply:
        """Return the reply to operations."""
        return execute(server, Request((), operations))

    def keys(self, server: Executor, *queries: q.RegistryQuery) -> dict[str, Any]:
        """Return the registry part of an answer."""
        return dict(self.ask(server, *queries)["registry"])

    def test_every_type_is_read_exactly(self, server: Executor) -> None:
        assert self.keys(server, q.RegistryQuery(KEY)) == {KEY: VALUES}

    def test_types_that_cannot_be_written_are_read_and_reported(self, server: Executor) -> None:
        assert self.keys(server, q.RegistryQuery(f"{KEY}\\None")) == {f"{KEY}\\None": {"none": {"REG_NONE": "ab"}}}

    def test_every_type_is_written_exactly(self, server: Executor) -> None:
        copy = f"{KEY} copy"
        reply = self.do(server, *(op.SetValue(copy, name, value, None) for name, value in VALUES.items()))
        assert (reply.conflicts, reply.failure) == ([], None)
        assert self.keys(server, q.RegistryQuery(copy)) == {copy: VALUES}

    def test_an_absent_key_is_no_answer_and_no_error(self, server: Executor) -> None:
        answer = self.ask(server, q.RegistryQuery(f"{KEY}\\nothing"), q.RegistryQuery("HKLM\\NOTHING\\*\\below"))
        assert (answer["registry"], answer["unreadable"]) == ({}, {})

    def test_wildcards_match_whole_names_at_their_level(self, server: Executor) -> None:
        found = self.keys(server, q.RegistryQuery(f"{KEY}\\????\\Ndi", ("Service",)))
        assert found == {f"{KEY}\\0001\\Ndi": {"Service": "b57"}, f"{KEY}\\0002\\Ndi": {"Service": "E1000"}}

    def test_depth_counts_levels_and_the_whole_tree_has_no_end(self, server: Executor) -> None:
        levels = [set(self.keys(server, q.RegistryQuery(KEY, depth=depth))) for depth in (0, 1, q.WHOLE_TREE)]
        first = {f"{KEY}\\{name}" for name in ("None", "0001", "0002", "Properties")}
        assert levels == [{KEY}, {KEY} | first, {KEY} | first | {f"{KEY}\\0001\\Ndi", f"{KEY}\\0002\\Ndi"}]

    def test_chosen_values_leave_out_keys_that_have_none_of_them(self, server: Executor) -> None:
        found = self.keys(
            server, q.RegistryQuery(f"{SERVICES}\\*", ("Group", "nothing"), where=q.Filter("Start", mask=1))
        )
        assert found[f"{SERVICES}\\FAMv4"] == {"Group": "Filter"}
        assert f"{SERVICES}\\Stubborn" not in found

    def test_names_are_found_whatever_their_case_and_come_as_they_were_asked(self, server: Executor) -> None:
        assert self.keys(server, q.RegistryQuery(KEY.upper(), ("DWORD",))) == {KEY.upper(): {"DWORD": 0xFFFFFFFF}}

    def test_a_filter_looks_at_bits(self, server: Executor) -> None:
        drivers = self.keys(server, q.RegistryQuery(f"{SERVICES}\\*", ("Type",), where=q.Filter("Type", mask=0xB)))
        assert {f"{SERVICES}\\{name}" for name in ("FAMv4", "Stubborn", "Gone")} <= set(drivers)
        assert f"{SERVICES}\\Worker" not in drivers

    def test_a_filter_looks_for_texts_in_lists_and_alone(self, server: Executor) -> None:
        needing = q.RegistryQuery(
            f"{SERVICES}\\*", ("DependOnService",), where=q.Filter("DependOnService", any_of=("famV4",))
        )
        named = q.RegistryQuery(f"{KEY}\\*\\Ndi", where=q.Filter("Service", any_of=("e1000", "x")))
        assert self.keys(server, needing) == {f"{SERVICES}\\Worker": {"DependOnService": ["FAMv4"]}}
        assert list(self.keys(server, named)) == [f"{KEY}\\0002\\Ndi"]

    def test_the_file_of_an_image_is_described_by_its_full_path(self, server: Executor) -> None:
        answer = self.ask(server, q.RegistryQuery(f"{SERVICES}\\FAMv4", depth=q.WHOLE_TREE, image="ImagePath"))
        assert list(answer["files"]) == ["C:\\windows\\system32\\drivers\\FAMv4.sys"]
        facts = answer["files"]["C:\\windows\\system32\\drivers\\FAMv4.sys"]
        assert (facts["company"], facts["file_version"]) == ("Vision Works Solutions Incorporated", "4.0.0.1")
        assert (facts["description"], facts["modified"]) == ("File Access Manager Driver", "2006-03-01T00:00:00Z")

    def test_keys_are_read_that_a_value_names(self, server: Executor) -> None:
        """Whatever the case of the name; a name that no key has reads nothing, and is nothing unreadable."""
        key = f"{KEY} names"
        names = {"1": "famV4", "2": "E1000", "3": "Own", "4": "Worker"}
        self.do(server, *(op.SetValue(f"{key}\\{name}", "Service", text, None) for name, text in names.items()))
        self.do(server, op.SetValue(f"{key}\\4", "Left", "out", None))
        where = q.Filter("Service", any_of=("famV4", "E1000", "Own"))
        naming = q.RegistryQuery(f"{key}\\*", ("Service",), where=where, naming="Service")
        named = q.RegistryQuery(f"{SERVICES}\\*", ("Type",), named=True, image="ImagePath")
        answer = self.ask(server, naming, named)
        found = {path: values for path, values in answer["registry"].items() if path.startswith(SERVICES)}
        assert found == {f"{SERVICES}\\{name}": {"Type": kind} for name, kind in (("FAMv4", 2), ("Own", 4))}
        assert sorted(path[path.rindex("\\") + 1 :] for path in answer["files"]) == ["FAMv4.sys", "Own.sys"]
        assert not [path for path in answer["unreadable"] if path.startswith(SERVICES)]
        assert self.keys(server, named) == {}

    def test_files_are_identified_where_a_query_asks(self, server: Executor) -> None:
        where = q.Filter("Type", mask=0x6)
        query = q.RegistryQuery(f"{SERVICES}\\*", (), where=where, image="ImagePath", identify=IDENTITY)
        files = {path[path.rindex("\\") + 1 :]: facts for path, facts in self.ask(server, query)["files"].items()}
        told = {name: facts["signer"] for name, facts in files.items() if "signer" in facts}
        assert told == {"FAMv4.sys": "CN=Vision Works Solutions Incorporated", "Stubborn.sys": None}
        assert not {"signer", "sha256", "unidentified"} & set(files["Own.sys"])
        assert all(re.fullmatch("[0-9a-f]{64}", files["FAMv4.sys"][name]) for name in ("sha256", "authentihash"))

    def test_what_is_not_asked_of_a_file_is_not_told(self, server: Executor) -> None:
        path = "C:\\windows\\system32\\drivers\\FAMv4.sys"
        plain, signed = (q.FileQuery((path, "C:\\nothing.sys"), identity) for identity in ((), ("signer",)))
        assert not {*IDENTITY} & set(self.ask(server, plain)["files"][path])
        files = self.ask(server, signed, plain)["files"]
        assert {*IDENTITY} & set(files[path]) == {"signer"}
        assert files["C:\\nothing.sys"] is None

    def test_a_missing_file_is_told(self, server: Executor) -> None:
        paths = ("C:\\nothing\\here.sys",)
        assert self.ask(server, q.FileQuery(paths))["files"] == {paths[0]: None}
        both = ("%SystemRoot%\\system32\\drivers\\FAMv4.sys", "%SystemRoot%\\nothing.sys")
        files = self.ask(server, q.FileQuery(both))["files"]
        assert [bool(files[f"C:\\windows\\{name}"]) for name in ("system32\\drivers\\FAMv4.sys", "nothing.sys")] == [
            True,
            False,
        ]
        assert self.ask(server, q.RegistryQuery(f"{SERVICES}\\Gone", image="ImagePath"))["files"] == {
            "C:\\windows\\system32\\drivers\\Gone.sys": None
        }

    def test_an_image_path_that_names_no_file_here_is_never_opened(self, server: Executor) -> None:
        key = f"{KEY} images"
        written = ("Keys", '"Keys"', '"\\\\server\\share\\x.exe"', '"\\Device\\X\\y.exe" -k', "%LOGONSERVER%\\x.sys")
        self.do(
            server, *(op.SetValue(f"{key}\\{place}", "ImagePath", text, None) for place, text in enumerate(written))
        )
        answer = self.ask(server, q.RegistryQuery(f"{key}\\*", ("ImagePath",), image="ImagePath"))
        assert {values["ImagePath"] for values in answer["registry"].values()} == set(written)
        assert {path.lower(): facts for path, facts in answer["files"].items()} == {"c:\\windows\\keys": None}

    def test_the_service_manager_is_asked_by_pattern(self, server: Executor) -> None:
        services = self.ask(server, q.ServiceQuery(("STUB*", "worker")))["services"]
        assert services["Stubborn"] == {"status": "running", "can_stop": True}
        assert services["Worker"] == {"status": "stopped", "can_stop": False}
        assert len(services) == 2

    def test_a_command_gives_its_output(self, server: Executor) -> None:
        command = q.CommandQuery("netsh", "interface tcp dump")
        assert self.ask(server, command)["commands"] == {command.line: document()["commands"][command.line]}

    def test_nothing_is_written_when_one_operation_finds_another_state(self, server: Executor) -> None:
        key = f"{KEY} conflict"
        self.do(server, op.SetValue(key, "a", 1, None))
        before = self.keys(server, q.RegistryQuery(key, depth=q.WHOLE_TREE))
        reply = self.do(
            server, op.SetValue(key, "a", 2, 1), op.SetValue(key, "b", 2, "was"), op.CreateKey(f"{key}\\new")
        )
        assert reply.conflicts == [{"operation": 1, "found": None}]
        assert self.keys(server, q.RegistryQuery(key, depth=q.WHOLE_TREE)) == before

    def test_every_kind_of_operation_tells_what_it_found_instead(self, server: Executor) -> None:
        reply = self.do(
            server,
            op.SetValue(KEY, "dword", 1, 1),
            op.DeleteValue(KEY, "empty multi", "text"),
            op.CreateKey(f"{KEY}\\0001\\Ndi"),
            op.LedgerEntry(f"{KEY}\\0002\\Ndi", {"a": "b"}),
            op.DeleteKey(f"{KEY}\\0001", {f"{KEY}\\0001": {}}),
            op.StopDriver("Gone", ""),
            op.StartDriver("nobody", ""),
        )
        ndi = {f"{KEY}\\0001\\Ndi": {"Service": "b57"}}
        found = [
            0xFFFFFFFF,
            [],
            ndi,
            {f"{KEY}\\0002\\Ndi": {"Service": "E1000"}},
            {f"{KEY}\\0001": {}, **ndi},
            "stopped",
            None,
        ]
        assert [conflict["found"] for conflict in reply.conflicts] == found

    def test_a_tree_is_deleted_when_it_is_as_it_was_read(self, server: Executor) -> None:
        key = f"{KEY} tree"
        self.do(
            server,
            op.SetValue(f"{key}\\below", "x", VALUES["text"], None),
            op.SetValue(key, "", {"REG_BINARY": "00"}, None),
        )
        tree = self.keys(server, q.RegistryQuery(key, depth=q.WHOLE_TREE))
        assert self.do(server, op.DeleteKey(key, tree)).conflicts == []
        assert self.keys(server, q.RegistryQuery(key, depth=q.WHOLE_TREE)) == {}

    def test_a_tree_of_which_a_part_is_unreadable_stays(self, server: Executor) -> None:
        key = f"{KEY} part"
        reply = self.do(server, op.CreateKey(f"{KEY} before"), op.DeleteKey(key, {key: {}}))
        assert reply.failure == {
            "operation": 1,
            "writing": False,
            "reason": f"InvalidOperationException: {key}\\denied cannot be read: access_denied",
        }
        assert self.keys(server, q.RegistryQuery(f"{KEY} before")) == {}

    def test_who_may_write_to_a_key_is_told_where_there_is_one(self, server: Executor) -> None:
        access = self.ask(server, q.AccessQuery(KEY), q.AccessQuery(f"{KEY}\\nothing"))["access"]
        assert set(access) == {KEY}
        assert access[KEY][0] == "S-1-5-32-544"

    def test_a_value_is_deleted(self, server: Executor) -> None:
        key = f"{KEY} value"
        self.do(server, op.SetValue(key, "gone", ["a"], None), op.SetValue(key, "stays", 1, None))
        assert self.do(server, op.DeleteValue(key, "gone", ["a"])).conflicts == []
        assert self.keys(server, q.RegistryQuery(key)) == {key: {"stays": 1}}

    def test_a_driver_stops_and_starts(self, server: Executor) -> None:
        record = "HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0001"
        stopped = self.do(server, op.LedgerEntry(record, {"Subject": ODD}), op.StopDriver("FAMv4", record))
        assert stopped.operations[-1] == {"status": "stopped", "code": 0}
        assert self.do(server, op.StartDriver("famv4", record)).operations == [{"status": "running", "code": 0}]
        assert self.keys(server, q.RegistryQuery(record)) == {record: {"Subject": ODD}}

    def test_a_driver_that_does_not_stop_is_noted_in_the_ledger(self, server: Executor) -> None:
        record = "HKLM\\SOFTWARE\\Server Baseline\\Ledger\\0002"
        reply = self.do(server, op.LedgerEntry(record, {"Subject": "Stubborn"}), op.StopDriver("Stubborn", record))
        assert reply.operations[-1] == {"status": "running", "code": 1460}
        assert self.keys(server, q.RegistryQuery(record)) == {record: {"Subject": "Stubborn", "RefusedCode": 1460}}

    def test_operations_come_before_the_queries_of_the_same_request(self, server: Executor) -> None:
        key = f"{KEY} order"
        reply = execute(server, Request((q.RegistryQuery(key),), (op.SetValue(key, "a", 1, None),)))
        assert reply.document["registry"] == {key: {"a": 1}}

    def test_a_command_runs_only_after_the_output_it_expects(self, server: Executor) -> None:
        command = q.CommandQuery("netsh", "interface tcp dump")
        output = document()["commands"][command.line]
        refused = self.do(server, op.RunCommand(command, (command, {"exit_code": 0, "output": "another"})))
        assert refused.conflicts == [{"operation": 0, "found": output}]
        assert self.do(server, op.RunCommand(command, (command, output))).operations == [output]

    def test_what_cannot_be_read_is_told_and_what_cannot_be_written_stops_everything(self, server: Executor) -> None:
        denied, key = f"{KEY} denied", f"{KEY} allowed"
        assert self.ask(server, q.RegistryQuery(denied), q.RegistryQuery(f"{KEY}*"))["unreadable"] == {
            denied: "access_denied"
        }
        reply = self.do(server, op.SetValue(key, "a", 1, None), op.CreateKey(f"{denied}\\below"))
        assert reply.failure == {"operation": 1, "writing": False, "reason": "access_denied"}
        assert self.keys(server, q.RegistryQuery(key)) == {}

    def test_a_key_is_created(self, server: Executor) -> None:
        assert self.do(server, op.CreateKey(f"{KEY} created\\below")).conflicts == []
        assert self.keys(server, q.RegistryQuery(f"{KEY} created", depth=1)) == {
            f"{KEY} created": {},
            f"{KEY} created\\below": {},
        }

    def test_a_file_is_renamed_when_it_is_as_it_was_read(self, server: Executor) -> None:
        path = "C:\\windows\\system32\\drivers\\Old.sys"
        facts = self.ask(server, q.FileQuery((path,)))["files"][path]
        state = {"size": facts.get("size"), "modified": facts["modified"], "taken": False}
        assert (
            self.do(server, op.RenameFile(path, f"{path}.removed", {**state, "size": 1})).conflicts[0]["found"] == state
        )
        assert self.do(server, op.RenameFile(path, f"{path}.removed", state)).conflicts == []
        files = self.ask(server, q.FileQuery((path, f"{path}.removed")))["files"]
        assert files == {path: None, f"{path}.removed": facts}

    def test_an_event_log_without_the_source_has_no_events(self, server: Executor) -> None:
        query = q.EventQuery("Application", "Nobody", (1,))
        assert self.ask(server, query)["events"] in ({}, {query.name: {"complete": True, "events": []}})
