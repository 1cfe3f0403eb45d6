# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What else of a server advisories may ask for: its roles, products, updates and processors. Each costs a question, so
only what is asked for is read (facts I7 and I9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .._protocol.queries import FileQuery, Filter, Query, RegistryQuery
from .._protocol.snapshot import Snapshot
from .._protocol.values import text_of
from .network.tcp_settings import tcpip_version
from .registry_paths import CONTROL, SERVICES

_EXCHANGE = f"{SERVICES}\\MSExchange*"
_BIOS = "HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"
_HYPER_V = f"{SERVICES}\\vmms"
_PRODUCT_OPTIONS = f"{CONTROL}\\ProductOptions"
_ENVIRONMENT = f"{CONTROL}\\Session Manager\\Environment"
TCPIP = "%SystemRoot%\\system32\\drivers\\tcpip.sys"
_SOFTWARE = "HKLM\\SOFTWARE"
_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
_PRODUCTS = tuple(f"{root}\\{_UNINSTALL}\\*" for root in (_SOFTWARE, f"{_SOFTWARE}\\WOW6432Node"))
_HOTFIXES = f"{_SOFTWARE}\\Microsoft\\Windows NT\\CurrentVersion\\HotFix"
_PACKAGES = f"{_SOFTWARE}\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages"
_INSTALLED = (0x50, 0x70, 0x80)  # CurrentState of a package: superseded, installed, permanent (facts I7)


@dataclass(frozen=True)
class Wanted:
    """What is asked for. details: of DETAILS. products: exact names, which the server itself can choose by; none asks
    for every product. hotfixes: ids of updates, such as "KB950224"."""

    details: frozenset[str]
    products: frozenset[str] = frozenset()
    hotfixes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Detail:
    queries: Callable[[Wanted], Iterable[Query]]
    read: Callable[[Snapshot, Wanted], Any]


def detail_queries(wanted: Wanted) -> tuple[Query, ...]:
    """Return what must be read for what is asked for."""
    return tuple(query for name, each in DETAILS.items() if name in wanted.details for query in each.queries(wanted))


def every_detail_query() -> tuple[Query, ...]:
    """Return what reads every detail, whichever an advisory may ask for: what a snapshot takes."""
    installed = RegistryQuery(f"{_HOTFIXES}\\*", ("Installed",))
    packages = RegistryQuery(f"{_PACKAGES}\\Package_for_KB*", ("CurrentState",))
    return (*detail_queries(Wanted(frozenset(DETAILS))), installed, packages)


def details_of(snapshot: Snapshot, wanted: Wanted) -> dict[str, Any]:
    """Return every detail by its name, None for what is not asked for or cannot be read."""
    return {name: each.read(snapshot, wanted) if name in wanted.details else None for name, each in DETAILS.items()}


def _value(key: str, name: str) -> Callable[[Wanted], Iterable[Query]]:
    return lambda wanted: (RegistryQuery(key, (name,)),)


def _product_queries(wanted: Wanted) -> Iterable[Query]:
    named = Filter("DisplayName", any_of=tuple(sorted(wanted.products))) if wanted.products else None
    values = ("DisplayName", "DisplayVersion")
    return (RegistryQuery(path, values, where=named, types=False) for path in _PRODUCTS)


def _products(snapshot: Snapshot, wanted: Wanted) -> list[dict[str, str]]:
    entries = [values for path, values in snapshot.registry.items() if path.lower().split("\\")[-2] == "uninstall"]
    found = [(text_of(each.get("DisplayName")), text_of(each.get("DisplayVersion"))) for each in entries]
    return [{"name": name, "version": version} for name, version in dict.fromkeys(found) if name]


def _hotfix_queries(wanted: Wanted) -> Iterable[Query]:
    for each in sorted(wanted.hotfixes):
        yield RegistryQuery(f"{_HOTFIXES}\\{each}", ("Installed",))
        yield RegistryQuery(f"{_PACKAGES}\\Package_for_{each}~*", ("CurrentState",))


def _hotfixes(snapshot: Snapshot, wanted: Wanted) -> list[str]:
    """Return the updates that are installed: 5.2 keeps a key for each, later releases a package or more."""
    old = [each for each in snapshot.subkeys(_HOTFIXES) if snapshot.value(f"{_HOTFIXES}\\{each}", "Installed") == 1]
    new = [
        found.group(1)
        for name in snapshot.subkeys(_PACKAGES)
        if (found := re.match(r"Package_for_(KB\d+)~", name, re.IGNORECASE))
        and snapshot.value(f"{_PACKAGES}\\{name}", "CurrentState") in _INSTALLED
    ]
    return sorted({each.upper() for each in (*old, *new)})


def _processors(snapshot: Snapshot, wanted: Wanted) -> str | None:
    return text_of(snapshot.value(_ENVIRONMENT, "NUMBER_OF_PROCESSORS")) or None


def _is_domain_controller(snapshot: Snapshot, wanted: Wanted) -> bool | None:
    kind = text_of(snapshot.value(_PRODUCT_OPTIONS, "ProductType"))
    return kind.lower() == "lanmannt" if kind else None


def _has_exchange(snapshot: Snapshot, wanted: Wanted) -> bool:
    return any(name.lower().startswith("msexchange") for name in snapshot.subkeys(SERVICES))


def _bios(snapshot: Snapshot, wanted: Wanted) -> str | None:
    """Return the version of the firmware, by which Amazon's Xen instances are told."""
    return text_of(snapshot.value(_BIOS, "BIOSVersion")).strip() or None


DETAILS: dict[str, _Detail] = {
    "bios": _Detail(_value(_BIOS, "BIOSVersion"), _bios),
    "hyper_v": _Detail(_value(_HYPER_V, "Type"), lambda snapshot, wanted: snapshot.values(_HYPER_V) is not None),
    "exchange": _Detail(_value(_EXCHANGE, "Type"), _has_exchange),
    "domain_controller": _Detail(_value(_PRODUCT_OPTIONS, "ProductType"), _is_domain_controller),
    "processors": _Detail(_value(_ENVIRONMENT, "NUMBER_OF_PROCESSORS"), _processors),
    "products": _Detail(_product_queries, _products),
    "hotfixes": _Detail(_hotfix_queries, _hotfixes),
    "tcpip": _Detail(lambda wanted: (FileQuery((TCPIP,)),), lambda snapshot, wanted: tcpip_version(snapshot)),
}
