# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five thousand entries that somebody else could have written: what is restored stays within the collection's own
subjects, and each task decides, whatever stands there."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.keywords import value_keywords
from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.tcp_features import feature_rows
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import Controller, Resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import Query
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import is_number
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import tcp_keepalive
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import info, resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.network.keywords import group_options
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.counting import calls_of
from tests.support.scenarios import adapters as nic
from tests.support.scenarios import netsh
from tests.support.servers import LEDGER, plan_by, read

SERVERS, ENTRIES = 200, 25
NOW = "2026-11-23T14:00:00Z"
ALLOWED = {"*RSS": ("0", "1"), "*ReceiveBuffers": tuple(str(number) for number in range(64, 2049, 64))}
OWN_VALUES = {row.name for rows in feature_rows().values() for row in rows if row.store == "registry"}
NETSH = re.compile(
    r"interface tcp set global( (chimney|rss|netdma|rsc)=(enabled|disabled|automatic))+"
    r"|interface ip set chimney (ENABLED|DISABLED)"
)
PARAMS: dict[str, Any] = {
    "*RSS": ("1", {"type": "enum", "default": "1"}, {"0": "Off", "1": "On"}),
    "*ReceiveBuffers": ("256", {"type": "int", "default": "256", "min": "64", "max": "2048", "step": "64"}, {}),
    "NetworkAddress": (None, {"type": "edit", "default": ""}, {}),
}
GUID = nic.guid("0001")
SUBJECTS = [
    *feature_rows(), "KeepAliveTime", f"{GUID}\\*RSS", f"{GUID}\\*ReceiveBuffers", f"{GUID}\\PnPCapabilities",
    f"{GUID}\\NetworkAddress", f"{GUID}\\DriverDesc", f"{GUID}\\Ndi\\Service", "0001\\*RSS", "\\*RSS", "\\",
    f"..\\{GUID}\\*RSS", "Chimney", "FAMv4", "Start", "", "x" * 2_000,
]  # fmt: skip
FIELDS = [
    *(row.name for rows in feature_rows().values() for row in rows),
    "KeepAliveTime", "*RSS", "*ReceiveBuffers", "PnPCapabilities", "NetworkAddress", "DriverDesc", "Start", "key", "",
]  # fmt: skip
STATES = [
    *(None, 0, 1, 4, 24, 900_000, 2**32 - 1, 2**32, -1, 1.0, True, "0", "1", "2", "256", "65", "enabled", "disabled"),
    *("automatic", "default", "enabled autotuninglevel=disabled", "enabled\nfirewall", "", "x" * 20_000, [], ["1"]),
    *({}, {"REG_QWORD": 1}, {"REG_BINARY": "0g"}, {"REG_NONE": None}, {"REG_EXPAND_SZ": "1"}, {"a": 1, "b": 2}),
]
ODD = ["", "x", "[" * 20_000, "1" * 5_000, "null", "[]", "{}", 1, {"REG_BINARY": "00"}, ["a"], "NaN", '{"a": NaN}']
KEYS = ["1", "00001", "0000", "99999999", "9" * 4_400, "Notes"]


def forged(chance: random.Random) -> dict[str, Any]:
    """Return the values of an entry that the collection might have made, or might not."""
    subject = chance.choice(SUBJECTS)
    near = [subject.rpartition("\\")[2], *(row.name for row in feature_rows().get(subject, ()))]
    field = chance.choice(near)
    states = {name: json.dumps(state(chance, field)) for name in ("Before", "After")}
    values: dict[str, Any] = {
        "Resource": "tcp_keepalive" if subject == "KeepAliveTime" else "tcp_offload",
        "Subject": subject,
        "When": "2026-01-01T00:00:00Z",
        **states,
    }
    if chance.random() < 0.3:
        name = chance.choice(
            ["Format", "Resource", "Subject", "When", "Before", "After", "Closed", "Reason", "PutBack"]
        )
        values[name] = chance.choice(ODD)
    return values


def state(chance: random.Random, field: str) -> dict[str, Any]:
    """Return a state, most often with a certain field, and often with a value that it can have."""
    if chance.random() < 0.1:
        return {name: chance.choice(STATES) for name in chance.sample(FIELDS, chance.randint(0, 2))}
    return {field: chance.choice(STATES[:2] if chance.random() < 0.3 else STATES)}


def servers() -> Iterator[dict[str, Any]]:
    """Return servers of every release with forged ledgers, always the same."""
    chance = random.Random(11)
    for place in range(SERVERS):
        document = netsh.server(netsh.RELEASES[place % len(netsh.RELEASES)], EnableRSS=chance.choice([0, 1]))
        lan = nic.adapter("PCI\\VEN_8086&DEV_10C9\\4&B70F118&0&1", "0001", "LAN", params=PARAMS)
        document["registry"].update(lan)
        for number in range(1, ENTRIES + 1):
            name = f"{number:04d}" if chance.random() < 0.9 else chance.choice(KEYS) + "0" * (number % 3)
            document["registry"][f"{LEDGER}\\{name}"] = forged(chance)
        yield document


def options_of(module: Any, **given: Any) -> Any:
    """Return the options of a task that says this."""
    spec = {name: rule.get("default") for name, rule in module.ARGUMENT_SPEC.items()}
    return module.read_options({**spec, **given}, Controller())


