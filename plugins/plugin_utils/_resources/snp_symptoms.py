# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Signs that SNP does harm, and the settings that have to do with it. win_snp_symptoms_info is this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._planning.finding import Finding
from .._planning.plan import Plan
from .._planning.resource import BadOption, Controller
from .._planning.step import Step, plan_of
from .._planning.task import Task
from .._planning.waive_option import WAIVE
from .._protocol.queries import EventQuery, Query
from .._protocol.snapshot import Snapshot
from .._protocol.vocabulary import ATTENTION, COMPLIANT, INFO, NONE, NOT_APPLICABLE, UNKNOWN
from .._windows.network import symptoms
from .._windows.network.tcp_settings import PARAMETERS

NAME = "snp_symptoms"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "since": {"type": "str", "default": ""},
    "max_events": {"type": "int", "default": 1000},
    **WAIVE,
}

_MAX_EVENTS = 10_000
_DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
_KEEP_ALIVE = (900_000, 1_800_000)  # ms, as CSS-Exchange recommends for Exchange
_UNREAD = "it could not be read"
_READ = "Connect as a local administrator; where that is so already, give Administrators the right to read it."
_UNTOLD = {
    "title": "Find out whether {} shows a symptom of SNP",
    "why": "A sign that could not be read is not known to be missing.",
    "fix": _READ,
}


