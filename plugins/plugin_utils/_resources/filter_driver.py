# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers by exact name: disabled, enabled, or put back as they were. win_filter_driver is this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._catalogue.drivers import KnownDriver, known_drivers
from .._ledger import Entry, Ledger, ledger_query
from .._plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, REFUSED, UNKNOWN, BadOption, Finding, Plan
from .._windows.names import same
from .._windows.protection import protection_queries, reasons_to_protect
from .._windows.services import DISABLED, SERVICES, START_TYPES, Service, service_of
from .._windows.snapshot import Snapshot
from .._wire import operations as op
from .._wire.queries import Query, has_wildcard

NAME = "filter_driver"

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "name": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["disabled", "enabled", "restored"], "default": "disabled"},
    "start_type": {"type": "str", "choices": list(START_TYPES[:DISABLED])},
    "stop": {"type": "bool", "default": True},
    "reason": {"type": "str", "default": ""},
    "force": {"type": "list", "elements": "str", "default": []},
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for options that contradict each other or name no driver."""
    names, state = options["name"], options["state"]
    if not names:
        raise BadOption(
            "name is empty: name at least one driver, as its key below HKLM\\SYSTEM\\CurrentControlSet\\Services is called"
        )
    for option in ("name", "force"):
        for name in options[option]:
            _check_name(option, name)
    for name in options["force"]:
        if not any(same(name, each) for each in names):
            raise BadOption(
                f"force names {name}, which name does not: force only lifts the protection of drivers that name has"
            )
    if state == "enabled" and not options["start_type"]:
        raise BadOption(
            f"state: enabled needs start_type, one of {', '.join(START_TYPES[:DISABLED])}; what it was before is not known here"
        )
    if state != "enabled" and options["start_type"]:
        raise BadOption(
            f"start_type: {options['start_type']} has a meaning only with state: enabled, not with state: {state}; remove one of the two"
        )


def _check_name(option: str, name: str) -> None:
    if not name.strip() or "\\" in name or "/" in name:
        raise BadOption(
            f"{option} has {name!r}, which is not the name of a driver: give the name of its key alone, such as FAMv4"
        )
    if has_wildcard(name):
        raise BadOption(
            f"{option} has {name!r}, a pattern: a driver is disabled by its exact name only, so that no other is hit"
        )


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server: the drivers, all that may need them, and the ledger."""
    return (*protection_queries(tuple(options["name"])), ledger_query())


def plan(options: Mapping[str, Any], snapshot: Snapshot, now: str) -> Plan:
    """Decide for every driver; when one of them is refused, nothing is done at all."""
    ledger = Ledger(NAME, snapshot)
    steps = [_step(name, options, snapshot, ledger, now) for name in _unique(options["name"])]
    errors = [step.error for step in steps if step.error]
    return Plan(
        findings=tuple(step.finding for step in steps),
        operations=tuple(operation for step in steps for operation in step.operations),
        before={step.finding.subject: step.before for step in steps},
        after={step.finding.subject: step.after for step in steps},
        reboot_required=any(step.reboot_required for step in steps),
        error="; ".join(errors),
    )


@dataclass(frozen=True)
class _Step:
    """What is to be done about one driver."""

    finding: Finding
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    operations: tuple[op.Operation, ...] = ()
    reboot_required: bool = False
    error: str = field(default="")


def _unique(names: list[str]) -> list[str]:
    return list({name.lower(): name for name in reversed(names)}.values())[::-1]


def _step(name: str, options: Mapping[str, Any], snapshot: Snapshot, ledger: Ledger, now: str) -> _Step:
    for place, reason in snapshot.unreadable_below(f"{SERVICES}\\{name}"):
        why = f"{place} could not be read ({reason})"
        return _Step(
            Finding(NAME, name, UNKNOWN, evidence=(why,)),
            error=f"{name} could not be judged: {why}; connect as a local administrator",
        )
    driver = service_of(snapshot, name)
    if driver is None:
        return _absent(name, options["state"], ledger)
    if not driver.is_driver:
        why = f"{name} is a Win32 service, not a driver (Type {driver.type}): services are managed with ansible.windows.win_service"
        return _Step(Finding(NAME, name, REFUSED, found=_state(driver), evidence=(why,)), error=why)
    if options["state"] == "disabled":
        return _disable(driver, options, snapshot, ledger, now)
    if options["state"] == "enabled":
        return _enable(driver, options, ledger, now)
    return _restore(driver, ledger, now)


def _absent(name: str, state: str, ledger: Ledger) -> _Step:
    why = f"the server has no driver {name}"
    if state == "disabled":
        return _Step(Finding(NAME, name, COMPLIANT, evidence=(why,)))
    if state == "restored" and not ledger.open_entry(name):
        return _Step(Finding(NAME, name, COMPLIANT, evidence=(why, "the ledger holds nothing to restore")))
    return _Step(
        Finding(NAME, name, NOT_APPLICABLE, evidence=(why,)),
        error=f"{why}, so it cannot be {state}; remove it from name, or install its product",
    )


def _state(driver: Service) -> dict[str, Any]:
    """What the ledger keeps of a driver and a result shows."""
    return {"Start": driver.start, "status": driver.status}


