# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The reply of a server: one line between two nonces, ASCII, gzipped and base64-encoded where the request says that it
is large.

It alone is trusted. The exit code is that of some outer PowerShell or of none, standard error holds what profiles,
progress bars and the connection leave there, and standard output may hold more than the reply.
"""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from .._protocol.document import PART_CHECKS
from .._protocol.errors import CollectionError
from .._protocol.shapes import Check, WrongShape, fields, list_of, mapping_of, maybe, number, text, truth
from .._protocol.text import shown
from .._protocol.values import add_values
from .canonical import to_json

_PARTS = tuple(part for part in PART_CHECKS if part != "registry")
_GZIP = 16 + zlib.MAX_WBITS  # a header of gzip and not of zlib

MAX_REPLY = 16 << 20
"""The characters of a reply that are taken, as it came and unpacked: some ten times what the largest server answers."""
MAX_VALUES = 500_000
"""The values of a reply that are taken."""
_LOOKED_AT = 100_000  # characters of foreign output that are looked at
_MAX_DEPTH = 100  # which Python's reader of JSON has at least


def _plain(levels: int) -> Check:
    """Expect texts, numbers, truths and nothing, in lists and mappings of so many levels."""

    def check(data: Any) -> None:
        if isinstance(data, (list, dict)):
            if not levels:
                raise WrongShape("is nested deeper than anything that is written")
            (list_of if isinstance(data, list) else mapping_of)(_plain(levels - 1))(data)
        elif not isinstance(data, (bool, str, int, type(None))):
            raise WrongShape("must be a value of the registry, or facts of a file, a service or a command")

    return check


_ANSWER: dict[str, Check] = {"status": maybe(text), "code": number, "exit_code": number, "output": text}
_CONFLICT: dict[str, Check] = {"operation": number, "found": _plain(4)}  # a tree: keys, values, a type or a list
_FAILURE: dict[str, Check] = {"operation": number, "writing": truth, "reason": text}
_REPLY: dict[str, Check] = {
    **PART_CHECKS,
    "registry": list_of(PART_CHECKS["registry"]),
    "operations": list_of(fields(_ANSWER)),
    "conflicts": list_of(fields(_CONFLICT, tuple(_CONFLICT))),
    "failure": maybe(fields(_FAILURE, tuple(_FAILURE))),
}


class Damaged(CollectionError, ValueError):
    """What is wrong with a reply."""


class NoReply(CollectionError):
    """There is no trustworthy reply; the message says what came instead and what to do."""


class NotFullLanguage(NoReply):
    """PowerShell ran in another language mode, so nothing was read and nothing was written."""


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    document: what was read, in the form of a snapshot. operations: what each operation gave.
    conflicts: operations that found another state than they expect, with what they found; none was then applied.
    failure: the operation that failed (-1: a query), whether it failed in writing rather than before, and the
    reason; None when nothing failed.
    """

    document: dict[str, Any]
    operations: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    failure: dict[str, Any] | None = None


def wrap(nonce: str, reply: Reply) -> str:
    """Write a reply as the payload does in plain text."""
    data = {
        **{part: reply.document[part] for part in _PARTS if part in reply.document},
        "registry": [reply.document["registry"]],
        "conflicts": reply.conflicts,
        "operations": reply.operations,
        "failure": reply.failure,
    }
    return f"{nonce}:{to_json(data)}:{nonce}"


def unwrap(nonce: str, stdout: str, stderr: str, operations: int = 0) -> Reply:
    """Find the reply in what an execution printed. operations: how many the request had. Raises NoReply."""
    # A console in between may fold the line; the reply itself holds no line end.
    line = stdout.replace("\r", "").replace("\n", "")
    start = line.find(f"{nonce}:")
    end = line.find(f":{nonce}", start + len(nonce) + 1) if start >= 0 else -1
    if end < 0:
        if start < 0:  # once an answer has begun, the request ran, and the words may be data of the server
            check_language(stdout)
        raise NoReply(_explain(nonce, stdout, stderr))
    try:
        return _parse(_text_of(line[start + len(nonce) + 1 : end]), operations)
    except Damaged as error:
        raise NoReply(f"the reply of the server is damaged: {error}; run the task again") from error


