# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Wine and PowerShell stand on this machine, and how a Wine process is run."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
COMPILER = "x86_64-w64-mingw32-gcc"
PACKAGES = "wine wine64 gcc-mingw-w64-x86-64 openssh-server openssh-client"
_PROGRAMS = ("wine", "wineserver", COMPILER, "sshd", "ssh")
_ADMIN_FOLDERS = "/usr/sbin:/sbin:/usr/lib/wine"


def program(name: str) -> str | None:
    """The path of a program, also when it stands in a folder that only administrators have on their PATH."""
    return shutil.which(name) or shutil.which(name, path=_ADMIN_FOLDERS)


def cache_folder() -> Path:
    """Where the lab keeps what it made once: $LAB_CACHE, or build/lab of the checkout."""
    folder = Path(os.environ.get("LAB_CACHE") or REPOSITORY / "build" / "lab")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def powershell_source() -> Path | None:
    """The folder with powershell.exe or the win-x64.tar.xz that carries it; None when there is neither."""
    given = os.environ.get("POWERSHELL_WIN64")
    path = Path(given) if given else REPOSITORY.parent / "shared" / "powershell" / "win-x64.tar.xz"
    usable = (path / "powershell.exe").is_file() if path.is_dir() else path.is_file()
    return path.resolve() if usable else None


def missing() -> str | None:
    """A plain sentence that says what the lab lacks on this machine and how to get it; None when it lacks nothing."""
    absent = [name for name in _PROGRAMS if program(name) is None]
    if absent:
        return f"the lab needs {', '.join(absent)}: apt-get install --no-install-recommends {PACKAGES}"
    if powershell_source() is None:
        return (
            "the lab needs PowerShell for 64-bit Windows: set POWERSHELL_WIN64 to the folder with powershell.exe"
            " or to win-x64.tar.xz, as tests/lab/README.md says"
        )
    return None


def environment(prefix: Path) -> dict[str, str]:
    """The environment of every Wine process of one prefix.

    DOTNET_EnableWriteXorExecute=0 keeps .NET's garbage collector alive under Wine; a UTF-8 locale lets arguments
    outside ASCII through; DISPLAY is left out so that nothing waits for a screen.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME") if name in os.environ}
    return kept | {
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "DOTNET_EnableWriteXorExecute": "0",
        "LC_ALL": "C.UTF-8",
    }


def command(*arguments: str) -> list[str]:
    """The command line that runs a Windows program.

    Wine dies without a word, with exit code 1, where Linux happens to have put the process's heap over an address that
    Windows prescribes (0x7ffe0000). That is one process in some thousands, be it a program, services.exe or the host of
    a driver, whose start then fails with error 1359. So addresses are not left to chance, in this process and in its
    children.
    """
    return [*_without_chance(), "wine", *arguments]


@functools.cache
def _without_chance() -> tuple[str, ...]:
    """What makes Linux place a process's memory always alike; nothing where that is forbidden, as in a container."""
    setarch = ("setarch", "-R")
    allowed = shutil.which("setarch") and subprocess.run([*setarch, "true"], capture_output=True, check=False)
    return setarch if allowed and allowed.returncode == 0 else ()


def run(
    prefix: Path, arguments: Sequence[str], *, stdin: bytes | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """Run one Windows program in a started prefix and collect what it wrote."""
    given: dict[str, Any] = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        command(*arguments),
        env=environment(prefix),
        cwd=prefix / "drive_c",
        capture_output=True,
        timeout=timeout,
        check=False,
        **given,
    )
    return done


def run_silently(prefix: Path, arguments: Sequence[str], *, timeout: float = 180) -> subprocess.CompletedProcess[bytes]:
    """Run a program without a pipe, for what starts services: they inherit pipes, and whoever waits for the end waits
    for ever.

    Wine tells its errors to a file instead, which is read when the program has ended.
    """
    with tempfile.TemporaryFile() as errors:
        done = subprocess.run(
            arguments,
            env=environment(prefix) | {"WINEDEBUG": "-all,err+all"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            timeout=timeout,
            check=False,
        )
        errors.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, b"", errors.read())
