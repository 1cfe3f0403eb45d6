# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/security_team.md has the command line and the hash of every script of the release, as they are sent."""

from __future__ import annotations

import re

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import queries as q
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line, pack
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.security_page import MODULE, PAGE, hashes, renewed, sha256

NONCE = "0" * 32
KEY = "HKLM\\SOFTWARE\\Test"
NETSH = q.CommandQuery("netsh", "interface tcp dump")
SENT = (
    Request((q.RegistryQuery(KEY),)),
    Request((q.RegistryQuery(KEY),), large_answer=True),
    Request((NETSH,)),
    Request((NETSH,), large_answer=True),
    Request((q.EventQuery("System", "Tcpip", (4226,)),)),
    Request((), (op.CreateKey(KEY),)),
    Request((NETSH,), (op.CreateKey(KEY),)),
)
RULES = "83bf249e 79df3f68 87e3c4e8 fb843269 f4bbd493 9be56c82 b89919ed 75dcb176 1e0a3f7c ee4fbf59"


def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_is_that_of_this_release() -> None:
    assert page() == renewed(page()), "run python -m tests.support.security_page"


def test_a_page_of_another_release_is_renewed() -> None:
    known = next(iter(hashes().values()))
    assert renewed(page().replace(known, "0" * 64)) == page()


@pytest.mark.parametrize("request_", SENT, ids=range(len(SENT)))
def test_the_hash_of_what_is_sent_is_on_the_page(request_: Request) -> None:
    script = pack(NONCE, request_).split(f"{NONCE}\n".encode())[1]
    assert f"`{sha256(script)}`" in page()


def test_the_page_has_every_script_once_and_no_other() -> None:
    told = re.findall(r"`([0-9a-f]{64})`", page())
    assert len(told) == len(set(told)) == len(hashes()) + 2
    assert {*hashes().values(), sha256(MODULE.read_bytes())} <= set(told)
    assert f"\n{command_line()}\n" in page()


@pytest.mark.parametrize("rule", RULES.split())
def test_the_rules_that_remain_are_named(rule: str) -> None:
    assert rule in page()
