# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network components: filters and protocols that Windows binds to adapters, and the drivers that they need (facts J).

Deleting or disabling the driver of a bound component does not unbind it: the network stack waits for the driver, up to
90 seconds for an optional filter, for ever for a mandatory one. Components are removed by Windows' own tool, netcfg.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..._protocol.names import CaseInsensitiveDict, equals_ignore_case
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of, texts_of
from ..registry_paths import (
    ADAPTERS,
    NETWORK,
    NETWORK_CLASS,
    NETWORK_FILTERS,
    NETWORK_PROTOCOLS,
    NETWORK_SERVICES,
    SERVICES,
)
from .services import Service

MANDATORY, OPTIONAL, RUN_TYPE_UNKNOWN = "mandatory", "optional", "unknown"
FILTER, PROTOCOL = "filter", "protocol"

NETWORK_PLACES = (f"{NETWORK}\\{NETWORK_SERVICES}", f"{NETWORK}\\{NETWORK_PROTOCOLS}", NETWORK_FILTERS)

_RUN_TYPES = {1: MANDATORY, 2: OPTIONAL}  # NDIS_FILTER_DRIVER_MANDATORY and _OPTIONAL, FilterRunType of the INF
_COMPONENT = ("ComponentId", "InfPath", "Service", "CoServices", "FilterRunType", "Characteristics")
_NOT_USER_REMOVABLE = 0x20  # NCF_NOT_USER_REMOVABLE of Characteristics (facts J7)
_BASE_FILTERING_ENGINE = "BFE"
_FOREIGN_INF = "oem"


@dataclass(frozen=True)
class NetworkComponent:
    """One network component. id: its GUID. component_id: by which netcfg knows it. kind: FILTER or PROTOCOL.

    service: of its driver. inf: "" when none is named. run_type: MANDATORY, OPTIONAL or RUN_TYPE_UNKNOWN. bound_to: the
    adapters that it is bound to, each by the name of its connection or its GUID. evidence: where that stands.
    removable: whether a user may remove it, None where that is not known.
    """

    id: str
    component_id: str
    kind: str
    service: str
    inf: str
    run_type: str
    bound_to: tuple[str, ...]
    evidence: tuple[str, ...]
    removable: bool | None = None

    @property
    def name(self) -> str:
        """How the component is called: by the id that netcfg takes, else by its GUID or its service."""
        return self.component_id or self.id or self.service

    @property
    def is_foreign(self) -> bool:
        """Whether the component came with a package that is not of Windows' own medium."""
        return self.inf.lower().startswith(_FOREIGN_INF)

    @property
    def removal(self) -> str:
        """The command that removes the component with its bindings, "" when its ComponentId is not known."""
        return f"netcfg -u {self.component_id}" if self.component_id else ""

    @property
    def text(self) -> str:
        """What the component is, and what is bound to it, in a sentence."""
        bound = ", ".join(self.bound_to) or "no adapter"
        kind = "protocol" if self.kind == PROTOCOL else "component"
        run_type = "" if self.kind == PROTOCOL else f" ({self.run_type})"
        return f"the network {kind} {self.name}{run_type} needs {self.service} and is bound to {bound}"

    def as_dict(self) -> dict[str, Any]:
        """Return the component as a result carries it, None for what is not known."""
        return {
            "component_id": self.component_id or None,
            "kind": self.kind,
            "run_type": self.run_type,
            "package": self.inf or None,
            "bound_to": sorted(self.bound_to, key=str.lower),
            "removable": self.removable,
            "remove": self.removal or None,
        }


def network_component_queries() -> tuple[Query, ...]:
    """Return what reads the network components, their run types and their bindings, for named drivers.

    The components' own keys lie one level above Ndi; Kernel is read whole, since a mandatory filter has no value there.
    """
    return (
        *(RegistryQuery(f"{place}\\*", _COMPONENT, depth=1, types=False) for place in NETWORK_PLACES[:2]),
        RegistryQuery(f"{NETWORK_FILTERS}\\*\\Kernel", types=False),
        RegistryQuery(f"{ADAPTERS}\\????\\Linkage", ("FilterList", "UpperBind"), types=False),
        RegistryQuery(f"{ADAPTERS}\\????", ("NetCfgInstanceId",), types=False),
        RegistryQuery(f"{NETWORK}\\{NETWORK_CLASS}\\*\\Connection", ("Name",), types=False),
    )


