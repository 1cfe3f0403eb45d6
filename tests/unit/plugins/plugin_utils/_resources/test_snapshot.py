# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A snapshot holds what every other module reads, in an order of its own."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import without_types
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import (
    snapshot,
    snp_symptoms,
    tcp_keepalive,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info as filter_driver_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    info as tcp_offload_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    resource as tcp_offload,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import DEMO_SNAPSHOTS
from tests.support.planning import options_of, plan_for
from tests.support.servers import CONTROL, FAMV4, SERVICES, exchange, plan_by, read

SNAPSHOTS = DEMO_SNAPSHOTS
NOW = "2026-11-23T14:00:00Z"


def taken(document: dict[str, Any], *, redact: bool = False) -> dict[str, Any]:
    """Return the snapshot of a server."""
    return snapshot.document(read(document, snapshot.QUERIES), snapshot.Options("x.yml", "ex2003", redact))


def test_it_holds_what_the_queries_found_and_nothing_that_they_did_not() -> None:
    document = taken(exchange())
    assert document["format"] == 1
    assert document["registry"][FAMV4]["Group"] == "Filter"
    assert "C:\\WINDOWS\\System32\\drivers\\atapi.sys" not in document["files"]
    assert f"{SERVICES}\\*" in document["collected"]
    assert list(document["registry"]) == sorted(document["registry"], key=str.lower)


def test_equal_servers_give_equal_files() -> None:
    one, other = exchange(), exchange()
    other["registry"] = dict(reversed(other["registry"].items()))
    assert list(taken(one)["registry"]) == list(taken(other)["registry"])


@pytest.mark.parametrize("name", ["FAMv4", "atapi", "W3SVC", "Ghost"])
@pytest.mark.parametrize("state", ["disabled", "restored"])
def test_a_replica_of_a_snapshot_is_judged_as_the_server_is(name: str, state: str) -> None:
    server = exchange()
    server["registry"] |= {
        f"{CONTROL}\\SafeBoot\\Minimal\\Bare": {},
        f"{FAMV4}\\Enum": {"0": "Root\\LEGACY_FAMV4\\0000"},
    }
    plans = [plan_for(filter_driver, document, NOW, name=[name], state=state) for document in (server, taken(server))]
    assert plans[0] == plans[1]


def answered(document: dict[str, Any], queries: tuple[Any, ...]) -> dict[str, Any]:
    """Return what a server answers, without what hangs on types that nobody asked for."""
    answer = read(document, queries).document
    registry = {path.lower(): without_types(values) for path, values in answer["registry"].items()}
    return {**answer, "registry": registry}


ASKED: dict[str, tuple[Any, dict[str, Any]]] = {
    "win_filter_driver, by name": (filter_driver, {"name": ["FAMv4", "atapi"], "state": "absent"}),
    "win_filter_driver, by status": (filter_driver, {"classifications": ["orphan"], "state": "absent"}),
    "win_filter_driver, legacy filters": (filter_driver, {"block_legacy_filters": True}),
    "win_filter_driver_info": (filter_driver_info, {}),
    "win_tcp_offload": (tcp_offload, {"profile": "by_driver"}),
    "win_tcp_offload_info": (tcp_offload_info, {}),
    "nic_driver_facts": (nic_driver, {}),
    "win_snp_symptoms_info": (snp_symptoms, {}),
    "win_tcp_keepalive": (tcp_keepalive, {"milliseconds": 900_000}),
}


@pytest.mark.parametrize("described", sorted(SNAPSHOTS.glob("*.yml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("module", ASKED)
def test_a_snapshot_holds_what_every_module_asks_for(module: str, described: Path) -> None:
    """Nothing that a module asks for may be missing from a snapshot: a replica would tell it as not there."""
    resource, chosen = ASKED[module]
    server = load(described)
    queries = resource.queries(options_of(resource, **chosen))
    assert answered(taken(server), queries) == answered(server, queries)


def test_a_snapshot_of_a_replica_is_the_snapshot() -> None:
    once = taken(exchange())
    assert taken(once) == once


def test_it_changes_nothing() -> None:
    replica = Replica(copy.deepcopy(exchange()))
    replica.execute(Request(snapshot.queries({})))
    assert replica.document == exchange()
    assert plan_by(snapshot, {}, read(exchange(), ()), NOW).operations == ()


def test_an_empty_destination_is_refused() -> None:
    with pytest.raises(BadOption, match="dest is empty: name the file on the controller"):
        options_of(snapshot, dest=" ")
