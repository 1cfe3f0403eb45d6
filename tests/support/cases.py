# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases from the field in tests/cases, as whole servers."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.names import CaseInsensitiveDict
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load

from . import CASES, DEMO_SNAPSHOTS
from .servers import CONTROL, SERVICES

NETWORK_CLASS = "{4D36E972-E325-11CE-BFC1-08002BE10318}"
_SHORT = {"CCS": CONTROL.rpartition("\\")[0], "DISK": "{4D36E967-E325-11CE-BFC1-08002BE10318}"}
_STOPPED = {"status": "stopped", "can_stop": False}


def snapshot_of(name: str) -> dict[str, Any]:
    """Return one of the small snapshots, such as "wdf"."""
    return load(CASES / f"drivers/{name}.yml")


def leftover(name: str) -> dict[str, Any]:
    """Return the server of a whole case, such as "c01a"."""
    return pasted(yaml.safe_load((CASES / f"drivers/leftovers/{name}.yml").read_text(encoding="utf-8")))


def kind(number: str) -> dict[str, Any]:
    """Return the server of a kind, such as "K6"."""
    kinds = yaml.safe_load((CASES / "drivers/kinds.yml").read_text(encoding="utf-8"))
    return pasted(next(each for each in kinds if each["kind"].startswith(f"{number} ")))


def adapter_case(name: str, base: str, **more: Any) -> dict[str, Any]:
    """Return a server of the demo with the adapter of a case, such as "n04", for its own. more: hyper_v, bios."""
    fragment = yaml.safe_load((CASES / f"adapters/{name}.yml").read_text(encoding="utf-8"))
    document = load(DEMO_SNAPSHOTS / f"{base}.yml")
    registry = {path: each for path, each in document["registry"].items() if NETWORK_CLASS not in path.upper()}
    document["registry"] = registry | fragment["registry"]
    document["interfaces"] = fragment["interfaces"]
    document["files"] |= fragment["files"]
    document["services"] |= fragment["services"]
    if more.get("hyper_v"):
        document["registry"][f"{SERVICES}\\vmms"] = {"Type": 16, "Start": 2}
    if "bios" in more:
        document["registry"]["HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS"] = {"BIOSVersion": more["bios"]}
    return document


def pasted(fragment: dict[str, Any]) -> dict[str, Any]:
    """Return a server of the demo without FAMv4 and with a fragment over it, whose drivers are listed too."""
    document = _without_famv4(load(DEMO_SNAPSHOTS / f"{fragment['base'].split()[0]}.yml"))
    for path, values in (fragment.get("registry") or {}).items():
        whole = _whole(path)
        written = _written(document["registry"], whole)
        document["registry"][written] = {**document["registry"].get(written, {}), **values}
        if whole.startswith(f"{SERVICES}\\") and "Type" in values:
            document["services"].setdefault(whole.rpartition("\\")[2], _STOPPED)
    document["files"] |= fragment.get("files") or {}
    document["services"] |= fragment.get("services") or {}
    return document


def _whole(path: str) -> str:
    parts = [_SHORT.get(part, part) for part in path.split("\\")]
    return "\\".join(parts)


def _written(registry: dict[str, Any], path: str) -> str:
    known = CaseInsensitiveDict(registry)
    return known.spelled(path) if path in known else path


def _without_famv4(document: dict[str, Any]) -> dict[str, Any]:
    for part in ("registry", "files", "services"):
        document[part] = {name: each for name, each in document[part].items() if "famv4" not in name.lower()}
    return document
