# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases from the field: each kind of leftover with the right result, and every way back."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.names import CaseInsensitiveDict
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import CASES
from tests.support.cases import kind, leftover, snapshot_of
from tests.support.planning import options_of, plan_for
from tests.support.servers import CONTROL, LEDGER, SERVICES, plan_by

NOW = "2026-11-23T14:00:00Z"
DISKS = f"{CONTROL}\\Class\\{{4D36E967-E325-11CE-BFC1-08002BE10318}}"
ALL = ["known_leftover", "orphan", "dangling"]
CLEAN = {"clean_filter_lists": True}
ABSENT = {"state": "absent"}
RESTORED = {"state": "restored"}

Document = dict[str, Any]


def decide(document: Document, **given: Any) -> Plan:
    """Return the plan of a task."""
    return plan_for(filter_driver, document, NOW, **given)


def after(document: Document, **given: Any) -> Document:
    """Return the server after a task, which must leave nothing to do."""
    plan, replica, options = (
        decide(document, **given),
        Replica(copy.deepcopy(document)),
        options_of(filter_driver, **given),
    )
    assert plan.error == ""
    reply = replica.execute(Request(filter_driver.queries(options), plan.operations))
    assert (reply.conflicts, reply.failure) == ([], None)
    assert plan_by(filter_driver, options, Snapshot(reply.document), NOW).operations == ()
    return replica.document


def value(document: Document, key: str, name: str) -> Any:
    """Return a registry value."""
    return CaseInsensitiveDict(document["registry"])[key].get(name)


