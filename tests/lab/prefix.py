# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wine prefixes: one template made once, and servers cloned from it by hard links."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.lab import hive, tools, wine

_VERSION = "8"
"""Part of the template's name: raise it when the making of the template changes."""

KEPT_SERVICES = frozenset({"mountmgr", "nsiproxy", "plugplay", "rpcss"})
"""What Wine cannot do without; its other services are taken out, so that a server has what its description says."""

SERVICES = "System\\CurrentControlSet\\Services"
ENVIRONMENT = "System\\CurrentControlSet\\Control\\Session Manager\\Environment"
POWERSHELL_FOLDER = "C:\\windows\\system32\\WindowsPowerShell\\v1.0"
PATH = "C:\\windows\\system32;C:\\windows;C:\\windows\\system32\\wbem"
PATHEXT = ".COM;.EXE;.BAT;.CMD"

_ATTEMPTS = 3

_numbers = itertools.count(1)


class LabFault(RuntimeError):
    """The lab itself fails, not what is tested in it: a server does not start as described, or Wine breaks off."""


def template() -> Path:
    """The folder of the template prefix; the first who asks makes it, others that ask meanwhile wait."""
    folder = wine.cache_folder() / f"template-{_fingerprint()}"
    with _locked(wine.cache_folder() / "template.lock"):
        if not folder.is_dir():
            _make_template(folder)
    return folder


def _fingerprint() -> str:
    source = wine.powershell_source()
    if source is None:
        raise RuntimeError(wine.missing())
    marker = source / "powershell.dll" if source.is_dir() else source
    facts = marker.stat()
    version = subprocess.run(["wine", "--version"], capture_output=True, check=True).stdout.decode()
    made_of = [_VERSION, version, str(source), str(facts.st_size), str(facts.st_mtime_ns)]
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:12]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_template(folder: Path) -> None:
    half = folder.with_name(folder.name + ".half")
    kill(half)  # of a making that was broken off
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    _run(half, wine.command("wineboot", "-i"))
    _end(half)
    _unpack_powershell(half / "drive_c/windows/system32/WindowsPowerShell/v1.0")
    for drive in list((half / "dosdevices").iterdir()):
        if drive.name != "c:":  # a server sees nothing of this machine's own files
            drive.unlink()
    _edit(half / "system.reg", _trim_machine)
    _edit(half / "user.reg", lambda user: user.merge("Software\\Wine", {"Version": "win10"}))
    half.rename(folder)


def _run(folder: Path, arguments: Sequence[str]) -> None:
    done = wine.run_silently(folder, arguments)
    if done.returncode:
        raise _fault(done)


def _fault(done: subprocess.CompletedProcess[bytes]) -> LabFault:
    printed = done.stderr.decode("utf-8", "replace")[-2000:].strip()
    return LabFault(f"{' '.join(done.args)} ended with exit code {done.returncode}: {printed or 'not a word'}")


def _end(folder: Path) -> None:
    """End every process of a prefix; the registry is written to its files."""
    _run(folder, ["wineserver", "-k"])
    _run(folder, ["wineserver", "-w"])


def _unpack_powershell(folder: Path) -> None:
    source = wine.powershell_source()
    assert source is not None
    shutil.rmtree(folder, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, folder)
        return
    folder.mkdir(parents=True)
    subprocess.run(["tar", "-xJf", str(source), "-C", str(folder)], check=True)


def _edit(path: Path, change: Callable[[hive.Hive], None]) -> None:
    content = hive.Hive(path.read_text("latin-1"))
    change(content)
    path.write_text(content.text(), "latin-1")


def _trim_machine(machine: hive.Hive) -> None:
    """Take out Wine's own services and give the machine a search path."""
    below = SERVICES.lower() + "\\"
    named = {key[len(below) :].split("\\")[0] for key in machine.paths() if key.lower().startswith(below)}
    for name in named:
        if name.lower() not in KEPT_SERVICES:
            machine.remove(f"{SERVICES}\\{name}")
    machine.merge(
        ENVIRONMENT,
        {"PATH": {"REG_EXPAND_SZ": f"{PATH};{POWERSHELL_FOLDER}"}, "PATHEXT": PATHEXT},
    )


def processes(folder: Path) -> dict[int, str]:
    """The processes of a prefix, its server included: process id -> command line."""
    mine = f"WINEPREFIX={folder}\0".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is somebody else's
            if mine in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_bytes().decode("utf-8", "replace")
    return found


def kill(folder: Path) -> None:
    """End all processes of a prefix; those that were just being started, too."""
    while own := processes(folder):
        for process in own:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


