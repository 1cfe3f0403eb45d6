# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule protects the driver that it speaks of, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.protection import (
    BOOT_GROUPS,
    protection_queries,
    reasons_to_protect,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from tests.support.servers import CONTROL, ENUM, FAMV4, FAMV4_FILE, SERVICES, exchange, read

VOLUME = f"{CONTROL}\\Class\\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
DISK = f"{ENUM}\\IDE\\Disk0\\1"
MINIMAL = f"{CONTROL}\\SafeBoot\\Minimal"
LEGACY = {"Count": 1, "NextInstance": 1, "0": "Root\\LEGACY_FAMV4\\0000"}
DENIED = "access_denied"


def server(famv4: dict[str, Any] | None = None, **parts: dict[str, Any]) -> dict[str, Any]:
    """Return a server whose FAMv4 nothing protects, with some values and parts of the document added."""
    document = exchange(**{"Group": "FSFilter Open File", **(famv4 or {})})
    return {**document, **{name: {**document.get(name, {}), **part} for name, part in parts.items()}}


def reasons(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return rule and text of every reason to protect FAMv4, read as a task reads it."""
    snapshot = read(document, protection_queries(("FAMv4",)))
    driver = service_of(snapshot, "FAMv4")
    assert driver is not None
    return [(reason.rule, reason.text) for reason in reasons_to_protect(driver, snapshot)]


PROTECTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "boot-critical": (server({"ErrorControl": 3}), "error_control", "ErrorControl is 3"),
    "boot group": (server({"Group": "SCSI miniport"}), "group", "SCSI miniport, is one of the boot path"),
    "safe mode names the driver": (
        server(registry={f"{MINIMAL}\\famv4": {"": "Driver"}}),
        "safe_boot",
        "SafeBoot\\Minimal names it as famv4",
    ),
    "safe mode names the file": (
        server(registry={f"{MINIMAL}\\FAMv4.sys": {"": "Driver"}}),
        "safe_boot",
        "names it as FAMv4.sys",
    ),
    "safe mode names the image": (
        server(
            {"ImagePath": "system32\\fam.sys"},
            registry={f"{CONTROL}\\SafeBoot\\Network\\fam.sys": {"": "Driver"}},
        ),
        "safe_boot",
        "SafeBoot\\Network names it as fam.sys",
    ),
    "safe mode has it without a value": (server(registry={f"{MINIMAL}\\FAMv4": {}}), "safe_boot", "names it as FAMv4"),
    "safe mode names the group": (
        server(registry={f"{MINIMAL}\\FSFilter Open File": {"": "Driver Group"}}),
        "group",
        "SafeBoot\\Minimal names its load-order group",
    ),
    "upper filter of a class": (
        server(registry={VOLUME: {"UpperFilters": ["x", "famv4"]}}),
        "filter_list",
        f"UpperFilters of {VOLUME}",
    ),
    "lower filter of a class": (
        server(registry={VOLUME: {"LowerFilters": ["FAMv4"]}}),
        "filter_list",
        f"LowerFilters of {VOLUME}",
    ),
    "filter of a device": (
        server(registry={DISK: {"LowerFilters": ["FAMv4"]}}),
        "filter_list",
        f"LowerFilters of {DISK}",
    ),
    "filter list as one text": (
        server(registry={DISK: {"UpperFilters": "FAMv4"}}),
        "filter_list",
        f"UpperFilters of {DISK}",
    ),
    "a service needs it": (
        server(registry={f"{SERVICES}\\Backup": {"DependOnService": ["RPCSS", "FAMV4"]}}),
        "dependant",
        "the service Backup needs it",
    ),
    "a device uses it": (
        server(registry={f"{FAMV4}\\Enum": {**LEGACY, "1": "PCI\\VEN_1\\2"}}),
        "device",
        "the device PCI\\VEN_1\\2",
    ),
    "Microsoft's": (server(files={FAMV4_FILE: {"company": " Microsoft Corporation "}}), "microsoft", FAMV4_FILE),
    "its file cannot be read": (
        server(unreadable={FAMV4_FILE: DENIED}),
        "unknown",
        f"{FAMV4_FILE} could not be read (access_denied)",
    ),
    "its file cannot be found": (
        server({"ImagePath": "\\Device\\X\\y.sys"}),
        "no_image",
        "\\Device\\X\\y.sys, names no file",
    ),
    "safe mode cannot be read": (server(registry={MINIMAL: {}}, unreadable={MINIMAL: DENIED}), "unknown", MINIMAL),
    "a class cannot be read": (server(registry={VOLUME: {}}, unreadable={VOLUME: DENIED}), "unknown", VOLUME),
    "a device cannot be read": (server(registry={DISK: {}}, unreadable={DISK: DENIED}), "unknown", DISK),
    "a service cannot be read": (server(unreadable={f"{SERVICES}\\W3SVC": DENIED}), "unknown", f"{SERVICES}\\W3SVC"),
    "the devices were not collected": (
        server() | {"collected": [f"{SERVICES}\\*", f"{CONTROL}\\*"]},
        "unknown",
        "not collected",
    ),
}

FREE = {
    "nothing speaks against it": server(),
    "a legacy entry is no device": server(registry={f"{FAMV4}\\Enum": LEGACY}),
    "no longer any device": server(registry={f"{FAMV4}\\Enum": {"Count": 0, "NextInstance": 1, "INITSTARTFAILED": 1}}),
    "its file is gone": server(files={FAMV4_FILE: None}),
    "its file names no company": server(files={FAMV4_FILE: {"company": ""}}),
    "another driver is in all lists": server(
        registry={
            f"{MINIMAL}\\FAMv4x.sys": {"": "Driver"},
            VOLUME: {"UpperFilters": ["FAMv4x"]},
            f"{SERVICES}\\Backup": {"DependOnService": ["FAMv4x"]},
        }
    ),
    "it needs itself": server({"DependOnService": ["FAMv4"]}),
    "it needs others": server({"DependOnService": ["FltMgr"]}),
    "ErrorControl is 2": server({"ErrorControl": 2}),
}


@pytest.mark.parametrize("case", PROTECTED)
def test_a_rule_protects_a_driver_and_says_why(case: str) -> None:
    document, rule, text = PROTECTED[case]
    found = reasons(document)
    assert [each for each, _unused in found] == [rule]
    assert text.lower() in found[0][1].lower()


@pytest.mark.parametrize("group", BOOT_GROUPS)
def test_every_group_of_the_boot_path_protects(group: str) -> None:
    assert [rule for rule, _unused in reasons(server({"Group": group.upper()}))] == ["group"]


@pytest.mark.parametrize("case", FREE)
def test_nothing_else_protects_a_driver(case: str) -> None:
    assert reasons(FREE[case]) == []


def test_every_reason_is_told() -> None:
    document = server({"ErrorControl": 3, "Group": "Base"}, registry={DISK: {"UpperFilters": ["FAMv4"]}})
    assert [rule for rule, _unused in reasons(document)] == ["error_control", "group", "filter_list"]
