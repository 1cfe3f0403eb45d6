# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Molecule scenario of docs/molecule.md runs as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.replica.demo_servers import SNAPSHOTS
from tests.support.plays import ROOT
from tests.support.plays.transcripts import Shell

PAGE = (ROOT / "docs/molecule.md").read_text(encoding="utf-8")


def test_the_scenario_of_the_page_enforces_the_baseline(tmp_path: Path) -> None:
    named = re.findall(r"`(molecule/default/\w+\.yml)`", PAGE)
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert len(named) == len(blocks) == 5
    (tmp_path / "molecule/default/snapshots").mkdir(parents=True)
    for name, block in zip(named, blocks, strict=True):
        (tmp_path / name).write_text(block, encoding="utf-8")
    shutil.copy(SNAPSHOTS / "ex2003.yml", tmp_path / "molecule/default/snapshots")
    (command,) = re.findall(r"^    (molecule .+)$", PAGE, re.MULTILINE)
    done = Shell(tmp_path, where=tmp_path).run(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"changed.*\[ex2003\]", done.stdout + done.stderr)
    assert re.search(r"actions=\S*5\S*.*successful=\S*5", re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr))