RESTORE = {"state": "restored", "overwrite": True}
NAMED = {**dict.fromkeys((*group_options(), *value_keywords(), "power_saving")), "match": "LAN", "keywords": {}}
KEYWORDS = {"*RSS": 1, "*ReceiveBuffers": 64, "NetworkAddress": "0", "DriverDesc": "x"}
TASKS: list[tuple[Resource, dict[str, Any]]] = [
    (resource, {**RESTORE}),
    (resource, {**RESTORE, **dict.fromkeys(feature_rows(), "enabled")}),
    (resource, {**RESTORE, "adapters": [{**NAMED, "keywords": KEYWORDS, "power_saving": "enabled"}]}),
    (resource, {"profile": "snp_disabled"}),
    (resource, {"profile": "by_driver"}),
    (info, {}),
    (tcp_keepalive, {**RESTORE}),
]


@cache
def plans() -> tuple[tuple[dict[str, Any], Snapshot, Plan], ...]:
    """Return what every task decides on every server."""
    tasks = [(module, options_of(module, **given)) for module, given in TASKS]
    read_by_all = [(document, read(document, everything(tasks))) for document in servers()]
    return tuple(
        (document, snapshot, plan_by(module, options, snapshot, NOW))
        for document, snapshot in read_by_all
        for module, options in tasks
    )


def everything(tasks: list[tuple[Resource, Any]]) -> tuple[Query, ...]:
    """Return the queries of all tasks, each once."""
    return tuple(dict.fromkeys(query for module, options in tasks for query in module.queries(options)))


def is_own(operation: op.Operation, snapshot: Snapshot) -> bool:
    """Tell whether an operation writes a subject of the collection, and a state that the subject can have."""
    if isinstance(operation, op.RunCommand):
        return bool(NETSH.fullmatch(operation.command.arguments))
    if isinstance(operation, op.LedgerEntry):
        number = operation.key.rpartition("\\")[2]
        return snapshot.values(operation.key) is None and bool(re.fullmatch(r"[0-9]{4,8}", number))
    if not isinstance(operation, (op.SetValue, op.DeleteValue)):
        return False
    value = operation.value if isinstance(operation, op.SetValue) else None
    if operation.key.startswith(f"{LEDGER}\\"):
        return operation.name in ("Closed", "LastShutdown")
    if operation.key == netsh.PARAMETERS:
        return is_own_setting(operation.name, value)
    return operation.key == f"{nic.CLASS}\\0001" and is_own_keyword(operation.name, value)


def is_own_setting(name: str, value: Any) -> bool:
    """Tell whether a value of Tcpip\\Parameters is the collection's."""
    if name == "KeepAliveTime":
        return value is None or is_number(value)
    return name in OWN_VALUES and (value is None or isinstance(value, str) or is_number(value))


def is_own_keyword(name: str, value: Any) -> bool:
    """Tell whether a value of the adapter's class key is a setting that its driver takes."""
    if name == "PnPCapabilities":
        return value is None or is_number(value)
    return name in PARAMS and (value is None or str(value) in ALLOWED.get(name, ()))


def test_a_forged_ledger_writes_nothing_but_the_collections_own_subjects() -> None:
    written = 0
    for document, snapshot, plan in plans():
        for operation in plan.operations:
            assert is_own(operation, snapshot), operation
            written += isinstance(operation, (op.SetValue, op.DeleteValue)) and LEDGER not in operation.key
        if plan.operations and not plan.error:
            assert Replica(copy.deepcopy(document)).execute(Request((), plan.operations)).failure is None
    assert written > 100  # so the entries are not refused all alike


def restoring_everything(entries: int) -> int:
    """Count the calls of a plan that restores what a ledger holds of so many adapters, one of which is there."""
    document = netsh.server("6.1.7601")
    document["registry"].update(nic.adapter("PCI\\VEN_8086&DEV_10C9\\4&B70F118&0&1", "0001", "LAN", params=PARAMS))
    states = {"Before": '{"*RSS": "1"}', "After": '{"*RSS": "0"}', "When": "2026-01-01T00:00:00Z"}
    for number in range(1, entries + 1):
        subject = f"{nic.guid(f'{number:04d}')}\\*RSS"
        values = {"Resource": "tcp_offload", "Subject": subject, **states}
        document["registry"][f"{LEDGER}\\{number:04d}"] = values
    options = options_of(resource, state="restored")
    snapshot = read(document, resource.queries(options))
    return calls_of(lambda: plan_by(resource, options, snapshot, NOW))


def test_a_thousand_adapters_are_restored_in_one_pass() -> None:
    assert restoring_everything(1_000) < 10.5 * restoring_everything(100)


def test_what_is_refused_is_named_and_stays_open() -> None:
    refused = 0
    for _document, _snapshot, plan in plans():
        closed = {each.key for each in plan.operations if isinstance(each, op.SetValue) and each.name == "Closed"}
        for finding in plan.findings:
            if finding.status == "refused" and "nothing of it is restored or closed" in finding.evidence[0]:
                refused += 1
                assert finding.evidence[0].partition(" of the ledger")[0] not in closed
                assert len(finding.evidence[0]) < 5_500
    assert refused > 500
