# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Documents and reports as files on the controller. Nothing else of this room reads or writes one."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import yaml

from .document import Document, load
from .errors import BadReport
from .finding import Findings
from .formats import FORMATS, format_of
from .merge import union
from .report import Report
from .runner import document_of_events

_NAME = "report"
_EVENTS = "job_events"


def load_documents(paths: Iterable[str], findings: Findings, option: str = "from") -> Document:
    """Return the union of the documents that paths name: files, folders of them, and artifacts of ansible-runner.
    Raises BadReport."""
    found = [document for path in paths for document in _documents(Path(path).expanduser(), findings, option)]
    if not found:
        raise BadReport(
            f"{option} names no document: give the paths of documents, of folders that hold some, or of artifacts"
        )
    return union(found)


def _documents(path: Path, findings: Findings, option: str) -> Iterator[Document]:
    if not path.is_dir():
        yield load(_read(path, option), str(path), findings)
        return
    artifacts = [path, *sorted(path.glob("*")), *sorted(path.glob("artifacts/*"))]
    runs = [each for each in artifacts if (each / _EVENTS).is_dir()]
    for run in runs:
        yield document_of_events(_events(run, option), findings)
    documents = [] if runs else [each for each in sorted(path.glob("*.json")) if format_of(each.name) == "json"]
    if not runs and not documents:
        raise BadReport(f"{option}: {path} holds neither a document (*.json) nor artifacts of ansible-runner")
    for each in documents:
        yield load(_read(each, option), str(each), findings)


def _events(run: Path, option: str) -> Iterator[tuple[str, str]]:
    def number(path: Path) -> tuple[int, str]:
        first = path.name.partition("-")[0]
        return int(first) if first.isdigit() else 0, path.name

    for path in sorted((run / _EVENTS).glob("*.json"), key=number):
        yield str(path), _read(path, option)


def _read(path: Path, option: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadReport(f"{option}: {path} cannot be read on the controller: {error}") from error


def files_of(dest: Iterable[str], formats: Sequence[str]) -> dict[Path, str]:
    """Return the files that destinations ask for, each with its format. formats: what a folder gets. Raises
    BadReport."""
    files: dict[Path, str] = {}
    for each in dest:
        path = Path(each).expanduser()
        wanted = "" if each.endswith("/") or path.is_dir() else format_of(each)
        if wanted:
            files[path] = wanted
        else:
            files |= {path / f"{_NAME}{FORMATS[name].endings[0]}": name for name in formats}
    return files


def write(report: Report, files: dict[Path, str], *, check: bool = False) -> list[Path]:
    """Write a report, and return the files whose bytes it changes. check: change none. Raises BadReport."""
    changed = []
    for path, name in files.items():
        data = FORMATS[name].render(report).encode("utf-8")
        try:
            if not path.is_file() or path.read_bytes() != data:
                changed.append(path)
                if not check:
                    _replace(path, data)
        except OSError as error:
            raise BadReport(f"dest: {path} cannot be written on the controller: {error}") from error
    return changed


def _replace(path: Path, data: bytes) -> None:
    """Write a file beside its place and put it there at once, so that whoever reads it sees the old one or the new
    one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise


@cache
def _umask() -> int:
    """Return the umask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@cache
def collection_version() -> str:
    """Return the version of this collection, from what ansible-galaxy installed, or from a checkout; empty where
    neither says."""
    root = Path(__file__).parents[3]
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((root / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]["version"])
    with suppress(OSError, ValueError, KeyError, yaml.YAMLError):
        return str(yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    return ""
