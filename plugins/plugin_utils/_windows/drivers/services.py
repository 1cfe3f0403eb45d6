# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Drivers and services, as HKLM\\SYSTEM\\CurrentControlSet\\Services keeps them (facts E1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..._protocol.image_path import resolve_image
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, text_of, texts_of
from ..registry_paths import SERVICES

DRIVER_TYPES = 0xB  # SERVICE_DRIVER of winnt.h: kernel driver 1, file system driver 2, recognizer 8
FILE_SYSTEM_TYPES = 0xA
WIN32_TYPES = 0x30  # SERVICE_WIN32: own process 0x10, shared process 0x20
START_TYPES = ("boot", "system", "auto", "demand", "disabled")
DISABLED = START_TYPES.index("disabled")
DEMAND = START_TYPES.index("demand")
CRITICAL = 3  # ErrorControl: the boot fails when the driver does

_INDIRECT_INF = re.compile(r"^@([^,\\]+\.inf),", re.IGNORECASE)  # "@oem12.inf,%name%;text" (facts E1)


@dataclass(frozen=True)
class Service:
    """One key below Services.

    type, start, error_control, group: None where the value is not there. status: of the service manager, None when it
    does not know the service. file: facts of the image, None when it is not there. image: its full path, "" when the
    path names no file. needs: the services of DependOnService. infs: the driver packages that own the service, as far
    as it says.
    """

    name: str
    type: Value | None
    start: Value | None
    error_control: Value | None
    group: str
    image_path: str
    image: str
    file: dict[str, Any] | None
    status: str | None
    can_stop: bool
    display_name: str = ""
    needs: tuple[str, ...] = ()
    infs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The registry key of the service."""
        return f"{SERVICES}\\{self.name}"

    @property
    def is_driver(self) -> bool:
        """Whether Windows takes the service for a driver."""
        return isinstance(self.type, int) and bool(self.type & DRIVER_TYPES)

    @property
    def is_win32(self) -> bool:
        """Whether the service is a program, such as services.msc lists."""
        return isinstance(self.type, int) and bool(self.type & WIN32_TYPES)

    @property
    def company(self) -> str:
        """The company that the image names, "" when it names none or is not there."""
        return self.file_text("company")

    def file_text(self, fact: str) -> str:
        """Return a fact of the image as text, "" when it is not known."""
        return str((self.file or {}).get(fact) or "").strip()


def service_of(snapshot: Snapshot, name: str) -> Service | None:
    """Return a service by the name of its key, None when there is no such key.

    The name comes back as Windows spells it.
    """
    values = snapshot.values(f"{SERVICES}\\{name}")
    if values is None:
        return None
    image_path = text_of(values.get("ImagePath"))
    image = resolve_image(image_path, name, snapshot.environment)
    state = snapshot.services.get(name, {})
    display_name = text_of(values.get("DisplayName"))
    return Service(
        name=snapshot.services.spelled(name) if name in snapshot.services else name,
        type=values.get("Type"),
        start=values.get("Start"),
        error_control=values.get("ErrorControl"),
        group=text_of(values.get("Group")),
        image_path=image_path,
        image=image,
        file=snapshot.files.get(image),
        status=state.get("status"),
        can_stop=bool(state.get("can_stop")),
        display_name=display_name,
        needs=tuple(texts_of(values.get("DependOnService", []))),
        infs=(*_INDIRECT_INF.findall(display_name), *texts_of(values.get("Owners", []))),
    )


@lru_cache(maxsize=2)
def services_of(snapshot: Snapshot) -> tuple[Service, ...]:
    """Return every service that was read, in order of name."""
    found = (service_of(snapshot, name) for name in snapshot.subkeys(SERVICES))
    return tuple(service for service in found if service is not None and service.type is not None)


def drivers_displayed_as(text: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the drivers that programs show by a display name: their keys, in order of name.

    The text of an indirect name stands behind its semicolon. What a file of resources holds is not known.
    """
    found = (service_of(snapshot, name) for name in snapshot.subkeys(SERVICES))
    return tuple(
        each.name
        for each in found
        if each and not each.is_win32 and equals_ignore_case(_shown_name(each.display_name), text)
    )


def _shown_name(display_name: str) -> str:
    return display_name.partition(";")[2] if display_name.startswith("@") else display_name
