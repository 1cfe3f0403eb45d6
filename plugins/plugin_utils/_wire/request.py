# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A request: operations first, then queries, as lines of fields with "|" between them. Empty fields at the end of a
line are left out. The lines before them abbreviate: "`A" stands for what the first of them holds, "`B" for the second;
a line may be abbreviated by those after it.

rules       list of (regular expression, replacement) pairs that make an image path a full path
registry    hive, pattern (list of literal path, expression, literal path, ...), depth, all or nothing, names (list),
            filter name, filter mask, filter texts (list), image value, plain or nothing, identity (list)
file        paths (list), identity (list)
service     expressions for names (list)
access      key
interface   ports (list)
command     program, arguments
event       log, source, ids (list), since, most
operation   kind, subject, name, type, data, expected JSON, ledger entry
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._protocol import operations as op
from .._protocol import queries as q
from .._protocol.errors import CollectionError
from .._protocol.identity import IDENTITY
from .._protocol.image_path import RULES
from .._protocol.patterns import has_wildcard, pattern_of
from .._protocol.values import UnwritableValue, Value, data_of, is_writable, type_of
from .canonical import ABBREVIATION, FIELD_END, to_field, to_json, to_list

HIVES = ("HKLM", "HKU")

NAMED = "="
"""In place of an expression: the names that an earlier query found."""

_FIRST = "rules"
# What audits write often, as it is written: what holds others stands before them. At most as many as there are letters.
_SYSTEM = r"registry|HKLM|SYSTEM\\CurrentControlSet\\"
_SOFTWARE = r"registry|HKLM|SOFTWARE\\"
_ADAPTER_CLASS = "{4D36E972-E325-11CE-BFC1-08002BE10318};"
_LONG = (
    "|0||DisplayName;Publisher;InstallLocation;SystemComponent;ParentDisplayName;|||||plain",
    ";|1||ComponentId;InfPath;Service;CoServices;FilterRunType;Characteristics;|||||plain",
    to_list(str(number) for number in range(64)),
    _SOFTWARE + r"Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\Packages;(?s)^Package_for_",
    _SYSTEM + rf"Control\\Class\\{_ADAPTER_CLASS}(?s)^....$;",
    _SYSTEM + r"Enum\\PCI;(?s)^VEN_",
    ".*$;;;|0||ClassGUID;",
    _SOFTWARE + r"Microsoft\\Windows NT\\CurrentVersion",
    _SOFTWARE + r"Microsoft\\Updates;;;;KB9",
    _SOFTWARE + r"Server Baseline\\Ledger;;|0|",
    _SYSTEM + r"Services\\",
    _SYSTEM + "Services;;",
    _SYSTEM + r"Control\\",
    _SYSTEM,
    _SOFTWARE,
    r"Microsoft\\Windows\\CurrentVersion\\",
    _ADAPTER_CLASS.removeprefix("{4D36E972"),
    "|0||ImagePath;||||ImagePath",
    "SystemManufacturer;SystemProductName;",
    r"%(?:SystemRoot\u007cSystemDrive\u007cwindir\u007cProgramFiles\u007cProgramFiles\\(x86\\))%",
    r"%SystemRoot%\\",
    "registry|HKLM|",
    "|||||plain",
    r"\u007c",
    r"\\\\",
    ";|0||",
)


class BadRequest(CollectionError, ValueError):
    """A request that must not be sent; the message says why."""


@dataclass(frozen=True)
class Request:
    """What one remote execution is to do.

    large_answer: whether the answer is so large that it travels gzipped. It is no part of the text: another script
    answers.
    """

    queries: tuple[q.Query, ...]
    operations: tuple[op.Operation, ...] = ()
    large_answer: bool = False

    def encode(self) -> str:
        """Write the request as text. Raises BadRequest for what a server cannot be asked."""
        lines: list[tuple[str, ...]] = [(_FIRST, to_list(part for rule in RULES for part in rule))]
        lines += [("operation", *_operation_fields(operation)) for operation in self.operations]
        lines += [tuple(_query_fields(query)) for query in merge(self.queries)]
        return abbreviate("\n".join(FIELD_END.join(line).rstrip(FIELD_END) for line in lines))


def merge(queries: Sequence[q.Query]) -> list[q.Query]:
    """Return queries that ask each thing once: those of the same keys that differ in the names of values become one.

    The answers of all queries are one document, so that nobody misses what was merged.
    """
    merged: dict[q.Query, q.Query] = {}
    for query in queries:
        if isinstance(query, q.RegistryQuery) and query.values is not None:
            keys = replace(query, values=())
            earlier = merged.get(keys)
            names = earlier.values or () if isinstance(earlier, q.RegistryQuery) else ()
            merged[keys] = replace(query, values=tuple(dict.fromkeys((*names, *query.values))))
        else:
            merged[query] = query
    return list(merged.values())


