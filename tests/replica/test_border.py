# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of a playbook reach YAML and JMESPath as plain texts, on every ansible-core."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.replica.demo_servers import hosts
from tests.support.plays import OWN_CORE, cores, module_task, play

CORES = {"own": OWN_CORE, **cores()}


@pytest.mark.parametrize("core", CORES)
def test_a_snapshot_takes_its_name_from_a_playbook(core: str, tmp_path: Path) -> None:
    dest = tmp_path / "x.yml"
    task = module_task("win_snapshot", {"dest": str(dest), "name": "my server"})
    (result,) = play(hosts(tmp_path, "ex2003"), [task], core=CORES[core])
    assert result.status == "ok", result.data.get("msg")
    assert yaml.safe_load(dest.read_text(encoding="utf-8"))["name"] == "my server"


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("function", ["starts_with(known.vendor, 'Foo')", "glob(known.vendor, 'foo*')"])
def test_an_expression_sees_the_texts_of_known_drivers(core: str, function: str, tmp_path: Path) -> None:
    own = [{"name": "FAMv4", "vendor": "Foo Inc"}]
    task = module_task("win_filter_driver_info", {"known_drivers": own, "match": f"known && {function}"})
    (result,) = play(hosts(tmp_path, "ex2003"), [task], core=CORES[core])
    assert result.status == "ok", result.data.get("msg")
    assert [driver["name"] for driver in result["drivers"]] == ["FAMv4"]


@pytest.mark.parametrize("core", CORES)
def test_an_expression_sees_the_texts_of_advisories(core: str, tmp_path: Path) -> None:
    own = {
        "id": "mine",
        "applies_to": "physical",
        "requirement": {"at_least": "999.0"},
        "affects": ["rss"],
        "why": "A test.",
    }
    task = module_task(
        "nic_driver_facts", {"advisories": [own], "select": "advisories[?affects[?starts_with(@, 'r')]]"}
    )
    (result,) = play(hosts(tmp_path, "ex2003"), [task], core=CORES[core])
    assert result.status == "ok", result.data.get("msg")
    found = result["ansible_facts"]["nic_drivers"]["adapters"]
    assert found
    assert all("mine" in [each["id"] for each in adapter["advisories"]] for adapter in found)
