# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which reasons to protect a driver a task outweighs, and which stand against force: by the kinds of leftovers."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.protection import (
    Change,
    dependants_of,
    protection_queries,
    reasons_to_protect,
    standing_reasons,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import CONTROL, SERVICES
from tests.support.cases import kind, leftover, snapshot_of
from tests.support.servers import exchange, read

DISABLE = Change()
STOP = Change(stops=True)
REMOVE = Change(removes=True, stops=True)
CLEAN = Change(cleans_lists=True)
FORCE = Change(is_forced=True)
FORCE_AND_STOP = Change(is_forced=True, stops=True)
FORCE_AND_REMOVE = Change(is_forced=True, removes=True)
FORCE_AND_CLEAN = Change(is_forced=True, cleans_lists=True)
DOCUMENTED = Change(is_documented=True)
ALL = Change(removes=True, stops=True, cleans_lists=True, is_documented=True, is_forced=True)


def standing(document: dict[str, Any], name: str, change: Change) -> list[str]:
    """Return the rules that stand against a change of a driver, each once."""
    snapshot = read(document, protection_queries((name,)))
    driver = service_of(snapshot, name)
    assert driver is not None
    return list(dict.fromkeys(reason.rule for reason in standing_reasons(driver, snapshot, change)))


KINDS: list[tuple[str, str, Change, list[str]]] = [
    ("K1", "Otman5", DISABLE, ["group", "filter_list"]),
    ("K1", "Otman5", CLEAN, []),
    ("K1", "Otman5", FORCE, ["filter_list"]),
    ("K1", "Otman5", FORCE_AND_REMOVE, ["filter_list"]),
    ("K3", "snapman", DISABLE, ["filter_list"]),
    ("K3", "snapman", FORCE, ["filter_list"]),
    ("K3", "snapman", CLEAN, []),
    ("K4", "xenbus", DISABLE, ["group"]),
    ("K5", "RRNetCapMP", DISABLE, ["network_group"]),
    ("K6", "npcap", DISABLE, ["network_group", "network"]),
    ("K6", "npcap", DOCUMENTED, ["network_group", "network"]),
    ("K6", "npcap", FORCE, []),
    ("K6", "npcap", FORCE_AND_STOP, ["network"]),
    ("K6", "npcap", FORCE_AND_REMOVE, ["network"]),
    ("K7", "wgtflt", DISABLE, ["network"]),
    ("K7", "wgtflt", STOP, ["network"]),
    ("K7", "wgtflt", REMOVE, ["network"]),
    ("K7", "wgtflt", ALL, ["network"]),
    ("K9", "npcap", DISABLE, []),
    ("K9", "npcap", REMOVE, []),
    ("K11", "mqcallout", DISABLE, []),
    ("K15", "vcrdump", DISABLE, ["filter_list"]),
    ("K15", "vcrdump", FORCE, ["filter_list"]),
    ("K15", "vcrdump", CLEAN, []),
    ("K16", "openzvol", DISABLE, ["group"]),
    ("K16", "openzvol", FORCE, []),
    ("K17", "WinDivert1.4", REMOVE, []),
]


@pytest.mark.parametrize(("number", "name", "change", "expected"), KINDS)
def test_a_kind_is_refused_for_what_nothing_outweighs(
    number: str, name: str, change: Change, expected: list[str]
) -> None:
    assert standing(kind(number), name, change) == expected


def test_a_mandatory_filter_without_its_file_is_refused_with_netcfg_as_its_cure() -> None:
    snapshot = read(leftover("c07c"), protection_queries(("wgtflt",)))
    driver = service_of(snapshot, "wgtflt")
    assert driver is not None
    reasons = [each for each in standing_reasons(driver, snapshot, ALL) if each.rule == "network"]
    assert [each.fix for each in reasons] == ["Uninstall the product, or remove the component: netcfg -u weg_lwf."]
    assert "never becomes available" in reasons[0].text


def test_a_critical_driver_without_its_file_is_refused_still() -> None:
    document = leftover("c01a")
    document["registry"][f"{SERVICES}\\Otman5"]["ErrorControl"] = 3
    assert standing(document, "Otman5", CLEAN) == ["error_control"]


def test_a_group_counts_where_it_is_not_known_that_the_file_is_gone() -> None:
    document = leftover("c01a")
    hidden = {"unreadable": {"C:\\WINDOWS\\system32\\DRIVERS\\Otman5.sys": "access_denied"}}
    assert standing({**document, **hidden}, "Otman5", FORCE_AND_CLEAN) == ["unknown"]
    snapshot = read(document, protection_queries(("Otman5",)))
    wow64 = Snapshot({**snapshot.document, "unreadable": {"HKLM\\SOFTWARE\\X": "InvalidOperationException: wow64"}})
    driver = service_of(wow64, "Otman5")
    assert driver is not None
    assert {each.rule for each in standing_reasons(driver, wow64, CLEAN)} == {"group"}


