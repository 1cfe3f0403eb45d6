# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replica answers as its server did: a snapshot that is taken of it equals its own file."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import SERVICES
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import CASES, DEMO_SNAPSHOTS
from tests.support.cases import snapshot_of

FILES = sorted((*DEMO_SNAPSHOTS.glob("*.yml"), *(CASES / "drivers").glob("*.yml")))
SERVERS = [path for path in FILES if path.name != "kinds.yml"]


def taken(document: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot that win_snapshot takes of a replica."""
    answer = Replica(copy.deepcopy(document)).execute(Request(snapshot.QUERIES)).document
    return snapshot.document(Snapshot(answer), snapshot.Options("x.yml", str(document["name"]), redact=False))


@pytest.mark.parametrize("path", SERVERS, ids=lambda path: path.stem)
def test_a_snapshot_of_a_replica_equals_its_file(path: Path) -> None:
    once = taken(load(path))
    assert taken(once) == once


@pytest.mark.parametrize("path", SERVERS, ids=lambda path: path.stem)
def test_a_snapshot_loses_nothing_that_a_driver_says_of_itself(path: Path) -> None:
    document = load(path)
    once = taken(document)
    keys = [
        key
        for key, values in document["registry"].items()
        if key.startswith(SERVICES) and (values or {}).get("Type") in (1, 2)
    ]
    assert all(once["registry"][key] == document["registry"][key] for key in keys)
    assert once["services"] == document["services"]
    registry_keys = {path for path in document.get("unreadable") or {} if path.startswith("HK")}
    assert registry_keys <= set(once["unreadable"])


@pytest.mark.parametrize("name", ["unreadable", "unreadable2"])
def test_a_denied_key_stands_among_what_is_unreadable_alone(name: str) -> None:
    once = taken(snapshot_of(name))
    denied = {f"{SERVICES}\\tvsvc": "access_denied", f"{SERVICES}\\tvflt\\Secrets": "access_denied"}
    assert {path: why for path, why in once["unreadable"].items() if path.startswith(SERVICES)} == denied
    assert not set(denied) & set(once["registry"])
    assert not set(denied) & set(Replica(copy.deepcopy(once)).document["registry"])


def test_a_key_of_another_type_is_no_service() -> None:
    document = snapshot_of("winsock")
    del document["services"]
    assert taken(document)["services"] == {}


def test_a_driver_that_the_service_manager_does_not_list_has_no_status() -> None:
    assert set(taken(snapshot_of("wdf"))["services"]) == {"Wdf01000", "Wof"}