def linkage_query() -> Query:
    """Return what reads which devices every driver is bound to, for an audit; a driver that is named is read whole."""
    return RegistryQuery(f"{SERVICES}\\*\\Linkage", ("Bind",), types=False)


def components_of(driver: Service, snapshot: Snapshot) -> tuple[NetworkComponent, ...]:
    """Return the network components that need a driver: bound or not, and one for a binding without component."""
    return _by_service(snapshot).get(driver.name.lower(), ()) or _unregistered(driver, snapshot)


def _unregistered(driver: Service, snapshot: Snapshot) -> tuple[NetworkComponent, ...]:
    bindings = _bindings("", driver.name, snapshot)
    if not bindings:
        return ()
    adapters, places = (tuple(dict.fromkeys(each)) for each in zip(*bindings, strict=True))
    return (NetworkComponent("", "", PROTOCOL, driver.name, "", RUN_TYPE_UNKNOWN, adapters, places),)


def bound_components_of(driver: Service, snapshot: Snapshot) -> tuple[NetworkComponent, ...]:
    """Return the network components that need a driver and are bound to an adapter."""
    return tuple(each for each in components_of(driver, snapshot) if each.bound_to)


@lru_cache(maxsize=2)
def network_components(snapshot: Snapshot) -> tuple[NetworkComponent, ...]:
    """Return every network component that was read and needs a service."""
    kinds = {NETWORK_SERVICES: FILTER, NETWORK_PROTOCOLS: PROTOCOL}
    found = (
        _component(kind, f"{NETWORK}\\{network_class}\\{name}", name, snapshot)
        for network_class, kind in kinds.items()
        for name in snapshot.subkeys(f"{NETWORK}\\{network_class}")
    )
    return tuple(each for each in found if each is not None)


@lru_cache(maxsize=2)
def _by_service(snapshot: Snapshot) -> dict[str, tuple[NetworkComponent, ...]]:
    found: dict[str, tuple[NetworkComponent, ...]] = {}
    for each in network_components(snapshot):
        for name in _services_of(each, snapshot):
            found[name] = (*found.get(name, ()), each)
    return found


