# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a server: drivers, programs and libraries that are really there and really load."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Mapping
from pathlib import Path, PurePath

from tests.lab import signature, tools, versioninfo

_BODIES = {".sys": "driver", ".exe": "service", ".dll": "library"}


def content(name: str, facts: Mapping[str, object], *, can_stop: bool = True) -> bytes:
    """The bytes of a file: a PE file with its version resource, and `signer` in a signature, for .sys, .exe and .dll,
    else zeros; `size` if it fits.

    can_stop: whether a driver has an unload routine.
    """
    body = _BODIES.get(PurePath(name).suffix.lower())
    if body is None:
        return _sized(b"", facts)
    image = _image("stubborn_driver" if body == "driver" and not can_stop else body)
    if any(facts.get(fact) is not None for fact in versioninfo.STRINGS):
        image = versioninfo.attach(image, versioninfo.version_info(facts))
    signer = facts.get("signer")
    return signature.attach(_sized(image, facts), str(signer)) if signer else _sized(image, facts)


@functools.cache
def _image(name: str) -> bytes:
    return tools.program(name).read_bytes()


def _sized(data: bytes, facts: Mapping[str, object]) -> bytes:
    """Filled up to the size that the facts give; a file cannot be made smaller than it is."""
    size = facts.get("size") or 0
    assert isinstance(size, int)
    return data + b"\0" * (size - len(data))


def write(path: Path, facts: Mapping[str, object], *, can_stop: bool = True) -> None:
    """Write a file with its facts; Wine reports the time of writing as the time of creation, too."""
    path.write_bytes(content(path.name, facts, can_stop=can_stop))
    path.chmod(0o755)
    modified = facts.get("modified") or facts.get("created")
    if modified is not None:
        seconds = _moment(modified).timestamp()
        os.utime(path, (seconds, seconds))


def _moment(value: object) -> datetime.datetime:
    """A time of the document: ISO 8601 text, or what YAML makes of it; UTC when it names no zone."""
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
