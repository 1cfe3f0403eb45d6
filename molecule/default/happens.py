# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a server while nobody looks, done to the file that stands for it.

Usage: python happens.py reinstall_product|turn_chimney_on FILE
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load, save, to_text

FAMV4 = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4"


def reinstall_product(document: dict[str, Any]) -> None:
    """Let FAMv4 start with the system again, and run."""
    document["registry"][FAMV4]["Start"] = 1
    document["services"]["FAMv4"]["status"] = "running"


def turn_chimney_on(document: dict[str, Any]) -> None:
    """Do what "netsh interface tcp set global chimney=enabled" does."""
    dump = document["commands"]["netsh interface tcp dump"]
    dump["output"] = dump["output"].replace("chimney=disabled", "chimney=enabled")


if __name__ == "__main__":
    effect = {each.__name__: each for each in (reinstall_product, turn_chimney_on)}[sys.argv[1]]
    server = load(Path(sys.argv[2]))
    effect(server)
    save(Path(sys.argv[2]), to_text(server))
