# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Signs that the Scalable Networking Pack does harm, and the settings that have to do with it. win_snp_symptoms_info is this."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._planning.plan import COMPLIANT, DRIFTED, NOT_APPLICABLE, UNKNOWN, Finding, Plan
from .._planning.resource import BadOption, Controller
from .._planning.task import Task
from .._protocol.queries import Query
from .._protocol.snapshot import Snapshot
from .._windows.network import symptoms
from .._windows.network.tcp_settings import PARAMETERS

NAME = "snp_symptoms"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "since": {"type": "str", "default": ""},
    "most": {"type": "int", "default": 1000},
}

_MOST = 10_000
_DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
_KEEP_ALIVE = (900_000, 1_800_000)  # what CSS-Exchange wants, ms
_UNREAD = "it could not be read"


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for a time that is none, and for a bound that bounds nothing."""
    since, most = options["since"], options["most"]
    if since and not _is_time(since):
        raise BadOption(
            f"since is {since!r}: give a day, such as 2026-11-01, or a time in UTC, such as 2026-11-01T08:00:00Z"
        )
    if not 1 <= most <= _MOST:
        raise BadOption(f"most is {most}: give a number from 1 to {_MOST}")


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    return (*symptoms.registry_queries(), _events(options), symptoms.NETSTAT)


def plan(task: Task) -> Plan:
    """Plan nothing, and judge each sign. data: what was read."""
    snapshot = task.snapshot
    data = info(task.options, snapshot)
    return Plan(
        findings=(
            _mapi(data["mapi_limit_events"]),
            _limits(data["session_limits"]),
            _keep_alive(data, symptoms.has_exchange(snapshot)),
            _offload(data),
        ),
        data=data,
    )


def info(options: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """Return what was read; "unknown" for what could not be, "not_applicable" where there is no Exchange."""
    exchange = symptoms.has_exchange(snapshot)
    without = {None: UNKNOWN, False: NOT_APPLICABLE}
    return {
        "mapi_limit_events": without.get(exchange) or _known(symptoms.mapi_events(snapshot, _events(options))),
        "session_limits": without.get(exchange) or symptoms.session_limits(snapshot),
        "keep_alive_time": _known(symptoms.keep_alive(snapshot)),
        "tcp_offload_states": _known(symptoms.offload_states(snapshot)),
    }


def _events(options: Mapping[str, Any]) -> Any:
    since = options["since"]
    return symptoms.event_query(since if "T" in since or not since else f"{since}T00:00:00Z", options["most"])


def _known(data: Any) -> Any:
    return UNKNOWN if data is None else data


def _is_time(text: str) -> bool:
    try:
        return bool(_DAY_OR_TIME.fullmatch(text) and datetime.fromisoformat(text.rstrip("Z")))
    except ValueError:
        return False


def _finding(subject: str, status: str, found: Any, evidence: str, **texts: Any) -> Finding:
    return Finding(NAME, subject, status, found=found, evidence=(evidence,), **texts)


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
        none = "no event 9646 of MSExchangeIS" + ("" if found["complete"] else " among those that were looked at")
        return _finding(subject, COMPLIANT if found["complete"] else UNKNOWN, found, none)
    count = str(found["count"]) if found["complete"] else f"at least {found['count']}"
    return _finding(
        subject,
        DRIFTED,
        found,
        f"{count} events 9646 of MSExchangeIS, from {found['first']} to {found['last']}",
        why="Connections that the client takes for closed stay open on the server, until a user's sessions or objects run out.",
        fix="Turn the Scalable Networking Pack off, or update the driver (nic_driver_facts); set KeepAliveTime.",
        source="KB842022; jeff_stokes, How to get rid of 9646 events, 2008-11-25; Microsoft Exchange Team Blog, 2007-07-18",
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
        DRIFTED if raised else COMPLIANT,
        found,
        f"a user may have {found.get('session', symptoms.DEFAULT_SESSIONS)} sessions"
        + ("" if "session" in found else ", Exchange's default"),
        wanted={"session": symptoms.DEFAULT_SESSIONS},
        why="A changed limit hides connections that stay open, and does not close them.",
        fix="Find out why sessions stay open, then take the value away.",
        source="KB842022",
    )


def _keep_alive(data: Mapping[str, Any], exchange: bool | None) -> Finding:
    found = data["keep_alive_time"]
    if found == UNKNOWN:
        return _finding("keep_alive_time", UNKNOWN, found, _UNREAD)
    if not exchange:  # the range is what is recommended for Exchange; Windows' own two hours are no fault elsewhere
        why = "the server has no Exchange information store, for which alone a range is recommended"
        if exchange is None:
            return _finding("keep_alive_time", UNKNOWN, found, "whether the server has Exchange could not be read")
        return _finding("keep_alive_time", NOT_APPLICABLE, found, why)
    first, last = _KEEP_ALIVE
    return _finding(
        "keep_alive_time",
        COMPLIANT if first <= found <= last else DRIFTED,
        found,
        f"a silent connection is asked after {found // 1000} s whether it still stands",
        wanted={"from": first, "to": last},
        why="Connections whose client is gone stay open until they are asked, after two hours by default.",
        fix=f"Set KeepAliveTime in {PARAMETERS} to 900000-1800000 ms and restart the server.",
        source="microsoft/CSS-Exchange, TCPIPSettingsCheck",
    )


def _offload(data: Mapping[str, Any]) -> Finding:
    found = data["tcp_offload_states"]
    if found == UNKNOWN:
        return _finding(
            "tcp_offload_states", UNKNOWN, found, "netstat does not tell the offload state of connections here"
        )
    offloaded = sum(count for state, count in found.items() if state != "InHost")
    total = sum(found.values())
    return _finding(
        "tcp_offload_states",
        COMPLIANT,
        found,
        f"{offloaded} of {total} TCP connections are offloaded to a network adapter, or on their way",
    )
