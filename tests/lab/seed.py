# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A description of a server (the document of the contract) -> a started prefix that is this server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.lab import commands, drivers, hive
from tests.lab.prefix import SERVICES, LabFault, Prefix

Document = Mapping[str, Any]

DENY = {"access_denied": "D:(D;;GA;;;WD)", "read_only": "D:(D;;DCLCSDWDWO;;;WD)(A;;GA;;;WD)"}
"""How a key is made unreadable, or readable but not writable; Wine's registry server enforces it."""

_AUTOMATIC = (0, 1, 2)
_DEMAND = 3
_DRIVER_TYPES = (1, 2, 8)
_FILLED_BY_WINE = (
    "software\\microsoft\\windows\\currentversion",
    "system\\currentcontrolset\\control\\session manager\\environment",
)
"""Keys that keep Wine's own values beside those of the description: Wine needs them to run."""

SHUTDOWN_KEY = "System\\CurrentControlSet\\Control\\Windows"
_FILETIME_EPOCH = 11_644_473_600
"""Seconds from 1601 to 1970."""
_COMPUTER_NAME = "SYSTEM\\CurrentControlSet\\Control\\ComputerName"


def grow(prefix: Prefix, document: Document) -> None:
    """Seed a fresh clone with a description and start it."""
    _write_files(prefix, document)
    commands.install(prefix, document.get("commands") or {})
    for root in ("HKLM", "HKCU"):
        content = prefix.read_hive(root)
        _put_registry(content, root, document)
        prefix.write_hive(root, content)
    prefix.start()
    _settle(prefix, document)


def restart(prefix: Prefix) -> None:
    """Stop everything and start again; Start says what runs then."""
    prefix.stop()
    machine = prefix.read_hive("HKLM")
    machine.merge(SHUTDOWN_KEY, {"ShutdownTime": _now()})
    kept = {key: machine.values(key) or {} for key in list(machine.paths()) if _is_service(key)}
    for key, values in kept.items():
        machine.put(key, _loadable(key.rpartition("\\")[2], values))
    prefix.write_hive("HKLM", machine)
    prefix.start()
    _carry_out(prefix, [op for key, values in kept.items() for op in _differences(key, values)])


def _now() -> dict[str, str]:
    """Return this moment as an orderly shutdown of Windows leaves it: a FILETIME [facts A6]."""
    ticks = int((time.time() + _FILETIME_EPOCH) * 10_000_000)
    return {"REG_BINARY": ticks.to_bytes(8, "little").hex()}