def _services_of(component: NetworkComponent, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the services that a component needs, in lower case: its driver, and those that CoServices names."""
    network_class = NETWORK_SERVICES if component.kind == FILTER else NETWORK_PROTOCOLS
    others = snapshot.value(f"{NETWORK}\\{network_class}\\{component.id}\\Ndi", "CoServices")
    names = (component.service, *(texts_of(others) if others is not None else ()))
    return tuple(dict.fromkeys(name.lower() for name in names if name))


def _component(kind: str, key: str, name: str, snapshot: Snapshot) -> NetworkComponent | None:
    service = text_of(snapshot.value(f"{key}\\Ndi", "Service"))
    if not service:
        return None
    run_type, source = _run_type(key, name, snapshot)
    bindings = _bindings(name, service, snapshot)
    return NetworkComponent(
        id=name,
        component_id=text_of(snapshot.value(key, "ComponentId")),
        kind=kind,
        service=service,
        inf=text_of(snapshot.value(key, "InfPath")),
        run_type=run_type if kind == FILTER else RUN_TYPE_UNKNOWN,
        bound_to=tuple(dict.fromkeys(adapter for adapter, _unused in bindings)),
        evidence=(f"{key}\\Ndi\\Service is {service}", *source, *dict.fromkeys(place for _unused, place in bindings)),
        removable=_is_removable(snapshot.value(key, "Characteristics")),
    )


def _is_removable(characteristics: Value | None) -> bool | None:
    return not characteristics & _NOT_USER_REMOVABLE if isinstance(characteristics, int) else None


def _run_type(key: str, name: str, snapshot: Snapshot) -> tuple[str, tuple[str, ...]]:
    """Return the run type of a filter and where it stands; two places that differ leave it unknown (facts J3)."""
    found = dict(_run_types(key, name, snapshot))
    words = set(found.values())
    return words.pop() if len(words) == 1 else RUN_TYPE_UNKNOWN, tuple(f"{each} is {found[each]}" for each in found)


def _run_types(key: str, name: str, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    number = snapshot.value(f"{key}\\Ndi", "FilterRunType")
    if number is not None:
        yield (
            f"{key}\\Ndi\\FilterRunType",
            _RUN_TYPES.get(number, RUN_TYPE_UNKNOWN) if _is_number(number) else RUN_TYPE_UNKNOWN,
        )
    kernel = f"{NETWORK_FILTERS}\\{name}\\Kernel"
    if snapshot.values(kernel) is not None:
        optional = snapshot.value(kernel, "Optional")
        word = MANDATORY if optional is None else OPTIONAL if optional == 1 else RUN_TYPE_UNKNOWN
        yield f"{kernel}\\Optional", word


def _is_number(value: Value) -> bool:
    return isinstance(value, int)


def _bindings(name: str, service: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return the adapters that a component is bound to, each with the path that says so."""
    found = [
        (adapter, place)
        for adapter, place, names, filters in _linkages(snapshot)
        if (name and name.lower() in filters) or service.lower() in names
    ]
    return [*found, *_own_bindings(service, snapshot)]


def _own_bindings(service: str, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    place = f"{SERVICES}\\{service}\\Linkage"
    bound = snapshot.value(place, "Bind")
    for device in texts_of(bound) if bound is not None else ():
        guid = device.rpartition("\\")[2]
        if guid:
            yield _connections(snapshot).get(guid, guid), f"{place}\\Bind"


@lru_cache(maxsize=2)
def _linkages(snapshot: Snapshot) -> tuple[tuple[str, str, frozenset[str], frozenset[str]], ...]:
    """Return of each adapter its name, the path of its Linkage key, the services above it, and its filters' GUIDs."""
    keys = [name for name in snapshot.subkeys(ADAPTERS) if len(name) == 4]
    return tuple(
        (
            _adapter(name, snapshot),
            f"{ADAPTERS}\\{name}\\Linkage",
            frozenset(_lower(f"{ADAPTERS}\\{name}\\Linkage", "UpperBind", snapshot)),
            frozenset(_filter_of(each) for each in _lower(f"{ADAPTERS}\\{name}\\Linkage", "FilterList", snapshot)),
        )
        for name in keys
    )


def _lower(key: str, name: str, snapshot: Snapshot) -> list[str]:
    value = snapshot.value(key, name)
    return [text.lower() for text in texts_of(value)] if value is not None else []


def _filter_of(entry: str) -> str:
    """Return the filter's GUID of an entry of FilterList, "{adapter}-{filter}-0000" (facts J4)."""
    return "{" + entry.split("-{", 1)[1].split("}", 1)[0] + "}" if "-{" in entry else entry


def _adapter(class_key: str, snapshot: Snapshot) -> str:
    guid = text_of(snapshot.value(f"{ADAPTERS}\\{class_key}", "NetCfgInstanceId"))
    return _connections(snapshot).get(guid, guid) or f"adapter {class_key}"


@lru_cache(maxsize=2)
def _connections(snapshot: Snapshot) -> CaseInsensitiveDict[str]:
    """Return the names of the network connections: adapter's GUID -> name."""
    root = f"{NETWORK}\\{NETWORK_CLASS}"
    found = {name: text_of(snapshot.value(f"{root}\\{name}\\Connection", "Name")) for name in snapshot.subkeys(root)}
    return CaseInsensitiveDict({name: text for name, text in found.items() if text})


def unread_components(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what may hide a network component or its binding, with the reason: sentences, none when all was read."""
    return tuple(
        f"{place} could not be read ({reason})" for place, reason in snapshot.unreadable.items() if _matters(place)
    )


def _matters(place: str) -> bool:
    levels = {**dict.fromkeys(NETWORK_PLACES, 2), ADAPTERS: 1}
    below = [
        root
        for root in levels
        if equals_ignore_case(place[: len(root)], root) and place[len(root) : len(root) + 1] in ("", "\\")
    ]
    return any(_is_component_place(root, place[len(root) + 1 :]) for root in below)


def _is_component_place(root: str, below: str) -> bool:
    """Tell whether a place below a root holds components, run types or bindings, and not other settings."""
    parts = below.split("\\") if below else []
    if root == ADAPTERS:
        return not parts or (len(parts[0]) == 4 and (len(parts) == 1 or equals_ignore_case(parts[1], "Linkage")))
    return len(parts) < 2 or parts[1].lower() in ("ndi", "kernel", "*")


def why_not_stopped(driver: Service) -> str:
    """Return why a driver of the Windows Filtering Platform is not stopped, "" for any other driver.

    It depends on the Base Filtering Engine. Filters that it left there block all traffic once its callouts are gone
    (facts J6), so it is disabled and runs until the server restarts.
    """
    if not any(equals_ignore_case(name, _BASE_FILTERING_ENGINE) for name in driver.needs):
        return ""
    return "it depends on the Base Filtering Engine: its persistent filters may block all traffic when it is stopped"
