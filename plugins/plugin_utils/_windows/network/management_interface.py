# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Through which adapter the controller reaches the server."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ConnectionCarriers:
    """Whether each interface carries the controller's connection, None where that is not known.

    by_interface: id in lower case -> answer. otherwise: the answer for an interface that the network stack does not
    show.
    """

    by_interface: Mapping[str, bool | None]
    otherwise: bool | None

    def carries(self, interface: str) -> bool | None:
        """Tell whether an interface carries the connection. interface: its id."""
        return self.by_interface.get(interface.lower(), self.otherwise)


def connection_carriers(interfaces: Mapping[str, Mapping[str, Any]]) -> ConnectionCarriers:
    """Return which interfaces carry the connection. interfaces: id -> what the network stack shows of it.

    An interface with an established connection at a port over which the server is managed carries it, or may. Where the
    network stack shows none, and only one interface can be reached, that one carries it.
    """
    carriers = [each for each, interface in interfaces.items() if interface.get("management")]
    if not carriers:
        ways = [each for each, interface in interfaces.items() if _is_reachable(interface)]
        carriers = ways if len(ways) == 1 else []
    rest = False if carriers else None
    return ConnectionCarriers({each.lower(): each in carriers or rest for each in interfaces}, rest)


def _is_reachable(interface: Mapping[str, Any]) -> bool:
    addresses = [_parsed(str(address)) for address in interface.get("addresses") or ()]
    return any(address and not (address.is_loopback or address.is_link_local) for address in addresses)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
