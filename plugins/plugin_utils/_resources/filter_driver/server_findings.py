# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What an audit of drivers finds beside the drivers themselves: network components and providers that a product left,
and records of the registry that say something else than the service manager."""

from __future__ import annotations

from collections.abc import Iterator

from ..._planning.finding import Finding
from ..._protocol import vocabulary as words
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.blocklists import Blocked
from ..._windows.drivers.broken_components import BrokenComponent, broken_components
from ..._windows.drivers.network_components import MANDATORY
from ..._windows.drivers.network_providers import PROVIDER_ORDER, WORKSTATION, BrokenOrder, broken_orders
from ..._windows.drivers.owners import Owner
from ..._windows.drivers.service_records import (
    control_sets,
    hidden_drivers,
    is_marked_for_deletion,
    may_start_although_disabled,
    start_override,
)
from ..._windows.drivers.services import START_TYPES, Service, services_of
from ..._windows.registry_paths import SELECT
from .audit import Auditor
from .driver_state import NAME

_COMPONENT = f"{NAME}.network_component"
_ORDER = f"{NAME}.provider_order"
_HIDDEN = f"{NAME}.hidden"
_DELETED = f"{NAME}.delete_flag"
_OVERRIDDEN = f"{NAME}.start_override"
_CONTROL_SETS = f"{NAME}.control_sets"


def server_findings(auditor: Auditor) -> tuple[Finding, ...]:
    """Return the findings on everything of a server that is not one of its drivers."""
    snapshot = auditor.snapshot
    broken = broken_components(snapshot, auditor.classifier)
    return (
        *(_component(each) for each in broken),
        *(_order(each) for each in broken_orders(snapshot)),
        *_blocked(auditor),
        *_records(snapshot),
        *_control_sets(snapshot),
    )


def _component(broken: BrokenComponent) -> Finding:
    component = broken.component
    return Finding(
        _COMPONENT,
        component.name,
        words.DRIFTED,
        found={"service": component.service, "bound_to": list(component.bound_to), "run_type": component.run_type},
        evidence=(broken.reason, *component.evidence),
        why=_why_not_bound(broken),
        fix=f"Remove the component: {component.removal}." if component.removal else "Remove the component with netcfg.",
        title=f"Remove the network component {component.name}",
        kind="network_component",
        act=words.DECIDE,
        severity=words.CRITICAL if _keeps_network_down(broken) else words.WARNING,
    )


def _keeps_network_down(broken: BrokenComponent) -> bool:
    """Tell whether the network does not come up at the next start: a mandatory filter whose driver cannot start."""
    component = broken.component
    return component.run_type == MANDATORY and bool(component.bound_to) and not broken.is_loadable


def _why_not_bound(broken: BrokenComponent) -> str:
    if _keeps_network_down(broken):
        return "Without a mandatory filter the network never becomes available (KB2019184)."
    if broken.is_loadable:
        return "Its product is gone, and it stays in the way of the network."
    return "Windows goes on binding it, and the network may wait for a driver that never comes."


def _order(broken: BrokenOrder) -> Finding:
    wanted, gone = ",".join(broken.wanted), ", ".join(broken.gone)
    missing = f"{WORKSTATION} is missing in it, so no file share can be reached" if broken.lacks_workstation else ""
    named = f"it names {gone}, which has no service" if gone else ""
    return Finding(
        _ORDER,
        broken.place,
        words.DRIFTED,
        found={PROVIDER_ORDER: ",".join(broken.names)},
        wanted={PROVIDER_ORDER: wanted},
        evidence=tuple(f"{broken.place}: {each}" for each in (missing, named) if each),
        why="Windows asks the providers in this order for every path of a network.",
        fix=f"Note the value, set {broken.place} to {wanted}, and restart the server.",
        title=f"Repair the order of network providers ({gone or WORKSTATION})",
        kind="provider_order",
        act=words.DECIDE,
        severity=words.ERROR if broken.lacks_workstation else words.WARNING,
        restart=True,
    )


def _blocked(auditor: Auditor) -> Iterator[Finding]:
    """Yield a finding on every driver that a blocklist names, whoever owns it."""
    drivers = (each for each in services_of(auditor.snapshot) if each.is_driver)
    for driver in drivers:
        found = auditor.options.blocklist.blocked(driver)
        if found:
            yield _named_by_rules(driver, found, auditor.classifier.classify(driver).owner)


def _named_by_rules(driver: Service, found: tuple[Blocked, ...], owner: Owner | None) -> Finding:
    lists = " and ".join(dict.fromkeys(each.rule.listed_in for each in found))
    product = f"{owner.name}, which owns it" if owner else "the product that brought it"
    return Finding(
        f"{NAME}.blocklist",
        driver.name,
        words.ATTENTION,
        found={"rules": [each.rule.id for each in found], "status": driver.status},
        evidence=(*(each.evidence for each in found), *([owner.text] if owner else ())),
        why="It is known to be malicious, or to let programs take over the server.",
        fix=f"Update or remove {product}.",
        source=found[0].rule.source,
        title=f"Update or remove {driver.name}, which {lists} name",
        kind="blocklist",
        severity=words.CRITICAL,
    )


def _records(snapshot: Snapshot) -> Iterator[Finding]:
    drivers = [each for each in services_of(snapshot) if each.is_driver]
    yield from (_hidden(each) for each in hidden_drivers(snapshot))
    yield from (_deleted(each) for each in drivers if is_marked_for_deletion(each, snapshot))
    yield from (_overridden(each, snapshot) for each in drivers if may_start_although_disabled(each, snapshot))


def _hidden(driver: Service) -> Finding:
    return Finding(
        _HIDDEN,
        driver.name,
        words.ATTENTION,
        found={"Start": driver.start, "status": None},
        evidence=(f"the registry has the key {driver.key}, and the service manager does not list the driver",),
        why="Its permissions (the value Security of its key Security) may hide it from administrators, as a program "
        "does that does not want to be found; or its key was written by hand since the server started.",
        fix=f"Look at the permissions: sc sdshow {driver.name}. If its key is new, restart the server.",
        title=f"Find out why the service manager does not list {driver.name}",
        kind="hidden",
    )


def _deleted(driver: Service) -> Finding:
    return Finding(
        _DELETED,
        driver.name,
        words.PENDING,
        found={"DeleteFlag": 1, "status": driver.status},
        evidence=(f"DeleteFlag of {driver.key} is 1: it is marked for deletion",),
        why="The service manager deletes the driver's key when the server starts next.",
        fix="Restart the server.",
        title=f"Restart, so that {driver.name} is deleted",
        kind="delete_flag",
        severity=words.INFO,
        restart=True,
    )


def _overridden(driver: Service, snapshot: Snapshot) -> Finding:
    override = start_override(driver, snapshot) or 0
    return Finding(
        _OVERRIDDEN,
        driver.name,
        words.ATTENTION,
        found={"Start": driver.start, "StartOverride": override},
        evidence=(f"Start of {driver.key} is 4 (disabled), and StartOverride is {override} ({START_TYPES[override]})",),
        why="Which of the two counts is not documented, so the driver may start all the same.",
        fix=f"Look after the next start whether it runs: sc query {driver.name}.",
        title=f"Find out whether {driver.name} starts although it is disabled",
        kind="start_override",
    )


def _control_sets(snapshot: Snapshot) -> Iterator[Finding]:
    sets = control_sets(snapshot)
    if sets.current and sets.default and sets.default != sets.current:
        yield Finding(
            _CONTROL_SETS,
            SELECT,
            words.ATTENTION,
            found={"Current": sets.current, "Default": sets.default},
            evidence=(f"control set {sets.current} runs, and the next start uses {sets.default} (Default)",),
            why="What is read and changed is the control set that runs: after the next start none of it counts.",
            fix="Find out why Default was changed, and judge the server again after its next start.",
            title="Find out why the next start uses another control set",
            kind="control_sets",
        )
    if sets.current and sets.last_known_good and sets.last_known_good != sets.current:
        yield Finding(
            _CONTROL_SETS,
            f"{SELECT}\\LastKnownGood",
            words.ATTENTION,
            found={"Current": sets.current, "LastKnownGood": sets.last_known_good},
            evidence=(f"control set {sets.current} runs, and {sets.last_known_good} is the last known good one",),
            why="A start with the last known good configuration brings back drivers as they are there.",
            fix="Judge the server again after such a start.",
            title="Judge the server again after a start with the last known good configuration",
            kind="control_sets",
            severity=words.INFO,
        )