def test_what_could_not_be_read_stands_against_force() -> None:
    for place in (SERVICES, f"{CONTROL}\\SafeBoot", f"{CONTROL}\\NetworkSetup2\\Filters", f"{CONTROL}\\CrashControl"):
        document = exchange(Group="FSFilter Open File") | {"unreadable": {f"{place}": "access_denied"}}
        snapshot = Snapshot(
            {**read(document, protection_queries(("FAMv4",))).document, "registry": document["registry"]}
        )
        driver = service_of(snapshot, "FAMv4")
        assert driver is not None
        assert [each.rule for each in standing_reasons(driver, snapshot, ALL)] == ["unknown"], place


def with_safe_boot(*modes: str) -> dict[str, Any]:
    """Return a server whose SafeBoot names the group Odd in some modes, and FAMv4 is of it."""
    document = exchange(Group="Odd")
    document["registry"] |= {f"{CONTROL}\\SafeBoot\\{mode}\\ODD": {"": "Driver Group"} for mode in modes}
    return document


@pytest.mark.parametrize(
    ("modes", "rule", "outweighed"),
    [(("Minimal",), "group", True), (("Minimal", "Network"), "group", True), (("Network",), "network_group", False)],
)
def test_a_documented_cure_outweighs_a_group_of_the_boot_path_alone(
    modes: tuple[str, ...], rule: str, outweighed: bool
) -> None:
    document = with_safe_boot(*modes)
    assert standing(document, "FAMv4", DISABLE) == [rule]
    assert standing(document, "FAMv4", DOCUMENTED) == ([] if outweighed else [rule])
    assert standing(document, "FAMv4", FORCE) == []


def test_a_group_that_a_service_needs_counts_as_the_driver_does() -> None:
    document = exchange(Group="NetBIOSGroup")
    document["registry"][f"{SERVICES}\\RemoteAccess"] = {"Type": 32, "DependOnGroup": ["Other", "netbiosgroup"]}
    assert standing(document, "FAMv4", DISABLE) == ["group_dependant"]
    snapshot = read(document, protection_queries(("FAMv4",)))
    assert dependants_of("FAMv4", snapshot) == ("RemoteAccess",)
    assert dependants_of("atapi", snapshot) == ()
    document["files"] = {}
    assert standing(document, "FAMv4", DISABLE) == []


@pytest.mark.parametrize("name", ["Wdf01000", "Wof", "tcpipreg"])
def test_what_windows_lays_down_is_protected_though_its_file_names_nobody(name: str) -> None:
    assert standing(snapshot_of("wdf"), name, DOCUMENTED)[-1] == "windows"


@pytest.mark.parametrize(
    "group",
    ["WdfLoadGroup", "System Reserved", "FSFilter Compression", "Early-Launch", "core security extensions"],
)
def test_a_group_of_windows_own_drivers_protects(group: str) -> None:
    assert standing(exchange(Group=group), "FAMv4", DOCUMENTED) == ["windows"]


def test_a_driver_of_a_foreign_package_is_not_windows_own() -> None:
    for infs, expected in ((["oem3.inf"], []), (["netpacer.inf"], ["windows"])):
        assert standing(exchange(Group="x", Owners=infs), "FAMv4", DISABLE) == expected


def test_every_reason_of_a_change_is_among_the_reasons_to_protect() -> None:
    snapshot = read(kind("K6"), protection_queries(("npcap",)))
    driver = service_of(snapshot, "npcap")
    assert driver is not None
    assert set(standing_reasons(driver, snapshot, STOP)) <= set(reasons_to_protect(driver, snapshot))


CHANGES = [Change(*flags) for flags in product((False, True), repeat=5)]


def rules_of_every_change(document: dict[str, Any], name: str) -> list[tuple[Change, set[str]]]:
    """Return every change that a task can make, with the rules that stand against it."""
    snapshot = read(document, protection_queries((name,)))
    driver = service_of(snapshot, name)
    assert driver is not None
    return [(change, {each.rule for each in standing_reasons(driver, snapshot, change)}) for change in CHANGES]


def test_a_bound_mandatory_filter_is_never_touched() -> None:
    assert all("network" in rules for _unused, rules in rules_of_every_change(kind("K7"), "wgtflt"))


def test_a_bound_optional_filter_is_only_disabled_and_only_by_force() -> None:
    for change, rules in rules_of_every_change(kind("K6"), "npcap"):
        lifted = change.is_forced and not change.stops and not change.removes
        assert ("network" in rules) is not lifted


def test_a_listed_driver_is_touched_only_where_its_lists_are_cleaned() -> None:
    for change, rules in rules_of_every_change(kind("K15"), "vcrdump"):
        assert ("filter_list" in rules) is not change.cleans_lists
