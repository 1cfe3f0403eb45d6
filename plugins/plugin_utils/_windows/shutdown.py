# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""When a server was last shut down: a change before that time has had its restart (facts A6)."""

from __future__ import annotations

from .._protocol.queries import RegistryQuery
from .._protocol.snapshot import Snapshot
from .filetime import time_of_filetime

KEY, VALUE = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows", "ShutdownTime"


def shutdown_query() -> RegistryQuery:
    """Return what must be read."""
    return RegistryQuery(KEY, (VALUE,))


def last_shutdown(snapshot: Snapshot) -> str | None:
    """Return the time of the last orderly shutdown, ISO 8601 in UTC by the server's clock, None when it is not
    known."""
    return time_of_filetime(snapshot.value(KEY, VALUE))
