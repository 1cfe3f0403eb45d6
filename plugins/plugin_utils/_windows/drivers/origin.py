# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers are Windows' own, and which of the others look like drivers of hardware (facts E1, F)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ..._catalogue.in_box import is_in_box
from ..._catalogue.words import words
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..releases import VERSION_KEY
from .companies import is_microsoft, is_windows
from .filter_lists import lists_naming
from .instances import instances_of
from .services import DEMAND, FILE_SYSTEM_TYPES, Service

_FOREIGN_INF = re.compile(
    r"^oem\d+\.inf$", re.IGNORECASE
)  # every package that does not come with Windows gets such a name
_SLACK = timedelta(days=1)
_FILTER_GROUP = "fsfilter"


def origin_queries() -> tuple[Query, ...]:
    """Return what must be read beside the drivers themselves."""
    return (RegistryQuery(VERSION_KEY, ("InstallDate",)),)


def windows_own(driver: Service) -> str:
    """Return by what a driver is known to be Windows' own, "" when it is not known to be.

    The company alone is not enough: anyone can write it into a file (facts F). Its product, its name or its package
    must agree.
    """
    if is_in_box(driver.name):
        return f"Windows itself lays down a driver {driver.name}"
    if is_microsoft(driver.company) and is_windows(driver.file_text("product")):
        return f"its file is of {driver.company} and of the product {driver.file_text('product')}"
    if driver.infs and not any(_FOREIGN_INF.match(inf) for inf in driver.infs):
        return f"its package {driver.infs[0]} comes with Windows"
    return ""


def is_filter(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver shows a sign of a filter or a file system, which software brings and hardware does not."""
    return bool(
        (isinstance(driver.type, int) and driver.type & FILE_SYSTEM_TYPES)
        or driver.group.lower().startswith(_FILTER_GROUP)
        or any(name.lower() == "fltmgr" for name in driver.needs)
        or instances_of(driver, snapshot)
        or lists_naming(driver.name, snapshot)
    )


def may_be_hardware(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver may be one of hardware, which no uninstall entry needs to tell of."""
    waits = isinstance(driver.start, int) and driver.start >= DEMAND
    return not is_filter(driver, snapshot) and (waits or driver.group.lower() in words("hardware_groups"))


def came_with_windows(driver: Service, snapshot: Snapshot) -> str:
    """Return by what a driver's file may have come with Windows, "" when nothing says so."""
    if is_windows(driver.file_text("product")):
        return f"its file is of the product {driver.file_text('product')}"
    installed, created = _installed(snapshot), _time(driver.file_text("created"))
    if installed and created and created <= installed + _SLACK:
        return f"its file was there when Windows was installed ({installed:%Y-%m-%d})"
    return ""


def _installed(snapshot: Snapshot) -> datetime | None:
    seconds = snapshot.value(VERSION_KEY, "InstallDate")
    return datetime.fromtimestamp(seconds, timezone.utc) if isinstance(seconds, int) and seconds else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
