# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a driver is to its server, trap by trap."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import known_drivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import WHOLE_TREE, RegistryQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver.audit import AUDIT
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.altitudes import Altitudes
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.classification import (
    Classification,
    Classifier,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.network_components import (
    network_component_queries,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.owners import Owner
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from tests.support.cases import leftover, snapshot_of
from tests.support.scenarios.drivers import CONTROL, DISKS, ENUM, SERVICES, UNINSTALL, USER, Builder
from tests.support.servers import read

INSTALLED = 1300000000
RELEASE = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
FILTER = {"Type": 2, "Start": 1, "Group": "FSFilter Open File"}


def server() -> Builder:
    """Return a server with one driver, drv, of a company that nothing else is of."""
    built = Builder()
    built.registry[RELEASE] = {"InstallDate": INSTALLED}
    built.driver("drv", "Abalone Backup, Inc.", "Abalone Open File Manager", **FILTER)
    return built


def judged(built: Builder, name: str = "drv", **parts: Any) -> Classification:
    """Return the classification on a driver of a server."""
    snapshot = read({**built.document(), **parts}, AUDIT)
    driver = service_of(snapshot, name)
    assert driver is not None
    return Classifier(snapshot, known_drivers(), Altitudes()).classify(driver)


def test_without_an_owner_it_is_an_orphan() -> None:
    found = judged(server())
    assert found.classification == "orphan"
    assert "Abalone Backup, Inc." in found.evidence[0]


OWNERS: dict[str, tuple[str, dict[str, Any]]] = {
    "company": (f"HKLM\\SOFTWARE\\{UNINSTALL}\\x", {"DisplayName": "Something", "Publisher": "ABALONE BACKUP INC"}),
    "company, 32-bit": (
        f"HKLM\\SOFTWARE\\WOW6432Node\\{UNINSTALL}\\x",
        {"DisplayName": "S", "Publisher": "Abalone Backup"},
    ),
    "company, of a user": (
        f"HKU\\{USER}\\Software\\{UNINSTALL}\\x",
        {"DisplayName": "S", "Publisher": "Abalone Backup"},
    ),
    "company in the name": (f"HKLM\\SOFTWARE\\{UNINSTALL}\\x", {"DisplayName": "Abalone Backup for Servers"}),
    "product": (
        f"HKLM\\SOFTWARE\\{UNINSTALL}\\x",
        {"DisplayName": "Abalone Open File Manager 7 (64-bit)", "Publisher": "Buyer"},
    ),
    "hidden product": (
        f"HKLM\\SOFTWARE\\{UNINSTALL}\\x",
        {"DisplayName": "Abalone Open File Manager", "SystemComponent": 1},
    ),
    "folder": (f"HKLM\\SOFTWARE\\{UNINSTALL}\\x", {"DisplayName": "S", "InstallLocation": "D:\\Abalone Backup\\7\\"}),
}


@pytest.mark.parametrize("case", OWNERS)
def test_an_uninstall_entry_owns_it(case: str) -> None:
    built = server()
    path, values = OWNERS[case]
    built.registry[path] = values
    assert judged(built).classification == "owned"


NO_OWNERS: dict[str, dict[str, Any]] = {
    "another company of like name": {"DisplayName": "S", "Publisher": "Abalone Works Backup"},
    "an update": {
        "DisplayName": "Abalone Open File Manager",
        "Publisher": "Abalone Backup",
        "ParentDisplayName": "Abalone",
    },
    "a hidden entry of the company": {"DisplayName": "Runtime", "Publisher": "Abalone Backup", "SystemComponent": 1},
    "an entry without a name": {"Publisher": "Abalone Backup"},
    "a common word": {"DisplayName": "File Manager Driver", "Publisher": "Other"},
    "everybody's folder": {"DisplayName": "S", "InstallLocation": "C:\\Windows\\System32\\drivers"},
    "a whole drive": {"DisplayName": "S", "InstallLocation": "C:\\"},
}


@pytest.mark.parametrize("case", NO_OWNERS)
def test_an_entry_of_something_else_does_not_own_it(case: str) -> None:
    built = server()
    built.registry[f"HKLM\\SOFTWARE\\{UNINSTALL}\\x"] = NO_OWNERS[case]
    assert judged(built).classification == "orphan"


def test_the_service_of_its_company_keeps_it_while_it_can_start() -> None:
    built = server()
    built.program("AbSvc", "C:\\Program Files\\Ab\\ab.exe", "Abalone Backup Corporation", "Ab")
    assert judged(built).owner is not None
    assert judged(built).classification == "owned"
    disabled = server()
    disabled.program("AbSvc", "C:\\Program Files\\Ab\\ab.exe", "Abalone Backup Corporation", "Ab", Start=4)
    assert judged(disabled).classification == "orphan"
    del built.files["C:\\Program Files\\Ab\\ab.exe"]
    assert judged(built).classification == "orphan"


def test_leftovers_do_not_keep_each_other_alive() -> None:
    built = server()
    built.driver("drv2", "Abalone Backup, Inc.", "Abalone", running=True, **FILTER)
    assert [judged(built, name).classification for name in ("drv", "drv2")] == ["orphan", "orphan"]
    built.device("PCI\\VEN_1\\1", "drv2")
    assert [judged(built, name).classification for name in ("drv", "drv2")] == ["owned", "owned"]


def test_a_device_owns_it_and_the_stand_in_of_a_legacy_driver_does_not() -> None:
    built = server()
    built.device("ROOT\\LEGACY_DRV\\0000", "DRV")
    assert judged(built).classification == "orphan"
    built.device("PCI\\VEN_1\\1", "DRV")
    assert judged(built).classification == "owned"
    assert judged(built).owner == Owner("device", "PCI\\VEN_1\\1", "is served by it")


DOUBTS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "not present": (
        "PCI\\VEN_5853\\1",
        {"present": False},
        "unknown",
        "installed for PCI\\VEN_5853\\1, which is not present",
    ),
    "disabled": (
        "PCI\\VEN_5853\\1",
        {"present": False, "ConfigFlags": 1},
        "owned",
        "is disabled, and it is installed for",
    ),
    "software": ("ROOT\\RECORDER\\0000", {}, "unknown", "a software device, ROOT\\RECORDER\\0000, is installed for it"),
    "legacy": ("ROOT\\LEGACY_DRV\\0000", {}, "orphan", "its file is of Abalone Backup"),
    "present": ("PCI\\VEN_5853\\1", {}, "owned", "is served by it"),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_a_device_that_is_not_present_or_made_by_software_owns_no_driver(case: str) -> None:
    device, values, classification, said = DOUBTS[case]
    built = server()
    built.device(device, "drv", **values)
    found = judged(built)
    assert found.classification == classification
    assert said in found.evidence[0]


def test_a_driver_with_one_present_device_is_owned_whatever_its_others_are() -> None:
    built = server()
    built.device("PCI\\VEN_5853\\1", "drv", present=False)
    built.device("ROOT\\RECORDER\\0000", "drv")
    built.device("PCI\\VEN_5853\\2", "drv")
    assert judged(built).classification == "owned"


def test_a_product_owns_a_driver_of_a_software_device() -> None:
    built = server()
    built.device("ROOT\\RECORDER\\0000", "drv")
    built.installed("Abalone Open File Manager", "Abalone Backup")
    assert judged(built).classification == "owned"


def test_a_driver_of_the_same_company_shares_the_doubt() -> None:
    built = server()
    built.driver("drv2", "Abalone Backup, Inc.", "Abalone", **FILTER)
    built.device("PCI\\VEN_5853\\1", "drv2", present=False)
    found = judged(built)
    assert found.classification == "unknown"
    assert found.evidence[0].startswith("the driver drv2 is of its company: it is installed for PCI\\VEN_5853\\1")


def test_a_known_driver_of_a_device_that_is_not_present_is_not_known_to_be_left_behind() -> None:
    built = server()
    built.driver("FAMv4", "Vision Works Solutions Incorporated", "File Access Manager", **FILTER)
    built.device("PCI\\VEN_5853\\1", "FAMv4", present=False)
    found = judged(built, "FAMv4")
    assert (found.classification, found.known is None) == ("unknown", False)
    assert found.evidence[-1] == "the catalogue knows it as one that is left behind"


def test_a_filter_of_a_class_may_be_an_orphan_and_one_of_a_device_is_not_known() -> None:
    built = server()
    built.registry[DISKS] = {"UpperFilters": ["drv"]}
    assert judged(built).classification == "orphan"
    built.registry[f"{ENUM}\\IDE\\Disk\\1"] = {"LowerFilters": ["drv"]}
    assert judged(built).classification == "unknown"


DISK = "{4d36e967-e325-11ce-bfc1-08002be10318}\\0000"


@pytest.mark.parametrize(
    ("inf", "classification"), [("disk.inf", "orphan"), ("oem7.inf", "unknown"), ("", "unknown"), (None, "unknown")]
)
def test_a_list_of_a_device_whose_package_comes_with_windows_was_filled_by_software(
    inf: str | None, classification: str
) -> None:
    built = server()
    built.registry[f"{ENUM}\\IDE\\Disk\\1"] = {"LowerFilters": ["drv"], "Service": "disk", "Driver": DISK}
    if inf is not None:
        built.registry[f"{CONTROL}\\Class\\{DISK}"] = {"InfPath": inf}
    found = judged(built)
    assert found.classification == classification
    told = "the list of a device whose INF is in-box (disk.inf), so that software filled it"
    assert (told in found.evidence[-1]) is (classification == "orphan")


def test_one_list_of_a_device_of_hardware_is_enough_to_leave_it_unknown() -> None:
    built = server()
    for number, inf in enumerate(("disk.inf", "oem7.inf")):
        key = DISK[:-1] + str(number)
        built.registry[f"{ENUM}\\IDE\\Disk\\{number}"] = {"LowerFilters": ["drv"], "Driver": key}
        built.registry[f"{CONTROL}\\Class\\{key}"] = {"InfPath": inf}
    assert judged(built).classification == "unknown"


def test_a_missing_file_is_dangling_and_one_that_cannot_be_seen_is_not_known() -> None:
    built = server()
    built.files.clear()
    assert judged(built).classification == "dangling"
    assert "there is no file" in judged(built).evidence[0]
    image = "C:\\Windows\\system32\\drivers\\drv.sys"
    assert judged(built, unreadable={image: "access_denied"}).classification == "unknown"
    built.registry[f"{SERVICES}\\drv"]["ImagePath"] = "\\Device\\HarddiskVolume1\\drv.sys"
    assert judged(built).classification == "unknown"


def classified(document: dict[str, Any], name: str) -> Classification:
    """Return the classification of a driver of a case, with the network components that the server has."""
    snapshot = read(document, (*AUDIT, *network_component_queries()))
    driver = service_of(snapshot, name)
    assert driver is not None
    return Classifier(snapshot, known_drivers(), Altitudes()).classify(driver)


def test_what_a_32_bit_process_does_not_find_is_not_dangling() -> None:
    server = snapshot_of("wow64")
    assert classified(server, "tvflt").classification == "unknown"
    assert "32-bit" in classified(server, "tvflt").evidence[0]
    assert classified(server, "Tcpip").classification == "system"
    assert classified({**server, "unreadable": {}}, "tvflt").classification == "dangling"


def test_uninstall_entries_that_cannot_be_read_make_no_orphan() -> None:
    assert classified(snapshot_of("uninstall"), "tvflt").classification == "unknown"
    assert classified(snapshot_of("uninstall_ok"), "tvflt").classification == "orphan"


def test_a_subkey_that_cannot_be_read_leaves_a_driver_unknown() -> None:
    server = snapshot_of("unreadable")
    snapshot = read(server, (*AUDIT, RegistryQuery(f"{SERVICES}\\tvflt", depth=WHOLE_TREE)))
    driver = service_of(snapshot, "tvflt")
    assert driver is not None
    assert Classifier(snapshot, known_drivers(), Altitudes()).classify(driver).classification == "unknown"


def test_a_bound_filter_without_its_file_says_what_that_does() -> None:
    found = classified(leftover("c07c"), "wgtflt")
    assert found.classification == "dangling"
    assert found.evidence[-1] == "the network component weg_lwf (mandatory) needs wgtflt and is bound to Ethernet0"


def test_an_image_called_keys_is_no_file_and_breaks_nothing() -> None:
    built = server()
    built.registry[f"{SERVICES}\\drv"]["ImagePath"] = '"Keys"'
    assert judged(built).classification == "unknown"
    assert "names no file" in judged(built).evidence[0]


@pytest.mark.parametrize("path", [f"HKLM\\SOFTWARE\\{UNINSTALL}\\x", f"{ENUM}\\PCI\\A\\1", f"{SERVICES}\\Other"])
def test_where_an_owner_might_show_and_cannot_be_read_it_is_not_known(path: str) -> None:
    built = server()
    built.registry[path] = {"DisplayName": "x", "Type": 16, "Service": "x"}
    found = judged(built, unreadable={path: "access_denied"})
    assert found.classification == "unknown"
    assert path in found.evidence[0]


@pytest.mark.parametrize(
    ("company", "product", "classification"),
    [
        ("Microsoft Corporation", "Microsoft® Windows® Operating System", "system"),
        ("Microsoft Corporation", "Betriebssystem Microsoft(R) Windows(R)", "system"),
        ("Корпорация Майкрософт", "Операционная система Microsoft® Windows®", "system"),
        ("Microsoft Corporation", "Something", "unknown"),
        ("Microsoft Corporation", "", "unknown"),
        ("Microsoftware GmbH", "Microsoft Windows Helper", "orphan"),
        ("Windows (R) Codename Longhorn DDK provider", "Windows (R) Codename Longhorn DDK driver", "unknown"),
        ("TODO: <Company name>", "TODO: <Product name>", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_what_a_file_says_of_microsoft_and_of_nobody(company: str, product: str, classification: str) -> None:
    built = server()
    built.installed("Microsoft .NET Framework 4", "Microsoft Corporation")
    built.program(
        "MsSvc", "C:\\Windows\\system32\\svchost.exe", "Microsoft Corporation", "Microsoft® Windows® Operating System"
    )
    built.driver("drv", company, product, **FILTER)
    assert judged(built).classification == classification


def test_exifs_belongs_to_exchange() -> None:
    built = server()
    built.driver("ExIFS", "Microsoft Corporation", "Microsoft Exchange", **FILTER)
    assert judged(built, "ExIFS").classification == "unknown"
    built.installed("Microsoft Exchange Server 2003", "Microsoft Corporation")
    assert judged(built, "ExIFS").classification == "owned"


@pytest.mark.parametrize(("exists", "company"), [(True, "Microsoft Corporation"), (False, "")])
def test_windows_own_are_so_by_name_even_disabled_or_without_a_file(exists: bool, company: str) -> None:
    built = server()
    built.driver("Cdfs", company, "", Type=2, Start=4, Group="Boot File System", exists=exists)
    built.driver("PDCOMP", company, "", Start=3, exists=exists)
    built.driver("MpKsl1a2b3c4d", company, "", Start=1, exists=exists)  # Defender's, new with every update
    assert {judged(built, name).classification for name in ("Cdfs", "PDCOMP", "MpKsl1a2b3c4d")} == {"system"}


MICROSOFTS = ("Microsoft Corporation", "Microsoft® Windows® Operating System")
PUBLIC = "C:\\Users\\Public\\n.sys"

# name, company, product, what else, whether it is Windows' own, what the evidence says
OWN: dict[str, tuple[str, str, str, dict[str, Any], bool, str]] = {
    "name, place, Microsoft": ("Null", *MICROSOFTS, {}, True, "Windows"),
    "name, place, a maker": ("megasas", "LSI Corporation, Inc.", "MegaRAID", {}, True, "Windows itself lays down"),
    "name, place, anybody": ("Null", "Evil Ltd", "Null", {}, False, "its file is of Evil Ltd"),
    "name, place, nobody": ("Null", "", "", {}, False, "its file names no company"),
    "name, another place": ("Null", *MICROSOFTS, {"image": PUBLIC, "ImagePath": f"\\??\\{PUBLIC}"}, False, PUBLIC),
    "a file of Windows in its place": ("drv9", *MICROSOFTS, {}, True, "its file is of Microsoft"),
    "a file of Windows elsewhere": (
        "drv9", *MICROSOFTS, {"image": PUBLIC, "ImagePath": f"\\??\\{PUBLIC}"}, False, "where Windows keeps no driver",
    ),
    "a maker's name in another place": (
        "megasas", "LSI Corporation", "MegaRAID", {"image": PUBLIC, "ImagePath": f"\\??\\{PUBLIC}"}, False, PUBLIC,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN)
def test_windows_own_needs_the_name_and_the_place_and_the_maker(case: str) -> None:
    name, company, product, other, is_own, said = OWN[case]
    built = server()
    built.driver(name, company, product, **other)
    found = judged(built, name)
    assert found.classification == ("system" if is_own else "unknown")
    assert said in " ".join(found.evidence)


@pytest.mark.parametrize(
    ("original", "is_own"),
    [("drv9.sys", True), ("DRV9.SYS.mui", True), ("", True), ("mimidrv.sys", False), ("drv.sys", False)],
)
def test_a_file_that_was_made_under_another_name_is_not_windows_own(original: str, is_own: bool) -> None:
    built = server()
    for name in ("drv9", "MpKsl1a2b3c4d"):
        built.driver(name, *MICROSOFTS)
        built.files[f"C:\\Windows\\system32\\drivers\\{name}.sys"]["original_filename"] = original
    assert judged(built, "drv9").classification == ("system" if is_own else "unknown")
    assert is_own or f"was made as {original} (OriginalFilename)" in " ".join(judged(built, "drv9").evidence)
    assert judged(built, "MpKsl1a2b3c4d").classification == "system"  # named anew with every update


NIC = "{4d36e972-e325-11ce-bfc1-08002be10318}\\0007"


@pytest.mark.parametrize(
    ("inf", "present", "classification"),
    [("net1ix64.inf", True, "system"), ("oem12.inf", True, "owned"), ("oem12.inf", False, "unknown")],
)
def test_a_package_of_the_vendors_own_outweighs_the_name(inf: str, present: bool, classification: str) -> None:
    built = server()
    built.driver("e1iexpress", "Intel Corporation", "Intel(R) Gigabit Adapter")
    built.device("PCI\\VEN_8086&DEV_10D3\\4&1", "e1iexpress", present, Driver=NIC)
    built.registry[f"{CONTROL}\\Class\\{NIC}"] = {"InfPath": inf}
    found = judged(built, "e1iexpress")
    assert found.classification == classification
    assert classification != "unknown" or "its package oem12.inf does not come with Windows" in " ".join(found.evidence)


@pytest.mark.parametrize(("inf", "classification"), [("arcsas.inf", "system"), ("oem12.inf", "orphan")])
def test_a_package_of_windows_makes_it_windows_own(inf: str, classification: str) -> None:
    built = server()
    built.driver("drv", "Abalone Backup, Inc.", "x", DisplayName=f"@{inf},%name%;Some driver", **FILTER)
    assert judged(built).classification == classification
    built.driver("drv", "Abalone Backup, Inc.", "x", Owners=[inf], **FILTER)
    assert judged(built).classification == classification


def test_a_driver_of_hardware_that_came_with_windows_is_not_known() -> None:
    built = server()
    built.driver("drv", "Chips Ltd", "Chips", created="2010-11-20T09:30:00Z")
    assert judged(built).classification == "unknown"
    built.driver("drv", "Chips Ltd", "Chips", created="2014-11-20T09:30:00Z")
    assert judged(built).classification == "orphan"
    built.driver("drv", "Chips Ltd", "Chips", created="2010-11-20T09:30:00Z", **FILTER)
    assert judged(built).classification == "orphan"  # a filter is brought by software


@pytest.mark.parametrize("name", ["fam", "pcgenfam", "PDGenFam", "FAMv40", "RepDrv"])
def test_what_only_looks_like_famv4_is_not_taken_for_it(name: str) -> None:
    built = server()
    built.driver(name, "Vision Solutions", "x", **FILTER)
    built.installed("Double-Take", "Vision Solutions, Inc.")
    assert judged(built, name).classification == "owned"
    built.driver("FAMv4", "Vision Works Solutions Incorporated", "File Access Manager", **FILTER)
    assert judged(built, "famv4").classification == "known_leftover"


def test_famv4_with_its_product_is_owned_and_known() -> None:
    built = server()
    built.driver("FAMv4", "Vision Works Solutions Incorporated", "File Access Manager", **FILTER)
    built.installed("FAM File Access Manager", "Genie-Soft")
    found = judged(built, "FAMv4")
    assert found.classification == "owned"
    assert found.known is not None


def test_a_known_leftover_without_its_file_is_still_known() -> None:
    built = server()
    built.driver("FAMv4", "", "", exists=False, **FILTER)
    found = judged(built, "FAMv4")
    assert found.classification == "known_leftover"
    assert any("there is no file" in sentence for sentence in found.evidence)
