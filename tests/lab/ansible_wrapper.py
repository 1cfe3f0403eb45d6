# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for Ansible's wrapper of PowerShell modules on a winrs shell.

The engine of the lab has none of the modules that the wrapper needs (ConvertFrom-Json). What the wrapper would run, the
module's own text as it was sent, runs in the engine with the arguments in $complex_args, as the wrapper hands them over
(executor/powershell/module_wrapper.ps1).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.lab import winrs
from tests.lab.prefix import Prefix

_END_OF_BOOTSTRAP = b"\n\0\0\0\0\n"
_ENCODED = " -EncodedCommand "
_RUN = "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -File C:\\lab\\wrapper.ps1"


@dataclass
class Wrapper:
    """What was run in the place of Ansible's wrapper: the text of each module, and its arguments without Ansible's
    own."""

    runs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the wrapper's place on every winrs shell."""
        start = winrs.start_process

        def start_process(
            prefix: Prefix, line: str, *, shell: bool, stdin: bool, variables: dict[str, str]
        ) -> winrs.Command:
            if _is_wrapper(line):
                return _Module(self, prefix, start)
            return start(prefix, line, shell=shell, stdin=stdin, variables=variables)

        monkeypatch.setattr(winrs, "start_process", start_process)


def _is_wrapper(line: str) -> bool:
    encoded = line.partition(_ENCODED)[2].split(" ")[0]
    return "ConvertFrom-Json" in base64.b64decode(encoded).decode("utf-16-le", "replace")


class _Module(winrs.Command):
    """The module of one execution: it is known once its input has ended."""

    def __init__(self, wrapper: Wrapper, prefix: Prefix, start: Any) -> None:
        super().__init__(None)
        self._wrapper, self._prefix, self._start = wrapper, prefix, start
        self._sent = bytearray()
        self._running: winrs.Command | None = None

    def send(self, data: bytes, *, end: bool) -> None:
        """Keep input until it ends; then run the module."""
        self._sent += data
        if end:
            self._running = self._run()

    def _run(self) -> winrs.Command:
        text, arguments = parse(bytes(self._sent))
        self._wrapper.runs.append((text, arguments))
        folder = self._prefix.drive / "lab"
        given = "; ".join(f"{name} = '{value}'" for name, value in arguments.items())
        (folder / "module.ps1").write_text(text, encoding="ascii")
        (folder / "wrapper.ps1").write_text(f"$global:complex_args = @{{ {given} }}\n& C:\\lab\\module.ps1\n", "ascii")
        return self._start(self._prefix, _RUN, shell=True, stdin=False, variables={})

    def ended(self, seconds: float) -> bool:
        """Wait for the end of the module."""
        assert self._running is not None
        ended = self._running.ended(seconds)
        self.exit_code = self._running.exit_code
        return ended

    def take(self, change: winrs.Filter) -> list[tuple[str, bytes]]:
        """Return output of the module."""
        assert self._running is not None
        return self._running.take(change)

    def kill(self) -> None:
        """End the module."""
        if self._running is not None:
            self._running.kill()


def parse(sent: bytes) -> tuple[str, dict[str, Any]]:
    """Return the text of the module that Ansible's manifest runs, and its arguments without Ansible's own."""
    manifest = json.loads(sent.partition(_END_OF_BOOTSTRAP)[2])
    (action,) = manifest["actions"]
    text = base64.b64decode(manifest["scripts"][action["params"]["Script"]]["script"]).decode("ascii")
    given = {variable["Name"]: variable["Value"] for variable in action["params"]["Variables"]}["complex_args"]
    return text, {name: value for name, value in given.items() if not name.startswith("_ansible_")}
