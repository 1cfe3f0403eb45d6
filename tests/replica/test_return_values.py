# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return is what they document: every key of a result, and each documented key in some result."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.replica.demo_servers import hosts
from tests.support.plays import OWN_CORE, module_task, run_plays

# Of Ansible itself, or of every result that fails.
COMMON = {"changed", "diff", "failed", "msg", "warnings", "deprecations", "skipped", "exception", "invocation"}
# Mappings of names to what is documented.
BY_NAME = {"win_filter_driver": {"before."}, "win_tcp_offload_info": {"tcp_offload.features."}}
# What has more keys, as its description says: an operation by its kind, a resource by its module.
OPEN = ("operations.", "resources.")
FAMV4, ALL = {"name": "FAMv4"}, {"classifications": ["known_leftover", "orphan", "dangling"]}
RUNS: dict[str, list[dict[str, Any]]] = {
    "win_filter_driver_info": [ALL, {"select": "[].name"}],
    "win_filter_driver": [FAMV4, FAMV4 | {"state": "restored"}],
    "win_tcp_offload": [{"profile": "by_driver"}, {"state": "restored"}],
    "win_tcp_offload_info": [{}],
    "win_tcp_keepalive": [{"milliseconds": 900_000}, {"state": "restored"}],
    "nic_driver_facts": [{}],
    "win_snp_symptoms_info": [{}],
    "win_baseline": [{"resources": [{"win_filter_driver": FAMV4}, {"nic_driver_facts": {}}]}],
}


@functools.cache
def documented(module: str) -> dict[str, Any]:
    """Return the RETURN of a module."""
    name = f"server_baseline.windows.{module}"
    done = subprocess.run([OWN_CORE / "ansible-doc", "--json", name], capture_output=True, text=True, check=True)
    values: dict[str, Any] = json.loads(done.stdout)[name]["return"]
    return values


def paths(data: Any, values: dict[str, Any], by_name: set[str], place: str = "") -> Iterator[tuple[str, bool]]:
    """Yield each key of a result as far as the documentation goes into it, and whether it is documented.

    by_name: the places whose mappings have names for keys.
    """
    items = data if isinstance(data, list) else list(data.values()) if place in by_name else [data]
    for item in items:
        for name, each in item.items() if isinstance(item, dict) else ():
            yield f"{place}{name}", name in values
            if values.get(name, {}).get("contains"):
                yield from paths(each, values[name]["contains"], by_name, f"{place}{name}.")


def known(values: dict[str, Any], place: str = "") -> Iterator[str]:
    """Yield the path of each documented key."""
    for name, value in values.items():
        yield f"{place}{name}"
        yield from known(value.get("contains", {}), f"{place}{name}.")


@pytest.mark.parametrize("module", RUNS)
def test_a_module_returns_what_it_documents(module: str, tmp_path: Path) -> None:
    change = module_task("win_tcp_offload", {"profile": "by_driver"})
    tasks = [module_task(module, options, ignore_errors=True) for options in RUNS[module]]
    before = [change] if module == "win_tcp_offload_info" else []  # what it tells of changes
    run = run_plays(
        hosts(tmp_path, "ex2003", "fs2008", "app2022"),
        [{"hosts": "all", "gather_facts": False, "tasks": before + tasks}],
    )
    results = [each.data for each in run.results if each.task == module]
    values, by_name = documented(module), BY_NAME.get(module, set())
    found = {path: is_known for each in results for path, is_known in paths(each, values, by_name)}
    unknown = [path for path, is_known in found.items() if not is_known and not path.startswith((*OPEN, "_"))]
    assert set(unknown) - COMMON == set()
    assert set(known(values)) - found.keys() == set()
