# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the end the servers are cured as an independent client sees them, over WinRM with Windows' own programs."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import testinfra

SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"
PARAMETERS = f"{SERVICES}\\Tcpip\\Parameters"
LEDGER = "HKLM\\SOFTWARE\\Server Baseline\\Ledger"


def server(name: str) -> Any:
    """Return testinfra's host for a server of the inventory."""
    hosts = json.loads(Path(os.environ["LAB_INVENTORY"]).read_text(encoding="utf-8"))["all"]["hosts"]
    return testinfra.get_host(hosts[name]["lab_testinfra_url"])


@pytest.fixture(scope="module")
def ex2003() -> Any:
    """Give the Server 2003 on which FAMv4 came back and the network driver was updated."""
    return server("ex2003")


@pytest.fixture(scope="module")
def plain2008r2() -> Any:
    """Give the Server 2008 R2 on which somebody turned Chimney on."""
    return server("plain2008r2")


def value(host: Any, key: str, name: str) -> str:
    """Return a value as reg shows it."""
    return str(host.check_output(f'reg query "{key}" /v {name}')).split()[-1]


def ledger(host: Any) -> list[str]:
    """Return subject and state of the entries in a server's ledger, in the order in which they were made."""
    _unused, *entries = re.split(r"(?m)^HKEY_LOCAL_MACHINE\\.*\\\d{4}", host.check_output(f'reg query "{LEDGER}" /s'))
    words = [dict(re.findall(r"(?m)^ +(Subject|Closed) +REG_SZ +(\w+)", entry)) for entry in entries]
    return [f"{each['Subject']} {each.get('Closed', 'open')}" for each in words]


def test_the_driver_that_came_back_is_stopped_and_disabled_again(ex2003: Any) -> None:
    assert "STOPPED" in ex2003.check_output("sc query FAMv4")
    assert value(ex2003, f"{SERVICES}\\FAMv4", "Start") == "0x4"


@pytest.mark.parametrize("name", ["EnableTCPChimney", "EnableRSS", "EnableTCPA"])
def test_offload_came_back_with_the_driver_that_supports_it(ex2003: Any, name: str) -> None:
    assert value(ex2003, PARAMETERS, name) == "0x1"


def test_chimney_that_somebody_turned_on_is_off_again(plain2008r2: Any) -> None:
    (line,) = re.findall(r"set global (.*)", plain2008r2.check_output("netsh interface tcp dump"))
    words = dict(word.split("=") for word in line.split())
    # Receive-side scaling stays on: the policy leaves it alone from Server 2008 on.
    assert (words["chimney"], words["netdma"], words["rss"]) == ("disabled", "disabled", "enabled")


def test_the_ledgers_tell_what_was_done_twice_and_what_came_back(ex2003: Any, plain2008r2: Any) -> None:
    assert ledger(ex2003) == ["FAMv4 superseded", "chimney restored", "rss restored", "netdma restored", "FAMv4 open"]
    assert ledger(plain2008r2) == ["chimney superseded", "netdma open", "chimney open"]
