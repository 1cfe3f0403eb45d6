# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An execution is sent the parts that its request needs, and no other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import IDENTITY
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import (
    compact,
    every_script,
    parts_of,
    read_part,
    script,
)
from tests.support import strategies
from tests.support.wire_module import PARTS, PATH, module

KEY = "HKLM\\SOFTWARE\\Test"
NETSH = q.CommandQuery("netsh", "interface tcp dump")
READ = q.RegistryQuery(KEY)
FUNCTION = re.compile(r"(?m)^function ([\w-]+)")
BETWEEN: dict[str, tuple[Request, tuple[str, ...]]] = {
    "to read the registry": (Request((READ,)), ("plain",)),
    "to read much": (Request((READ,), large_answer=True), ("compression",)),
    "to read a program": (Request((NETSH,)), ("network", "plain")),
    "to read interfaces": (Request((q.InterfaceQuery(),)), ("network", "plain")),
    "to identify drivers": (
        Request((q.RegistryQuery(KEY, image="ImagePath", identify=IDENTITY),)),
        ("identity", "plain"),
    ),
    "to identify a file": (Request((q.FileQuery(("C:\\a.sys",), ("signer",)),)), ("identity", "plain")),
    "to describe a file": (Request((q.FileQuery(("C:\\a.sys",)),)), ("plain",)),
    "to read events": (Request((q.EventQuery("System", "Tcpip", (4226,)),)), ("events", "plain")),
    "to write": (Request((READ,), (op.CreateKey(KEY),)), ("writing", "plain")),
    "to run a program": (Request((READ,), (op.RunCommand(NETSH),)), ("network", "writing", "plain")),
}


@pytest.mark.parametrize("case", BETWEEN)
def test_a_request_is_sent_the_parts_that_it_needs(case: str) -> None:
    request, parts = BETWEEN[case]
    assert parts_of(request) == ("prelude", "reading", *parts, "answering")


@given(
    st.lists(strategies.queries, max_size=3),
    st.lists(strategies.operations, max_size=3),
)
def test_every_script_that_is_sent_is_known_beforehand(queries: list[q.Query], operations: list[op.Operation]) -> None:
    sent = script(parts_of(Request(tuple(queries), tuple(operations))))
    assert sent in every_script().values()


def test_a_script_says_whose_it_is_and_which_parts_it_is_made_of() -> None:
    for parts, text in every_script().items():
        first = text.split("\n", 1)[0]
        assert first == f"# server_baseline.windows, a collection of Ansible: {', '.join(parts)}"


def test_a_script_keeps_its_texts_and_loses_comments_and_blanks() -> None:
    text = """\
# Comment, isn't it.
function Read-It([string] $path, $more) {
    if ($path -eq ' # = { a, b; }') { return , "c = $path # ""d"" `" ; e" }
    else { $x = 1 + (Get-It $path ($more + 1)) } # why
    Get-It $path | Where-Object { $_ }
    $more.Length -ge $x -and ($more -is [string[]]) -or 1 -ne 2 -and $path -notcontains -1
    Get-It $path -f 1
    $text = 'a' + $path -join ',' +
        'b' -f $x
    switch ($text) {
        'a' { Get-It 1 }
    }

}
"""
    assert (
        compact(text)
        == """\
function Read-It([string] $path,$more){
if($path-eq' # = { a, b; }'){return ,"c = $path # ""d"" `" ; e"}
else{$x=1+(Get-It $path ($more+1))}
Get-It $path | Where-Object {$_}
$more.Length-ge$x-and($more-is[string[]]) -or 1 -ne 2 -and $path -notcontains -1
Get-It $path -f 1
$text='a'+$path-join','+
'b'-f$x
switch($text){
'a'{Get-It 1}}}
"""
    )


def test_a_script_has_the_functions_of_its_parts_and_of_no_other() -> None:
    for parts, text in every_script().items():
        assert FUNCTION.findall(text) == [name for part in parts for name in FUNCTION.findall(read_part(part))]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("writing", ("SetValue", "DeleteValue", "DeleteSubKey(", "CreateSubKey", "Move(", ".Stop()")),
        ("network", ("Diagnostics.Process]", "NetworkInterface]")),
        ("events", ("Diagnostics.EventLog]",)),
        ("identity", ("CreateFromSignedFile", "SHA256Managed")),
        ("compression", ("GZipStream",)),
    ],
)
def test_what_writes_starts_programs_or_compresses_is_in_its_own_part(part: str, words: tuple[str, ...]) -> None:
    for parts, text in every_script().items():
        found = [word for word in words if word in text]
        assert found == (list(words) if part in parts else [])


def test_the_private_module_is_made_of_the_payload_that_is_sent() -> None:
    text = PATH.read_text(encoding="ascii")
    assert text == module()
    assert "\n".join(read_part(part) for part in PARTS) in text
