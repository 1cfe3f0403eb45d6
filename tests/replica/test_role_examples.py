# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of each role, as its documentation shows it, runs on the demo's servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.replica.demo_servers import hosts
from tests.support.plays import ROOT
from tests.support.plays.transcripts import Shell

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
FAILING = {"audit"}
"""Whose example is to fail, because the servers have drifted."""


@pytest.mark.parametrize("role", ROLES)
def test_the_example_of_a_role_runs(role: str, tmp_path: Path) -> None:
    specs = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8"))
    (tmp_path / "play.yml").write_text(specs["argument_specs"]["main"]["examples"], encoding="utf-8")
    inventory = {"windows": {"hosts": hosts(tmp_path)}}
    (tmp_path / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    done = Shell(tmp_path, where=tmp_path).run("ansible-playbook -i hosts.json play.yml")
    assert (done.returncode != 0) == (role in FAILING), done.stdout + done.stderr
    assert "unreachable=0" in done.stdout
    assert (tmp_path / "state").exists() == (role in {"baseline", "hidden_drivers", "snp"})
    assert (tmp_path / "report.html").exists() == (role == "audit")
