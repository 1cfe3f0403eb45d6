# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which orders of network providers something is missing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver.audit import AUDIT
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.network_providers import (
    broken_orders,
    provider_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.unread import unread_of
from tests.support.cases import kind, leftover
from tests.support.servers import CONTROL, SERVICES, read

ORDER = f"{CONTROL}\\NetworkProvider\\Order"
PROVIDER = {"Name": "Any Provider", "ProviderPath": "%SystemRoot%\\System32\\any.dll"}


def server(order: str | None, **unreadable: str) -> dict[str, Any]:
    """Return a server with the providers of Windows, of which RDPNP is a key for that alone, and one order."""
    registry: dict[str, Any] = {
        f"{SERVICES}\\LanmanWorkstation": {"Type": 0x20, "Start": 2},
        f"{SERVICES}\\LanmanWorkstation\\NetworkProvider": PROVIDER,
        f"{SERVICES}\\RDPNP\\NetworkProvider": PROVIDER,
        f"{SERVICES}\\webclient": {"Type": 0x20, "Start": 3},
    }
    if order is not None:
        registry[ORDER] = {"ProviderOrder": order}
    return {"environment": {}, "registry": registry, "unreadable": unreadable}


def broken(document: dict[str, Any]) -> list[tuple[tuple[str, ...], bool, tuple[str, ...]]]:
    """Return of each broken order what is gone, whether LanmanWorkstation is missing, and the order as it should be."""
    return [(each.gone, each.lacks_workstation, each.wanted) for each in broken_orders(read(document, AUDIT))]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (None, []),
        ("RDPNP,LanmanWorkstation,webclient", []),
        (" rdpnp , LANMANWORKSTATION ,", []),
        (",Dokan1", [(("Dokan1",), True, ("LanmanWorkstation",))]),
        ("RDPNP,Dokan1,LanmanWorkstation", [(("Dokan1",), False, ("RDPNP", "LanmanWorkstation"))]),
        ("RDPNP", [((), True, ("LanmanWorkstation", "RDPNP"))]),
        ("", [((), True, ("LanmanWorkstation",))]),
    ],
)
def test_an_order_names_what_is_there_and_the_workstation(order: str | None, found: list[Any]) -> None:
    assert broken(server(order)) == found


@pytest.mark.parametrize("start", [4, None])
def test_a_server_whose_workstation_service_does_not_start_needs_no_provider_of_it(start: int | None) -> None:
    document = server("RDPNP")
    key = f"{SERVICES}\\LanmanWorkstation"
    document["registry"][key] = {"Type": 0x20, **({} if start is None else {"Start": start})}
    assert broken(document) == []
    del document["registry"][key]
    assert broken(document) == []


def test_a_provider_that_could_not_be_read_is_not_gone() -> None:
    places = (
        SERVICES,
        f"{SERVICES}\\Dokan1",
        f"{SERVICES}\\Dokan1\\NetworkProvider",
        f"{SERVICES}\\*\\NetworkProvider",
    )
    for place in places:
        found = read(server("LanmanWorkstation,Dokan1"), provider_queries())
        found.unreadable._items[place.lower()] = (place, "access_denied")
        assert list(broken_orders(found)) == []


def test_orders_that_were_not_collected_hide_no_driver() -> None:
    document = server("RDPNP", **{f"{SERVICES}\\*\\NetworkProvider": "not collected in this snapshot"})
    assert unread_of(read(document, provider_queries())) == ()


@pytest.mark.parametrize("document", [kind("K14"), leftover("c09")], ids=["K14", "c09"])
def test_the_case_from_the_field_is_found(document: dict[str, Any]) -> None:
    assert broken(document)[0] == (("Dokan1",), True, ("LanmanWorkstation",))
