# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A registry without what nobody needs to judge a server: a snapshot is passed on more easily than a server.

_catalogue/redaction.yml says of the keys below Services, and of those of network adapters, what is kept. Every other
value there stays with its name and type and loses its data, so that a driver's key is still known to be whole.
ImagePath of a program loses its arguments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any

from .._catalogue.redaction import ADAPTERS_KEPT, KEPT, LEFT_OUT, Kept
from .._planning.ledger import LEDGER
from .._protocol.image_path import resolve_image
from .._protocol.patterns import matches_pattern
from .._protocol.values import Value, Values, is_writable, text_of, type_of
from .._windows.drivers.services import WIN32_TYPES
from .._windows.registry_paths import ADAPTERS, SERVICES

_STATES = ("before", "after")  # of a ledger entry; that of a deleted driver holds its whole key
_EMPTY: dict[str, Any] = {"REG_SZ": "", "REG_DWORD": 0, "REG_MULTI_SZ": []}
_EMPTY_TYPED: dict[str, Any] = {"REG_EXPAND_SZ": "", "REG_QWORD": 0, "REG_BINARY": ""}

# The program of a command line: in quotes, up to its extension, or up to the first blank behind the folder. An option,
# a quotation mark and "=" end it all the same: what follows may hold a path, too.
_BEFORE_OPTIONS = r'(?:(?!\s[-/])[^"=\0])'
_PROGRAM = re.compile(
    rf'\s*(?:"[^"]*"?|{_BEFORE_OPTIONS}*?\.(?:exe|com|bat|cmd|dll|sys)(?=[\s,;"\0]|$)'
    rf'|{_BEFORE_OPTIONS}*\\[^\s"=\0]*|[^\s"=\0]+)',
    re.IGNORECASE,
)


def redacted(registry: Mapping[str, Values]) -> dict[str, Values]:
    """Return a registry as a redacted snapshot holds it."""
    services, adapters, ledger = (f"{each.lower()}\\" for each in (SERVICES, ADAPTERS, LEDGER))
    paths = {path.lower() for path in registry}
    kept: dict[str, Values] = {}
    for path, values in registry.items():
        if path.lower().startswith(ledger):
            kept[path] = {name: _of_entry(name, value) for name, value in values.items()}
        elif path.lower().startswith(adapters):
            kept[path] = _of_adapter(path[len(adapters) :], values, f"{path.lower()}\\ndi\\params\\", paths)
        elif not path.lower().startswith(services):
            kept[path] = values
        elif not _is_left_out(path[len(services) :]):
            kept[path] = _of_key(path[len(services) :], values)
    return kept


def renamed(registry: Mapping[str, Values], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the paths of files that hold a program's arguments, in lower case, and what redacted makes of each."""
    below = SERVICES.lower() + "\\"
    paths: dict[str, str] = {}
    for path, values in registry.items():
        service = path[len(below) :]
        if path.lower().startswith(below) and _is_program(service, values):
            written = next((text_of(value) for name, value in values.items() if name.lower() == "imagepath"), "")
            program = text_of(_program_of(written))
            before, after = (resolve_image(each, service, environment) for each in (written, program))
            if before and program != written:
                paths[before.lower()] = after or program
    return paths


def _is_left_out(key: str) -> bool:
    return any(f"{key.lower()}\\".startswith(f"{each.lower()}\\") for each in LEFT_OUT)


def _of_key(key: str, values: Values) -> Values:
    """Return the values of a key. key: relative to Services."""
    rules = _rules_of(KEPT, re.sub(r"^[^\\]+", "*", key)) + _rules_of(KEPT, key)
    kept = {name: value if _is_kept(name, value, rules) else _emptied(value) for name, value in values.items()}
    if not _is_program(key, values):
        return kept
    return {name: _program_of(value) if name.lower() == "imagepath" else value for name, value in kept.items()}


def _is_program(key: str, values: Values) -> bool:
    """Tell whether a key is that of a Win32 service. key: relative to Services."""
    kind = next((value for name, value in values.items() if name.lower() == "type"), None)
    return "\\" not in key and isinstance(kind, int) and bool(kind & WIN32_TYPES)


def _of_adapter(key: str, values: Values, declared: str, paths: Set[str]) -> Values:
    """Return the values of an adapter's key, or of one below it: its settings are kept, which are those that its driver
    declares and the standardized ones.

    key: relative to the class of the adapters. declared: path of the key of the declared settings, with a backslash.
    """
    within = key.partition("\\")[2]
    rules = _rules_of(ADAPTERS_KEPT, f"*\\{within}" if within else "*")
    return {
        name: value
        if _is_kept(name, value, rules) or (not within and (name.startswith("*") or declared + name.lower() in paths))
        else _emptied(value)
        for name, value in values.items()
    }


@lru_cache(maxsize=10_000)
def _rules_of(kept: tuple[Kept, ...], key: str) -> tuple[Kept, ...]:
    parts = key.split("\\")
    return tuple(rule for rule in kept if _fits(rule.key.split("\\"), parts))


def _fits(patterns: list[str], parts: list[str]) -> bool:
    if patterns[-1] == "**":
        patterns, parts = patterns[:-1], parts[: len(patterns) - 1]
    return len(patterns) == len(parts) and all(map(matches_pattern, patterns, parts))


def _is_kept(name: str, value: Value, rules: tuple[Kept, ...]) -> bool:
    is_number = type_of(value) in ("REG_DWORD", "REG_QWORD")
    return any(rule.all or name.lower() in rule.values or (rule.numbers and is_number) for rule in rules)


def _emptied(value: Value) -> Value:
    kind = type_of(value)
    if kind in _EMPTY:
        return _EMPTY[kind]
    return {kind: _EMPTY_TYPED[kind] if is_writable(value) else None}


def _program_of(value: Value) -> Value:
    """Return an ImagePath without the arguments of the program, which may hold a password."""
    written = text_of(value)
    match = _PROGRAM.match(written)
    program = match.group() if match else ""
    return dict.fromkeys(value, program) if isinstance(value, dict) else program


def _of_entry(name: str, value: Value) -> Value:
    """Return a value of a ledger entry: a state that holds the key of a driver holds it as a redacted registry
    would."""
    if name.lower() not in _STATES:
        return value
    try:
        state = json.loads(text_of(value))
        trees = {field: _of_tree(each) for field, each in state.items() if _is_tree(each)}
    except (ValueError, AttributeError, RecursionError):
        return value  # which no task can take for a state either
    return json.dumps({**state, **trees}, sort_keys=True) if trees else value


def _is_tree(data: Any) -> bool:
    return isinstance(data, dict) and bool(data) and all(isinstance(each, dict) for each in data.values())


def _of_tree(tree: Mapping[str, Values]) -> dict[str, Values]:
    """Return a driver's key by relative paths, "" for the key itself."""
    return {path: _of_key(f"*\\{path}" if path else "*", values) for path, values in tree.items()}