def _disable(driver: Service, options: Mapping[str, Any], snapshot: Snapshot, ledger: Ledger, now: str) -> _Step:
    found = _state(driver)
    wanted = {"Start": DISABLED, "status": "stopped" if options["stop"] else driver.status}
    entry = ledger.open_entry(driver.name)
    stops = options["stop"] and driver.status == "running" and driver.can_stop and not (entry and entry.refused_code)
    writes = driver.start != DISABLED
    reasons = [] if not (writes or stops) else _reasons(driver, options, snapshot)
    if reasons:
        return _refuse(driver, reasons)
    record, operations = (
        ledger.enter(driver.name, found, wanted, options["reason"], now) if writes or stops else ("", [])
    )
    after = {"Start": DISABLED, "status": "stopped" if stops else driver.status}
    return _Step(
        _finding(
            driver,
            COMPLIANT if not operations and not writes and not stops else DRIFTED,
            wanted,
            _disable_evidence(driver, options, entry),
        ),
        found,
        after,
        (*operations, *_set_start(driver, DISABLED), *([op.StopDriver(driver.name, record)] if stops else [])),
        reboot_required=after["status"] not in ("stopped", None),
    )


def _disable_evidence(driver: Service, options: Mapping[str, Any], entry: Entry | None) -> tuple[str, ...]:
    evidence = [f"Start is {driver.start} ({_start_word(driver.start)}), the driver is {driver.status}"]
    if driver.status == "running" and not options["stop"]:
        evidence.append("it is not to be stopped (stop: false), so it runs until the server restarts")
    elif driver.status == "running" and entry and entry.refused_code:
        evidence.append(
            f"Windows refused to stop it (error {entry.refused_code}), so it runs until the server restarts"
        )
    elif driver.status == "running" and not driver.can_stop:
        evidence.append("it cannot be stopped, so it runs until the server restarts")
    return tuple(evidence)


def _enable(driver: Service, options: Mapping[str, Any], ledger: Ledger, now: str) -> _Step:
    start = START_TYPES.index(options["start_type"])
    found, wanted = _state(driver), {"Start": start, "status": driver.status}
    evidence = (f"Start is {driver.start} ({_start_word(driver.start)})",)
    if driver.start == start:
        return _Step(
            _finding(driver, COMPLIANT, wanted, evidence), found, found, reboot_required=_awaits_boot(driver, start)
        )
    _, operations = ledger.enter(driver.name, found, wanted, options["reason"], now)
    return _Step(
        _finding(driver, DRIFTED, wanted, evidence),
        found,
        wanted,
        (*operations, *_set_start(driver, start)),
        reboot_required=_awaits_boot(driver, start),
    )


def _awaits_boot(driver: Service, start: int) -> bool:
    """Tell whether a driver that Windows is to start by itself waits for the next start of the server."""
    return start < START_TYPES.index("demand") and driver.status != "running"


def _restore(driver: Service, ledger: Ledger, now: str) -> _Step:
    found, entry = _state(driver), ledger.open_entry(driver.name)
    if entry is None:
        return _Step(_finding(driver, COMPLIANT, found, ("the ledger holds nothing to restore",)), found, found)
    wanted = entry.before
    starts = wanted.get("status") == "running" and driver.status == "stopped"
    after = {"Start": wanted["Start"], "status": "running" if starts else driver.status}
    evidence = (
        f"changed on {entry.when}"
        + (f" because: {entry.reason}" if entry.reason else "")
        + f"; it was {_words(wanted)} before"
    )
    return _Step(
        _finding(driver, DRIFTED, wanted, (evidence,)),
        found,
        after,
        (
            *_set_start(driver, wanted["Start"]),
            *([op.StartDriver(driver.name, entry.key)] if starts else []),
            entry.close("restored", now),
        ),
    )


def _set_start(driver: Service, start: Any) -> list[op.Operation]:
    if driver.start == start:
        return []
    return (
        [op.DeleteValue(driver.key, "Start", driver.start)]
        if start is None
        else [op.SetValue(driver.key, "Start", start, driver.start)]
    )


def _reasons(driver: Service, options: Mapping[str, Any], snapshot: Snapshot) -> list[str]:
    """Return what speaks against disabling a driver; a documented cure outweighs its group, and force everything."""
    if any(same(driver.name, name) for name in options["force"]):
        return []
    outweighed = "group" if _known(driver.name) else None
    return [reason.text for reason in reasons_to_protect(driver, snapshot) if reason.rule != outweighed]


def _refuse(driver: Service, reasons: list[str]) -> _Step:
    error = f"{driver.name} is not disabled, and nothing else is changed: {'; '.join(reasons)}. If that is wrong here, name it in force: [{driver.name}]"
    finding = Finding(NAME, driver.name, REFUSED, found=_state(driver), evidence=tuple(reasons))
    return _Step(finding, _state(driver), _state(driver), error=error)


def _finding(driver: Service, verdict: str, wanted: dict[str, Any], evidence: tuple[str, ...]) -> Finding:
    known = _known(driver.name)
    texts = {"why": known.breaks, "fix": known.cure, "source": known.source} if known else {}
    return Finding(NAME, driver.name, verdict, found=_state(driver), wanted=wanted, evidence=evidence, **texts)


def _known(name: str) -> KnownDriver | None:
    return next((driver for driver in known_drivers() if same(driver.name, name)), None)


def _start_word(start: Any) -> str:
    return START_TYPES[start] if isinstance(start, int) and start < len(START_TYPES) else "not one that Windows knows"


def _words(state: dict[str, Any]) -> str:
    return f"{_start_word(state.get('Start'))} and {state.get('status')}"
