# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of netsh, in samples of real machines and in their neighbours."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network import netsh
from tests.support import CAPTURES
from tests.support.scenarios import netsh as scenario

CAPTURE = CAPTURES / "netsh.yml"


def captures() -> list[dict[str, Any]]:
    """Return what was captured of netsh on real machines."""
    found: list[dict[str, Any]] = yaml.safe_load(CAPTURE.read_text(encoding="utf-8"))
    return found


def test_tcp_offload_dump_of_real_machines() -> None:
    dumps = [each for each in captures() if "pushd interface tcp" in each["lines"]]
    assert {each["language"] for each in dumps} == {"en", "ru"}
    for each in dumps:
        words = netsh.parse_dump("\r\n".join(each["lines"]))
        assert words
        assert (words["rss"], words["rsc"], "chimney" in words) == ("enabled", "enabled", False)


def test_tcp_offload_other_output_of_real_machines_is_no_dump_of_tcp() -> None:
    others = [each for each in captures() if "pushd interface tcp" not in each["lines"]]
    assert len(others) > 8
    assert [netsh.parse_dump("\r\n".join(each["lines"])) for each in others] == [None] * len(others)


@pytest.mark.parametrize("language", scenario.LANGUAGES)
@pytest.mark.parametrize("release", scenario.LINES)
def test_tcp_offload_dump_reads_alike_in_every_language(release: str, language: str) -> None:
    words = netsh.parse_dump(scenario.dump(release, language)["output"])
    assert words == dict(pair.split("=") for pair in scenario.LINES[release].split())


@pytest.mark.parametrize(
    "output",
    [
        "pushd interface tcp\nset global\npopd",
        "pushd interface tcp\nset global rss\npopd",
        "pushd interface tcp\nset global rss=enabled oops\npopd",
        "pushd interface tcp\n# set global rss=enabled\npopd",
        "pushd interface tcp\npopd\nset global rss=enabled\n",
        "set global rss=enabled",
        "pushd interface tcp\nset global rss=enabled",
        "pushd interface tcp ipv4\nset global rss=enabled\npopd",
    ],
)
def test_tcp_offload_dump_that_is_none(output: str) -> None:
    assert netsh.parse_dump(output) is None


def test_tcp_offload_dump_of_every_context_is_read_in_its_tcp_block() -> None:
    ipv4 = "pushd interface ipv4\nset global icmpredirects=enabled\npopd\n"
    udp = "pushd interface udp\nset global uro=disabled\npopd\n"
    assert netsh.parse_dump(f"{ipv4}pushd interface tcp\nset global RSS=Enabled \npopd\n{udp}") == {"rss": "enabled"}


def test_tcp_offload_commands_are_written_as_netsh_takes_them() -> None:
    assert netsh.set_globals({"chimney": "disabled", "rss": "enabled"}).line == (
        "netsh interface tcp set global chimney=disabled rss=enabled"
    )
    assert [command.line for command in netsh.restart_adapter("LAN 2")] == [
        'netsh interface set interface name="LAN 2" admin=disabled',
        'netsh interface set interface name="LAN 2" admin=enabled',
    ]


def test_tcp_offload_dump_of_udp_is_read_in_its_own_block() -> None:
    both = scenario.dump("10.0.26100", "ru")["output"] + scenario.udp_dump("10.0.26100", "ru")["output"]
    assert netsh.parse_dump(both, "udp") == {"uro": "disabled"}
    assert "uro" not in (netsh.parse_dump(both) or {})
    assert netsh.parse_dump(scenario.dump("10.0.26100")["output"], "udp") is None
