# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The signs that network drivers do not support SNP (facts H). This module only reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..._protocol.queries import CommandQuery, EventQuery, Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..registry_paths import SERVICES
from .tcp_settings import PARAMETERS

STORE = f"{SERVICES}\\MSExchangeIS"
LIMITS = f"{STORE}\\ParametersSystem"
NETSTAT = CommandQuery("netstat", "-nt")

_EXCHANGE = "MSExchange"  # how the service of every role of Exchange begins
DEFAULT_KEEP_ALIVE = 7_200_000  # ms; two hours, where the value is not there
DEFAULT_SESSIONS = 32
TOP_USERS = 10
OFFLOAD_STATES = ("InHost", "Offloading", "Offloaded", "Uploading")  # TCP_CONNECTION_OFFLOAD_STATE


def event_query(since: str, max_events: int) -> EventQuery:
    """Return the query for the events of users who have too many sessions or objects open."""
    return EventQuery("Application", "MSExchangeIS", (9646,), since, max_events)


def limit_queries() -> tuple[Query, ...]:
    """Return the queries for the limits of the Exchange information store."""
    return (RegistryQuery(STORE, ("Type", "Start")), RegistryQuery(LIMITS, depth=1))


def exchange_query() -> RegistryQuery:
    """Return the query for the services of Exchange, whatever the server's role."""
    return RegistryQuery(f"{SERVICES}\\{_EXCHANGE}*", ("Type",))


def has_store(snapshot: Snapshot) -> bool | None:
    """Tell whether the server has the Exchange information store, None when that could not be read."""
    if any(snapshot.unreadable_below(STORE)) or SERVICES in snapshot.unreadable:
        return None
    return snapshot.values(STORE) is not None


def has_exchange(snapshot: Snapshot) -> bool | None:
    """Tell whether the server has a role of Exchange, None when that could not be read."""
    if any(name.lower().startswith(_EXCHANGE.lower()) for name in snapshot.subkeys(SERVICES)):
        return True
    prefixes = (SERVICES.lower() + "\\" + _EXCHANGE.lower(), SERVICES.lower() + "\\*")
    unread = any(path.lower() == SERVICES.lower() or path.lower().startswith(prefixes) for path in snapshot.unreadable)
    return None if unread else False


def mapi_events(snapshot: Snapshot, query: EventQuery) -> dict[str, Any] | None:
    """Return what the log has of events 9646, None when it could not be read.

    count, complete: False when older events were not read. first, last: times. top_users: who reached the limits most.
    """
    answer = snapshot.events.get(query.name)
    if answer is None:
        return None
    events = answer["events"]
    times = sorted(event["time"] for event in events)
    met = Counter((_user(event["strings"]), _object_type(event["strings"])) for event in events)
    ranking = sorted(met.items(), key=lambda each: (-each[1], each[0]))
    return {
        "count": len(events),
        "complete": answer["complete"],
        "first": times[0] if times else None,
        "last": times[-1] if times else None,
        "top_users": [{"user": who, "type": kind, "count": count} for (who, kind), count in ranking[:TOP_USERS]],
    }


def session_limits(snapshot: Snapshot) -> dict[str, Any]:
    """Return the limits that are set, session and objt... A limit that is not listed has Exchange's default."""
    sessions = snapshot.value(LIMITS, "Maximum Allowed Sessions Per User")
    objects: Mapping[str, Value] = snapshot.values(f"{LIMITS}\\MaxObjsPerMapiSession") or {}
    return {**({} if sessions is None else {"session": sessions}), **dict(objects.items())}


def keep_alive_query() -> RegistryQuery:
    """Return the query for KeepAliveTime: the whole key, as a key without the named values is not returned."""
    return RegistryQuery(PARAMETERS)


def keep_alive(snapshot: Snapshot) -> Value | None:
    """Return KeepAliveTime as it stands, in ms where it is a number; Windows' default where it is not set.

    None when it could not be read.
    """
    if any(snapshot.unreadable_below(PARAMETERS)) or snapshot.values(PARAMETERS) is None:
        return None
    value = snapshot.value(PARAMETERS, "KeepAliveTime")
    return DEFAULT_KEEP_ALIVE if value is None else value


def offload_states(snapshot: Snapshot) -> dict[str, int] | None:
    """Count the TCP connections by offload state, None where the release does not show it.

    A line of TCP must end with the name of a state. When one line ends otherwise, the columns are not the expected
    ones, and nothing is known.
    """
    output = str(snapshot.commands.get(NETSTAT.line, {}).get("output", ""))
    words = list(_last_words(output))
    if not words or any(word not in OFFLOAD_STATES for word in words):
        return None
    return {state: words.count(state) for state in OFFLOAD_STATES}


def _last_words(output: str) -> Iterator[str]:
    for line in output.splitlines():
        fields = line.split()
        if fields and fields[0].upper() == "TCP" and len(fields) > 3:
            yield fields[-1]


def _user(strings: list[str]) -> str:
    """Return the user of an event: its distinguished name, behind the session's GUID from Exchange 2007 on."""
    text = next((each for each in strings if "/o=" in each.lower()), strings[0] if strings else "")
    start = text.lower().find("/o=")
    return text[max(start, 0) :].strip('" ')


def _object_type(strings: list[str]) -> str:
    return next((each for each in strings if re.fullmatch(r"session|objt\w+", each)), "")
