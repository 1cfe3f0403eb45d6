# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network components a removed product left, and which are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import known_drivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver.audit import AUDIT
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.altitudes import Altitudes
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.broken_components import (
    BrokenComponent,
    broken_components,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import Classifier
from tests.support.cases import leftover
from tests.support.servers import SERVICES, read


def broken(document: dict[str, Any], **parts: Any) -> tuple[BrokenComponent, ...]:
    """Return the broken components of a server, of which some parts of what was read may differ."""
    snapshot = Snapshot({**read(document, AUDIT).document, **parts})
    return broken_components(snapshot, Classifier(snapshot, known_drivers(), Altitudes()))


REASONS = {
    "c06c": ("INSECURE_NPF", "names the service NPF, which is not there", False),
    "c07c": ("weg_lwf", "needs wgtflt, whose file C:\\Windows\\system32\\DRIVERS\\wgtflt.sys is not there", False),
    "c06b": ("INSECURE_NPCAP", "needs npcap, which a product left behind", True),
    "c23": ("oracle_VBoxNetLwf", "needs VBoxNetLwf, which a product left behind", True),
}


@pytest.mark.parametrize("case", REASONS)
def test_a_component_without_service_file_or_product_is_broken(case: str) -> None:
    name, reason, is_loadable = REASONS[case]
    (found,) = broken(leftover(case))
    assert (found.component.name, found.is_loadable) == (name, is_loadable)
    assert found.reason.startswith(f"the network component {name} (oem")
    assert found.reason.endswith(reason)


@pytest.mark.parametrize("case", REASONS)
def test_a_component_of_windows_own_package_is_left_alone(case: str) -> None:
    document = leftover(case)
    for values in document["registry"].values():
        if str(values.get("InfPath", "")).startswith("oem") and "ComponentId" in values:
            values["InfPath"] = "netpacer.inf"
    assert broken(document) == ()


def test_a_component_of_a_product_that_is_there_is_left_alone() -> None:
    document = leftover("c06b")
    uninstall = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\NpcapInst"
    document["registry"][uninstall] = {"DisplayName": "Npcap", "Publisher": "Nmap Project"}
    assert broken(document) == ()


@pytest.mark.parametrize(("place", "count"), [(f"{SERVICES}\\NPF", 0), (SERVICES, 0), (f"{SERVICES}\\Other", 1)])
def test_a_service_that_may_be_there_unread_breaks_nothing(place: str, count: int) -> None:
    assert len(broken(leftover("c06c"), unreadable={place: "access_denied"})) == count
