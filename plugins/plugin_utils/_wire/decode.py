# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The other side of request.py: what the payload does with a request's text, for the replica."""

from __future__ import annotations

import json
from collections.abc import Callable

from .._protocol import operations as op
from .._protocol import queries as q
from .._protocol.patterns import wildcards_of
from .._protocol.values import Value
from .canonical import FIELD_END, from_field, from_list
from .request import NAMED, Request, expand

# Empty fields at the end of a line are not sent; no line has more.
_LEFT_OUT = [""] * 11


def decode(text: str) -> Request:
    """Read what Request.encode wrote."""
    lines = [[*line.split(FIELD_END), *_LEFT_OUT] for line in expand(text).split("\n")[1:]]
    return Request(
        tuple(_query(fields) for fields in lines if fields[0] != "operation"),
        tuple(_operation(fields[1:8]) for fields in lines if fields[0] == "operation"),
    )


def _query(fields: list[str]) -> q.Query:
    kind = fields[0]
    if kind == "registry":
        return _registry_query(fields)
    if kind == "file":
        return q.FileQuery(tuple(from_list(fields[1])), tuple(from_list(fields[2])))
    if kind == "service":
        return q.ServiceQuery(tuple(map(_pattern, from_list(fields[1]))))
    if kind == "access":
        return q.AccessQuery(from_field(fields[1]))
    if kind == "command":
        return q.CommandQuery(from_field(fields[1]), from_field(fields[2]))
    if kind == "event":
        ids = tuple(int(number) for number in from_list(fields[3]))
        return q.EventQuery(from_field(fields[1]), from_field(fields[2]), ids, fields[4], int(fields[5]))
    return q.InterfaceQuery(tuple(int(port) for port in from_list(fields[1])))


def _pattern(expression: str) -> str:
    return "*" if expression in ("", NAMED) else wildcards_of(expression)


def _registry_query(fields: list[str]) -> q.RegistryQuery:
    _unused, hive, pattern, depth, mode, values, name, mask, wanted, image, types, identity, naming = fields[:13]
    parts = from_list(pattern)
    names = [_pattern(part) if place % 2 else part for place, part in enumerate(parts)]
    where = q.Filter(from_field(name), int(mask or 0), tuple(from_list(wanted))) if name else None
    path = "\\".join([hive, *(part for part in names if part)])
    chosen = None if mode == "all" else tuple(from_list(values))
    identify, named = tuple(from_list(identity)), parts[-1] == NAMED
    files = (from_field(image), types != "plain", identify)
    return q.RegistryQuery(path, chosen, int(depth), where, *files, naming, named)


def _value(kind: str, data: str) -> Value:
    if kind == "REG_SZ":
        return from_field(data)
    if kind == "REG_DWORD":
        return int(data)
    if kind == "REG_MULTI_SZ":
        return from_list(data)
    if kind == "REG_BINARY":
        return {kind: data}
    return {kind: int(data) if kind == "REG_QWORD" else from_field(data)}


def _operation(fields: list[str]) -> op.Operation:
    kind, subject, name, detail, data, expected, record = fields
    texts = [from_field(field) for field in (subject, name, detail, expected, record)]
    return _READERS[kind](*texts, data)


def _set_value(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.SetValue(subject, name, _value(kind, data), json.loads(expected))


def _delete_value(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.DeleteValue(subject, name, json.loads(expected))


def _delete_key(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.DeleteKey(subject, json.loads(expected))


def _ledger_entry(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    parts = from_list(data)
    return op.LedgerEntry(subject, dict(zip(parts[::2], parts[1::2], strict=True)))


def _run_command(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    before = (q.CommandQuery(subject, kind), json.loads(expected)) if kind else None
    return op.RunCommand(q.CommandQuery(subject, name), before, record, from_field(data))


def _rename_file(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.RenameFile(subject, name, json.loads(expected))


def _create_key(subject: str, *rest: str) -> op.Operation:
    return op.CreateKey(subject)


def _stop(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.StopDriver(subject, record, json.loads(expected))


def _start(subject: str, name: str, kind: str, expected: str, record: str, data: str) -> op.Operation:
    return op.StartDriver(subject, record, json.loads(expected))


_READERS: dict[str, Callable[..., op.Operation]] = {
    "set_value": _set_value,
    "delete_value": _delete_value,
    "create_key": _create_key,
    "delete_key": _delete_key,
    "stop": _stop,
    "start": _start,
    "ledger": _ledger_entry,
    "run": _run_command,
    "rename_file": _rename_file,
}
