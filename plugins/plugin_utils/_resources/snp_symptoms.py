# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Signs that SNP does harm, and the settings that have to do with it. win_snp_symptoms_info is this."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
from .._protocol.values import type_of
from .._protocol.vocabulary import ATTENTION, COMPLIANT, INFO, NONE, NOT_APPLICABLE, UNKNOWN
from .._windows.network import symptoms
from .._windows.network.tcp_settings import PARAMETERS, has_snp, tcpip_query, tcpip_version
from .._windows.releases import release_of, release_query
from .._windows.versions import compare_versions

NAME = "snp_symptoms"

ARGUMENT_RULES: dict[str, Any] = {}

SIGNS = ("mapi_limit_events", "session_limits", "keep_alive_time", "tcp_offload_states", "tcpip_version")

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "signs": {"type": "list", "elements": "str", "choices": list(SIGNS), "default": list(SIGNS)},
    "since": {"type": "str", "default": ""},
    "max_events": {"type": "int", "default": 1000},
    **WAIVE,
}

_MAX_EVENTS = 10_000
_DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
_KEEP_ALIVE = (900_000, 1_800_000)  # ms, as CSS-Exchange recommends for Exchange
_KEEP_ALIVE_TITLES = {
    True: "Let idle connections be probed within 30 minutes",
    False: "Set KeepAliveTime as a REG_DWORD",
}
_SNP_ROLLUP = "5.2.3790.4331"  # tcpip.sys of KB950224 (facts A3)
_SNP_RELEASE = "5.2"
_UNREAD = "it could not be read"
_READ = "Connect as a local administrator; where that is so already, give Administrators the right to read it."
_UNTOLD = {
    "title": "Find out whether {} shows a symptom of SNP",
    "why": "A sign that could not be read is not known to be missing.",
    "fix": _READ,
}


@dataclass(frozen=True)
class Options:
    """The options of a task. signs: which are looked for, of SIGNS. events: which events are read."""

    signs: tuple[str, ...]
    events: EventQuery


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task.

    Raises BadOption for no sign, for a time that is none, and for a number of events out of range.
    """
    if not arguments["signs"]:
        raise BadOption(f"signs is empty: name some of {', '.join(SIGNS)}, or leave the option out for all of them")
    since, max_events = arguments["since"], arguments["max_events"]
    if since and not _is_time(since):
        raise BadOption(
            f"since is {since!r}: give a day, such as 2026-11-01, or a time in UTC, such as 2026-11-01T08:00:00Z"
        )
    if not 1 <= max_events <= _MAX_EVENTS:
        raise BadOption(f"max_events is {max_events}: give a number from 1 to {_MAX_EVENTS}")
    moment = since if "T" in since or not since else f"{since}T00:00:00Z"
    signs = tuple(sign for sign in SIGNS if sign in arguments["signs"])
    return Options(signs, symptoms.event_query(moment, max_events))


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server."""
    by_sign: dict[str, tuple[Query, ...]] = {
        "mapi_limit_events": (*symptoms.limit_queries(), options.events),
        "session_limits": symptoms.limit_queries(),
        "keep_alive_time": (symptoms.exchange_query(), symptoms.keep_alive_query()),
        "tcp_offload_states": (symptoms.NETSTAT,),
        "tcpip_version": (release_query(), tcpip_query()),
    }
    return tuple(dict.fromkeys(query for sign in options.signs for query in by_sign[sign]))


def plan(task: Task) -> Plan:
    """Change nothing, and judge each sign. data: what was read."""
    data, snapshot = info(task.options, task.snapshot), task.snapshot
    judges: dict[str, Callable[[Any], Finding]] = {
        "mapi_limit_events": _mapi,
        "session_limits": _limits,
        "keep_alive_time": lambda found: _keep_alive(found, symptoms.has_exchange(snapshot)),
        "tcp_offload_states": _offload,
        "tcpip_version": lambda found: _tcpip(found, snapshot),
    }
    return plan_of((Step(judges[sign](data[sign])) for sign in task.options.signs), data)


