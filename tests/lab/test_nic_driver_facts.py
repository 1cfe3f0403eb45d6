# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real payload reads the adapters of the field as a replica does, and events as they are bounded.

The interfaces of a lab server are its host's, so what the network stack shows of an adapter is left out. Wine keeps no
event log: the payload's reader works on a list of events that stands for one, put in the place of .NET's reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import EventQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snp_symptoms
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire import execute as wire
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import compact, read_part, script
from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer
from tests.support.planning import options_of
from tests.support.scenarios.adapters import SCENARIOS
from tests.support.servers import plan_by, read

pytestmark = pytest.mark.lab

OPTIONS = options_of(nic_driver)
TODAY = "2026-11-23"
SHOWN = ("link", "carries_connection")
READER = "[Activator]::CreateInstance([Diagnostics.EventLog], [object[]]@($log)).Entries"


def comparable(snapshot: Snapshot) -> dict[str, Any]:
    """Return the facts of a server, without what the network stack shows."""
    facts = plan_by(nic_driver, OPTIONS, snapshot, TODAY).data["nic_drivers"]
    adapters = [{name: item for name, item in each.items() if name not in SHOWN} for each in facts["adapters"]]
    return {**facts, "adapters": adapters}


@pytest.mark.parametrize("name", SCENARIOS)
def test_nic_driver_facts_are_those_of_a_replica(name: str) -> None:
    document, queries = SCENARIOS[name].document, nic_driver.queries(OPTIONS)
    with LabServer(document) as server:
        reply = wire.execute(DirectExecutor(server), Request(queries))
    assert reply.failure is None
    assert comparable(Snapshot(reply.document)) == comparable(read(document, queries))


@pytest.fixture(scope="module")
def bare() -> Iterator[LabServer]:
    """Return a server with nothing on it but PowerShell and a source of events."""
    source = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\MSExchangeIS"
    with LabServer({"format": 1, "registry": {source: {"TypesSupported": 7}}}) as server:
        yield server


def test_nic_driver_symptoms_of_a_server_that_has_none(bare: LabServer) -> None:
    options = options_of(snp_symptoms)
    reply = wire.execute(DirectExecutor(bare), Request(snp_symptoms.queries(options)))
    assert reply.failure is None
    told = snp_symptoms.info(options, Snapshot(reply.document))
    assert told["mapi_limit_events"] == "not_applicable"
    assert told["tcp_offload_states"] == "unknown"


LOG = [
    ("2026-11-01T07:11:00", "MSExchangeIS", 9646),
    ("2026-11-10T08:00:00", "MSExchangeIS", 9646),
    ("2026-11-15T10:00:00", "MSExchangeIS", 1234),
    ("2026-11-20T08:00:00", "msexchangeis", 9646),
    ("2026-11-22T08:00:00", "MSExchangeSA", 9646),
    ("2026-11-23T09:30:00", "MSExchangeIS", 9646),
]
"""A log as Windows keeps it, oldest first; the ids of real events carry flags in their upper half."""


def feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put LOG in the place of .NET's reader."""
    event = "[pscustomobject]@{{ TimeGenerated = [DateTime]::Parse('{0}Z'); Source = '{1}'; InstanceId = {2}; {3} }}"
    strings = "ReplacementStrings = 'us\"er', '32'"
    entries = (
        "@(" + ", ".join(event.format(time, source, 0xC0000000 + number, strings) for time, source, number in LOG) + ")"
    )
    assert read_part("events").count(READER) == 1
    monkeypatch.setattr(wire, "script", lambda parts: script(parts).replace(compact(READER), entries))


BOUNDS: dict[str, tuple[EventQuery, list[str], bool]] = {
    "all": (EventQuery("Application", "MSExchangeIS", (9646,)), ["23", "20", "10", "01"], True),
    "since a time": (
        EventQuery("Application", "MSExchangeIS", (9646,), "2026-11-10T08:00:00Z"),
        ["23", "20", "10"],
        True,
    ),
    "so many": (EventQuery("Application", "MSExchangeIS", (9646,), "", 2), ["23", "20"], False),
    "as many as there are": (EventQuery("Application", "MSExchangeIS", (9646,), "", 4), ["23", "20", "10", "01"], True),
    "other ids": (
        EventQuery("Application", "MSExchangeIS", (1234, 9646), "2026-11-12T00:00:00Z"),
        ["23", "20", "15"],
        True,
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_nic_driver_events_are_read_newest_first(bare: LabServer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    feed(monkeypatch)
    query, days, complete = BOUNDS[name]
    reply = wire.execute(DirectExecutor(bare), Request((query,)))
    answer = reply.document["events"][query.name]
    assert [event["time"][8:10] for event in answer["events"]] == days
    assert answer["complete"] is complete
    assert answer["events"][0] == {"id": 9646, "time": "2026-11-23T09:30:00Z", "strings": ['us"er', "32"]}


def test_nic_driver_events_of_a_log_that_cannot_be_read(bare: LabServer, monkeypatch: pytest.MonkeyPatch) -> None:
    no_log = "$(throw [InvalidOperationException]'no such log')"
    monkeypatch.setattr(wire, "script", lambda parts: script(parts).replace(compact(READER), no_log))
    query = EventQuery("Application", "MSExchangeIS", (9646,))
    reply = wire.execute(DirectExecutor(bare), Request((query,)))
    assert reply.failure is None
    assert reply.document["events"] == {}
    assert "no such log" in reply.document["unreadable"][query.name]


def test_nic_driver_events_of_a_source_that_the_server_does_not_have(
    bare: LabServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch)
    query = EventQuery("Application", "MSExchangeSA", (9646,))
    reply = wire.execute(DirectExecutor(bare), Request((query,)))
    assert reply.document["events"] == {query.name: {"complete": True, "events": []}}


def test_nic_driver_events_of_wines_empty_log(bare: LabServer) -> None:
    query = EventQuery("Application", "MSExchangeIS", (9646,))
    reply = wire.execute(DirectExecutor(bare), Request((query,)))
    assert reply.document["unreadable"] == {}
    assert reply.document["events"] == {query.name: {"complete": True, "events": []}}
