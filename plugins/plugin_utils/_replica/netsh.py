# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A replica's netsh: it keeps what is set where the server's own would show it again (facts A2, A3, B1).

interface tcp set global WORD=STATE ...       changes the kept output of "interface tcp dump"; a word that is not there
                                              is refused; udp likewise
interface ip set chimney ENABLED|DISABLED     sets EnableTCPChimney, on 5.2 alone
interface set interface name="..." admin=...  takes the interface of that name down or up; one that is not there is
                                              refused

A document may say what a snapshot does not:
netsh_damage     values that "set global" leaves in Tcpip\\Parameters, as it does on some 6.0 (KB967224)
netsh_exit_code  with what every change fails; or pattern -> exit code, for those whose arguments fit
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from .._protocol import operations as op
from .._protocol.names import CaseInsensitiveDict, equals_ignore_case
from .._protocol.patterns import pattern_of
from .._protocol.values import Values, text_of
from .._windows.network.netsh import DUMPS, parse_dump
from .._windows.network.tcp_settings import PARAMETERS
from .._windows.releases import VERSION_KEY
from .tree import Key

Answer: TypeAlias = dict[str, Any]  # exit_code, output
_DONE: Answer = {"exit_code": 0, "output": "Ok.\r\n\r\n"}
_REFUSED: Answer = {"exit_code": 1, "output": "The parameter is incorrect.\r\n\r\n"}
# What netsh writes for STATE default is not known, so a replica does not take it.
_PAIR = re.compile(r"([a-z]+)=(?!default\b)([a-z0-9]+)(?!\S)", re.IGNORECASE)


def carry_out(document: dict[str, Any], tree: Key, operation: op.RunCommand) -> Answer | None:
    """Change a document as a netsh command changes a server. None for a command that changes nothing that a replica
    has.

    tree: the registry of the document, which stands apart from it.
    """
    before = _values(tree, operation.keeps)
    answer = _run(document, tree, operation.command.arguments)
    if operation.keeps:
        _put_back(tree, operation, before)
    return answer


def _run(document: dict[str, Any], tree: Key, arguments: str) -> Answer | None:
    for pattern, command in _COMMANDS:
        if match := re.fullmatch(pattern, arguments, re.IGNORECASE):
            code = _exit_code(document, arguments)
            return {**_REFUSED, "exit_code": code} if code else command(document, tree, match)
    return None


def _exit_code(document: dict[str, Any], arguments: str) -> int:
    said = document.get("netsh_exit_code", 0)
    codes = said if isinstance(said, dict) else {"*": said}
    return next(
        (code for pattern, code in codes.items() if re.search(pattern_of(pattern), arguments, re.IGNORECASE)), 0
    )


def _values(tree: Key, path: str) -> Values:
    key = tree.find(path) if path else None
    return key.listed() if key else {}


def _put_back(tree: Key, operation: op.RunCommand, before: Values) -> None:
    """Undo what a command did to the values of a key, as the payload does, and note their names in the ledger."""
    after = _values(tree, operation.keeps)
    changed = [name for name in before if after.get(name) != before[name]]
    added = [name for name in after if name not in before]
    for name in added:
        tree.create(operation.keeps).delete_value(name)
    for name in changed:
        tree.create(operation.keeps).set_value(name, before[name])
    if changed or added:
        tree.create(operation.record).set_value("PutBack", [*changed, *added])


def _set_globals(document: dict[str, Any], tree: Key, match: re.Match[str]) -> Answer:
    commands = CaseInsensitiveDict(document.get("commands") or {})
    line, context = DUMPS[match[1].lower()].line, match[1].lower()
    dump = commands.get(line)
    shown = parse_dump(dump["output"], context) if dump else None
    words = {name.lower(): state.lower() for name, state in _PAIR.findall(match[2])}
    if dump is None or shown is None or len(words) != len(match[2].split()) or not set(words) <= set(shown):
        return _REFUSED
    output = dump["output"]
    for name, state in words.items():
        output = re.sub(rf"(?m)^(set global .*?\b{name}=)\S+", rf"\g<1>{state}", output)
    document["commands"] = {**commands, commands.spelled(line): {**dump, "output": output}}
    for name, value in (document.get("netsh_damage") or {}).items():
        tree.create(PARAMETERS).set_value(name, value)
    return _DONE


def _set_chimney(document: dict[str, Any], tree: Key, match: re.Match[str]) -> Answer:
    version = tree.find(VERSION_KEY)
    if not version or text_of(version.value("CurrentVersion")) != "5.2":
        return _REFUSED
    tree.create(PARAMETERS).set_value("EnableTCPChimney", int(match[1].lower() == "enabled"))
    return _DONE


def _switch(document: dict[str, Any], tree: Key, match: re.Match[str]) -> Answer:
    found = [each for each in document.get("interfaces") or () if equals_ignore_case(str(each.get("name")), match[1])]
    for interface in found:
        interface["status"] = "up" if match[2].lower() == "enabled" else "down"
    return {"exit_code": 0, "output": "\r\n"} if found else _REFUSED


_COMMANDS: tuple[tuple[str, Callable[[dict[str, Any], Key, re.Match[str]], Answer]], ...] = (
    (r"int(?:erface)? (tcp|udp) set global (.+)", _set_globals),
    (r"int(?:erface)? ip set chimney (enabled|disabled)", _set_chimney),
    (r'int(?:erface)? set interface name="([^"]+)" admin=(enabled|disabled)', _switch),
)
