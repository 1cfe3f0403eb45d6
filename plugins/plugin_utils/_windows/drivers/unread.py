# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What of a server could not be read, and what does not fit together, so that an audit cannot call the server good.

What is not read is never taken for good, and never for missing: each of these functions gives the reasons in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from ..._protocol.names import equals_ignore_case
from ..._protocol.patterns import has_wildcard
from ..._protocol.snapshot import Snapshot
from ..access import OTHER_POWERSHELL, how_to_read
from ..registry_paths import ADAPTERS, CLASSES, DEVICES, SAFE_BOOT, SERVICES
from .filter_lists import may_hold_lists
from .network_components import NETWORK_PLACES
from .products import PATTERNS

_TELLS_NO_OWNER = (
    "\\startoverride",
    "\\networkprovider",
)  # subkeys of a service (service_records.py, network_providers.py)
_WOW64 = "wow64"  # payload.ps1 says so of what a 32-bit process must not read

UNREADABLE = "unreadable"
NO_KEY = "no_key"  # the service manager lists a driver that the registry does not have
OTHER_VIEW = "other_view"  # of a 32-bit process


@dataclass(frozen=True)
class Unread:
    """Something that an audit must tell as unknown.

    subject: a key, a driver or a place. text: a sentence. fix: the remedy. kind: one of the words above.
    """

    subject: str
    text: str
    fix: str
    kind: str = UNREADABLE


def unread_of(snapshot: Snapshot) -> tuple[Unread, ...]:
    """Return everything on a server that stands in the way of an audit of drivers; nothing means that all was read."""
    found = (*_hidden_from_32_bit(snapshot), *_places(snapshot), *_services(snapshot), *_listed_without_key(snapshot))
    return tuple({each.subject.lower(): each for each in reversed(found)}.values())[::-1]


def unread_owners(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what could not be read and may hide a driver's owner or a need for it: sentences, none when all was read.

    Keys below one of another service hold neither.
    """
    return tuple(each.text for each in (*_hidden_from_32_bit(snapshot), *_places(snapshot), *_services(snapshot)))


def is_hidden_from_process(snapshot: Snapshot) -> bool:
    """Tell whether the server was read by a 32-bit process that is shown other folders and keys than there are.

    .NET 2.0 opens no 64-bit view of SOFTWARE, and Server 2003 has no Sysnative folder, so that such a process finds the
    drivers' folder empty (facts E8).
    """
    return any(reason.lower().endswith(_WOW64) for reason in snapshot.unreadable.values())


def _hidden_from_32_bit(snapshot: Snapshot) -> Iterator[Unread]:
    if is_hidden_from_process(snapshot):
        text = "the server was read by a 32-bit PowerShell, which sees neither its SOFTWARE key nor its System32 folder"
        yield Unread("PowerShell", text, OTHER_POWERSHELL, OTHER_VIEW)


def _places(snapshot: Snapshot) -> Iterator[Unread]:
    """Yield the places where an owner, a filter list or a network component would show, and that could not be read."""
    roots = [literal_part(pattern).lower() for pattern in (*PATTERNS, SAFE_BOOT, *NETWORK_PLACES)]
    for place, reason in snapshot.unreadable.items():
        if reason.lower().endswith(_WOW64):
            continue
        known = any(_is_below(place, root) for root in roots) or equals_ignore_case(place, ADAPTERS)
        if known or _hides_lists(place):
            text = f"{place} could not be read ({reason}), so what stands there is not known"
            yield Unread(place, text, how_to_read(place, reason))


def _hides_lists(place: str) -> bool:
    return any(_is_below(place, root.lower()) for root in (CLASSES, DEVICES)) and may_hold_lists(place)


def _services(snapshot: Snapshot) -> Iterator[Unread]:
    """Yield the key of all services, or the keys of single ones, that could not be read at all."""
    for place, reason in snapshot.unreadable_below(SERVICES):
        name = place[len(SERVICES) + 1 :]
        if tells_no_owner(place):
            continue
        if not name or has_wildcard(name):
            text = f"{SERVICES} could not be read ({reason}), so no driver is known"
            yield Unread(SERVICES, text, how_to_read(SERVICES, reason))
        elif "\\" not in name:
            text = f"{place} could not be read ({reason}), so it is not known whether {name} was left behind"
            yield Unread(name, text, how_to_read(place, reason))


def unreadable_services(snapshot: Snapshot) -> dict[str, str]:
    """Return the services whose own key could not be read, with the reason; without their subkeys."""
    return {
        place[len(SERVICES) + 1 :]: reason
        for place, reason in snapshot.unreadable_below(SERVICES)
        if place.count("\\") == SERVICES.count("\\") + 1 and not has_wildcard(place)
    }


def is_services_unread(snapshot: Snapshot) -> bool:
    """Tell whether the keys of the services could not be read at all, so that no driver can be called missing."""
    return any(each.subject == SERVICES for each in _services(snapshot))


def _listed_without_key(snapshot: Snapshot) -> Iterator[Unread]:
    """Yield what the service manager lists and the registry has not: removed since the last start, or hidden."""
    if is_services_unread(snapshot):
        return
    hidden = {name.lower() for name in unreadable_services(snapshot)}
    for name, state in snapshot.services.items():
        if snapshot.values(f"{SERVICES}\\{name}") is None and name.lower() not in hidden:
            runs = " as running" if state.get("status") == "running" else ""
            text = f"the service manager lists {name}{runs}, and the registry has no key {SERVICES}\\{name}"
            fix = "If it was removed, restart the server; else look for what hides the key."
            yield Unread(name, text, fix, NO_KEY)


def tells_no_owner(place: str) -> bool:
    """Tell whether a place below a service's key is one that no owner and no need for a driver shows at."""
    return place.lower().endswith(_TELLS_NO_OWNER)


def _is_below(place: str, root: str) -> bool:
    return place.lower() == root or place.lower().startswith(f"{root}\\")


def literal_part(pattern: str) -> str:
    """Return the beginning of a path pattern up to its first part with a wildcard."""
    return "\\".join(takewhile(lambda part: not has_wildcard(part), pattern.split("\\")))