def abbreviate(text: str) -> str:
    """Write a request with those of the abbreviations that save more than they take, each as a line before it."""
    head = 0
    for long in _LONG:
        short = _short(head)
        if text.count(long) * (len(long) - len(short)) > len(long) + 1:
            lines = text.replace(long, short).split("\n")
            text = "\n".join([*lines[:head], long, *lines[head:]])
            head += 1
    return text


def expand(text: str) -> str:
    """Return the request that abbreviate wrote so."""
    before, start, rest = text.partition(f"{_FIRST}{FIELD_END}")
    for place, long in enumerate(before.splitlines()):
        rest = rest.replace(_short(place), long)
    return start + rest


def _short(place: int) -> str:
    return ABBREVIATION + chr(ord("A") + place)


def split_path(path: str) -> tuple[str, str]:
    """Split a key path into hive and the rest. Raises BadRequest for a hive that the wire does not reach."""
    hive, _unused, rest = path.partition("\\")
    if hive not in HIVES or not rest:
        raise BadRequest(f"{path!r} is not a key path: it must start with one of {', '.join(HIVES)} and a backslash")
    return hive, rest


def split_pattern(rest: str) -> list[str]:
    """Split a path below a hive into literal path, name expression, literal path, ...: literals at even places."""
    parts = [""]
    for name in rest.split("\\"):
        if has_wildcard(name):
            parts += [_expression(name), ""]
        else:
            parts[-1] = f"{parts[-1]}\\{name}" if parts[-1] else name
    return parts if parts[-1] else parts[:-1]


def _expression(pattern: str) -> str:
    """Return the regular expression of a pattern of one name; "" fits any name, as "*" does."""
    return "" if pattern == "*" else pattern_of(pattern)


def _query_fields(query: q.Query) -> list[str]:
    if isinstance(query, q.RegistryQuery):
        return _registry_fields(query)
    if isinstance(query, q.FileQuery):
        return ["file", to_list(query.paths), _identity(query)]
    if isinstance(query, q.ServiceQuery):
        return ["service", to_list(map(_expression, query.names))]
    if isinstance(query, q.AccessQuery):
        split_path(query.path)
        return ["access", to_field(query.path)]
    if isinstance(query, q.CommandQuery):
        return ["command", *_command_fields(query)]
    if isinstance(query, q.EventQuery):
        ids = to_list(str(number) for number in query.ids)
        return ["event", to_field(query.log), to_field(query.source), ids, query.since, str(query.most)]
    return ["interface", to_list(str(port) for port in query.ports)]


def _registry_fields(query: q.RegistryQuery) -> list[str]:
    hive, rest = split_path(query.path)
    where = query.where or q.Filter("")
    return [
        "registry",
        hive,
        to_list(_pattern(query, rest)),
        str(query.depth),
        "all" if query.values is None else "",
        to_list(query.values or ()),
        to_field(where.name),
        str(where.mask or ""),
        to_list(where.any_of),
        to_field(query.image),
        "" if query.types else "plain",
        _identity(query),
        _naming(query),
    ]


def _naming(query: q.RegistryQuery) -> str:
    """Return the name as it is: the payload takes it so."""
    if query.naming != to_field(query.naming):
        raise BadRequest(f"{query.naming!r} is no name of a value that the payload takes as it is")
    return query.naming


def _pattern(query: q.RegistryQuery, rest: str) -> list[str]:
    parts = split_pattern(rest)
    if not query.named:
        return parts
    if not rest.endswith("\\*"):
        raise BadRequest(f"{query.path!r} does not end in the names that an earlier query is to tell: \\*")
    return [*parts[:-1], NAMED]


def _identity(query: q.RegistryQuery | q.FileQuery) -> str:
    unknown = set(query.identify).difference(IDENTITY)
    if unknown:
        raise BadRequest(f"{min(unknown)!r} is nothing that a file is known by: {', '.join(IDENTITY)} are")
    return to_list(query.identify)


def _command_fields(command: q.CommandQuery) -> list[str]:
    if command.program not in q.COMMANDS:
        raise BadRequest(
            f"{command.program!r} is not a command that this collection runs: it runs {', '.join(q.COMMANDS)}"
        )
    return [to_field(command.program), to_field(command.arguments)]


