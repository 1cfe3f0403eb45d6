# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Friendly names of keywords, and what a driver takes."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network import keywords
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.keyword_values import Keyword

ENUM = {"allowed": ("0", "1", "-1"), "supported": True}
RANGE = {"minimum": "64", "maximum": "2048", "step": "64", "kind": "int", "supported": True}


@pytest.mark.parametrize(
    ("said", "text", "reason"),
    [
        (ENUM, "1", ""),
        (ENUM, "-1", ""),
        (ENUM, "2", "takes 0, 1, -1 for *X, not 2"),
        (ENUM, "01", "not 01"),
        (RANGE, "64", ""),
        (RANGE, "2048", ""),
        (RANGE, "65", "in steps of 64"),
        (RANGE, "0", "takes 64 to 2048"),
        (RANGE, "4096", "takes 64 to 2048"),
        (RANGE, "many", "not many"),
        ({**RANGE, "step": None}, "65", ""),
        ({**RANGE, "step": "0"}, "65", ""),
        ({**RANGE, "minimum": "-8", "step": "1"}, "-3", ""),
        ({**RANGE, "maximum": None}, "65", "does not say"),
        ({"kind": "edit", "supported": True}, "text", "does not say"),
        ({"allowed": ("0", "1")}, "1", "has no keyword *X"),
    ],
)
def test_tcp_offload_keywords_are_held_against_what_the_driver_declares(
    said: dict[str, Any], text: str, reason: str
) -> None:
    refusal = keywords.refusal(Keyword("*X", None, **said), text)
    assert bool(refusal) == bool(reason)
    assert reason in refusal


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ("rss", {"*rss"}),
        ("vmq", {"*vmq"}),
        ("rsc_ipv6", {"*rscipv6", "lroipv6"}),
        ("tcp_connection_offload", {"*tcpconnectionoffloadipv4", "*tcpconnectionoffloadipv6"}),
        ("lso_ipv6", {"*lsov1ipv6", "*lsov2ipv6"}),
        ("lso_ipv4", {"*lsov1ipv4", "*lsov2ipv4", "tcpsegmentation", "tsoenable"}),
    ],
)
def test_tcp_offload_keywords_of_a_friendly_name(option: str, names: set[str]) -> None:
    assert keywords.names_of(keywords.group_of(option)) == names


def test_tcp_offload_keywords_have_an_option_for_each_family_that_they_have() -> None:
    options = keywords.group_options()
    assert {"lso", "lso_ipv4", "lso_ipv6", "rss", "vmq"} <= set(options)
    assert not {"rss_ipv4", "vmq_ipv6"} & set(options)
    assert options.index("lso") < options.index("lso_ipv4")


def test_tcp_offload_keywords_are_written_as_the_registry_has_them() -> None:
    assert keywords.typed(Keyword("*X", "1"), "0") == "0"
    assert keywords.typed(Keyword("*X", None), "0") == "0"
    assert keywords.typed(Keyword("*X", 1), "0") == 0


@pytest.mark.parametrize("value", [None, 0, 8, 16, 24, 256, 272, 280, 0xFFFFFFFF])
def test_tcp_offload_power_saving_goes_and_comes_and_leaves_other_bits(value: int | None) -> None:
    off = keywords.with_power_saving(value, "disabled")
    on = keywords.with_power_saving(off, "enabled")
    assert (keywords.power_saving(off), keywords.power_saving(on)) == ("disabled", "enabled")
    assert off & ~0x18 == on & ~0x18 == (value or 0) & ~0x18
