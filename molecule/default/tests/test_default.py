# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the end every server differs from its description in what was cured, and in nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from demo.update_driver import update

CHANGED = Path(os.environ["DEMO_STATE"])
SNAPSHOTS = Path(os.environ["MOLECULE_PROJECT_DIRECTORY"]) / "inventories/demo/snapshots"
LEDGER = "HKLM\\SOFTWARE\\Server Baseline"
PARAMETERS = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"

START, STATUS = (FAMV4.lower(), "Start"), ("service", "FAMv4")
STOPPED = ("running", "stopped")
# server -> what of it is otherwise than described: before and after
CURED: dict[str, dict[tuple[str, str], tuple[Any, Any]]] = {
    "app2022": {START: (1, 4)},  # it runs until the restart
    "ex2003": {START: (1, 4), STATUS: STOPPED},  # its TCP offload came back with the driver
    "ex2007": {START: (0, 4), STATUS: STOPPED},
    "fs2008": {("netsh", "chimney"): ("enabled", "disabled"), (PARAMETERS.lower(), "EnableTCPA"): (None, 0)},
    "fs2012r2": {},
    "web2008r2": {("netsh", "chimney"): ("automatic", "disabled"), ("netsh", "netdma"): ("enabled", "disabled")},
}
# server -> entries of its ledger, in the order in which they were made
TOLD = {
    "app2022": ["FAMv4 open"],
    "ex2003": ["FAMv4 open", "chimney restored", "rss restored", "netdma restored"],
    "ex2007": ["FAMv4 superseded", "FAMv4 open"],
    "fs2008": ["chimney open", "netdma open"],
    "fs2012r2": [],
    "web2008r2": ["chimney superseded", "netdma open", "chimney open"],
}


def server(name: str) -> dict[str, Any]:
    """Return a server as it is now: as described, where nothing was written."""
    changed = CHANGED / f"{name}.yml"
    return load(changed if changed.exists() else SNAPSHOTS / changed.name)


def flat(document: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """Return all that a server is, but for the collection's ledger."""
    values = {
        (key.lower(), name): value
        for key, own in document["registry"].items()
        if not key.startswith(LEDGER)
        for name, value in {"": "a key", **(own or {})}.items()
    }
    services = {("service", name): state["status"] for name, state in document["services"].items()}
    files = {("file", path): facts for path, facts in document["files"].items()}
    words = (word.partition("=") for word in document["commands"]["netsh interface tcp dump"]["output"].split())
    return {**values, **services, **files, **{("netsh", name): state for name, _unused, state in words}}


def differences(name: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Return what of a server is otherwise than described."""
    described = load(SNAPSHOTS / f"{name}.yml")
    if name == "ex2003":
        update(described)  # its driver was updated, which is no work of the collection
    before, after = flat(described), flat(server(name))
    return {
        place: (before.get(place), after.get(place))
        for place in before.keys() | after.keys()
        if before.get(place) != after.get(place)
    }


def ledger(name: str) -> list[str]:
    """Return subject and state of the entries in a server's ledger."""
    registry = server(name)["registry"]
    entries = [own for key, own in sorted(registry.items()) if key.startswith(f"{LEDGER}\\Ledger\\")]
    return [f"{each['Subject']} {each.get('Closed', 'open').split()[0]}" for each in entries]


@pytest.mark.parametrize("name", CURED)
def test_a_server_is_cured_and_otherwise_as_it_was(name: str) -> None:
    assert differences(name) == CURED[name]


@pytest.mark.parametrize("name", TOLD)
def test_the_ledger_tells_what_was_done_twice_and_what_came_back(name: str) -> None:
    assert ledger(name) == TOLD[name]


def test_every_server_is_looked_at() -> None:
    assert {path.stem for path in SNAPSHOTS.iterdir()} == CURED.keys() == TOLD.keys()