class Prefix:
    """One server's prefix: cloned from the template, seeded as files, then started; close() leaves nothing behind."""

    def __init__(self) -> None:
        self.folder = _servers_folder() / f"{os.getpid()}-{next(_numbers)}"
        source = template()
        subprocess.run(["cp", "-al", str(source), str(self.folder)], check=True)
        for name in ("system.reg", "user.reg", "userdef.reg"):
            shutil.copy(source / name, self._fresh(self.folder / name))
        self.drive = self.folder / "drive_c"
        self.tools = self.drive / "lab"
        self.tools.mkdir()
        shutil.copy(tools.program("labctl"), self.tools / "labctl.exe")
        self._files = itertools.count(1)

    @staticmethod
    def _fresh(path: Path) -> Path:
        """A path free of any link to the template: what is linked must never be written in place."""
        path.unlink(missing_ok=True)
        return path

    def read_hive(self, root: str) -> hive.Hive:
        """The registry file of a root, HKLM or HKCU, as long as the prefix is not started."""
        return hive.Hive((self.folder / hive.file_name(root)).read_text("latin-1"))

    def write_hive(self, root: str, content: hive.Hive) -> None:
        """Write the registry file of a root back, before the prefix is started."""
        (self.folder / hive.file_name(root)).write_text(content.text(), "latin-1")

    def locate(self, path: str) -> Path:
        """A Windows path on drive C -> the path here, letter case as it is on the disk already."""
        drive, _unused, rest = path.partition(":")
        if drive.upper() != "C":
            raise ValueError(f"a lab server has drive C only, not {path!r}")
        place = self.drive
        for part in rest.strip("\\").split("\\"):
            place = _child(place, part)
        return place

    def place(self, path: str) -> Path:
        """locate(), with the parent folders made and whatever stood there unlinked: ready to be written."""
        place = self.locate(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return self._fresh(place)

    def start(self) -> None:
        """Start the registry server and the service manager; LabFault when that does not answer."""
        _run(self.folder, ["wineserver", "-p"])
        self._labctl("ready", accept=lambda code: code == 0)

    def control(self, operations: list[tuple[str, ...]]) -> dict[int, int]:
        """Have labctl apply operations; -> number of each that failed and its Windows error code."""
        if not operations:
            return {}
        name = f"operations{next(self._files)}"
        words = "".join(word + "\0" for operation in operations for word in operation)
        (self.tools / name).write_bytes(words.encode("utf-16-le", "surrogatepass"))
        log = self.tools / f"{name}.log"  # made before anything is applied: without it nothing was
        done = self._labctl("do", f"C:\\lab\\{name}", accept=lambda _: log.exists())
        failed = {int(number): int(error) for number, error in map(str.split, log.read_text().splitlines())}
        if done.returncode != bool(failed):  # it broke off, and what it had applied is not known
            raise _fault(done)
        return failed

    def _labctl(self, *arguments: str, accept: Callable[[int], bool]) -> subprocess.CompletedProcess[bytes]:
        """Run labctl, and again while its exit code is not accepted: only for what may be repeated then."""
        for _unused in range(_ATTEMPTS):
            done = wine.run_silently(self.folder, wine.command("C:\\lab\\labctl.exe", *arguments))
            if accept(done.returncode):
                return done
        raise _fault(done)

    def saved(self, root: str) -> str:
        """The registry below a root at this moment, as Wine's own text, volatile keys left out."""
        name = f"saved{next(self._files)}"
        failed = self.control([("save", root, f"C:\\lab\\{name}")])
        if failed:
            raise LabFault(f"cannot save {root}: Windows error {failed[0]}")
        text = (self.tools / name).read_text("latin-1")
        (self.tools / name).unlink()
        return text

    def stop(self) -> None:
        """End every process of the prefix; the registry is written to its files."""
        _end(self.folder)

    def close(self) -> None:
        """End everything at once and remove the clone. Nobody reads its registry any more, so nothing is written."""
        kill(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _child(folder: Path, name: str) -> Path:
    if (folder / name).exists() or not folder.is_dir():
        return folder / name
    same = [entry for entry in folder.iterdir() if entry.name.lower() == name.lower()]
    return same[0] if same else folder / name


def _servers_folder() -> Path:
    """Where clones stand; those of processes that are gone are stopped and removed on the way."""
    folder = wine.cache_folder() / "servers"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        if not Path("/proc", left.name.split("-")[0]).exists():
            kill(left)
            shutil.rmtree(left, ignore_errors=True)
    return folder
