# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and interfaces on the wire: what is asked arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.decode import decode
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import BadRequest, Request
from tests.support import strategies

COMMANDS = st.builds(q.CommandQuery, st.just("netsh"), strategies.texts)
OUTPUTS = st.fixed_dictionaries({"exit_code": st.integers(0, 255), "output": strategies.texts})


@given(
    COMMANDS,
    st.none() | st.tuples(COMMANDS.filter(lambda each: each.arguments), OUTPUTS),
    strategies.keys() | st.just(""),
    strategies.keys() | st.just(""),
)
def test_a_command_arrives_with_what_it_expects_notes_and_keeps(
    command: q.CommandQuery, expected: tuple[q.CommandQuery, dict[str, int | str]] | None, record: str, keeps: str
) -> None:
    operation = op.RunCommand(command, expected, record, keeps)
    assert decode(Request((), (operation,)).encode()) == Request((), (operation,))


@given(st.lists(st.integers(1, 65535), max_size=4))
def test_the_ports_of_an_interface_query_arrive(ports: list[int]) -> None:
    request = Request((q.InterfaceQuery(tuple(ports)),))
    assert decode(request.encode()) == request


def test_a_command_of_another_program_is_not_sent() -> None:
    with pytest.raises(BadRequest, match="not a command that this collection runs"):
        Request((), (op.RunCommand(q.CommandQuery("cmd", "/c del")),)).encode()


def test_a_restart_of_an_adapter_is_sent_as_the_command_alone() -> None:
    command = q.CommandQuery("netsh", 'interface set interface name="LAN 2" admin=disabled')
    sent = Request((), (op.RunCommand(command, restarts="LAN 2"),)).encode()
    assert decode(sent).operations == (op.RunCommand(command),)
