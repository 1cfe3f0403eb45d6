# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How PowerShell is found on a server, and what may be wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.lab import tools
from tests.lab.prefix import ENVIRONMENT, PATH, POWERSHELL_FOLDER, Prefix

_FRONT_FOLDER = "C:\\lab\\front"


@dataclass(frozen=True)
class Variant:
    """What is wrong with a server's PowerShell."""

    installed: bool = True
    """False: no folder on the PATH has a powershell.exe."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What a program in front of it does, as front.c reads it."""


VARIANTS = {
    "normal": Variant(),
    "absent": Variant(installed=False),
    "noisy": Variant(settings={"banner": 'Welcome to the lab, { "ok": 1 }', "trailer": "Have a nice day."}),
    "constrained": Variant(
        settings={"prefix": "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; "}
    ),
    "outer": Variant(settings={"outer": "yes"}),
}
"""By name. They are seen by winrs and SSH; the PowerShell shell of WS-Management (psrp) starts the engine itself.

noisy: prints a line before and after the output, as profiles do.
constrained: the script of -EncodedCommand runs in Constrained Language Mode; the engine's own switch for tests,
__PSLockdownPolicy, is not read under Wine.
outer: plays the outer PowerShell that ansible-core 2.16 to 2.18 put around every command of winrm and ssh. Under Wine
the engine cannot be that: it finds no program by its name and keeps standard input for itself.
"""


def install(prefix: Prefix, variant: str) -> None:
    """Set the search path of a prefix that is not started yet, and put the front where it is needed."""
    wanted = VARIANTS[variant]
    folders = [PATH]
    if wanted.settings:
        shutil.copy(tools.program("front"), prefix.place(f"{_FRONT_FOLDER}\\powershell.exe"))
        text = "".join(f"{name}={value}\n" for name, value in wanted.settings.items())
        (prefix.tools / "front.txt").write_text(text, "utf-8")
        folders.insert(0, _FRONT_FOLDER)
    if wanted.installed:
        folders.append(POWERSHELL_FOLDER)
    machine = prefix.read_hive("HKLM")
    machine.merge(ENVIRONMENT, {"PATH": {"REG_EXPAND_SZ": ";".join(folders)}})
    prefix.write_hive("HKLM", machine)
