# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""How a replica answers queries: as the payload does on a server, from a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .._protocol import queries as q
from .._protocol.identity import IDENTITY, UNIDENTIFIED, is_windows_own
from .._protocol.image_path import expand, resolve_image
from .._protocol.names import CaseInsensitiveDict, equals_ignore_case
from .._protocol.patterns import matches_pattern
from .._protocol.values import Value, Values, add_values, text_of, texts_of, type_of, without_types
from .._windows.drivers.services import DRIVER_TYPES, WIN32_TYPES
from .._windows.registry_paths import SERVICES
from .._wire.request import split_pattern
from .tree import Key

_NOT_COLLECTED = "not collected in this snapshot"


class Reader:
    """Answers queries on a document. registry: the tree of its registry part, which operations change."""

    def __init__(self, document: Mapping[str, Any], registry: Key) -> None:
        self._document = document
        self._registry = registry
        self._unreadable = CaseInsensitiveDict(document.get("unreadable") or {})
        self._files = CaseInsensitiveDict(document.get("files") or {})
        self._environment = dict(document.get("environment") or {})
        self._named: set[str] = set()

    def read(self, queries: tuple[q.Query, ...]) -> dict[str, Any]:
        """Return the document that a server would answer to these queries."""
        answer: dict[str, Any] = {
            part: {} for part in ("registry", "files", "unreadable", "services", "commands", "events", "access")
        }
        answer.update(environment=self._environment, interfaces=[])
        self._named = set()
        for query in queries:
            _READERS[type(query)](self, query, answer)
        return answer

    def registry(self, query: q.RegistryQuery, answer: dict[str, Any]) -> None:
        """Read registry keys."""
        if not self._is_collected(query):
            answer["unreadable"][query.path] = _NOT_COLLECTED
            return
        hive, _unused, rest = query.path.partition("\\")
        root = self._registry.find(hive)
        if root:
            for path, key in self._matching(root, hive, split_pattern(rest), answer):
                if _fits(key, query.where) and (not query.named or key.name.lower() in self._named):
                    if query.naming:
                        self._named.add(text_of(key.value(query.naming)).lower())
                    self._read_key(path, key, query, query.depth, answer)

    def _matching(self, key: Key, path: str, parts: list[str], answer: dict[str, Any]) -> Iterator[tuple[str, Key]]:
        if not parts:
            yield path, key
            return
        literal, rest = parts[0], parts[1:]
        if literal:
            path = f"{path}\\{literal}"
            if self._refuses(path, answer):
                return
            found = key.find(literal)
            if not found:
                return
            key = found
        if not rest:
            yield path, key
            return
        for child in list(key.subkeys.values()):
            child_path = f"{path}\\{child.name}"
            if re.search(rest[0], child.name, re.IGNORECASE) and not self._refuses(child_path, answer):
                yield from self._matching(child, child_path, rest[1:], answer)

    def _refuses(self, path: str, answer: dict[str, Any]) -> bool:
        if path not in self._unreadable:
            return False
        answer["unreadable"][path] = self._unreadable[path]
        return True

    def _read_key(self, path: str, key: Key, query: q.RegistryQuery, depth: int, answer: dict[str, Any]) -> None:
        values = key.listed() if query.values is None else _chosen(key, query.values)
        if values or query.values is None:
            add_values(answer["registry"].setdefault(path, {}), values if query.types else without_types(values))
        if query.image and depth == query.depth:
            self._describe_image(
                resolve_image(text_of(key.value(query.image)), key.name, self._environment), query, answer
            )
        if depth:
            for child in key.subkeys.values():
                child_path = f"{path}\\{child.name}"
                if not self._refuses(child_path, answer):
                    self._read_key(child_path, child, query, depth - 1, answer)

    def _describe_image(self, path: str, query: q.RegistryQuery, answer: dict[str, Any]) -> None:
        if path:
            self._describe(path, answer)
            if not is_windows_own(path, answer["files"][path] or {}, self._environment):
                self._identify(path, query.identify, answer)

    def _describe(self, path: str, answer: dict[str, Any]) -> None:
        self._refuses(path, answer)
        facts = self._files.get(path)
        told = facts and {name: fact for name, fact in facts.items() if name not in (*IDENTITY, UNIDENTIFIED)}
        answer["files"].setdefault(path, told)

    def _identify(self, path: str, identity: tuple[str, ...], answer: dict[str, Any]) -> None:
        """Add to a described file what it is known by, as far as the document tells."""
        known, told = self._files.get(path), answer["files"][path]
        if known is None:
            return
        told.update({name: known[name] for name in identity if name in known})
        if any(name not in known for name in identity):
            told[UNIDENTIFIED] = known.get(UNIDENTIFIED, _NOT_COLLECTED)

    def file(self, query: q.FileQuery, answer: dict[str, Any]) -> None:
        """Describe files."""
        for path in query.paths:
            full = expand(path, self._environment)
            if full:
                self._describe(full, answer)
                self._identify(full, query.identify, answer)

    def service(self, query: q.ServiceQuery, answer: dict[str, Any]) -> None:
        """Tell the states of the services that the service manager lists."""
        for name, state in self._services().items():
            if any(matches_pattern(pattern, name) for pattern in query.names):
                answer["services"][name] = state

    def _services(self) -> dict[str, dict[str, Any]]:
        """Return the list of the service manager: the document's; without one, every key of a service is listed."""
        listed = self._document.get("services")
        if listed is not None:
            return {name: _state(state or {}) for name, state in listed.items()}
        services = self._registry.find(SERVICES)
        keys = services.subkeys.values() if services else ()
        return {key.name: _state({}) for key in keys if _is_service(key)}

    def status(self, name: str) -> str | None:
        """Return the status of a service, None when the service manager does not know it."""
        return next(
            (state["status"] for each, state in self._services().items() if equals_ignore_case(each, name)), None
        )

    def image(self, service: str) -> dict[str, Any] | None:
        """Return the facts of a service's image, None when there is no such file."""
        key = self._registry.find(f"{SERVICES}\\{service}")
        written = text_of(key.value("ImagePath")) if key else ""
        return self._files.get(resolve_image(written, service, self._environment))

    def access(self, query: q.AccessQuery, answer: dict[str, Any]) -> None:
        """Tell who may write to a key, where the document says."""
        known: CaseInsensitiveDict[list[str]] = CaseInsensitiveDict(self._document.get("access") or {})
        if query.path in known and self._registry.find(query.path):
            answer["access"][query.path] = list(known[query.path])

    def interface(self, query: q.InterfaceQuery, answer: dict[str, Any]) -> None:
        """List the network interfaces."""
        answer["interfaces"] = list(self._document.get("interfaces") or [])

    def command(self, query: q.CommandQuery, answer: dict[str, Any]) -> None:
        """Repeat the output of a command."""
        answer["commands"][query.line] = self.output(query)

    def output(self, command: q.CommandQuery) -> dict[str, Any]:
        """Return what a command printed when the document was made; one that is not there fails."""
        commands: CaseInsensitiveDict[dict[str, Any]] = CaseInsensitiveDict(self._document.get("commands") or {})
        return dict(commands.get(command.line) or {"exit_code": 1, "output": ""})

    def event(self, query: q.EventQuery, answer: dict[str, Any]) -> None:
        """List the events of a source; of a log that the document does not have nothing is known."""
        logs: CaseInsensitiveDict[dict[str, Any]] = CaseInsensitiveDict(self._document.get("events") or {})
        if query.name not in logs:
            answer["unreadable"][query.name] = self._unreadable.get(query.name, _NOT_COLLECTED)
            return
        log = logs[query.name]
        fitting = [each for each in log["events"] if each["id"] in query.ids and each["time"] >= query.since]
        is_whole = log["complete"] or any(each["time"] < query.since for each in log["events"])
        complete = is_whole and len(fitting) <= query.most
        answer["events"][query.name] = {"complete": complete, "events": fitting[: query.most]}

    def _is_collected(self, query: q.RegistryQuery) -> bool:
        collected = self._document.get("collected")
        return collected is None or any(_covers(pattern, query.path) for pattern in collected)


