# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""A server in a document: it applies requests as the payload does on a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._protocol import operations as op
from .._protocol.names import CaseInsensitiveDict, equals_ignore_case
from .._protocol.patterns import has_wildcard
from .._protocol.values import Values
from .._windows.registry_paths import SERVICES
from .._wire.reply import Reply
from .._wire.request import Request
from . import netsh
from .reading import Reader
from .tree import Key

# The words of the service manager (winerror.h).
_ERROR_FILE_NOT_FOUND = 2
_ERROR_INVALID_SERVICE_CONTROL = 1052
_ERROR_SERVICE_DISABLED = 1058

_HIVES = ("HKLM\\", "HKU\\")


class Replica:
    """Executes requests on a document, in the form that snapshot.py describes.

    A document may say more than was read. collected: path patterns outside of which nothing is known. refused_code of a
    service: what Windows answers when it is to be stopped, for drivers that say they can be stopped and cannot.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._tree = Key.load(document.get("registry") or {}, denied_keys(document))
        self._reader = Reader(document, self._tree)

    @property
    def document(self) -> dict[str, Any]:
        """The document as it stands now."""
        return {**self._document, "registry": self._registry()}

    def _registry(self) -> dict[str, Values]:
        """Return the registry part, without the keys that are there only because they are denied."""
        written = CaseInsensitiveDict(self._document.get("registry") or {})
        denied = CaseInsensitiveDict(dict.fromkeys(denied_keys(self._document)))
        return {
            path: values
            for path, values in self._tree.dump().items()
            if values or path in written or path not in denied
        }

    def execute(self, request: Request) -> Reply:
        """Carry out the operations, if all find what they expect, then read what is asked."""
        conflicts, failure = self._check(request.operations)
        results: list[dict[str, Any]] = []
        if not conflicts and not failure:
            results = [self._apply(operation) for operation in request.operations]
        queries = () if failure else request.queries
        return Reply(self._reader.read(queries), results, conflicts, failure)

    def _check(self, operations: tuple[op.Operation, ...]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        conflicts = []
        for place, operation in enumerate(operations):
            reason, found = self._unread_part(operation), self._found(operation)
            if not reason and found != _expected(operation):
                conflicts.append({"operation": place, "found": found})
            elif reason or self._is_denied(operation):
                return conflicts, {"operation": place, "writing": False, "reason": reason or "access_denied"}
        return conflicts, None

    def _is_denied(self, operation: op.Operation) -> bool:
        denied = self._document.get("unreadable") or {}
        return any(_is_at_or_below(getattr(operation, "key", ""), path) for path in denied)

    def _unread_part(self, operation: op.Operation) -> str:
        """Return why a tree cannot be deleted of which a part is unreadable, "" for everything else."""
        if not isinstance(operation, op.DeleteKey):
            return ""
        denied = self._document.get("unreadable") or {}
        within = [path for path in denied if path.lower().startswith(operation.key.lower() + "\\")]
        return f"InvalidOperationException: {within[0]} cannot be read: {denied[within[0]]}" if within else ""

    def _found(self, operation: op.Operation) -> Any:
        if isinstance(operation, (op.SetValue, op.DeleteValue)):
            key = self._tree.find(operation.key)
            return key.value(operation.name) if key else None
        if isinstance(operation, (op.StopDriver, op.StartDriver)):
            return self._reader.status(operation.name)
        if isinstance(operation, op.RenameFile):
            return self._file_state(operation)
        if isinstance(operation, op.RunCommand):
            return self._reader.output(operation.expected[0]) if operation.expected else None
        return self._read_tree(operation.key)

    def _file_state(self, operation: op.RenameFile) -> dict[str, Any] | None:
        files = CaseInsensitiveDict(self._document.get("files") or {})
        facts = files.get(operation.path)
        if facts is None:
            return None
        state = {name: facts.get(name) for name in ("size", "modified")}
        return {**state, "taken": files.get(operation.to) is not None}

    def _read_tree(self, path: str) -> dict[str, Values] | None:
        key = self._tree.find(path)
        return None if key is None else {path: key.listed(), **{each: below.listed() for each, below in key.walk(path)}}

    def _apply(self, operation: op.Operation) -> dict[str, Any]:
        return _WRITERS[type(operation)](self, operation) or {}

    def set_value(self, operation: op.SetValue) -> None:
        """Set a registry value."""
        self._tree.create(operation.key).set_value(operation.name, operation.value)

    def delete_value(self, operation: op.DeleteValue) -> None:
        """Delete a registry value."""
        self._tree.create(operation.key).delete_value(operation.name)

    def create_key(self, operation: op.CreateKey) -> None:
        """Create a registry key."""
        self._tree.create(operation.key)

    def delete_key(self, operation: op.DeleteKey) -> None:
        """Delete a registry key and all below it."""
        self._tree.delete(operation.key)

    def enter(self, operation: op.LedgerEntry) -> None:
        """Write a ledger entry."""
        key = self._tree.create(operation.key)
        for name, text in operation.values.items():
            key.set_value(name, text)

    def rename(self, operation: op.RenameFile) -> None:
        """Rename a file."""
        files: dict[str, Any] = self._document["files"]
        files[operation.to] = files.pop(CaseInsensitiveDict(files).spelled(operation.path))
        self._reader = Reader(self._document, self._tree)

    def stop(self, operation: op.StopDriver) -> dict[str, Any]:
        """Stop a driver, if it can be stopped."""
        state = self._service(operation.name)
        code = state.get("refused_code", 0) if state.get("can_stop") else _ERROR_INVALID_SERVICE_CONTROL
        return self._control(operation, "stopped", code)

    def start(self, operation: op.StartDriver) -> dict[str, Any]:
        """Start a driver, if it is not disabled and its image exists."""
        key = self._tree.find(f"{SERVICES}\\{operation.name}")
        if key and key.value("Start") == 4:
            return self._control(operation, "running", _ERROR_SERVICE_DISABLED)
        image = self._reader.image(operation.name)
        return self._control(operation, "running", 0 if image else _ERROR_FILE_NOT_FOUND)

    def _control(self, operation: op.StopDriver | op.StartDriver, status: str, code: int) -> dict[str, Any]:
        if code == 0:
            self._service(operation.name)["status"] = status
        elif operation.record:
            self._tree.create(operation.record).set_value("RefusedCode", code)
        return {"status": self._reader.status(operation.name), "code": code}

    def _service(self, name: str) -> dict[str, Any]:
        services: dict[str, dict[str, Any]] = self._document.setdefault("services", {})
        spelled = next((each for each in services if equals_ignore_case(each, name)), name)
        return services.setdefault(spelled, {"status": "stopped", "can_stop": True})

    def run(self, operation: op.RunCommand) -> dict[str, Any]:
        """Do what netsh does, or repeat what the command printed when the document was made."""
        answer = netsh.carry_out(self._document, self._tree, operation) or self._reader.output(operation.command)
        if operation.record and answer["exit_code"]:
            self._tree.create(operation.record).set_value("RefusedCode", answer["exit_code"])
        return answer


def denied_keys(document: Mapping[str, Any]) -> list[str]:
    """Return the registry keys of a document that cannot be read; patterns, files and logs are none."""
    return [
        path for path in document.get("unreadable") or {} if path.upper().startswith(_HIVES) and not has_wildcard(path)
    ]


def _is_at_or_below(key: str, path: str) -> bool:
    return equals_ignore_case(key, path) or key.lower().startswith(path.lower() + "\\")


def _expected(operation: op.Operation) -> Any:
    expected = getattr(operation, "expected", None)
    return expected[1] if isinstance(expected, tuple) else expected


_WRITERS: dict[type, Callable[[Replica, Any], dict[str, Any] | None]] = {
    op.SetValue: Replica.set_value,
    op.DeleteValue: Replica.delete_value,
    op.CreateKey: Replica.create_key,
    op.DeleteKey: Replica.delete_key,
    op.LedgerEntry: Replica.enter,
    op.RenameFile: Replica.rename,
    op.StopDriver: Replica.stop,
    op.StartDriver: Replica.start,
    op.RunCommand: Replica.run,
}