# case: driver, options, and a pattern that the refusal must match
REFUSED: dict[str, tuple[Document, str, dict[str, Any], str]] = {
    "K1": (kind("K1"), "Otman5", {}, r"UpperFilters of .* names it.*clean_filter_lists: true$"),
    "K1 forced": (kind("K1"), "Otman5", {"force": ["Otman5"]}, r"names it.*clean_filter_lists: true$"),
    "K1 forced, absent": (kind("K1"), "Otman5", {**ABSENT, "force": ["Otman5"]}, "names it.*clean_filter_lists: true$"),
    "K3": (kind("K3"), "snapman", {}, "names it.*clean_filter_lists: true$"),
    "K4": (kind("K4"), "xenbus", {}, "load-order group"),
    "K5": (kind("K5"), "RRNetCapMP", {}, "not disabled"),
    "K6": (kind("K6"), "npcap", {}, r"INSECURE_NPCAP \(optional\).*netcfg -u INSECURE_NPCAP$"),
    "K6 forced, stopped": (leftover("c06b"), "npcap", {"force": ["npcap"]}, "stop: false$"),
    "K7": (kind("K7"), "wgtflt", {}, r"weg_lwf \(mandatory\).*netcfg -u weg_lwf$"),
    "K7 forced": (kind("K7"), "wgtflt", {"force": ["wgtflt"], "stop": False}, r"mandatory.*netcfg -u weg_lwf$"),
    "K7 absent": (kind("K7"), "wgtflt", {**ABSENT, "force": ["wgtflt"]}, "mandatory"),
    "K8": (leftover("c07c"), "wgtflt", {}, r"mandatory.*netcfg -u weg_lwf"),
    "K15": (kind("K15"), "vcrdump", {}, r"DumpFilters of .* names its file, vcrdump.sys.*clean_filter_lists: true$"),
    "K16": (kind("K16"), "openzvol", {}, r"SCSI miniport, is one of the boot path.*name it in force: \[openzvol\]$"),
    "WDF": (snapshot_of("wdf"), "Wdf01000", {}, "Windows"),
    "WDF group": (snapshot_of("wdf"), "Wof", {}, "one of Windows' own drivers|Windows itself"),
    "WDF by name": (snapshot_of("wdf"), "tcpipreg", {}, "Windows itself lays down"),
    "unreadable": (snapshot_of("unreadable"), "tvflt", {}, "could not be read"),
    "unreadable2": (snapshot_of("unreadable2"), "tvflt", {"force": ["tvflt"]}, "could not be read"),
    "no service": (snapshot_of("winsock"), "Winsock", {}, r"not a driver \(Type 4\)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_changed_is_refused_with_its_cure(case: str) -> None:
    document, name, given, message = REFUSED[case]
    plan = decide(document, name=[name], **given)
    assert plan.operations == ()
    assert re.search(message, plan.error)
    assert "force" not in plan.error or "network" not in plan.error


def test_a_class_list_is_cleaned_with_its_driver_and_a_restart_is_asked_for() -> None:
    plan = decide(kind("K1"), name=["Otman5"], **CLEAN)
    assert plan.reboot_required
    changed = after(kind("K1"), name=["Otman5"], **CLEAN)
    assert value(changed, DISKS, "UpperFilters") == ["PartMgr"]
    assert value(changed, f"{SERVICES}\\Otman5", "Start") == 4


def test_a_dangling_driver_of_a_list_is_not_restored_without_its_file() -> None:
    removed = after(kind("K1"), name=["Otman5"], **ABSENT, **CLEAN)
    plan = decide(removed, name=["Otman5"], **RESTORED)
    assert (plan.operations, len(plan.refused)) == ((), 1)
    assert "Otman5.sys is not there" in plan.refused[0]


def test_a_dead_name_is_drifted_until_it_is_cleaned_and_never_comes_back() -> None:
    plan = decide(kind("K2"), name=["Otman5"])
    (finding,) = plan.findings
    assert (finding.status, finding.act, finding.severity, finding.kind) == (
        *("drifted", "decide", "critical"),
        "dead_entry",
    )
    assert finding.fix == "Clean the lists in the same task (clean_filter_lists: true)."
    cleaned = after(kind("K2"), name=["Otman5"], **CLEAN)
    assert value(cleaned, DISKS, "UpperFilters") == ["PartMgr"]
    assert value(after(cleaned, name=["Otman5"], **RESTORED), DISKS, "UpperFilters") == ["PartMgr"]


@pytest.mark.parametrize("server", ["c01c", "c02c", "c03c"])
def test_every_audit_tells_a_dead_entry_and_a_policy_that_cleans_lists_takes_it_out(server: str) -> None:
    document = leftover(server)
    for plan in (
        plan_for(info, document, NOW),
        decide(document, state="audited"),
        decide(document, classifications=ALL),
    ):
        found = [each for each in plan.findings if each.kind == "dead_entry"]
        assert {(each.status, each.act, each.severity) for each in found} == {("drifted", "decide", "critical")}
        assert not [each for each in plan.operations if isinstance(each, op.SetValue) and "Filters" in each.name]
    plan = decide(document, classifications=ALL, **CLEAN)
    assert plan.reboot_required
    assert {each.act for each in plan.findings if each.kind == "dead_entry"} == {"enforce"}
    cleaned = after(document, classifications=ALL, **CLEAN)
    assert not [each for each in decide(cleaned, state="audited").findings if each.kind == "dead_entry"]


def test_a_dead_entry_of_another_class_is_no_matter_of_the_next_start() -> None:
    (finding,) = [each for each in decide(leftover("c13"), state="audited").findings if each.kind == "dead_entry"]
    assert (finding.subject, finding.severity) == ("USBPcap", "error")


def test_the_one_name_that_windows_itself_leaves_is_no_dead_entry() -> None:
    document = leftover("c17")
    document["registry"][f"{CONTROL}\\Class\\{{6bdd1fc5-810f-11d0-bec7-08002be2092f}}"] = {"UpperFilters": ["IRENUM"]}
    assert not [each for each in decide(document, state="audited").findings if each.kind == "dead_entry"]
    document["registry"][DISKS] = {"UpperFilters": ["partmgr", "irenum"]}
    (finding,) = [each for each in decide(document, state="audited").findings if each.kind == "dead_entry"]
    assert (finding.status, finding.severity) == ("attention", "critical")  # Windows' own is never taken out by itself


def test_a_part_of_an_installed_product_that_does_harm_is_told_and_left() -> None:
    document = leftover("c08")
    for plan in (plan_for(info, document, NOW), decide(document, state="audited", classifications=["orphan"])):
        (finding,) = [each for each in plan.findings if each.subject == "vsepflt"]
        assert (finding.status, finding.act) == ("attention", "update")
        assert finding.fix.startswith("Update or remove VMware Tools, which owns it.")
    assert "vsepflt" not in {each.subject for each in decide(document, classifications=ALL).findings}


@pytest.mark.parametrize(("server", "name"), [("c03a", "xenbus"), ("c16", "RRNetCapMP")])
def test_what_only_a_device_without_hardware_owns_is_told_by_every_audit(server: str, name: str) -> None:
    plan = decide(leftover(server), state="audited", classifications=["orphan"])
    (finding,) = [each for each in plan.findings if each.subject == name and each.id == "filter_driver"]
    assert (finding.status, finding.severity, finding.found["classification"]) == ("unknown", "", "unknown")


def test_a_list_of_a_device_goes_with_its_last_name() -> None:
    changed = after(kind("K3"), name=["snapman"], **CLEAN)
    disk = next(path for path in changed["registry"] if "PROD_LOGICAL_VOLUME" in path)
    assert "UpperFilters" not in changed["registry"][disk]
    assert value(changed, f"{SERVICES}\\snapman", "Start") == 4


def test_an_optional_network_filter_is_disabled_when_it_is_forced_and_left_to_run() -> None:
    plan = decide(leftover("c06b"), name=["npcap"], force=["npcap"], stop=False)
    assert (plan.error, plan.reboot_required) == ("", True)
    assert not [each for each in plan.operations if isinstance(each, op.StopDriver)]


@pytest.mark.parametrize("given", [{}, ABSENT])
def test_a_network_driver_that_is_not_bound_and_has_no_file_goes(given: dict[str, Any]) -> None:
    assert decide(kind("K9"), name=["npcap"], **given).operations


def test_a_component_without_its_service_is_drifted_in_every_audit() -> None:
    document = leftover("c06c")
    for plan in (plan_for(info, document, NOW), decide(document, state="audited")):
        (finding,) = [each for each in plan.findings if each.id == "filter_driver.network_component"]
        assert (finding.status, finding.subject) == ("drifted", "INSECURE_NPF")
        assert "names the service NPF, which is not there" in finding.evidence[0]
        assert "netcfg -u INSECURE_NPF" in finding.fix


def test_a_callout_is_disabled_and_runs_until_the_restart() -> None:
    plan = decide(kind("K11"), name=["mqcallout"])
    assert (plan.error, plan.reboot_required) == ("", True)
    assert not [each for each in plan.operations if isinstance(each, op.StopDriver)]
    assert "persistent filters may block all traffic" in " ".join(plan.findings[0].evidence)


@pytest.mark.parametrize("given", [{}, ABSENT])
@pytest.mark.parametrize(("server", "name"), [("c21", "mqcallout"), ("c07a", "wgtflt"), ("c23", "VBoxNetLwf")])
def test_a_policy_leaves_drivers_of_the_network_that_no_catalogue_knows(
    server: str, name: str, given: dict[str, Any]
) -> None:
    plan = decide(leftover(server), classifications=ALL, **given)
    (finding,) = [each for each in plan.findings if each.subject == name and each.id == "filter_driver"]
    assert finding.status == ("attention" if name == "mqcallout" else "refused")
    assert not [each for each in plan.operations if name in str(each)]


def test_a_policy_changes_one_of_a_product_and_reports_the_other() -> None:
    plan = decide(leftover("c08b"), classifications=ALL)
    statuses = {each.subject: each.status for each in plan.findings}
    assert (statuses["vsepflt"], statuses["vnetflt"], plan.error) == ("drifted", "refused", "")


def test_a_dump_filter_is_taken_out_by_the_name_of_its_file() -> None:
    document = kind("K15")
    document["files"]["C:\\Windows\\System32\\drivers\\dumpfve.sys"] = {"size": 1}
    changed = after(document, name=["vcrdump"], **CLEAN)
    assert value(changed, f"{CONTROL}\\CrashControl", "DumpFilters") == ["dumpfve.sys"]
    back = after(changed, name=["vcrdump"], **RESTORED)
    assert value(back, f"{CONTROL}\\CrashControl", "DumpFilters") == ["dumpfve.sys", "vcrdump.sys"]


def test_a_boot_group_is_forced_or_left_by_a_policy() -> None:
    assert decide(kind("K16"), name=["openzvol"], force=["openzvol"]).operations
    plan = decide(kind("K16"), classifications=ALL)
    assert (plan.findings[0].status, plan.operations, plan.error) == ("refused", (), "")


def test_a_mark_for_deletion_is_not_restored() -> None:
    removed = after(kind("K17"), name=["WinDivert1.4"], **ABSENT)
    back = after(removed, name=["WinDivert1.4"], **RESTORED)
    former = kind("K17")["registry"][f"{SERVICES}\\WinDivert1.4"]
    assert value(back, f"{SERVICES}\\WinDivert1.4", "Type") == 1
    assert back["registry"][f"{SERVICES}\\WinDivert1.4"] == {k: v for k, v in former.items() if k != "DeleteFlag"}


# kind: driver, its classification, and a pattern that the evidence must match
CLASSIFIED: dict[str, tuple[str, str, str]] = {
    "K3": ("snapman", "known_leftover", r"the list of a device whose INF is in-box \(disk\.inf\)"),
    "K4": ("xenbus", "unknown", r"it is installed for PCI\\VEN_5853.*, which is not present"),
    "K5": ("RRNetCapMP", "unknown", r"a software device, ROOT\\RR_RRNETCAPMP\\0000, is installed for it"),
}


@pytest.mark.parametrize("number", CLASSIFIED)
def test_what_devices_prove_of_a_driver_is_told(number: str) -> None:
    name, classification, evidence = CLASSIFIED[number]
    plan = plan_for(info, kind(number), NOW)
    (driver,) = [each for each in plan.data["drivers"] if each["name"] == name]
    assert driver["classification"] == classification
    assert re.search(evidence, " ".join(driver["evidence"]))
    (finding,) = [each for each in plan.findings if (each.id, each.subject) == ("filter_driver", name)]
    assert finding.status == ("unknown" if classification == "unknown" else "drifted")
    touched = [each for each in decide(kind(number), classifications=ALL).findings if each.subject == name]
    assert [each.status for each in touched] == ([] if classification == "unknown" else ["refused"])


def test_orders_of_network_providers_are_told_with_the_order_as_it_should_be() -> None:
    for document in (kind("K14"), leftover("c09")):
        found = [each for each in plan_for(info, document, NOW).findings if each.id == "filter_driver.provider_order"]
        assert found
        assert found[0].wanted == {"ProviderOrder": "LanmanWorkstation"}
        assert (found[0].status, found[0].act) == ("drifted", "decide")


UNKNOWN = {
    "unreadable": ["tvsvc"],
    "unreadable2": ["tvsvc"],
    "uninstall": ["HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"],
    "wow64": ["PowerShell"],
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_read_is_unknown_and_no_policy_changes_what_depends_on_it(name: str) -> None:
    document = snapshot_of(name)
    for plan in (plan_for(info, document, NOW, match="name == 'x'"), decide(document, state="audited")):
        unread = [each for each in plan.findings if each.id == "filter_driver.unread"]
        assert {each.status for each in unread} == {"unknown"}
        assert {each.subject for each in unread} >= set(UNKNOWN[name])
    for policy in ({"classifications": ALL}, {"match": "company || !company"}):
        plan = decide(document, **policy)
        assert (plan.operations, plan.error) == ((), "")
        assert "unknown" in {each.status for each in plan.findings}


@pytest.mark.parametrize("place", [SERVICES, f"{CONTROL}\\Class\\{{4D36E972-E325-11CE-BFC1-08002BE10318}}"])
def test_a_server_whose_services_or_adapters_cannot_be_read_is_unknown(place: str) -> None:
    document = leftover("c17")
    document["registry"] = {path: each for path, each in document["registry"].items() if not path.startswith(place)}
    document["registry"][place], document["unreadable"] = {}, {place: "access_denied"}
    assert place in {each.subject for each in decide(document, state="audited").findings if each.status == "unknown"}
    assert decide(document, classifications=ALL).operations == ()


def test_a_readable_server_has_nothing_unknown_of_its_own() -> None:
    plan = decide(snapshot_of("uninstall_ok"), state="audited")
    assert not [each for each in plan.findings if each.id == "filter_driver.unread"]
    assert {each.subject: each.status for each in plan.findings}["tvflt"] == "attention"


LEFTOVERS = sorted(path.stem for path in (CASES / "drivers/leftovers").glob("*.yml"))
STATES = {
    "disabled": {"classifications": ALL},
    "disabled, cleaned": {"classifications": ALL, **CLEAN},
    "absent": {"classifications": ALL, **ABSENT},
    "absent, cleaned, renamed": {"classifications": ALL, **ABSENT, **CLEAN, "file": "rename"},
}


def registry_of(document: Document) -> dict[tuple[str, str], Any]:
    """Return every value of a registry but for the ledger's, by key and name; "" also stands for the key alone."""
    found = Replica(copy.deepcopy(document)).document["registry"]
    keys = {path: values for path, values in found.items() if not path.startswith(LEDGER)}
    return {(path, name): each for path, values in keys.items() for name, each in {"": "", **values}.items()}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", LEFTOVERS)
def test_every_way_back_leaves_the_registry_as_it_was_or_says_why_not(name: str, state: str) -> None:
    before = leftover(name)
    back = after(after(before, **STATES[state]), state="restored", match="name")
    told = " ".join(
        " ".join((each.subject, *each.evidence)) for each in decide(back, state="restored", match="name").findings
    )
    former, now = registry_of(before), registry_of(back)
    for (key, value_name), data in (former | now).items():
        if former.get((key, value_name)) != now.get((key, value_name)) and value_name != "DeleteFlag":
            subject = key.rpartition("Services\\")[2].partition("\\")[0]
            assert subject in told, (key, value_name, data)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", LEFTOVERS)
def test_no_list_that_was_touched_names_what_is_not_there(name: str, state: str) -> None:
    before, changed = leftover(name), after(leftover(name), **STATES[state])
    for document in (changed, after(changed, state="restored", match="name")):
        registry, files = CaseInsensitiveDict(document["registry"]), CaseInsensitiveDict(document["files"])
        for (key, value_name), names in registry_of(document).items():
            if value_name in ("UpperFilters", "LowerFilters") and names != registry_of(before).get((key, value_name)):
                for each in names:
                    service = registry[f"{SERVICES}\\{each}"]
                    assert service.get("Start") != 4
                    image = str(service.get("ImagePath", {}).get("REG_EXPAND_SZ", f"x\\{each}.sys")).rpartition("\\")[2]
                    assert any(path.lower().endswith(f"\\{image}".lower()) for path in files)
