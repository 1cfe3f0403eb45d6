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

CONTROLLER_ONLY = ("report",)
"""Modules that need no server, and so no resource and no test of tests/lab."""
MODULES = sorted({path.stem for path in (ROOT / "plugins/modules").glob("*.py")} - set(CONTROLLER_ONLY))
NO_PART_OF_A_BASELINE = {
    "win_baseline": "it is the baseline",
    "win_snapshot": "it writes a file on the controller, and judges nothing",
}
RESOURCES = "plugins/plugin_utils/_resources"
ACTION_TESTS = "tests/unit/plugins/action"
RESOURCE_TESTS = f"tests/unit/{RESOURCES}"
TESTED_BY_THE_OTHER = {
    "nic_driver_facts": "it only reads: the tests of its resource run it whole",
    "win_baseline": "its resource is only the others: the test of its action runs them",
    "win_snp_symptoms_info": "it only reads: the tests of its resource run it whole",
    "win_tcp_offload_info": "it only reads: the test of its action runs it whole",
}
"""Modules with a test of the action or of the resource alone, and why."""
# What is missing where no file of the pattern holds the expression; {module} stands for the module's name.
PLACES = {
    "plugins/action/{module}.py": ("plugins/action/{module}.py", r"^class ActionModule\("),
    "a line in the action group of meta/runtime.yml": ("meta/runtime.yml", r"^    - {module}$"),
    "changelogs/fragments/{module}.yml": ("changelogs/**/*.y*ml", r"\b{module}\b"),
    "a test of tests/lab": ("tests/lab/test_*.py", r"\b{module}\b"),
    "a line in the table of README.md": ("README.md", r"^\| `{module}` \| module \| \S"),
    "a page of docs/": ("docs/*.md", r"\b{module}\b"),
}
# The same of modules that are a part of a baseline.
PLACES_OF_PARTS = {
    f"a line in RESOURCES of {RESOURCES}/baseline.py": (f"{RESOURCES}/baseline.py", r'^    "{module}": '),
    f"a line in ASKED of {RESOURCE_TESTS}/test_snapshot.py": (
        f"{RESOURCE_TESTS}/test_snapshot.py",
        r'^    "{module}[",]',
    ),
    f"an entry in EVERYTHING of {ACTION_TESTS}/test_win_baseline.py": (
        f"{ACTION_TESTS}/test_win_baseline.py",
        r'\{"{module}": ',
    ),
}


def resource_of(root: Path, module: str) -> Path | None:
    """Return the resource that a module's action runs, below _resources; None where the action names none."""
    action = root / "plugins/action" / f"{module}.py"
    text = action.read_text(encoding="utf-8") if action.exists() else ""
    found = re.search(r"^from \.\.plugin_utils\._resources([.\w]*) import (\w+)", text, re.MULTILINE)
    return Path(*found[1].split("."), f"{found[2]}.py") if found else None


def missing_tests(root: Path, module: str, resource: Path | None) -> list[str]:
    """List which unit tests a module lacks: of its action, and where those of its resource stand."""
    own = f"test_{resource.name}" if resource and resource.stem != "resource" else "test_*.py"
    folder = root / RESOURCE_TESTS / resource.parent if resource else None
    missing = {
        f"{ACTION_TESTS}/test_{module}.py": not any((root / ACTION_TESTS).glob(f"test_{module}*.py")),
        f"a test of the resource below {RESOURCE_TESTS}": folder is None or not any(folder.glob(own)),
    }
    return [what for what, lacks in missing.items() if lacks]


def missing_places(root: Path, module: str, places: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield the places in which a module is not named."""
    for what, (pattern, expression) in places.items():
        sought = re.compile(expression.replace("{module}", module), re.MULTILINE)
        files = sorted(root.glob(pattern.replace("{module}", module)))
        if not any(sought.search(path.read_text(encoding="utf-8")) for path in files):
            yield what.replace("{module}", module)


def missing_parts(root: Path, module: str) -> Iterator[str]:
    """Yield what a module lacks in a checkout."""
    yield from missing_places(root, module, PLACES if module in NO_PART_OF_A_BASELINE else PLACES | PLACES_OF_PARTS)
    resource = resource_of(root, module)
    if resource is None or not (root / RESOURCES / resource).exists():
        yield f"a resource in {RESOURCES}"
    tests = missing_tests(root, module, resource)
    if module not in TESTED_BY_THE_OTHER or len(tests) > 1:
        yield from tests


@pytest.mark.parametrize("module", MODULES)
def test_a_module_lacks_nothing(module: str) -> None:
    missing = list(missing_parts(ROOT, module))
    assert not missing, "\n- ".join([f"{module} lacks", *missing])


@pytest.mark.parametrize("module", CONTROLLER_ONLY)
def test_a_module_of_the_controller_lacks_nothing(module: str) -> None:
    places = {what: place for what, place in PLACES.items() if what != "a test of tests/lab"}
    assert list(missing_places(ROOT, module, places)) == []
    assert any((ROOT / "tests/replica").glob(f"test_{module}*.py"))


def test_every_exemption_is_of_a_module_that_needs_it() -> None:
    listed = (ROOT / RESOURCES / "baseline.py").read_text(encoding="utf-8")
    assert set(NO_PART_OF_A_BASELINE) <= set(MODULES)
    assert [module for module in NO_PART_OF_A_BASELINE if f'    "{module}": ' in listed] == []
    for module in TESTED_BY_THE_OTHER:
        assert len(missing_tests(ROOT, module, resource_of(ROOT, module))) == 1


def test_a_module_that_has_nothing_else_gets_all_that_it_lacks_named(tmp_path: Path) -> None:
    assert len(list(missing_parts(tmp_path, "win_new"))) == len(PLACES) + len(PLACES_OF_PARTS) + 3


FILES = {
    "plugins/action/win_tcp_keepalive.py": "plugins/action/win_tcp_keepalive.py",
    f"{RESOURCES}/tcp_keepalive.py": f"a resource in {RESOURCES}",
    f"{RESOURCES}/baseline.py": "a line in RESOURCES",
    "meta/runtime.yml": "a line in the action group",
    "changelogs/fragments/win_tcp_keepalive.yml": "changelogs/fragments/win_tcp_keepalive.yml",
    "tests/lab/test_tcp_keepalive.py": "a test of tests/lab",
    "README.md": "a line in the table of README.md",
    "docs/guide.md": "a page of docs/",
    f"{ACTION_TESTS}/test_win_tcp_keepalive.py": f"{ACTION_TESTS}/test_win_tcp_keepalive.py",
    f"{RESOURCE_TESTS}/test_tcp_keepalive.py": "a test of the resource",
    f"{ACTION_TESTS}/test_win_baseline.py": "an entry in EVERYTHING",
    f"{RESOURCE_TESTS}/test_snapshot.py": "a line in ASKED",
}


@pytest.mark.parametrize("file", FILES)
def test_one_part_that_is_missing_is_named(file: str, tmp_path: Path) -> None:
    for each in FILES:
        if each != file:
            (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / each, tmp_path / each)
    assert [each for each in missing_parts(tmp_path, "win_tcp_keepalive") if each.startswith(FILES[file])]