def _operation_fields(operation: op.Operation) -> list[str]:
    kind, fields = _KINDS[type(operation)], _WRITERS[type(operation)](operation)
    return [kind, *(fields.get(name, "") for name in ("subject", "name", "type", "data", "expected", "record"))]


def _expected(data: Any) -> str:
    return to_field(to_json(data))


def _set_value(operation: op.SetValue) -> dict[str, str]:
    split_path(operation.key)
    _check_writable(operation, operation.value, operation.expected)
    return {
        "subject": to_field(operation.key),
        "name": to_field(operation.name),
        "type": type_of(operation.value),
        "data": _data(operation.value),
        "expected": _expected(operation.expected),
    }


def _delete_value(operation: op.DeleteValue) -> dict[str, str]:
    split_path(operation.key)
    _check_writable(operation, operation.expected, None)
    return {
        "subject": to_field(operation.key),
        "name": to_field(operation.name),
        "expected": _expected(operation.expected),
    }


def _check_writable(operation: op.SetValue | op.DeleteValue, value: Value, previous: Value | None) -> None:
    """Refuse what could not be restored: the ledger must be able to undo every change."""
    for each in (value, previous):
        if each is not None and not is_writable(each):
            raise BadRequest(
                f"{operation.key}\\{operation.name} is of type {type_of(each)}, which cannot be written back; "
                "it is left as it is"
            )


def _data(value: Value) -> str:
    kind, data = type_of(value), data_of(value)
    if kind == "REG_MULTI_SZ":
        return to_list(data)
    if kind == "REG_BINARY":
        return bytes.fromhex(data).hex()
    if kind in ("REG_DWORD", "REG_QWORD"):
        bits = 32 if kind == "REG_DWORD" else 64
        if not 0 <= data < 1 << bits:
            raise UnwritableValue(f"{data} does not fit an unsigned {kind}")
        return str(int(data))
    return to_field(data)


def _delete_key(operation: op.DeleteKey) -> dict[str, str]:
    split_path(operation.key)
    for path, values in operation.expected.items():
        for name, value in values.items():
            _check_writable(op.DeleteValue(path, name, value), value, None)
    tree = {"data": to_list(operation.below), "expected": _expected(operation.expected)}
    return {"subject": to_field(operation.key), **tree}


def _new_key(operation: op.CreateKey) -> dict[str, str]:
    split_path(operation.key)
    return {"subject": to_field(operation.key), "expected": "null"}


def _ledger_entry(operation: op.LedgerEntry) -> dict[str, str]:
    data = to_list(part for item in operation.values.items() for part in item)
    return {"subject": to_field(operation.key), "data": data, "expected": "null"}


def _driver(operation: op.StopDriver | op.StartDriver) -> dict[str, str]:
    return {
        "subject": to_field(operation.name),
        "expected": _expected(operation.expected),
        "record": to_field(operation.record),
    }


def _rename_file(operation: op.RenameFile) -> dict[str, str]:
    return {
        "subject": to_field(operation.path),
        "name": to_field(operation.to),
        "expected": _expected(operation.expected),
    }


def _run_command(operation: op.RunCommand) -> dict[str, str]:
    program, arguments = _command_fields(operation.command)
    notes = {"data": to_field(operation.keeps), "record": to_field(operation.record)}
    if operation.expected is None:
        return {"subject": program, "name": arguments, **notes}
    command, output = operation.expected
    if command.program != operation.command.program:
        raise BadRequest(f"{operation.command.line!r} expects an output of another program: {command.line!r}")
    before = {"type": _command_fields(command)[1], "expected": _expected(output)}
    return {"subject": program, "name": arguments, **before, **notes}


_KINDS: dict[type, str] = {
    op.SetValue: "set_value",
    op.DeleteValue: "delete_value",
    op.CreateKey: "create_key",
    op.DeleteKey: "delete_key",
    op.StopDriver: "stop",
    op.StartDriver: "start",
    op.LedgerEntry: "ledger",
    op.RunCommand: "run",
    op.RenameFile: "rename_file",
}
_WRITERS: dict[type, Callable[[Any], dict[str, str]]] = {
    op.SetValue: _set_value,
    op.DeleteValue: _delete_value,
    op.CreateKey: _new_key,
    op.DeleteKey: _delete_key,
    op.StopDriver: _driver,
    op.StartDriver: _driver,
    op.LedgerEntry: _ledger_entry,
    op.RunCommand: _run_command,
    op.RenameFile: _rename_file,
}
