# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Snapshot files: documents (see snapshot.py) as YAML.

A file may come from elsewhere, so what is read of it is bounded: its size, the values in it, their depth, and what
its aliases
stand for. Tags are not taken: they could make objects.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from .document import PART_CHECKS, VALUES
from .errors import CollectionError
from .files import BadFile, read_text
from .patterns import BadPattern, pattern_of
from .shapes import Check, WrongShape, fields, list_of, mapping_of, maybe, text
from .snapshot import FORMAT
from .surrogates import hide_characters, hide_escapes
from .text import shown

MAX_FILE = 16 << 20
"""The bytes of a file."""
MAX_VALUES = 300_000
"""The values of a file: names, texts, numbers, lists and mappings."""
MAX_DEPTH = 20
"""The levels of a file. The fast loader has no limit of its own, and a file of 100 kB would end its process."""

# A version (5.2), a date or a time (1:30) that someone wrote without quotes is the text that it is.
_NO_TYPES = tuple(f"tag:yaml.org,2002:{name}" for name in ("float", "timestamp", "value", "int"))
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,19})|0x[0-9a-fA-F]{1,16}")


def _loader(base: Any) -> Any:
    """Derive a loader that takes nothing for a number or a date but decimal and hexadecimal numbers of 64 bits."""
    resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag not in _NO_TYPES]
        for first, known in base.yaml_implicit_resolvers.items()
    }
    loader = type("Loader", (base,), {"yaml_implicit_resolvers": resolvers})
    loader.add_implicit_resolver(  # type: ignore[attr-defined]
        "tag:yaml.org,2002:int", re.compile(f"^(?:{_NUMBER.pattern})$"), list("-0123456789")
    )
    return loader


_Loader = _loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes what stands in two places twice: a reader shall not have to look it up."""

    def ignore_aliases(self, data: Any) -> bool:
        """Tell that nothing becomes an alias."""
        return True


class BadDocument(CollectionError, ValueError):
    """A file that is no snapshot; the message names the file and what is wrong."""


def load(path: Path) -> dict[str, Any]:
    """Read a snapshot file. Raises BadDocument."""
    try:
        document = _parse(path, _read(path))
    except yaml.YAMLError as error:
        raise BadDocument(f"{path} is not YAML: {shown(str(error))}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument(
            f"{path} is no snapshot: it must be a mapping with format: {FORMAT}, as win_snapshot writes it"
        )
    try:
        _check(document)
    except WrongShape as error:
        raise BadDocument(
            f"{path} is no snapshot: {error}. A text that YAML takes for something else belongs in quotes"
        ) from error
    return document


def _read(path: Path) -> str:
    try:
        return read_text(path, MAX_FILE)
    except BadFile as error:
        raise BadDocument(str(error)) from error


def _parse(path: Path, written: str) -> Any:
    """Load YAML whose size was looked at first: the fast loader takes memory and stack for whatever stands there."""
    hidden, reveal = hide_escapes(written)
    _Measure(path).measure(hidden)
    return reveal(yaml.load(hidden, Loader=_Loader))  # a safe loader


class _Measure:
    """Measures a file before it is loaded: values, which an alias stands for as often as it stands there, and
    levels."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values = 0
        self._sizes: dict[str, int] = {}  # of what each anchor names
        self._open: list[tuple[str | None, int]] = []  # anchor of each list or mapping around, and the values before it

    def measure(self, written: str) -> None:
        """Raise BadDocument for YAML that is too large, too deep, or tagged."""
        events: Iterator[Any] = yaml.parse(written, Loader=_Loader)
        for event in events:
            why = self._count(event)
            if why:
                line = event.start_mark.line + 1
                raise BadDocument(f"{self._path} is no snapshot: line {line} {why}")

    def _count(self, event: Any) -> str:
        """Return why an event is not taken, "" when it is."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if tag:
            return f"has the tag {shown(tag)}, and a snapshot has none"
        if isinstance(event, yaml.AliasEvent):
            if anchor not in self._sizes:
                return f"has the alias {shown(str(anchor))} of what is not there before it"
            self._values += self._sizes[anchor]
        elif isinstance(event, yaml.ScalarEvent):
            self._values += 1
            self._note(anchor, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._values += 1
            self._open.append((anchor, self._values))
        elif isinstance(event, yaml.CollectionEndEvent):
            began, before = self._open.pop()
            self._note(began, self._values - before + 1)
        return self._beyond()

    def _beyond(self) -> str:
        """Return which limit is passed, "" when none is."""
        if len(self._open) > MAX_DEPTH:
            return f"is nested deeper than the {MAX_DEPTH} levels that a snapshot may have"
        return f"is beyond the {MAX_VALUES} values that a snapshot may have" if self._values > MAX_VALUES else ""

    def _note(self, anchor: str | None, size: int) -> None:
        if anchor:
            self._sizes[anchor] = size


def _path_pattern(data: Any) -> None:
    text(data)
    try:
        for part in data.split("\\"):
            pattern_of(part)
    except BadPattern as error:
        raise WrongShape(str(error)) from None


_CHECKS: Mapping[str, Check] = {
    **PART_CHECKS,
    "registry": mapping_of(maybe(VALUES)),  # a key without values, as people write it
    "name": maybe(text),
    "collected": list_of(_path_pattern),
}
_check_known = fields(_CHECKS)


def _check(document: Mapping[str, Any]) -> None:
    """Raise WrongShape for a part of another type than it must be; a part that is empty is none, and others do not
    matter."""
    _check_known({part: each for part, each in document.items() if part in _CHECKS and each is not None})


def to_text(document: dict[str, Any]) -> str:
    """Write a document as the text of a snapshot file."""
    try:
        return _dump(document)
    except UnicodeEncodeError:
        hidden, reveal = hide_characters(document)
        return reveal(_dump(hidden))


def _dump(document: Any) -> str:
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=160))


def writable(path: Path) -> Path:
    """Return the file that a path leads to, links resolved. Raises BadDocument for what is there and is no regular
    file."""
    try:
        target = path.resolve()
        is_other = target.is_symlink() or (target.exists() and not target.is_file())
    except (OSError, RuntimeError, ValueError) as error:  # links that lead in a circle, a name too long, a NUL
        raise BadDocument(f"{shown(str(path))} leads nowhere: {error}") from error
    if is_other:
        raise BadDocument(f"{path} is no regular file, and nothing else is ever replaced")
    return target


def save(path: Path, text: str) -> None:
    """Put a text in place of a file all at once, so that no reader ever sees half of it.

    Only its owner may read a new one: it tells what a server lacks. One that exists keeps its mode, and a link stays
    a link.
    Raises BadDocument for what is there and is no regular file.
    """
    target = writable(path)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        temporary = Path(folder) / target.name
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(mode)
        temporary.replace(target)