def info(options: Options, snapshot: Snapshot) -> dict[str, Any]:
    """Return what was read; "unknown" for what could not be, "not_applicable" where there is no Exchange."""
    without = {None: UNKNOWN, False: NOT_APPLICABLE}.get(symptoms.has_store(snapshot))
    readers: dict[str, Callable[[], Any]] = {
        "mapi_limit_events": lambda: without or _known(symptoms.mapi_events(snapshot, options.events)),
        "session_limits": lambda: without or symptoms.session_limits(snapshot),
        "keep_alive_time": lambda: _known(symptoms.keep_alive(snapshot)),
        "tcp_offload_states": lambda: _known(symptoms.offload_states(snapshot)),
        "tcpip_version": lambda: _known(tcpip_version(snapshot)),
    }
    return {sign: readers[sign]() for sign in options.signs}


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
    subject = "keep_alive_time"
    if found == UNKNOWN:
        return _finding(subject, UNKNOWN, found, _UNREAD)
    if not isinstance(found, int):
        return _judged_keep_alive(
            found, ATTENTION, f"KeepAliveTime is a {type_of(found)}, and Windows takes a REG_DWORD"
        )
    if exchange is None:
        return _finding(subject, UNKNOWN, found, "whether the server has Exchange could not be read")
    if not exchange:  # the range is what is recommended for Exchange; Windows' own two hours are no fault elsewhere
        why = "the server has no role of Exchange, and a range is recommended for Exchange alone"
        return _finding(subject, NOT_APPLICABLE, found, why)
    first, last = _KEEP_ALIVE
    status = COMPLIANT if first <= found <= last else ATTENTION
    return _judged_keep_alive(found, status, f"an idle connection is probed after {found // 1000} s")


def _judged_keep_alive(found: Any, status: str, evidence: str) -> Finding:
    first, last = _KEEP_ALIVE
    return _finding(
        "keep_alive_time",
        status,
        found,
        evidence,
        title=_KEEP_ALIVE_TITLES[isinstance(found, int)],
        wanted={"from": first, "to": last},
        why="Connections whose client is gone stay open until they are probed, after two hours by default.",
        fix=(
            "Set KeepAliveTime to 900000-1800000 ms with win_tcp_keepalive, or by hand in "
            f"{PARAMETERS}, and restart the server."
        ),
        source="microsoft/CSS-Exchange, TCPIPSettingsCheck; Microsoft, cc782936",
    )


def _tcpip(found: Any, snapshot: Snapshot) -> Finding:
    """Judge tcpip.sys of Server 2003, which has an update of SNP."""
    subject, release = "tcpip_version", release_of(snapshot)
    if release is None:
        return _finding(subject, UNKNOWN, found, "the release of Windows could not be read")
    if not release.is_within(_SNP_RELEASE, _SNP_RELEASE):
        return _finding(
            subject,
            NOT_APPLICABLE,
            found,
            f"the rollup of SNP is for Server 2003, and this is Windows {release.version}",
        )
    if has_snp(snapshot) is False:
        return _finding(subject, NOT_APPLICABLE, found, f"tcpip.sys {found} has no SNP: neither SP2 nor KB912222")
    order = compare_versions(None if found == UNKNOWN else found, _SNP_ROLLUP)
    if order is None:
        return _finding(subject, UNKNOWN, found, "the version of tcpip.sys could not be read")
    is_old = order < 0
    return _finding(
        subject,
        ATTENTION if is_old else COMPLIANT,
        found,
        f"tcpip.sys {found} is older than {_SNP_ROLLUP}" if is_old else f"tcpip.sys is {found}",
        title="Install KB950224, the update of SNP",
        wanted={"at_least": _SNP_ROLLUP},
        why="The first SNP loses connections: remote desktops, shares, RPC and Outlook fail (KB948496).",
        fix="Install Service Pack 2 and KB950224, the rollup of SNP; turn SNP off until then.",
        source="KB950224; dd285493 (Exchange Server Analyzer)",
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
