# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's servers as hosts of a test, whose changes are kept in a folder of the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.support.plays import ROOT

SNAPSHOTS = ROOT / "inventories/demo/snapshots"
NAMES = sorted(path.stem for path in SNAPSHOTS.glob("*.yml"))
STAND_IN = {"ANSIBLE_COLLECTIONS_PATH": f"{ROOT / '.venv/collections'}:{ROOT / 'tests/support/plays/collections'}"}
"""The settings with which a stub of the collection ansible.windows is installed, which restarts replicas."""
REPLICA = "server_baseline.windows.replica"


def hosts(folder: Path, *names: str, **variables: Any) -> dict[str, dict[str, Any]]:
    """Return servers of the demo as hosts, all of them when none is named. variables: of every host."""
    return {name: _host(SNAPSHOTS / f"{name}.yml", folder) | variables for name in names or NAMES}


def described(folder: Path, document: dict[str, Any], **variables: Any) -> dict[str, dict[str, Any]]:
    """Return a server of a description as the one host "server"."""
    snapshot = folder / "snapshots" / "server.yml"
    snapshot.parent.mkdir(exist_ok=True)
    snapshot.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return {"server": _host(snapshot, folder) | variables}


def _host(snapshot: Path, folder: Path) -> dict[str, Any]:
    changes = str(folder / "state" / snapshot.name)
    return {
        "ansible_connection": REPLICA,
        "ansible_replica_snapshot": str(snapshot),
        "ansible_replica_changes": changes,
    }


def state(folder: Path, name: str) -> dict[str, Any]:
    """Return a server as it stands now."""
    changes = folder / "state" / f"{name}.yml"
    path = changes if changes.exists() else SNAPSHOTS / f"{name}.yml"
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def value(folder: Path, name: str, path: str) -> Any:
    """Return a value of a server's registry, by the path of its key with its name."""
    key, _unused, own = path.rpartition("\\")
    return state(folder, name)["registry"].get(key, {}).get(own)


def is_untouched(folder: Path, name: str) -> bool:
    """Whether nothing was ever written to a server."""
    return not (folder / "state" / f"{name}.yml").exists()
