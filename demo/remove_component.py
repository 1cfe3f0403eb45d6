# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removes a network component from a server that a file stands for, as netcfg -u and a restart do on a real one: its
keys, its bindings, and its driver, which the component's INF names.

Usage: python -m demo.remove_component SNAPSHOT FILE COMPONENT_ID
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control"
COMPONENTS = f"{CONTROL}\\Network\\{{4D36E974-E325-11CE-BFC1-08002BE10318}}\\"
FILTERS = f"{CONTROL}\\NetworkSetup2\\Filters\\"
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\"


def remove(document: dict[str, Any], component_id: str) -> None:
    """Remove a component, which netcfg knows by its id."""
    registry = document["registry"]
    root = next(key for key, values in registry.items() if values.get("ComponentId") == component_id)
    guid, driver = root.removeprefix(COMPONENTS), registry[f"{root}\\Ndi"]["Service"]
    gone = (root, f"{FILTERS}{guid}", f"{SERVICES}{driver}")
    for key in [each for each in registry if f"{each}\\".startswith(tuple(f"{name}\\" for name in gone))]:
        del registry[key]
    for values in registry.values():
        if "FilterList" in values:
            values["FilterList"] = [each for each in values["FilterList"] if guid not in each]
    document["services"].pop(driver, None)


def main(snapshot: Path, path: Path, component_id: str) -> None:
    """Write the server of a snapshot without a component to a file."""
    document = yaml.safe_load(snapshot.read_text(encoding="utf-8"))
    remove(document, component_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