def _differences(key: str, values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    changed = _loadable(key.rpartition("\\")[2], values)
    return [set_operation(f"HKLM\\{key}", name, value) for name, value in values.items() if changed[name] != value]


def registry_of(document: Document, root: str) -> dict[str, dict[str, Any]]:
    """The described keys below one root: path below it -> values."""
    parts = ((hive.split(path), values) for path, values in (document.get("registry") or {}).items())
    return {below: dict(values or {}) for (own, below), values in parts if own == root}


def _put_registry(content: hive.Hive, root: str, document: Document) -> None:
    for key, values in registry_of(document, root).items():
        change = content.merge if key.lower() in _FILLED_BY_WINE else content.put
        change(key, _held_back(key, values))


def _held_back(key: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A service's values as Wine can begin with them; _correct() writes those of the description after the start.

    Start is "on demand", else Wine's service manager would start the service, described so or not.
    """
    if not _is_service(key):
        return values
    loadable = _loadable(key.rpartition("\\")[2], values)
    return {
        name: _DEMAND if name.lower() == "start" and data in _AUTOMATIC else data for name, data in loadable.items()
    }


def _loadable(service: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A service's values with a driver's ImagePath in full: Windows reads it from SystemRoot, Wine fails to."""
    is_driver = values.get("Type") in _DRIVER_TYPES
    return {
        name: {"REG_EXPAND_SZ": image_path(service, data)} if is_driver and name.lower() == "imagepath" else data
        for name, data in values.items()
    }


def _is_service(key: str) -> bool:
    return key.lower().startswith(SERVICES.lower() + "\\") and key.count("\\") == SERVICES.count("\\") + 1


def _settle(prefix: Prefix, document: Document) -> None:
    """After the start: services run as described, and each described key holds what it is said to hold, no more."""
    started = [name for name, facts in _services(document).items() if facts.get("status", "stopped") == "running"]
    operations: list[tuple[str, ...]] = [("start", name) for name in started]
    operations += _computer_name(document)
    _carry_out(prefix, operations)
    _correct(prefix, document)
    unreadable = document.get("unreadable") or {}
    _carry_out(prefix, [("secure", *hive.split(key), DENY[how]) for key, how in unreadable.items()])


def _carry_out(prefix: Prefix, operations: list[tuple[str, ...]]) -> None:
    """control(), where each operation has to succeed."""
    failed = prefix.control(operations)
    if failed:
        names = ", ".join(f"{operations[number]}: Windows error {error}" for number, error in failed.items())
        raise LabFault(f"the lab server does not come up as described: {names}")


def _services(document: Document) -> Mapping[str, Mapping[str, Any]]:
    return document.get("services") or {}


def _computer_name(document: Document) -> list[tuple[str, ...]]:
    name = (document.get("environment") or {}).get("computer_name")
    keys = [f"{_COMPUTER_NAME}\\{key}" for key in ("ComputerName", "ActiveComputerName")] if name else []
    return [set_operation(f"HKLM\\{key}", "ComputerName", str(name)) for key in keys]


def set_operation(key: str, name: str, value: Any) -> tuple[str, ...]:
    """labctl's operation that writes one value."""
    kind, data = hive.encode(value)
    return ("set", *hive.split(key), name, str(kind), data.hex())


def _correct(prefix: Prefix, document: Document) -> None:
    """Undo what Wine wrote into described keys while it started, and write the values that were held back."""
    operations: list[tuple[str, ...]] = []
    for root in ("HKLM", "HKCU"):
        wanted = registry_of(document, root)
        if wanted:
            found = hive.Hive(prefix.saved(root))
            for key, values in wanted.items():
                operations += _corrections(f"{root}\\{key}", values, found.values(key) or {})
    _carry_out(prefix, operations)


def _corrections(key: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    present = {name.lower(): value for name, value in found.items()}
    names = {name.lower() for name in wanted}
    below = hive.split(key)[1].lower()
    extra = [] if below in _FILLED_BY_WINE else [name for name in found if name.lower() not in names]
    return [
        set_operation(key, name, value)
        for name, value in wanted.items()
        if name.lower() not in present or hive.encode(present[name.lower()]) != hive.encode(value)
    ] + [("delete_value", *hive.split(key), name) for name in extra]


def _write_files(prefix: Prefix, document: Document) -> None:
    stubborn = {
        prefix.locate(image)
        for image in _images_of(document, lambda facts: not facts.get("can_stop", True) or "refused_code" in facts)
    }
    for path, facts in (document.get("files") or {}).items():
        place = prefix.place(path)
        drivers.write(place, facts or {}, can_stop=place not in stubborn)


def _images_of(document: Document, wanted: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    """Windows paths of the images of the services that are wanted."""
    keys = {key.lower(): values for key, values in registry_of(document, "HKLM").items()}
    found = []
    for name, facts in _services(document).items():
        if wanted(facts):
            values = keys.get(f"{SERVICES}\\{name}".lower()) or {}
            found.append(image_path(name, next((v for k, v in values.items() if k.lower() == "imagepath"), None)))
    return found


def image_path(service: str, value: Any) -> str:
    r"""A driver's ImagePath -> C:\..., as the kernel reads it: absent, relative, \SystemRoot\ and \??\ forms."""
    text = str(next(iter(value.values())) if isinstance(value, Mapping) else value or "")
    text = text or f"\\SystemRoot\\System32\\drivers\\{service}.sys"
    text = re.sub(r"^\\\?\?\\", "", text)
    text = re.sub(r"^(\\SystemRoot|%SystemRoot%|%windir%)\\", r"C:\\windows\\", text, flags=re.IGNORECASE)
    if re.match(r"^[A-Za-z]:", text):
        return text
    return f"C:{text}" if text.startswith("\\") else f"C:\\windows\\{text}"
