# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could not be read is told, so that no audit calls the server good."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver.audit import AUDIT
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.network_components import (
    linkage_query,
    network_component_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.unread import (
    is_hidden_from_process,
    is_services_unread,
    unread_of,
    unreadable_services,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import (
    ADAPTERS,
    CLASSES,
    SERVICES,
)
from tests.support import DEMO_SNAPSHOTS
from tests.support.cases import snapshot_of
from tests.support.servers import exchange, read

UNINSTALL = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"


def audited(document: dict[str, Any]) -> Snapshot:
    """Return a server as an audit reads it."""
    return read(document, (*AUDIT, *network_component_queries(), linkage_query()))


def subjects(document: dict[str, Any]) -> list[str]:
    """Return what an audit of a server must tell as unknown."""
    return [each.subject for each in unread_of(audited(document))]


CASES = {
    "unreadable": ["tvsvc"],
    "unreadable2": ["tvsvc"],
    "uninstall": [UNINSTALL],
    "uninstall_ok": [],
    "winsock": [],
    "wdf": [],
    "wow64": ["PowerShell"],
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_from_the_field_tells_what_it_hides(name: str) -> None:
    assert subjects(snapshot_of(name)) == CASES[name]


PLACES = {
    SERVICES: [SERVICES],
    f"{SERVICES}\\W3SVC": ["W3SVC"],
    f"{SERVICES}\\FAMv4\\Instances": [],
    ADAPTERS: [ADAPTERS],
    CLASSES: [CLASSES],
    f"{ADAPTERS}\\Properties": [],
    UNINSTALL.replace("SOFTWARE", "SOFTWARE\\WOW6432Node"): [UNINSTALL.replace("SOFTWARE", "SOFTWARE\\WOW6432Node")],
    f"{UNINSTALL}\\Product": [f"{UNINSTALL}\\Product"],
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Minimal": [
        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Minimal"
    ],
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cannot_be_read_is_told_when_an_audit_needs_it(place: str) -> None:
    document = {**exchange(), "unreadable": {place: "access_denied"}}
    assert subjects(document) == PLACES[place]
    assert all("access_denied" in each.text and each.fix for each in unread_of(audited(document)))


def test_the_servers_of_the_demo_hide_nothing() -> None:
    for path in sorted(DEMO_SNAPSHOTS.glob("*.yml")):
        assert unread_of(audited(load(path))) == ()


def test_the_services_are_told_apart_from_one_of_them() -> None:
    whole = audited({**exchange(), "unreadable": {SERVICES: "access_denied"}})
    assert (is_services_unread(whole), unreadable_services(whole)) == (True, {})
    one = audited({**exchange(), "unreadable": {f"{SERVICES}\\tvsvc": "access_denied"}})
    assert (is_services_unread(one), unreadable_services(one)) == (False, {"tvsvc": "access_denied"})


def test_a_service_that_is_listed_without_a_key_is_told() -> None:
    document = exchange()
    document["services"]["Hidden"] = {"status": "running"}
    (found,) = unread_of(audited(document))
    assert (found.subject, "no key" in found.text) == ("Hidden", True)
    denied = {**document, "unreadable": {f"{SERVICES}\\Hidden": "access_denied"}}
    assert [each.text for each in unread_of(audited(denied))] == [
        f"{SERVICES}\\Hidden could not be read (access_denied), so it is not known whether Hidden was left behind"
    ]


def test_a_32_bit_process_is_known_by_what_it_says() -> None:
    assert is_hidden_from_process(Snapshot(snapshot_of("wow64")))
    assert not is_hidden_from_process(Snapshot(snapshot_of("uninstall")))
