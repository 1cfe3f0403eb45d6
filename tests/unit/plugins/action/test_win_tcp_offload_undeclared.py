# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keywords that no INF declares, and the word that takes a keyword back to its driver's default."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.action.win_tcp_offload import ActionModule
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import Server, run

NAME = "*MaxRssProcessors"
KEY = f"{nic.CLASS}\\0001"
INTEL = "PCI\\VEN_8086&DEV_10C9&SUBSYS_A04C8086&REV_01\\4&B70F118&0&0001"
CHOICES = {"0": "Off", "3": "Both"}


def server(**params: Any) -> Server:
    """Return a server with one adapter."""
    document = netsh.server("6.1.7601")
    document["registry"] |= nic.adapter(INTEL, "0001", "LAN", "9.0.0.0", params=params)
    return Server(document)


def flow_control(value: str | None, default: str | None = "3") -> dict[str, Any]:
    """Return a keyword that the driver declares."""
    schema = {"ParamDesc": "x", "type": "enum", **({"Default": default} if default else {})}
    return {"*FlowControl": (value, schema, CHOICES)}


def offload(target: Server, **keywords: Any) -> dict[str, Any]:
    """Set keywords of the adapter."""
    return run(ActionModule, target, {"adapters": [{"match": "LAN", "keywords": keywords}]})


def undeclared(value: Any, kind: str = "dword") -> dict[str, Any]:
    """Return the value of a keyword that no INF need declare."""
    return {"value": value, "type": kind, "undeclared": True}


def values(target: Server) -> dict[str, Any]:
    """Return what the class key holds."""
    return dict(target.document["registry"][KEY])


@pytest.mark.parametrize(
    ("name", "said", "written"),
    [
        (NAME, undeclared(1), 1),
        ("*maxrssprocessors", undeclared("0x1", "string"), "0x1"),
        ("*RssOrVmqPreference", undeclared("4294967295"), 0xFFFFFFFF),
        ("LSOSize", {"value": 16000, "undeclared": True}, "16000"),
    ],
)
def test_an_undeclared_keyword_is_written_with_its_type_and_restored(name: str, said: Any, written: Any) -> None:
    target = server(**flow_control("0"))
    before = values(target)
    first = offload(target, **{name: said})
    assert first["changed"]
    assert [each["evidence"][0].partition(" is ")[2] for each in first["findings"]] == ["not set"]
    assert values(target) == {**before, name: written}
    assert not offload(target, **{name: said})["changed"]
    restored = run(ActionModule, target, {"state": "restored"})
    assert restored["changed"]
    assert "it was not there before" in str(restored["findings"])
    assert values(target) == before


def test_an_undeclared_keyword_of_another_type_is_written_anew_and_comes_back() -> None:
    target = server(**flow_control("0"))
    target.document["registry"][KEY][NAME] = "1"
    assert offload(target, **{NAME: undeclared(1)})["changed"]
    assert values(target)[NAME] == 1
    assert run(ActionModule, target, {"state": "restored"})["changed"]
    assert values(target)[NAME] == "1"


def test_default_deletes_an_undeclared_keyword() -> None:
    target = server(**flow_control("0"))
    target.document["registry"][KEY][NAME] = 8
    assert offload(target, **{NAME: undeclared("default")})["changed"]
    assert NAME not in values(target)
    assert not offload(target, **{NAME: undeclared("default")})["changed"]
    assert run(ActionModule, target, {"state": "restored"})["changed"]
    assert values(target)[NAME] == 8


@pytest.mark.parametrize("name", [NAME, "LSOSize"])
def test_without_the_word_an_undeclared_keyword_is_not_set_and_the_task_says_so(name: str) -> None:
    target = server(**flow_control("0"))
    result = offload(target, **{name: 1})
    assert not result["changed"]
    assert not result.get("failed")
    why = f"its driver does not declare {name}, so it was not set; undeclared: true sets it all the same"
    assert result["warnings"] == [f"LAN: {name}: {why}"]
    assert [each["evidence"] for each in result["findings"]] == [[why]]


def test_a_driver_that_declares_the_keyword_decides_what_it_takes() -> None:
    schema = {"ParamDesc": "x", "type": "enum", "Default": "8"}
    target = server(**{NAME: (None, schema, {"1": "1", "8": "8"})})
    assert offload(target, **{NAME: undeclared(1)})["changed"]
    assert values(target)[NAME] == "1"
    refused = offload(target, **{NAME: undeclared(2)})
    assert refused["failed"]
    assert f"its driver takes 1, 8 for {NAME}, not 2" in refused["msg"]


def test_default_writes_what_the_driver_declares_and_comes_back() -> None:
    target = server(**flow_control("0"))
    assert offload(target, **{"*FlowControl": "default"})["changed"]
    assert values(target)["*FlowControl"] == "3"
    assert not offload(target, **{"*FlowControl": {"value": "default"}})["changed"]
    assert run(ActionModule, target, {"state": "restored"})["changed"]
    assert values(target)["*FlowControl"] == "0"


def test_default_is_refused_where_the_driver_says_none() -> None:
    target = server(**flow_control("0", default=None))
    result = offload(target, **{"*FlowControl": "default"})
    assert result["failed"]
    assert "its driver says no default of *FlowControl" in result["msg"]
    assert values(target)["*FlowControl"] == "0"


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("NetCfgInstanceId", undeclared("x", "string"), "is known of *MaxRssProcessors, *RssBaseProcNumber,"),
        ("*IfType", undeclared(1), "leave undeclared out"),
        (NAME, undeclared(1, "qword"), "of type 'qword': give string or dword"),
        (NAME, undeclared(-1), "'-1', which is no dword: give a number from 0 to 4294967295"),
        (NAME, undeclared(2**32), "which is no dword"),
        (NAME, undeclared("one"), "'one', which is no dword"),
        (NAME, {"value": 1, "type": "dword"}, "with a type, which counts with undeclared: true alone"),
        (NAME, {"value": 1, "undeclared": "yes"}, "give value, type and undeclared: true"),
        (NAME, {"value": 1, "kind": "dword"}, "with ['kind']: give value, type"),
        (NAME, {"undeclared": True}, "which is no value of a keyword"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, said: Any, message: str) -> None:
    target = server(**flow_control("0"))
    before = values(target)
    result = offload(target, **{name: said})
    assert result["failed"]
    assert message in result["msg"]
    assert values(target) == before
