# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own Windows programs, compiled by mingw-w64 once and kept by the hash of their source and options."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.lab import wine

_SOURCES = Path(__file__).with_name("src")
_KERNEL = (
    "-I/usr/x86_64-w64-mingw32/include/ddk",
    "-shared",
    "-nostdlib",
    "-Wl,--subsystem,native",
    "-Wl,--entry,DriverEntry",
)

PROGRAMS: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "labctl": ("labctl.c", ("-municode",), ("-ladvapi32", "-lntdll")),
    "command": ("command.c", ("-municode",), ("-ladvapi32",)),
    "front": ("front.c", ("-municode",), ()),
    "driver": ("driver.c", (*_KERNEL, "-DCAN_UNLOAD"), ("-lntoskrnl",)),
    "stubborn_driver": ("driver.c", _KERNEL, ("-lntoskrnl",)),
    "service": ("service.c", ("-municode",), ("-ladvapi32",)),
    "library": ("library.c", ("-shared",), ()),
}
"""name -> (source file, options before it, libraries after it)."""


def program(name: str) -> Path:
    """The compiled program of this name, made now if it is not kept already."""
    source_name, options, libraries = PROGRAMS[name]
    source = _SOURCES / source_name
    command = [wine.COMPILER, "-O1", "-s", "-Wall", *options, str(source), *libraries]
    fingerprint = hashlib.sha256(source.read_bytes() + "\0".join([source_name, *command[1:4], *options]).encode())
    kept = wine.cache_folder() / "programs" / f"{name}-{fingerprint.hexdigest()[:16]}.exe"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        _compile(command, kept)
    return kept


def _compile(command: Sequence[str], kept: Path) -> None:
    """Compile beside the wanted place and move there, so that nobody ever sees half a program."""
    handle, name = tempfile.mkstemp(suffix=".exe", dir=kept.parent)
    os.close(handle)
    half = Path(name)
    done = subprocess.run([*command, "-o", name], capture_output=True, text=True, check=False)
    if done.returncode:
        half.unlink(missing_ok=True)
        raise RuntimeError(f"cannot compile {kept.name}: {done.stderr}")
    half.chmod(0o755)  # Wine starts nothing that lacks the bit
    half.replace(kept)
