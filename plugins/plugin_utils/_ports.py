# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The port of a connection, by which a server tells through which network adapter it is managed."""

from __future__ import annotations

from typing import Any

# Where the plugin's own port may be, when nothing else is said: plugins/connection/*.py of ansible-core.
_USUAL: dict[str, tuple[int, ...]] = {"winrm": (5985, 5986), "psrp": (5985, 5986), "ssh": (22,)}


def ports_of(connection: Any) -> tuple[int, ...]:
    """Return the ports at which a server may see a connection; none where that is not known, and then no session proves anything.

    Sessions at other ports are somebody else's: they must not clear the adapter that this connection goes through.
    """
    usual = _USUAL.get(connection.transport, ())
    port = connection.get_option("port") if usual else None
    return usual if port is None else (int(port),)
