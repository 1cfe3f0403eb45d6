# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-core sends to a server to run a module of PowerShell: which module it is, and its arguments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_END_OF_BOOTSTRAP = b"\n\0\0\0\0\n"
"""Before it stands what starts the wrapper, after it the manifest: ansible-core 2.21,
executor/powershell/module_manifest.py."""

_SCRIPT = re.compile(r"ansible_collections\.(\w+\.\w+)\.plugins\.modules\.(\w+)\.ps1")


class NotUnderstood(Exception):
    """What was sent is no module, or one that the stub cannot answer. The task is to fail, not to be measured."""


@dataclass(frozen=True)
class Invocation:
    """One module that is to be run. module: fully qualified. arguments: as the task gave them, without Ansible's
    own."""

    module: str
    arguments: dict[str, Any]


def parse(sent: bytes) -> Invocation:
    """Return what is to be run, of all that came on standard input; NotUnderstood when it is no module."""
    _unused, separator, manifest = sent.partition(_END_OF_BOOTSTRAP)
    if not separator:
        raise NotUnderstood(f"no manifest of ansible-core 2.21 in {len(sent)} bytes")
    (action,) = json.loads(manifest)["actions"]
    if action["name"] != "module_wrapper.ps1":
        raise NotUnderstood(f"the manifest runs {action['name']}, not a module")
    script = _SCRIPT.fullmatch(action["params"]["Script"])
    if script is None:
        raise NotUnderstood(f"{action['params']['Script']} is no module of a collection")
    given = {variable["Name"]: variable["Value"] for variable in action["params"]["Variables"]}["complex_args"]
    own = {name: value for name, value in given.items() if not name.startswith("_ansible_")}
    return Invocation(".".join(script.groups()), own)
