# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No plan makes a server worse: 10,000 generated servers, options and ledgers, and 5,000 ledger entries of any content.

What a plan leaves is found here by applying its operations to a plain dictionary, without the code that plans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.errors import CollectionError
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.protection import (
    Change,
    standing_reasons,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import (
    CLASSES,
    CRASH_CONTROL,
    DEVICES,
    NETWORK,
    NETWORK_FILTERS,
    NETWORK_SERVICES,
    SAFE_BOOT,
)
from tests.support.planning import options_of
from tests.support.servers import LEDGER, SERVICES, plan_by

NOW = "2026-11-23T14:00:00Z"
NAMES = ("d0", "d1", "d2", "d3")
DISKS = f"{CLASSES}\\{{4D36E967-E325-11CE-BFC1-08002BE10318}}"
VOLUMES = f"{CLASSES}\\{{71A27CDD-812A-11D0-BEC7-08002BE2092F}}"
DISK = f"{DEVICES}\\SCSI\\DISK\\1"
LISTS = ((DISKS, "UpperFilters"), (DISKS, "LowerFilters"), (VOLUMES, "UpperFilters"), (DISK, "LowerFilters"))
DRIVERS = "C:\\Windows\\system32\\drivers"
FILTER = "{7DAF2AC8-E9F6-4765-A842-F1F5D2501341}"
ADAPTER = f"{CLASSES}\\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\\0007"
UNREADABLE = (
    *(SERVICES, f"{SERVICES}\\d0", f"{SERVICES}\\d1\\Secrets", CLASSES, DISKS, DISK, SAFE_BOOT, CRASH_CONTROL),
    *(f"{NETWORK}\\{NETWORK_SERVICES}", NETWORK_FILTERS, f"{DRIVERS}\\d0.sys"),
)  # fmt: skip

Registry = dict[str, dict[str, Any]]


@dataclass
class Generated:
    """A server. mandatory: the drivers that a bound mandatory network filter needs."""

    registry: Registry = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    services: dict[str, Any] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    mandatory: set[str] = field(default_factory=set)

    def snapshot(self) -> Snapshot:
        """Return the server as a task reads it."""
        environment = {"SystemRoot": "C:\\Windows", "SystemDrive": "C:"}
        parts = {"files": self.files, "services": self.services, "unreadable": self.unreadable}
        return Snapshot({"environment": environment, "registry": self.registry, **parts})


def generated(random: Random) -> Generated:
    """Return a server of up to four drivers in lists, with networks, ledgers and places that cannot be read."""
    server = Generated()
    for name in NAMES[: random.randint(1, 4)]:
        _add_driver(server, name, random)
    for key, value in LISTS:
        names = random.choices((*NAMES, "D0", "ghost", "partmgr", ""), k=random.randint(0, 3))
        server.registry.setdefault(key, {"Class": "x"}).update({value: names} if names else {})
    dumps = random.choices(("d0.sys", "d1.sys", "ghost.sys"), k=random.choice((0, 0, 1, 2)))
    server.registry[CRASH_CONTROL] = {"DumpFilters": dumps} if dumps else {}
    if random.random() < 0.4:
        _add_component(server, random)
    if random.random() < 0.3:
        server.unreadable = {random.choice(UNREADABLE): "access_denied"}
    for number in range(random.choice((0, 0, 1, 2))):
        server.registry[f"{LEDGER}\\{number + 1:04d}"] = _entry(random.choice(NAMES), random)
    return server


def _add_driver(server: Generated, name: str, random: Random) -> None:
    values = {
        "Type": random.choice((1, 2)),
        "Start": random.randint(0, 4),
        "ErrorControl": random.choice((0, 1, 1, 1, 3)),
        "ImagePath": random.choice(("", f"system32\\drivers\\{name}.sys", "\\Device\\X\\d.sys")),
    }
    if random.random() < 0.3:
        values["Group"] = random.choice(("Base", "NDIS", "Filter", "WdfLoadGroup", "FSFilter Open File"))
    if random.random() < 0.2:
        values["DependOnService"] = [random.choice((*NAMES, "BFE"))]
    server.registry[f"{SERVICES}\\{name}"] = {key: value for key, value in values.items() if value != ""}
    company = random.choice(("Vendor Ltd", "Vendor Ltd", "Microsoft Corporation"))
    if random.random() < 0.95:
        file = {"company": company, "size": 1, "modified": NOW} if random.random() < 0.75 else None
        server.files |= {
            f"{folder}\\drivers\\{name}.sys": file for folder in ("C:\\Windows\\System32", "C:\\Windows\\system32")
        }
    if random.random() < 0.8:
        server.services[name] = {"status": random.choice(("running", "stopped")), "can_stop": random.random() < 0.8}


def _add_component(server: Generated, random: Random) -> None:
    key, name = f"{NETWORK}\\{NETWORK_SERVICES}\\{FILTER}", random.choice(NAMES)
    server.registry[key] = {"ComponentId": "vendor_lwf", "InfPath": "oem1.inf"}
    run_type = random.choice((1, 2))
    server.registry[f"{key}\\Ndi"] = {"Service": name, "FilterRunType": run_type}
    if random.random() < 0.7:
        server.registry[f"{ADAPTER}\\Linkage"] = {
            "FilterList": [f"{{2F1A7015-0000-0000-0000-000000000000}}-{FILTER}-0000"]
        }
        server.mandatory |= {name} if run_type == 1 else set()


def _entry(name: str, random: Random) -> dict[str, Any]:
    before: dict[str, Any] = {"Start": random.randint(0, 4), "status": random.choice(("running", "stopped"))}
    after: dict[str, Any] = {"Start": random.choice((4, 4, 0, 3)), "status": "stopped"}
    image = f"{DRIVERS}\\{name}.sys"
    if random.random() < 0.5:
        key, value = random.choice(LISTS)
        before[f"{key}\\{value}"], after[f"{key}\\{value}"] = [name, "partmgr"], random.choice((["partmgr"], None))
    if random.random() < 0.5:
        before["key"] = {"": {"Type": 1, "ErrorControl": 1, "ImagePath": f"system32\\drivers\\{name}.sys"}}
        after["key"] = None
    if random.random() < 0.2:
        before["file"], after["file"] = image, f"{image}.removed-20261101T000000Z"
    states = {"Before": json.dumps(before), "After": json.dumps(after)}
    return {"Resource": "filter_driver", "Subject": name, "When": NOW, "Reason": "", "Image": image, **states}


def pool(random: Random, count: int) -> list[dict[str, Any]]:
    """Return arguments of tasks that are taken."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        given = _arguments(random)
        try:
            options_of(filter_driver, **given)
        except BadOption:
            continue
        found.append(given)
    return found


def _arguments(random: Random) -> dict[str, Any]:
    state = random.choice(("disabled", "absent", "enabled", "restored", "audited"))
    names = random.sample((*NAMES, "ghost"), random.randint(0, 3))
    given: dict[str, Any] = {"state": state, "name": names, "force": random.sample(NAMES, random.choice((0, 0, 1, 4)))}
    if random.random() < 0.5:
        given |= {"match": random.choice(("name", "running", "start < `3`"))}
    if state in ("disabled", "absent"):
        given |= {"clean_filter_lists": random.random() < 0.6, "stop": random.random() < 0.5}
    if state == "enabled":
        given["start_type"] = random.choice(("boot", "system", "auto", "demand"))
    if state == "restored":
        given["overwrite"] = random.random() < 0.5
    if state == "absent" and random.random() < 0.3:
        given["file"] = "rename"
    return given


@dataclass
class Left:
    """What operations leave of a server: its registry and files, in lower case, and what they wrote."""

    registry: dict[str, dict[str, Any]]
    files: dict[str, bool]
    written: set[tuple[str, str]] = field(default_factory=set)


def left_by(plan: Plan, server: Generated) -> Left:
    """Apply the operations of a plan."""
    registry = {
        path.lower(): {name.lower(): each for name, each in key.items()} for path, key in server.registry.items()
    }
    left = Left(registry, {path.lower(): facts is not None for path, facts in server.files.items()})
    for each in () if plan.error else plan.operations:
        if isinstance(each, op.SetValue | op.DeleteValue):
            values = left.registry.setdefault(each.key.lower(), {})
            left.written.add((each.key.lower(), each.name.lower()))
            values.pop(each.name.lower(), None)
            values |= {each.name.lower(): each.value} if isinstance(each, op.SetValue) else {}
        elif isinstance(each, op.CreateKey):
            left.registry.setdefault(each.key.lower(), {})
        elif isinstance(each, op.DeleteKey):
            below = f"{each.key}\\".lower()
            left.registry = {path: key for path, key in left.registry.items() if not f"{path}\\".startswith(below)}
        elif isinstance(each, op.RenameFile):
            left.files |= {each.path.lower(): False, each.to.lower(): True}
    return left


def dead_names(left: Left) -> Iterator[str]:
    """Yield the names that a written list has and that have no key, no file, or Start 4."""
    for key, value in left.written:
        if value in ("upperfilters", "lowerfilters"):
            for name in filter(None, left.registry[key].get(value, ())):
                service = left.registry.get(f"{SERVICES}\\{name}".lower())
                file = f"c:\\windows\\system32\\drivers\\{name}.sys".lower()
                if service is None or service.get("start") == 4 or not left.files.get(file):
                    yield f"{key}\\{value}: {name}"


def taken_away(plan: Plan, server: Generated) -> dict[str, Change]:
    """Return the drivers that a plan stops, removes, or starts later than now, each with the change."""
    found: dict[str, Change] = {}
    for each in () if plan.error else plan.operations:
        if isinstance(each, op.StopDriver):
            found[each.name.lower()] = Change(removes=found.get(each.name.lower(), Change()).removes, stops=True)
        elif isinstance(each, op.DeleteKey):
            name = each.key.rpartition("\\")[2].lower()
            found[name] = Change(removes=True, stops=found.get(name, Change()).stops)
        elif isinstance(each, op.SetValue | op.DeleteValue) and each.name == "Start":
            now = server.registry.get(each.key, {}).get("Start")
            later = each.value if isinstance(each, op.SetValue) else 5
            if now is not None and later > now:
                found.setdefault(each.key.rpartition("\\")[2].lower(), Change())
    return found


def still_named(left: Left, names: Iterator[str] | dict[str, Change]) -> list[str]:
    """Return the drivers that are disabled or gone and that a list still names."""
    listed = {
        name.lower()
        for key in left.registry.values()
        for value in ("upperfilters", "lowerfilters")
        for name in key.get(value, ())
    }
    services = {name: left.registry.get(f"{SERVICES}\\{name}".lower(), {"start": 4}) for name in names}
    return [name for name, values in services.items() if name in listed and values.get("start") == 4]


def check(plan: Plan, server: Generated, snapshot: Snapshot, given: dict[str, Any]) -> None:
    """Hold a plan to the rules."""
    left, away = left_by(plan, server), taken_away(plan, server)
    assert not list(dead_names(left))
    assert not still_named(left, away)
    assert not server.mandatory & set(away)
    assert not (server.unreadable.keys() & set(UNREADABLE[3:]) - {UNREADABLE[-1]} and away)
    own = [f"{SERVICES}\\{name}".lower() for name in away]
    assert not [key for key in server.unreadable if key.lower() in own or (key == SERVICES and own)]
    for name, change in away.items():
        driver = service_of(snapshot, name)
        assert driver is not None
        whole = Change(
            change.removes, change.stops, given.get("clean_filter_lists", False), False, name in given["force"]
        )
        gone = {f"the service {each} needs it" for each in away if away[each].removes}
        reasons = standing_reasons(driver, snapshot, whole)
        assert not [each for each in reasons if each.text.split(" (")[0].split(" its ")[0] not in gone]


@pytest.mark.parametrize("seed", range(10))
def test_no_plan_makes_a_server_worse(seed: int) -> None:
    random, changed = Random(seed), 0
    choices = [(given, options_of(filter_driver, **given)) for given in pool(random, 50)]
    for _unused in range(1000):
        server, (given, options) = generated(random), random.choice(choices)
        snapshot = server.snapshot()
        plan = plan_by(filter_driver, options, snapshot, NOW)
        check(plan, server, snapshot, given)
        changed += bool(plan.operations and not plan.error)
    assert changed > 100  # else the rules would be held to nothing


JUNK: tuple[Any, ...] = (
    *(None, True, -1, 3, 9, 1 << 40, 1.5, "", "4", "running", "C:\\Windows\\System32\\ntoskrnl.exe", [], ["d0"]),
    *([["d0"]], {}, {"": {}}, {"": {"Type": 16}}, {"": {"Type": 1, "ImagePath": "x"}}, {"..\\..\\Evil": {"Type": 1}}),
    *({"REG_BINARY": "zz"}, {"REG_NONE": None}, {"a": {"b": {"REG_DWORD": 1}}}),
    {"": {"Type": 1, "x": {"REG_QWORD": -1}}},
)  # fmt: skip
FIELDS = (
    *("Start", "status", "key", "file", "other", "", "HKLM\\x\\UpperFilters"),
    *(f"{DISKS}\\UpperFilters", f"{DISKS}\\Class"),
    *(f"{CRASH_CONTROL}\\DumpFilters", f"{DISKS}\\..\\LowerFilters", f"{SERVICES}\\Evil\\Start"),
)  # fmt: skip
SUBJECTS = ("d0", "d1", "ghost", "Evil\\Key", "d0\0", "d0 ", "*", "", "Disk", "../x", "partmgr")


def fuzzed(random: Random) -> dict[str, Any]:
    """Return a ledger entry that may hold anything."""
    entry = _entry(random.choice(NAMES), random)
    for when in ("Before", "After"):
        state = json.loads(entry[when])
        for _unused in range(random.choice((0, 0, 0, 1, 3))):
            state[random.choice(FIELDS)] = random.choice(JUNK)
        entry[when] = json.dumps(state) if random.random() < 0.95 else random.choice(("", "x", "[1]", 3, ["a"]))
    if random.random() < 0.3:
        entry["Subject"] = random.choice(SUBJECTS)
    if random.random() < 0.2:
        entry[random.choice(("Closed", "RefusedCode", "Image", "Renamed", "When", "Causes"))] = random.choice(
            ("x", 3, ["a"], {"REG_BINARY": "00"}, "\\\\evil\\share\\x.sys")
        )
    return entry


def is_own(operation: op.Operation, subjects: set[str]) -> bool:
    """Tell whether an operation is on a subject's own key, a list, a file that was renamed, or the ledger."""
    if isinstance(operation, op.StartDriver | op.StopDriver):
        return operation.name.lower() in subjects
    if isinstance(operation, op.RenameFile):
        return operation.path.lower() in {
            f"{DRIVERS}\\{name}.sys.removed-20261101t000000z".lower() for name in subjects
        }
    key = getattr(operation, "key", "").lower()
    if getattr(operation, "name", "").lower() in ("upperfilters", "lowerfilters", "dumpfilters"):
        return key in {place.lower() for place, _unused in LISTS} | {CRASH_CONTROL.lower()}
    return key.startswith(f"{LEDGER}\\".lower()) or any(
        f"{key}\\".startswith(f"{SERVICES}\\{name}\\".lower()) for name in subjects
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_ledger_of_any_content_writes_nothing_but_its_own_subjects(seed: int) -> None:
    random, changed = Random(seed), 0
    asked = [
        options_of(filter_driver, state="restored", **given)
        for given in (
            {"match": "name"},
            {"name": list(NAMES)},
            {"name": list(NAMES), "overwrite": True},
            {"name": ["ghost"]},
        )
    ]
    for _unused in range(1000):
        server = generated(random)
        server.registry = {path: each for path, each in server.registry.items() if not path.startswith(LEDGER)}
        server.registry[f"{LEDGER}\\0001"] = fuzzed(random)
        try:
            plan = plan_by(filter_driver, random.choice(asked), server.snapshot(), NOW)
        except CollectionError:
            continue
        subjects = {*NAMES, "ghost", "disk", "partmgr"} & {str(server.registry[f"{LEDGER}\\0001"]["Subject"]).lower()}
        assert [each for each in plan.operations if not is_own(each, subjects)] == []
        changed += bool(plan.operations)
    assert changed > 20