def check_language(output: str) -> None:
    """Raise NotFullLanguage when bootstrap or module said that they ran in another language mode."""
    mode = re.search(r"baseline:mode:(\w{1,40})", output[:_LOOKED_AT])
    if mode:
        raise NotFullLanguage(
            f"PowerShell on the server ran the collection's script in {mode.group(1)} mode, in which no .NET method "
            "can be called: an application control policy (AppLocker, App Control for Business) trusts no script that "
            "it does not know. Nothing was changed. Either sign the collection (New-AnsiblePowerShellSignature) and "
            "set server_baseline_execution: module, with ansible-core 2.19 or later; or, under AppLocker, connect as "
            "an account whose scripts its rules allow, as its default rules do for administrators. "
            "See docs/security_team.md"
        )


def _text_of(body: str) -> str:
    """Return the JSON text of a reply. Raises Damaged."""
    if len(body) > MAX_REPLY:
        raise Damaged(f"it is longer than the {MAX_REPLY >> 20} MiB that are taken")
    if body.startswith("{"):
        return body
    try:
        return unzip(base64.b64decode(body, validate=True)).decode("ascii")
    except ValueError as error:
        raise Damaged(f"it is neither JSON nor gzip in base64 ({shown(str(error))})") from error


def unzip(data: bytes) -> bytes:
    """Unpack gzip as far as the limit. Raises Damaged for more than that, and for what is no gzip or not the whole of
    it."""
    unpacking = zlib.decompressobj(wbits=_GZIP)
    try:
        unpacked = unpacking.decompress(data, MAX_REPLY + 1)
    except zlib.error as error:
        raise Damaged(f"it is no gzip ({error})") from error
    if len(unpacked) > MAX_REPLY:
        raise Damaged(f"unpacked it is longer than the {MAX_REPLY >> 20} MiB that are taken")
    if not unpacking.eof:
        raise Damaged("its gzip has no end")
    return unpacked


def _parse(text: str, operations: int) -> Reply:
    data = _load(text)
    _check(data, operations)
    registry: dict[str, dict[str, Any]] = {}
    for answer in data["registry"]:
        for path, values in answer.items():
            add_values(registry.setdefault(path, {}), values)
    document = {part: data[part] for part in _PARTS}
    return Reply({**document, "registry": registry}, data["operations"], data["conflicts"], data["failure"])


def _load(text: str) -> Any:
    """Parse JSON within the limits. Raises Damaged."""
    # Each of these begins a value or ends one, so there are no more values than so many, and each takes memory of
    # its own.
    if sum(map(text.count, "{[,")) > MAX_VALUES:
        raise Damaged(f"it holds more than the {MAX_VALUES} values that are taken")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise Damaged(f"it is nested deeper than the {_MAX_DEPTH} levels that are taken") from error
    except ValueError as error:
        raise Damaged(f"it is no JSON ({shown(str(error))})") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _check(data: Any, operations: int) -> None:
    """Raise Damaged for a reply in which anything is of another type than it must be."""
    try:
        fields(_REPLY, tuple(_REPLY))(data)
    except WrongShape as error:
        raise Damaged(str(error)) from error
    places = [each["operation"] for each in data["conflicts"]]
    if any(not 0 <= place < operations for place in places):
        raise Damaged(f"conflicts: it names an operation that is none of the {operations}")
    failed = data["failure"] is not None
    if failed and not -1 <= data["failure"]["operation"] < operations:
        raise Damaged(f"failure: it names an operation that is none of the {operations}")
    answers = len(data["operations"])
    if answers > operations or (answers < operations and not places and not failed):
        raise Damaged(f"operations: it has {answers} answers to {operations} operations")


def _explain(nonce: str, stdout: str, stderr: str) -> str:
    if "baseline:no-input" in stdout:
        return (
            "the connection plugin passed no standard input to the server, so the request did not arrive; "
            "use winrm, psrp or ssh (ansible_connection), which do"
        )
    if f"{nonce}:" in stdout:
        return (
            "the reply of the server was cut short; run the task again, and see whether the server or a proxy "
            "ends long answers"
        )
    return (
        "PowerShell did not answer on the server: there is no reply in its output. Is PowerShell 2.0 or later "
        "installed and on the PATH, and is the host a Windows server? "
        f"Standard output: {_quoted(stdout)}. Standard error: {_quoted(stderr)}"
    )


def _quoted(output: str) -> str:
    """Return what a message repeats of foreign output. PowerShell writes its errors as CLIXML where nobody reads a
    console."""
    errors = "".join(re.findall('<S S="Error">([^<]*)</S>', output[:_LOOKED_AT]))
    text = (html.unescape(errors).replace("_x000D__x000A_", "\n") or output[:_LOOKED_AT]).strip()
    return f"'{shown(text)}'" if text else "empty"
