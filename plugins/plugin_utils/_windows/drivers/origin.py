# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Which drivers are Windows' own, and which of the others look like drivers of hardware (facts E1, F)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from ..._catalogue.in_box import is_in_box, is_named_anew
from ..._catalogue.words import words
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..releases import VERSION_KEY
from .companies import company_words, is_microsoft, is_windows, starts_with_words
from .devices import packages_of
from .filter_lists import lists_naming
from .instances import instances_of
from .services import DEMAND, FILE_SYSTEM_TYPES, Service

_FOREIGN_INF = re.compile(
    r"^oem\d+\.inf$", re.IGNORECASE
)  # every package that does not come with Windows gets such a name
_SLACK = timedelta(days=1)
FILTER_GROUP = "fsfilter"
_OWN_FOLDERS = ("\\system32\\", "\\syswow64\\")
_RULES_OF_DEFENDER = ("\\microsoft\\windows defender\\", "\\microsoft\\microsoft antimalware\\")  # [M], facts F7


def origin_queries() -> tuple[Query, ...]:
    """Return what must be read beside the drivers themselves."""
    return (RegistryQuery(VERSION_KEY, ("InstallDate",)),)


def is_foreign_package(inf: str) -> bool:
    """Tell whether a package did not come with Windows, by the name of its INF."""
    return bool(_FOREIGN_INF.match(inf))


def may_be_windows_own(driver: Service) -> str:
    """Return by what a driver may be Windows' own, "" when nothing says so: enough to leave it alone.

    The company alone is not enough: anyone can write it into a file (facts F2).
    """
    return _by_name(driver) or _by_file(driver) or _by_package(driver.infs)


def windows_own(driver: Service, snapshot: Snapshot) -> str:
    """Return by what a driver is known to be Windows' own, "" when it is not known to be.

    It lies where Windows keeps its drivers, under the name that it was made with, and is by its file or its package
    Windows' own, or by its name and by who made it.
    """
    if not is_in_place(driver, snapshot) or renamed_from(driver):
        return ""
    packages = packages_of(driver, snapshot)
    return _by_file(driver) or _by_package(packages) or ("" if why_not_by_name(driver, packages) else _by_name(driver))


def why_not_windows_own(driver: Service, snapshot: Snapshot) -> tuple[str, ...]:
    """Return why a driver that passes for Windows' own is not known to be: sentences, none when it does not pass or is
    its own."""
    passes = may_be_windows_own(driver)
    if not passes or windows_own(driver, snapshot):
        return ()
    place = "" if is_in_place(driver, snapshot) else f"its file is {driver.image}, where Windows keeps no driver"
    other = renamed_from(driver)
    name = f"its file was made as {other} (OriginalFilename)" if other else ""
    maker = why_not_by_name(driver, packages_of(driver, snapshot))
    return (f"{passes}; but it is not known to be Windows' own", *(each for each in (place, name, maker) if each))


def _by_name(driver: Service) -> str:
    return f"Windows itself lays down a driver {driver.name}" if is_in_box(driver.name) else ""


def _by_file(driver: Service) -> str:
    product = driver.file_text("product")
    is_own = is_microsoft(driver.company) and is_windows(product)
    return f"its file is of {driver.company} and of the product {product}" if is_own else ""


def _by_package(packages: tuple[str, ...]) -> str:
    is_own = packages and not any(is_foreign_package(inf) for inf in packages)
    return f"its package {packages[0]} comes with Windows" if is_own else ""


def why_not_by_name(driver: Service, packages: tuple[str, ...]) -> str:
    """Return why the name of a driver does not tell that it is Windows' own, "" when it may.

    A package of the vendor's own outweighs the name; a file that is there is Microsoft's, or of one of the makers whose
    drivers come with Windows.
    """
    foreign = next((inf for inf in packages if is_foreign_package(inf)), "")
    if foreign:
        return f"its package {foreign} does not come with Windows"
    if driver.file is None or is_microsoft(driver.company) or _is_maker(driver.company):
        return ""
    return f"its file is of {driver.company}" if driver.company else "its file names no company"


def _is_maker(company: str) -> bool:
    named = company_words(company)
    return any(starts_with_words(named, tuple(maker.split())) for maker in words("in_box_makers"))


def is_in_place(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether the file of a driver lies where Windows keeps its own: below System32, or with Defender's rules."""
    image, root = driver.image.lower(), snapshot.environment.get("SystemRoot", "").lower()
    start = image[len(root) :] if root and image.startswith(f"{root}\\") else ""
    return start.startswith(_OWN_FOLDERS) or any(folder in image for folder in _RULES_OF_DEFENDER)


def renamed_from(driver: Service) -> str:
    """Return the name that the file of a driver was made with, "" when it is its own or none is told.

    Windows may tell it with .mui behind. What is named anew with every update has a name of its own (in_box.yml).
    """
    name, original = driver.image.rpartition("\\")[2].lower(), driver.file_text("original_filename")
    has_own_name = not original or original.lower().startswith(name)
    return "" if has_own_name or is_named_anew(driver.name) else original


def is_filter(driver: Service, snapshot: Snapshot) -> bool:
    """Tell whether a driver shows a sign of a filter or a file system, which software brings and hardware does not."""
    return bool(
        (isinstance(driver.type, int) and driver.type & FILE_SYSTEM_TYPES)
        or driver.group.lower().startswith(FILTER_GROUP)
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
