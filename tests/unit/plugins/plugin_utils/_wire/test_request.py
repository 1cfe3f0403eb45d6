# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked arrives as it was meant, and what must not be asked is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import UnwritableValue, Value
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.decode import decode
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import (
    BadRequest,
    Request,
    abbreviate,
    expand,
    merge,
    split_pattern,
)
from tests.support import strategies

KEY = "HKLM\\SOFTWARE\\Test"
NETSH = q.CommandQuery("netsh", "interface tcp dump")


@given(st.lists(strategies.queries, max_size=3), st.lists(strategies.operations, max_size=3))
def test_a_request_comes_back(queries: list[q.Query], operations: list[op.Operation]) -> None:
    request = Request(tuple(queries), tuple(operations))
    text = request.encode()
    assert text.isascii()
    assert decode(text) == replace(request, queries=tuple(merge(queries)))


def test_queries_that_differ_in_names_alone_are_asked_once() -> None:
    asked = [
        q.RegistryQuery(KEY, ("A", "B")),
        q.RegistryQuery(KEY, ("B", "C"), types=False),
        q.RegistryQuery(KEY),
        q.RegistryQuery(KEY, ("C", "B")),
        q.RegistryQuery(KEY),
        NETSH,
        NETSH,
    ]
    assert merge(asked) == [
        q.RegistryQuery(KEY, ("A", "B", "C")),
        q.RegistryQuery(KEY, ("B", "C"), types=False),
        q.RegistryQuery(KEY),
        NETSH,
    ]


def test_every_query_and_every_operation_is_tried() -> None:
    assert set(strategies.QUERIES) == set(get_args(q.Query))
    assert set(strategies.OPERATIONS) == set(get_args(op.Operation))


def test_operations_stand_before_queries() -> None:
    lines = expand(Request((q.InterfaceQuery(),), (op.CreateKey(KEY),)).encode()).split("\n")
    assert [line.split("|")[0] for line in lines] == ["rules", "operation", "interface"]


def test_what_is_written_often_is_abbreviated_and_comes_back() -> None:
    paths = [f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\Driver{number}" for number in range(3)]
    request = Request(tuple(q.RegistryQuery(path, ("`0", "|rules|")) for path in paths))
    text = request.encode()
    assert text.count("CurrentControlSet") == 1
    assert expand(text).count("CurrentControlSet") == 3
    assert decode(text) == request


def test_an_abbreviation_may_be_abbreviated_by_those_after_it() -> None:
    once = "HKLM\\SYSTEM\\CurrentControlSet\\Enum"
    network = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network"
    names = "ComponentId", "InfPath", "Service", "CoServices", "FilterRunType", "Characteristics"
    keys = tuple(f"{network}\\{number}\\*" for number in range(3))
    plain = (q.RegistryQuery(key, names, depth=1, types=False) for key in keys)
    request = Request((*plain, q.RegistryQuery(once, ("A",))))
    head = request.encode().partition("rules|")[0].splitlines()
    assert any("`" in line for line in head)
    assert decode(request.encode()) == request


def test_what_is_written_once_is_not_abbreviated() -> None:
    text = abbreviate("rules|\nregistry|HKLM|SYSTEM\\\\CurrentControlSet\\\\Services\\\\Driver")
    assert "`" not in text
    assert expand(text) == text


def test_a_pattern_is_cut_at_its_wildcards() -> None:
    literal, name, rest = split_pattern("SYSTEM\\Class\\????\\Ndi")
    assert (literal, rest) == ("SYSTEM\\Class", "Ndi")
    assert name.endswith("^....$")


REFUSED: dict[str, tuple[op.Operation | q.Query, str]] = {
    "a value of a type that cannot be written": (
        op.SetValue(KEY, "Odd", {"REG_NONE": "ab"}, None),
        r"Test\\Odd is of type REG_NONE, which cannot be written back",
    ),
    "in place of one that could not be restored": (op.SetValue(KEY, "Odd", 1, {"REG_UNKNOWN": None}), "REG_UNKNOWN"),
    "to delete one that could not be restored": (op.DeleteValue(KEY, "Odd", {"REG_NONE": None}), "REG_NONE"),
    "to delete a key with one": (
        op.DeleteKey(KEY, {f"{KEY}\\Below": {"Odd": {"REG_NONE": "00"}}}),
        r"Below\\Odd is of type REG_NONE",
    ),
    "another hive": (op.SetValue("HKCU\\Software", "A", 1, None), r"'HKCU.*' is not a key path.*HKLM, HKU"),
    "a whole hive": (op.DeleteKey("HKLM", {}), "'HKLM' is not a key path"),
    "to create a hive": (op.CreateKey("HKEY_LOCAL_MACHINE\\X"), "is not a key path"),
    "to read another hive": (q.RegistryQuery("HKCR\\*"), "is not a key path"),
    "names that nothing tells": (q.RegistryQuery(KEY, named=True), r"does not end in the names .* is to tell"),
    "a name that the payload would not read": (q.RegistryQuery(KEY, naming="a|b"), r"'a\|b' is no name of a value"),
    "by what no file is known": (q.FileQuery(("C:\\a.sys",), ("md5",)), "'md5' is nothing that a file is known by"),
    "another program": (
        q.CommandQuery("cmd", "/c del"),
        "'cmd' is not a command that this collection runs: it runs netsh",
    ),
    "to run another program": (op.RunCommand(q.CommandQuery("format", "c:")), "'format' is not a command"),
    "an output of another program": (op.RunCommand(NETSH, (q.CommandQuery("cmd", "/c"), {})), "of another program"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_sent_is_refused_with_the_reason(case: str) -> None:
    item, message = REFUSED[case]
    is_query = isinstance(item, (q.RegistryQuery, q.CommandQuery, q.FileQuery))
    request = Request((item,)) if is_query else Request((), (item,))  # type: ignore[arg-type]
    with pytest.raises(BadRequest, match=message):
        request.encode()


@pytest.mark.parametrize("value", [-1, 1 << 32, {"REG_QWORD": 1 << 64}, {"REG_QWORD": -1}])
def test_a_number_that_does_not_fit_is_refused(value: Value) -> None:
    with pytest.raises(UnwritableValue, match="does not fit an unsigned REG_"):
        Request((), (op.SetValue(KEY, "A", value, None),)).encode()