@dataclass(frozen=True)
class Options:
    """The options of a task. events: which events are read."""

    events: EventQuery


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task.

    Raises BadOption for a time that is none, and for a number of events out of range.
    """
    since, max_events = arguments["since"], arguments["max_events"]
    if since and not _is_time(since):
        raise BadOption(
            f"since is {since!r}: give a day, such as 2026-11-01, or a time in UTC, such as 2026-11-01T08:00:00Z"
        )
    if not 1 <= max_events <= _MAX_EVENTS:
        raise BadOption(f"max_events is {max_events}: give a number from 1 to {_MAX_EVENTS}")
    moment = since if "T" in since or not since else f"{since}T00:00:00Z"
    return Options(symptoms.event_query(moment, max_events))


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    return (*symptoms.registry_queries(), options.events, symptoms.NETSTAT)


def plan(task: Task) -> Plan:
    """Change nothing, and judge each sign. data: what was read."""
    data = info(task.options, task.snapshot)
    findings = (
        _mapi(data["mapi_limit_events"]),
        _limits(data["session_limits"]),
        _keep_alive(data["keep_alive_time"], symptoms.has_exchange(task.snapshot)),
        _offload(data["tcp_offload_states"]),
    )
    return plan_of((Step(finding) for finding in findings), data)


def info(options: Options, snapshot: Snapshot) -> dict[str, Any]:
    """Return what was read; "unknown" for what could not be, "not_applicable" where there is no Exchange."""
    exchange = symptoms.has_exchange(snapshot)
    without = {None: UNKNOWN, False: NOT_APPLICABLE}
    return {
        "mapi_limit_events": without.get(exchange) or _known(symptoms.mapi_events(snapshot, options.events)),
        "session_limits": without.get(exchange) or symptoms.session_limits(snapshot),
        "keep_alive_time": _known(symptoms.keep_alive(snapshot)),
        "tcp_offload_states": _known(symptoms.offload_states(snapshot)),
    }


def _known(data: Any) -> Any:
    return UNKNOWN if data is None else data


def _is_time(text: str) -> bool:
    try:
        return bool(_DAY_OR_TIME.fullmatch(text) and datetime.fromisoformat(text.rstrip("Z")))
    except ValueError:
        return False


def _finding(subject: str, status: str, found: Any, evidence: str, **texts: Any) -> Finding:
    """Return the finding on a sign. What could not be read says so; a resource that only reads never has drifted."""
    unread = {field: text.format(subject) for field, text in _UNTOLD.items()} if status == UNKNOWN else {}
    return Finding(NAME, subject, status, found=found, evidence=(evidence,), kind=subject, **{**unread, **texts})


def _mapi(found: Any) -> Finding:
    subject = "mapi_limit_events"
    if found in (UNKNOWN, NOT_APPLICABLE):
        evidence = (
            "the server has no Exchange information store"
            if found == NOT_APPLICABLE
            else "the event log could not be read"
        )
        return _finding(subject, found, found, evidence)
    if not found["count"]:
        none = "no event 9646 of MSExchangeIS" + ("" if found["complete"] else " among those that were read")
        return _finding(subject, COMPLIANT if found["complete"] else UNKNOWN, found, none)
    count = str(found["count"]) if found["complete"] else f"at least {found['count']}"
    return _finding(
        subject,
        ATTENTION,
        found,
        f"{count} events 9646 of MSExchangeIS, from {found['first']} to {found['last']}",
        title="Find out why clients run out of sessions (event 9646)",
        why="Connections that the client has closed stay open on the server, until a user has no session left.",
        fix="Turn SNP (the Scalable Networking Pack) off, or update the driver (nic_driver_facts); set KeepAliveTime.",
        source="KB842022; jeff_stokes, How to get rid of 9646 events, 2008-11-25; "
        "Microsoft Exchange Team Blog, 2007-07-18",
    )


def _limits(found: Any) -> Finding:
    subject = "session_limits"
    if found in (UNKNOWN, NOT_APPLICABLE):
        return _finding(
            subject, found, found, _UNREAD if found == UNKNOWN else "the server has no Exchange information store"
        )
    raised = found.get("session", symptoms.DEFAULT_SESSIONS) != symptoms.DEFAULT_SESSIONS
    return _finding(
        subject,
        ATTENTION if raised else COMPLIANT,
        found,
        f"a user may have {found.get('session', symptoms.DEFAULT_SESSIONS)} sessions"
        + ("" if "session" in found else ", Exchange's default"),
        wanted={"session": symptoms.DEFAULT_SESSIONS},
        title="Find out why the limit of sessions was changed",
        why="A changed limit hides connections that stay open, and does not close them.",
        fix="Find out why sessions stay open, then delete the value.",
        source="KB842022",
    )


def _keep_alive(found: Any, exchange: bool | None) -> Finding:
    if found == UNKNOWN:
        return _finding("keep_alive_time", UNKNOWN, found, _UNREAD)
    if not exchange:  # the range is what is recommended for Exchange; Windows' own two hours are no fault elsewhere
        why = "the server has no Exchange information store, and a range is recommended for Exchange alone"
        if exchange is None:
            return _finding("keep_alive_time", UNKNOWN, found, "whether the server has Exchange could not be read")
        return _finding("keep_alive_time", NOT_APPLICABLE, found, why)
    first, last = _KEEP_ALIVE
    return _finding(
        "keep_alive_time",
        COMPLIANT if first <= found <= last else ATTENTION,
        found,
        f"an idle connection is probed after {found // 1000} s",
        wanted={"from": first, "to": last},
        title="Let idle connections be probed within 30 minutes",
        why="Connections whose client is gone stay open until they are probed, after two hours by default.",
        fix=(
            "Set KeepAliveTime to 900000-1800000 ms with win_tcp_keepalive, or by hand in "
            f"{PARAMETERS}, and restart the server."
        ),
        source="microsoft/CSS-Exchange, TCPIPSettingsCheck",
    )


def _offload(found: Any) -> Finding:
    if found == UNKNOWN:
        return _finding(
            "tcp_offload_states",
            UNKNOWN,
            found,
            "netstat does not show the offload state of connections here",
            act=NONE,
            severity=INFO,
            fix="Nothing is to be done; on releases that show it, netstat -t does.",
        )
    offloaded = sum(count for state, count in found.items() if state != "InHost")
    total = sum(found.values())
    return _finding(
        "tcp_offload_states",
        COMPLIANT,
        found,
        f"{offloaded} of {total} TCP connections are offloaded to a network adapter, or are being offloaded",
    )
