# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide's commands run as they stand there, one after another, and say what it says; what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.support.plays.transcripts import Shell, transcripts, unsaid

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/guide.md").read_text(encoding="utf-8")


def test_every_command_says_what_the_guide_shows(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    found = transcripts(PAGE)
    assert len(found) > 10
    for each in found:
        done = shell.run(each.command)
        assert unsaid(each.passages, done.stdout) == [], f"{each.command}\n{done.stdout}\n{done.stderr}"
        refused = "status: refused" in {line for passage in each.passages for line in passage}
        assert (done.returncode != 0) == refused, f"{each.command}\n{done.stdout}\n{done.stderr}"


def test_every_variable_it_names_is_one_of_a_role() -> None:
    known = set()
    for path in (ROOT / "roles").glob("*/meta/argument_specs.yml"):
        known |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    named = set(re.findall(r"\b(?:hidden_drivers|snp|nic_drivers|baseline|audit|restore)_\w+", PAGE))
    named -= {"snp_symptoms", "snp_support"}  # of findings and facts
    assert len(named) > 5
    assert named <= known


def test_what_it_links_to_is_there() -> None:
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", PAGE) if not target.startswith("http")]
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
    assert targets
    files = [target for target in targets if not target.startswith("#")]
    assert [target for target in files if not (ROOT / "docs" / target).exists()] == []
    assert {target[1:] for target in targets if target.startswith("#")} <= headings
