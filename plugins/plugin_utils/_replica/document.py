# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Snapshot files: documents (see _windows/snapshot.py) as YAML."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml

from .._windows.snapshot import PARTS

FORMAT = 1
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class BadDocument(ValueError):
    """A file that is no snapshot; the message names the file and what is wrong."""


def load(path: Path) -> dict[str, Any]:
    """Read a snapshot file. Raises BadDocument."""
    try:
        document = _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadDocument(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadDocument(f"{path} is not YAML: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument(
            f"{path} is no snapshot: it must be a mapping with format: {FORMAT}, as win_snapshot writes it"
        )
    for part, kind in PARTS.items():
        if not isinstance(document.get(part, kind()), kind):
            raise BadDocument(f"{path} is no snapshot: {part} must be a {'list' if kind is list else 'mapping'}")
    return document


def _parse(text: str) -> Any:
    """Parse YAML. The fast loader cannot hold a lone surrogate, which registry data may have."""
    try:
        return yaml.load(text, Loader=_Loader)  # both are safe loaders
    except yaml.YAMLError:
        return yaml.safe_load(text)


def to_text(document: dict[str, Any]) -> str:
    """Write a document as the text of a snapshot file."""
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 160}
    try:
        return str(yaml.dump(document, Dumper=_Dumper, **options))
    except UnicodeEncodeError:
        return str(yaml.safe_dump(document, **{**options, "allow_unicode": False}))


def save(path: Path, text: str) -> None:
    """Put a text in place of a file all at once, so that no reader ever sees half of it."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        temporary = Path(file.name)
        file.write(text)
    temporary.replace(path)
