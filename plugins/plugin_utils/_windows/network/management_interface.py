# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Through which adapter the controller reaches the server."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any


def carrying(interfaces: Mapping[str, Mapping[str, Any]]) -> dict[str, bool | None]:
    """Return, by interface id in lower case, whether each carries the connection; under "" what holds of those not listed.

    An interface carries it, or may, that has a standing connection to a port over which the server is managed. Where the network stack
    does not tell, a server with only one way in is reached through that.
    """
    carriers = [each for each, interface in interfaces.items() if interface.get("management")]
    if not carriers:
        ways = [each for each, interface in interfaces.items() if _is_reachable(interface)]
        carriers = ways if len(ways) == 1 else []
    rest = False if carriers else None
    return {"": rest, **{each.lower(): each in carriers or rest for each in interfaces}}


def _is_reachable(interface: Mapping[str, Any]) -> bool:
    addresses = [_parsed(str(address)) for address in interface.get("addresses") or ()]
    return any(address and not (address.is_loopback or address.is_link_local) for address in addresses)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
