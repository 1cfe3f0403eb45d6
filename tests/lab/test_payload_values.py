# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any name and any value travels to a real registry and back exactly: no text is ever taken for PowerShell, for a path
or for an end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.operations import SetValue
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import RegistryQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer
from tests.support import strategies

_numbers = itertools.count(1)
HOSTILE = {
    "$(Stop-Process -Id $PID)": "'; Stop-Process -Id $PID; '",
    "`n`0": '"$(1)" `" ${env:PATH} %PATH%',
    "\\??\\C:\\x": {"REG_EXPAND_SZ": "\\??\\%SystemRoot%\\x.sys"},
    "\u202e\U0001f600": ["\r\n", "\ud800", ""],
}


def _is_registry_text(text: str) -> bool:
    """A registry text ends at the first NUL (winreg.h), so none can hold one."""
    return "\0" not in text


texts = strategies.texts.filter(_is_registry_text)
values = st.one_of(
    texts,
    st.integers(0, 2**32 - 1),
    st.lists(texts, max_size=4),
    texts.map(lambda text: {"REG_EXPAND_SZ": text}),
    st.integers(0, 2**64 - 1).map(lambda number: {"REG_QWORD": number}),
    st.binary(max_size=9).map(lambda data: {"REG_BINARY": data.hex()}),
)
# Names differ by more than case, for the registry holds only one of two that do not.
named = st.dictionaries(texts, values, min_size=10, max_size=30).filter(
    lambda held: len({name.upper().lower() for name in held}) == len(held)
)
ENVIRONMENT = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
key_names = strategies.names.filter(lambda name: _is_registry_text(name) and not set(name) & set("*?"))


@pytest.fixture(scope="module")
def server() -> Iterator[DirectExecutor]:
    """Return a server with nothing on it but PowerShell."""
    with LabServer({"format": 1, "registry": {}}) as lab:
        yield DirectExecutor(lab)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(held=named, key_name=key_names)
@example(held=HOSTILE, key_name='$(1) `" {0} \u2028')
def test_any_name_and_value_comes_back_as_it_was_sent(
    server: DirectExecutor, held: dict[str, Any], key_name: str
) -> None:
    key = f"HKLM\\SOFTWARE\\Values {next(_numbers)}\\{key_name}"
    writes = tuple(SetValue(key, name, value, None) for name, value in held.items())
    reply = execute(server, Request((RegistryQuery(key),), writes))
    assert (reply.conflicts, reply.failure) == ([], None)
    assert reply.document["registry"] == {key: held}


@pytest.mark.parametrize("wow64", [False, True])
def test_a_pattern_right_below_a_hive_reads_that_hive(wow64: bool) -> None:
    """Whose product is installed for one user alone is read so: it must not look gone."""
    registry: dict[str, Any] = {"HKCU\\Software\\Lab\\Product": {"held": 1}, "HKLM\\Software\\Lab": {}}
    if wow64:
        registry[ENVIRONMENT] = {"PROCESSOR_ARCHITEW6432": "AMD64"}
    pattern = "HKU\\*\\Software\\Lab\\*"
    with LabServer({"format": 1, "registry": registry}) as lab:
        document = execute(
            DirectExecutor(lab), Request((RegistryQuery(pattern), RegistryQuery("HKLM\\Softw?re\\Lab")))
        ).document
    assert document["unreadable"] == {}
    found = document["registry"]
    assert found.pop("HKLM\\Software\\Lab") == {}
    ((path, values),) = found.items()
    assert path.startswith("HKU\\S-1-5-")
    assert values == {"held": 1}
