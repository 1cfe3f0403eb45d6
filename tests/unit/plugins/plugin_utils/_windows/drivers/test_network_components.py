# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which drivers the network needs: by real cases, and by each place that tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.network_components import (
    NetworkComponent,
    bound_components_of,
    components_of,
    linkage_query,
    network_component_queries,
    unread_components,
    why_not_stopped,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import (
    Service,
    service_of,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import (
    ADAPTERS,
    NETWORK,
    NETWORK_FILTERS,
    NETWORK_PROTOCOLS,
    NETWORK_SERVICES,
    SERVICES,
)
from tests.support.cases import kind, leftover
from tests.support.servers import read

GUID = "{11111111-2222-3333-4444-555555555555}"
ADAPTER = "{99999999-2222-3333-4444-555555555555}"
COMPONENT = f"{NETWORK}\\{NETWORK_SERVICES}\\{GUID}"
LINKAGE = f"{ADAPTERS}\\0007\\Linkage"
KERNEL = f"{NETWORK_FILTERS}\\{GUID}\\Kernel"


def reading(document: dict[str, Any]) -> Snapshot:
    """Return a server, of which the network components and every driver's key were read."""
    snapshot = read(document, (*network_component_queries(), linkage_query()))
    keys = {
        path: values for path, values in document["registry"].items() if path.count("\\") == SERVICES.count("\\") + 1
    }
    return Snapshot({**snapshot.document, "registry": {**keys, **snapshot.document["registry"]}})


def driver(snapshot: Snapshot, name: str) -> Service:
    """Return a driver of a server."""
    found = service_of(snapshot, name)
    assert found is not None
    return found


def server(ndi: dict[str, Any], **registry: dict[str, Any]) -> dict[str, Any]:
    """Return a server with one filter, flt, bound to one adapter."""
    keys = {
        f"{SERVICES}\\flt": {"Type": 1, "Start": 1},
        COMPONENT: {"ComponentId": "x_flt", "InfPath": "oem1.inf"},
        f"{COMPONENT}\\Ndi": {"Service": "FLT", **ndi},
        f"{ADAPTERS}\\0007": {"NetCfgInstanceId": ADAPTER},
        LINKAGE: {"FilterList": [f"{ADAPTER}-{GUID.lower()}-0000"], "UpperBind": ["Tcpip"]},
    }
    return {"environment": {}, "registry": {**keys, **registry}}


def component(document: dict[str, Any]) -> NetworkComponent:
    """Return the component of flt."""
    snapshot = reading(document)
    (found,) = components_of(driver(snapshot, "flt"), snapshot)
    return found


RUN_TYPES: dict[str, tuple[dict[str, Any], dict[str, dict[str, Any]], str]] = {
    "up to 6.3, mandatory": ({"FilterRunType": 1}, {}, "mandatory"),
    "up to 6.3, optional": ({"FilterRunType": 2}, {}, "optional"),
    "up to 6.3, another number": ({"FilterRunType": 7}, {}, "unknown"),
    "up to 6.3, a text": ({"FilterRunType": "2"}, {}, "unknown"),
    "10.0, mandatory": ({}, {KERNEL: {}}, "mandatory"),
    "10.0, mandatory, with other values": ({}, {KERNEL: {"FilterClass": "compression"}}, "mandatory"),
    "10.0, optional": ({}, {KERNEL: {"Optional": 1}}, "optional"),
    "10.0, another number": ({}, {KERNEL: {"Optional": 0}}, "unknown"),
    "both agree": ({"FilterRunType": 2}, {KERNEL: {"Optional": 1}}, "optional"),
    "both differ": ({"FilterRunType": 1}, {KERNEL: {"Optional": 1}}, "unknown"),
    "nothing says": ({}, {}, "unknown"),
}


@pytest.mark.parametrize("case", RUN_TYPES)
def test_the_run_type_stands_in_one_of_two_places(case: str) -> None:
    ndi, registry, expected = RUN_TYPES[case]
    found = component(server(ndi, **registry))
    assert (found.run_type, found.bound_to) == (expected, (ADAPTER,))
    assert found.evidence[-1] == LINKAGE


def test_a_component_is_bound_to_the_connection_that_the_adapter_has() -> None:
    connection = f"{NETWORK}\\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\\{ADAPTER}\\Connection"
    found = component(server({"FilterRunType": 1}, **{connection: {"Name": "LAN"}}))
    assert found.bound_to == ("LAN",)
    assert found.text == "the network component x_flt (mandatory) needs FLT and is bound to LAN"
    assert found.removal == "netcfg -u x_flt"


def test_a_filter_that_no_adapter_names_is_not_bound() -> None:
    document = server({"FilterRunType": 1}, **{LINKAGE: {"FilterList": [f"{ADAPTER}-{ADAPTER}-0000"]}})
    assert component(document).bound_to == ()
    snapshot = reading(document)
    assert bound_components_of(driver(snapshot, "flt"), snapshot) == ()


def test_another_service_of_a_component_is_needed_too() -> None:
    document = server({"FilterRunType": 2, "CoServices": ["FLT", "helper"]}, **{f"{SERVICES}\\Helper": {"Type": 1}})
    snapshot = reading(document)
    assert components_of(driver(snapshot, "Helper"), snapshot) == components_of(driver(snapshot, "flt"), snapshot)


PROTOCOL = f"{NETWORK}\\{NETWORK_PROTOCOLS}\\{GUID}"
PROTOCOLS = {
    "an adapter names it": {LINKAGE: {"UpperBind": ["Tcpip", "PROTO"]}},
    "its own key names an adapter": {f"{SERVICES}\\proto\\Linkage": {"Bind": [f"\\Device\\{ADAPTER}"]}},
}


@pytest.mark.parametrize("case", PROTOCOLS)
@pytest.mark.parametrize(
    "registered", [{PROTOCOL: {"ComponentId": "x_proto"}, f"{PROTOCOL}\\Ndi": {"Service": "proto"}}, {}]
)
def test_a_protocol_is_bound_by_either_side_registered_or_not(case: str, registered: dict[str, Any]) -> None:
    registry = {f"{SERVICES}\\proto": {"Type": 1}, **registered, **PROTOCOLS[case]}
    snapshot = reading(server({}, **registry))
    (found,) = bound_components_of(driver(snapshot, "proto"), snapshot)
    assert (found.kind, found.run_type, found.bound_to) == ("protocol", "unknown", (ADAPTER,))
    assert found.text == f"the network protocol {found.component_id or 'proto'} needs proto and is bound to {ADAPTER}"


CASES = {
    "c04a": ("DNE", "mandatory"),
    "c04b": ("DNE", "mandatory"),
    "c06b": ("npcap", "optional"),
    "c07a": ("wgtflt", "optional"),
    "c07b": ("wgtflt", "mandatory"),
    "c07c": ("wgtflt", "mandatory"),
    "c23": ("VBoxNetLwf", "optional"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_from_the_field_is_a_bound_filter(case: str) -> None:
    name, run_type = CASES[case]
    snapshot = reading(leftover(case))
    assert [each.run_type for each in bound_components_of(driver(snapshot, name), snapshot)] == [run_type]


UNREAD = {
    f"{NETWORK}\\{NETWORK_SERVICES}": True,
    COMPONENT: True,
    f"{COMPONENT}\\Ndi": True,
    f"{COMPONENT}\\Parameters": False,
    f"{NETWORK_FILTERS}\\*\\Kernel": True,
    f"{NETWORK_FILTERS}\\{GUID}\\Properties": False,
    ADAPTERS: True,
    f"{ADAPTERS}\\0007": True,
    LINKAGE: True,
    f"{ADAPTERS}\\0007\\Ndi": False,
    f"{ADAPTERS}\\Properties": False,
    f"{SERVICES}\\Tcpip\\Linkage": False,
}


@pytest.mark.parametrize("place", UNREAD)
def test_what_may_hide_a_component_is_told(place: str) -> None:
    found = unread_components(Snapshot({"unreadable": {place: "access_denied"}}))
    assert found == ((f"{place} could not be read (access_denied)",) if UNREAD[place] else ())


@pytest.mark.parametrize(("number", "name", "expected"), [("K11", "mqcallout", True), ("K6", "npcap", False)])
def test_a_driver_of_the_filtering_platform_depends_on_its_engine(number: str, name: str, expected: bool) -> None:
    snapshot = Snapshot(kind(number))
    assert ("persistent filters" in why_not_stopped(driver(snapshot, name))) is expected
