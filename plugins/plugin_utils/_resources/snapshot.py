# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Everything the collection reads of a server, as one document. win_snapshot writes it to a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._planning.ledger import ledger_queries
from .._planning.plan import Plan
from .._planning.resource import BadOption, Controller
from .._planning.task import Task
from .._protocol.queries import WHOLE_TREE, Filter, InterfaceQuery, Query, RegistryQuery, ServiceQuery
from .._protocol.snapshot import FORMAT, Snapshot
from .._windows.drivers.filter_lists import CLASSES, DEVICES, FILTER_VALUES
from .._windows.drivers.products import product_queries
from .._windows.drivers.protection import SAFE_BOOT
from .._windows.drivers.services import DRIVER_TYPES, SERVICES, WIN32_TYPES
from .._windows.machine import machine_queries
from .._windows.network.adapters import CLASS, CONNECTIONS
from .._windows.network.symptoms import event_query, registry_queries
from .._windows.network.tcp_settings import global_queries
from .._windows.releases import VERSION_KEY, VERSION_VALUES

NAME = "snapshot"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "dest": {"type": "path", "required": True},
    "name": {"type": "str"},
}

_SERVICE = ("Type", "Start", "ErrorControl", "Group", "ImagePath", "DisplayName", "DependOnService")
_DEVICE = ("Service", "ClassGUID", "Driver", "DeviceDesc", "HardwareID", "ConfigFlags", *FILTER_VALUES)

# Wider than what the modules ask for, so that a snapshot answers for any driver and adapter that a later task names.
QUERIES: tuple[Query, ...] = (
    RegistryQuery(VERSION_KEY, (*VERSION_VALUES, "InstallDate")),
    RegistryQuery(f"{SERVICES}\\*", depth=WHOLE_TREE, where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath"),
    RegistryQuery(f"{SERVICES}\\*", _SERVICE, where=Filter("Type", mask=WIN32_TYPES), image="ImagePath", types=False),
    *global_queries(),
    RegistryQuery(f"{CLASSES}\\*", ("", "Class", *FILTER_VALUES)),
    RegistryQuery(f"{CLASS}\\????"),
    RegistryQuery(f"{CLASS}\\????\\*", depth=WHOLE_TREE, types=False),
    RegistryQuery(f"{CONNECTIONS}\\*\\Connection", ("Name", "PnpInstanceID", "MediaSubType"), types=False),
    RegistryQuery(f"{DEVICES}\\*\\*\\*", _DEVICE, types=False),
    RegistryQuery(f"{SAFE_BOOT}\\*\\*", types=False),
    *product_queries(),
    *machine_queries(),
    *registry_queries(),
    event_query(since="", most=200),
    *ledger_queries(),
    ServiceQuery(("*",)),
    InterfaceQuery(),
)


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for an empty destination."""
    if not options["dest"].strip():
        raise BadOption(
            "dest is empty: name the file on the controller to write, such as snapshots/{{ inventory_hostname }}.yml"
        )


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return everything the collection reads."""
    return QUERIES


def plan(task: Task) -> Plan:
    """Plan nothing: a snapshot changes no server."""
    return Plan()


def document(snapshot: Snapshot, name: str) -> dict[str, Any]:
    """Return the document of a server, in an order of its own, so that equal servers give equal files.

    name: what the server is called. What the queries asked for and did not find is not there; what they did not ask for is not
    known, which is why the document says what was collected.
    """
    collected = sorted({query.path for query in QUERIES if isinstance(query, RegistryQuery)})
    parts = {part: _in_order(data) for part, data in snapshot.document.items() if part != "registry"}
    registry = {path: snapshot.registry[path] for path in sorted(snapshot.registry, key=str.lower)}
    files = {path: facts for path, facts in parts.pop("files").items() if facts is not None}
    return {"format": FORMAT, "name": name, "collected": collected, **parts, "registry": registry, "files": files}


def _in_order(data: Any) -> Any:
    return {name: data[name] for name in sorted(data, key=str.lower)} if isinstance(data, dict) else data
