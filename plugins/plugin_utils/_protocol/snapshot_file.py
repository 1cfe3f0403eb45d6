# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Snapshot files: documents (see snapshot.py) as YAML."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from .errors import CollectionError
from .snapshot import FORMAT, PARTS
from .values import UnwritableValue, type_of

_NO_TYPES = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")


def _loader(base: Any) -> Any:
    """Derive a loader that takes a version (5.2) or a date that someone wrote without quotes for the text that it
    is."""
    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag not in _NO_TYPES]
        for first, known in base.yaml_implicit_resolvers.items()
    }
    return type("Loader", (base,), {"yaml_implicit_resolvers": resolvers})


_PurePythonLoader = _loader(yaml.SafeLoader)
_Loader = _loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class BadDocument(CollectionError, ValueError):
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
    for key, values in document.get("registry", {}).items():
        _check_key(path, key, values)
    return document


def _check_key(path: Path, key: Any, values: Any) -> None:
    """Raise BadDocument for what no registry key holds, above all a text that YAML takes for something else."""
    if not isinstance(key, str) or not isinstance(values or {}, dict):
        raise BadDocument(f"{path} is no snapshot: the registry key {key} must be a text, with a mapping of its values")
    for name, value in (values or {}).items():
        try:
            type_of(value)
        except UnwritableValue as error:
            raise BadDocument(f"{path} is no snapshot: {key}\\{name}: {error}; put texts in quotes") from error
        if not isinstance(name, str):
            raise BadDocument(
                f"{path} is no snapshot: {key} has a value {name} whose name is no text; put it in quotes"
            )


def _parse(text: str) -> Any:
    """Parse YAML. The fast loader cannot hold a lone surrogate, which registry data may have."""
    try:
        return yaml.load(text, Loader=_Loader)  # both are safe loaders
    except yaml.YAMLError:
        return yaml.load(text, Loader=_PurePythonLoader)


def to_text(document: dict[str, Any]) -> str:
    """Write a document as the text of a snapshot file."""
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 160}
    try:
        return str(yaml.dump(document, Dumper=_Dumper, **options))
    except UnicodeEncodeError:
        return str(yaml.safe_dump(document, **{**options, "allow_unicode": False}))


def save(path: Path, text: str) -> None:
    """Put a text in place of a file all at once, so that no reader ever sees half of it."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        temporary = Path(folder) / path.name
        temporary.write_text(text, encoding="utf-8")
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
