# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs read keeps the schemas that they publish, as check-jsonschema and ansible-rulebook bring them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.support.plays import ROOT, environments

FILES = {
    "docs/examples/ci/github.yml": ("vendor.github-workflows",),
    "docs/examples/ci/gitlab.yml": ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
    ".github/ISSUE_TEMPLATE/config.yml": ("vendor.github-issue-config",),
    **{
        str(path.relative_to(ROOT)): ("vendor.github-issue-forms",)
        for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")
        if path.stem != "config"
    },
}


def check(path: Path, *schema: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "schema"), FILES.items(), ids=list(FILES))
def test_a_file_keeps_the_published_schema(name: str, schema: tuple[str, ...], tmp_path: Path) -> None:
    done = check(ROOT / name, *schema)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "broken.yml"
    broken.write_text((ROOT / name).read_text(encoding="utf-8") + "\nnot_in_the_schema: [1]\n", encoding="utf-8")
    assert check(broken, *schema).returncode == 1


def test_the_rulebook_keeps_the_schema_of_ansible_rulebook() -> None:
    if "eda" not in environments():
        pytest.skip("ansible-rulebook is not installed: make says which Python it needs")
    (schema,) = (environments()["eda"].parent / "lib").glob(
        "python3*/site-packages/ansible_rulebook/schema/ruleset_schema.json"
    )
    rulebook = yaml.safe_load((ROOT / "extensions/eda/rulebooks/audit_on_alert.yml").read_text(encoding="utf-8"))
    jsonschema.validate(rulebook, json.loads(schema.read_text(encoding="utf-8")))
