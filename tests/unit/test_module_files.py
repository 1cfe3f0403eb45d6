# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new module needs besides plugins/modules/X.py (CONTRIBUTING.md, Add a module): this names every part that it
lacks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
NO_PART_OF_A_BASELINE = {
    "win_baseline": "it is the baseline",
    "win_snapshot": "it writes a file on the controller, and judges nothing",
}
RESOURCES = "plugins/plugin_utils/_resources"
# What is missing where no file of the pattern holds the expression; {module} stands for the module's name.
PLACES = {
    "plugins/action/{module}.py": ("plugins/action/{module}.py", r"^class ActionModule\("),
    "a line in the action group of meta/runtime.yml": ("meta/runtime.yml", r"^    - {module}$"),
    "changelogs/fragments/{module}.yml": ("changelogs/**/*.y*ml", r"\b{module}\b"),
    "a test of tests/lab": ("tests/lab/test_*.py", r"\b{module}\b"),
    "a line in the table of README.md": ("README.md", r"^\| `{module}` \| module \| \S"),
    "a page of docs/": ("docs/*.md", r"\b{module}\b"),
}


def resource_of(root: Path, module: str) -> Path | None:
    """Return the resource that a module's action runs, below _resources; None where the action names none."""
    action = root / "plugins/action" / f"{module}.py"
    text = action.read_text(encoding="utf-8") if action.exists() else ""
    found = re.search(r"^from \.\.plugin_utils\._resources([.\w]*) import (\w+)", text, re.MULTILINE)
    return Path(*found[1].split("."), f"{found[2]}.py") if found else None


def has_unit_test(root: Path, module: str, resource: Path) -> bool:
    """Tell whether there is a test of the action, or one where the tests of the resource stand."""
    tests = root / "tests/unit/plugins"
    own = "test_*.py" if resource.stem == "resource" else f"test_{resource.name}"
    folder = tests / "plugin_utils/_resources" / resource.parent
    return any(tests.glob(f"action/test_{module}*.py")) or any(folder.glob(own))


def missing_parts(root: Path, module: str) -> Iterator[str]:
    """Yield what a module lacks in a checkout."""
    for what, (pattern, expression) in PLACES.items():
        sought = re.compile(expression.replace("{module}", module), re.MULTILINE)
        files = sorted(root.glob(pattern.replace("{module}", module)))
        if not any(sought.search(path.read_text(encoding="utf-8")) for path in files):
            yield what.replace("{module}", module)
    resource = resource_of(root, module)
    if resource is None or not (root / RESOURCES / resource).exists():
        yield f"a resource in {RESOURCES}"
    if resource is None or not has_unit_test(root, module, resource):
        yield f"a test of the resource below tests/unit/{RESOURCES}"
    baseline = root / RESOURCES / "baseline.py"
    listed = baseline.exists() and f'    "{module}": ' in baseline.read_text(encoding="utf-8")
    if listed == (module in NO_PART_OF_A_BASELINE):
        yield f"a line in RESOURCES of {RESOURCES}/baseline.py, or a reason in NO_PART_OF_A_BASELINE"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_lacks_nothing(module: str) -> None:
    assert list(missing_parts(ROOT, module)) == []


def test_every_exemption_is_of_a_module() -> None:
    assert set(NO_PART_OF_A_BASELINE) <= set(MODULES)


def test_a_module_that_has_nothing_else_gets_all_that_it_lacks_named(tmp_path: Path) -> None:
    assert len(list(missing_parts(tmp_path, "win_new"))) == len(PLACES) + 3


FILES = {
    "plugins/action/win_tcp_keepalive.py": "plugins/action/win_tcp_keepalive.py",
    f"{RESOURCES}/tcp_keepalive.py": f"a resource in {RESOURCES}",
    f"{RESOURCES}/baseline.py": "a line in RESOURCES",
    "meta/runtime.yml": "a line in the action group",
    "changelogs/fragments/win_tcp_keepalive.yml": "changelogs/fragments/win_tcp_keepalive.yml",
    "tests/lab/test_tcp_keepalive.py": "a test of tests/lab",
    "README.md": "a line in the table of README.md",
    "docs/guide.md": "a page of docs/",
}
TESTS = ["action/test_win_tcp_keepalive.py", "plugin_utils/_resources/test_tcp_keepalive.py"]


@pytest.mark.parametrize("file", FILES)
def test_one_part_that_is_missing_is_named(file: str, tmp_path: Path) -> None:
    for each in (*FILES, *(f"tests/unit/plugins/{test}" for test in TESTS)):
        if each != file:
            (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / each, tmp_path / each)
    assert any(each.startswith(FILES[file]) for each in missing_parts(tmp_path, "win_tcp_keepalive"))
