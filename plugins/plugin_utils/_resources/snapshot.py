# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Everything the collection reads of a server, as one document. win_snapshot writes it to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._planning.ledger import ledger_queries
from .._planning.plan import Plan
from .._planning.resource import OTHER_SYSTEMS, BadOption, Controller
from .._planning.task import Task
from .._protocol.queries import WHOLE_TREE, Filter, InterfaceQuery, Query, RegistryQuery, ServiceQuery
from .._protocol.snapshot import FORMAT, Snapshot
from .._windows.drivers.devices import package_queries
from .._windows.drivers.filter_lists import DUMP_FILTERS, FILTER_VALUES
from .._windows.drivers.network_components import linkage_query, network_component_queries
from .._windows.drivers.network_providers import provider_queries
from .._windows.drivers.products import product_queries
from .._windows.drivers.service_records import record_queries
from .._windows.drivers.services import DRIVER_TYPES, WIN32_TYPES
from .._windows.machine import machine_queries
from .._windows.network.adapters import CLASS, CONNECTIONS
from .._windows.network.symptoms import event_query, limit_queries
from .._windows.network.tcp_settings import global_queries
from .._windows.registry_paths import CLASSES, CRASH_CONTROL, DEVICES, SAFE_BOOT, SERVICES
from .._windows.releases import VERSION_KEY, VERSION_VALUES
from .._windows.server_details import every_detail_query
from .filter_driver.legacy_block import legacy_block_query
from .redaction import redacted, renamed

NAME = "snapshot"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "dest": {"type": "path", "required": True},
    "name": {"type": "str"},
    "redact": {"type": "bool", "default": True},
    **OTHER_SYSTEMS,
}

_SERVICE = ("Type", "Start", "ErrorControl", "Group", "ImagePath", "DisplayName", "DependOnService", "DependOnGroup")
_DEVICE = ("Service", "ClassGUID", "Driver", "DeviceDesc", "HardwareID", "ConfigFlags", *FILTER_VALUES)

# Wider than what the modules ask for, so that a snapshot answers for any driver and adapter that a later task names.
QUERIES: tuple[Query, ...] = (
    RegistryQuery(VERSION_KEY, (*VERSION_VALUES, "InstallDate")),
    RegistryQuery(f"{SERVICES}\\*", depth=WHOLE_TREE, where=Filter("Type", mask=DRIVER_TYPES), image="ImagePath"),
    RegistryQuery(f"{SERVICES}\\*", _SERVICE, where=Filter("Type", mask=WIN32_TYPES), image="ImagePath", types=False),
    *global_queries(udp=True),
    RegistryQuery(f"{CLASSES}\\*", ("", "Class", *FILTER_VALUES)),
    *package_queries(),
    RegistryQuery(f"{CLASS}\\????"),
    RegistryQuery(f"{CLASS}\\????\\*", depth=WHOLE_TREE, types=False),
    RegistryQuery(f"{CONNECTIONS}\\*\\Connection", ("Name", "PnpInstanceID", "MediaSubType"), types=False),
    RegistryQuery(f"{DEVICES}\\*\\*\\*", _DEVICE, types=False),
    RegistryQuery(f"{SAFE_BOOT}\\*\\*", types=False),
    RegistryQuery(CRASH_CONTROL, (DUMP_FILTERS,)),
    *network_component_queries(),
    *provider_queries(),
    *record_queries(),
    linkage_query(),
    *product_queries(),
    *every_detail_query(),
    *machine_queries(),
    *limit_queries(),
    legacy_block_query(),
    event_query(since="", max_events=200),
    *ledger_queries(),
    ServiceQuery(("*",)),
    InterfaceQuery(),
)


@dataclass(frozen=True)
class Options:
    """dest: the file on the controller. name: what the server is called, "" for as it calls itself. redact: whether
    data that judging does not need is emptied."""

    dest: str
    name: str = ""
    redact: bool = True


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for an empty destination."""
    options = Options(arguments["dest"], arguments["name"] or "", arguments["redact"])
    if not options.dest.strip():
        raise BadOption(
            "dest is empty: name the file on the controller to write, such as snapshots/{{ inventory_hostname }}.yml"
        )
    return options


def queries(options: Options) -> tuple[Query, ...]:
    """Return everything the collection reads."""
    return QUERIES


def plan(task: Task) -> Plan:
    """Plan nothing: a snapshot changes no server."""
    return Plan()


def document(snapshot: Snapshot, options: Options) -> dict[str, Any]:
    """Return the document of a server, in an order of its own, so that equal servers give equal files.

    What the queries asked for and did not find is not there; what they did not ask for is not known, which is why the
    document says what was collected.
    """
    name = options.name or snapshot.environment.get("computer_name", "")
    collected = sorted({query.path for query in QUERIES if isinstance(query, RegistryQuery)})
    parts = {part: _in_order(data) for part, data in snapshot.document.items() if part != "registry"}
    registry = {path: snapshot.registry[path] for path in sorted(snapshot.registry, key=str.lower)}
    files = {path: facts for path, facts in parts.pop("files").items() if facts is not None}
    kept = redacted(registry) if options.redact else registry
    if options.redact:
        # The path of a file may hold what the command line that names it has lost.
        names = renamed(registry, snapshot.environment)
        files, parts["unreadable"] = (
            _in_order({names.get(path.lower(), path): each for path, each in part.items()})
            for part in (files, parts["unreadable"])
        )
    return {"format": FORMAT, "name": name, "collected": collected, **parts, "registry": kept, "files": files}


def _in_order(data: Any) -> Any:
    return {name: data[name] for name in sorted(data, key=str.lower)} if isinstance(data, dict) else data