def _is_service(key: Key) -> bool:
    """Tell whether the service manager takes a key for a service, which Winsock of Type 4 is not (facts E9)."""
    kind = key.value("Type")
    return isinstance(kind, int) and bool(kind & (DRIVER_TYPES | WIN32_TYPES))


def _state(listed: Mapping[str, Any]) -> dict[str, Any]:
    status = listed.get("status", "stopped")
    return {"status": status, "can_stop": bool(listed.get("can_stop")) and status == "running"}


def _covers(collected: str, asked: str) -> bool:
    """Tell whether keys that one path pattern collected, with all below them, hold those that another asks for."""
    have, want = collected.split("\\"), asked.split("\\")
    if len(have) > len(want):
        return False
    return all(matches_pattern(one, other) for one, other in zip(have, want, strict=False))


def _fits(key: Key, where: q.Filter | None) -> bool:
    if where is None:
        return True
    value = key.value(where.name)
    if value is None:
        return False
    if where.mask:
        return type_of(value) == "REG_DWORD" and bool(value & where.mask)
    wanted = {text.lower() for text in where.any_of}
    return any(text.lower() in wanted for text in texts_of(value))


def _chosen(key: Key, names: tuple[str, ...]) -> Values:
    found: dict[str, Value] = {name: key.value(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


_READERS: dict[type, Callable[[Reader, Any, dict[str, Any]], None]] = {
    q.RegistryQuery: Reader.registry,
    q.FileQuery: Reader.file,
    q.ServiceQuery: Reader.service,
    q.AccessQuery: Reader.access,
    q.InterfaceQuery: Reader.interface,
    q.CommandQuery: Reader.command,
    q.EventQuery: Reader.event,
}
