# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only registries tell, on a real one and over a real connection: names in filter lists that no driver has, a
driver whose file is gone in such a list, broken network components, and orders of network providers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.parts import for_lab
from tests.lab.server import LabServer
from tests.support.cases import leftover
from tests.support.plays import TaskResult, module_task, play
from tests.support.scenarios.drivers import DISKS, SERVICES, VOLUMES, Builder
from tests.support.servers import CONTROL

WINDOWS = ("Microsoft Corporation", "Microsoft® Windows® Operating System")
POLICY: dict[str, Any] = {"classifications": ["known_leftover", "orphan", "dangling"], "clean_filter_lists": True}


def built() -> dict[str, Any]:
    """Return a server whose lists name a driver without a key, Ghost, and one without its file, gone."""
    found = Builder()
    found.driver("partmgr", *WINDOWS, Start=0, ErrorControl=3, running=True, can_stop=False)
    found.driver("volsnap", *WINDOWS, Start=0, ErrorControl=3, running=True, can_stop=False)
    found.driver("gone", "Some Company", "Product", exists=False)
    found.registry[f"{CONTROL}\\Windows"] = {"ShutdownTime": {"REG_BINARY": "00c0ff3e1d5bdc01"}}
    found.registry[DISKS] = {"Class": "DiskDrive", "UpperFilters": ["Ghost", "partmgr"]}
    found.registry[VOLUMES] = {"Class": "Volume", "UpperFilters": ["volsnap", "gone"], "LowerFilters": ["Ghost"]}
    return found.document()


def found(result: TaskResult, kind: str) -> dict[str, dict[str, Any]]:
    """Return the findings of a kind by what they judge."""
    return {each["subject"]: each for each in result["findings"] if each["kind"] == kind}


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_dead_entries_are_seen_and_cleaned(connection: str, lab_server: Callable[..., LabServer]) -> None:
    server = lab_server(built())
    hosts, original = {"server": server.hostvars(connection)}, server.export_registry()
    audit = module_task("win_filter_driver", {"state": "audited"})
    named = module_task("win_filter_driver", {"name": ["Ghost"]})
    clean = module_task("win_filter_driver", POLICY)

    audited, listed, left, predicted = play(
        hosts, [audit, module_task("win_filter_driver_info"), named, clean], check=True
    )
    for result in (audited, listed, left):
        ghost = found(result, "dead_entry")["Ghost"]
        assert (ghost["status"], ghost["act"], ghost["severity"]) == ("drifted", "decide", "critical")
        assert len(ghost["found"]["lists"]) == 2
    assert found(audited, "dangling")["gone"]["status"] == "attention"
    assert server.export_registry() == original

    done, again, audited = play(hosts, [clean, clean, audit])
    assert [each["changed"] for each in (predicted, done, again)] == [True, True, False]
    assert (done["after"], done["reboot_required"], again["reboot_required"]) == (predicted["after"], True, True)
    assert server.values(DISKS) == {"Class": "DiskDrive", "UpperFilters": ["partmgr"]}
    assert server.values(VOLUMES) == {"Class": "Volume", "UpperFilters": ["volsnap"]}
    assert server.read_value(f"{SERVICES}\\gone", "Start") == 4
    assert not found(audited, "dead_entry")

    server.reboot()
    settled, restored = play(hosts, [clean, module_task("win_filter_driver", {"name": ["Ghost"], "state": "restored"})])
    assert (settled["changed"], settled["reboot_required"]) == (False, False)
    assert restored["changed"] is False
    assert server.values(DISKS) == {"Class": "DiskDrive", "UpperFilters": ["partmgr"]}


@pytest.mark.parametrize(
    ("case", "kind", "subject", "fix"),
    [
        ("c06c", "network_component", "INSECURE_NPF", "netcfg -u INSECURE_NPF"),
        ("c07c", "network_component", "weg_lwf", "netcfg -u weg_lwf"),
        ("c09", "provider_order", f"{CONTROL}\\NetworkProvider\\Order\\ProviderOrder", "to LanmanWorkstation,"),
    ],
)
def test_components_and_providers_are_read(
    case: str, kind: str, subject: str, fix: str, lab_server: Callable[..., LabServer]
) -> None:
    document = for_lab(leftover(case))
    document["services"] = {name: {"status": "stopped", "can_stop": False} for name in document["services"]}
    server = lab_server(document)
    original = server.export_registry()
    results = play(
        {"server": server.hostvars("winrm")},
        [module_task("win_filter_driver_info"), module_task("win_filter_driver", {"state": "audited"})],
    )
    for result in results:
        finding = found(result, kind)[subject]
        assert (finding["status"], finding["act"], fix in finding["fix"]) == ("drifted", "decide", True)
    assert server.export_registry() == original
