# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module documents is what its action takes: ansible-test compares them only for modules that have code."""

from __future__ import annotations

import ast
import functools
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COLLECTION = "server_baseline.windows"
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
ACTIONS = sorted(path.stem for path in (ROOT / "plugins/action").glob("*.py") if not path.stem.startswith("_"))
DEFAULTS = {"type": "str", "required": False, "choices": None, "default": None, "elements": None}


@functools.cache
def documentation() -> dict[str, Any]:
    """Ask ansible-doc for every module's documentation, fragments included."""
    program = Path(sys.executable).with_name("ansible-doc")
    names = [f"{COLLECTION}.{name}" for name in MODULES]
    done = subprocess.run([program, "--type=module", "--json", *names], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def documented_options(module: str) -> dict[str, Any]:
    """Return the options of a module's DOCUMENTATION."""
    options: dict[str, Any] = documentation()[f"{COLLECTION}.{module}"]["doc"].get("options", {})
    return options


def argument_spec(module: str) -> dict[str, Any]:
    """Return the argument spec of the resource that a module's action runs."""
    action = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.action.{module}")
    spec: dict[str, Any] = action.ActionModule.RESOURCE.ARGUMENT_SPEC
    return spec


def comparable(options: dict[str, Any], nested: str) -> dict[str, Any]:
    """Reduce options to what documentation and argument spec both say; `nested` is the key of the suboptions."""
    return {name: one_option(option, nested) for name, option in options.items()}


def one_option(option: dict[str, Any], nested: str) -> dict[str, Any]:
    """Reduce one option: every default spelt out, the choices (a list, or a mapping to their meanings) as names."""
    said = {key: option.get(key, default) for key, default in DEFAULTS.items()}
    said["choices"] = sorted(map(str, said["choices"] or []))
    said["aliases"] = sorted(option.get("aliases") or [])
    return said | {"suboptions": comparable(option.get(nested) or {}, nested)}


def test_every_module_has_an_action_and_every_action_a_module() -> None:
    assert MODULES == ACTIONS
    assert MODULES


@pytest.mark.parametrize("module", MODULES)
def test_the_documented_options_are_those_of_the_argument_spec(module: str) -> None:
    assert comparable(documented_options(module), "suboptions") == comparable(argument_spec(module), "options")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_file_holds_documentation_and_nothing_else(module: str) -> None:
    source = (ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8")
    statements = [ast.unparse(statement).split(" = ", maxsplit=1)[0] for statement in ast.parse(source).body]
    assert statements == ["from __future__ import annotations", "DOCUMENTATION", "EXAMPLES", "RETURN"]


@pytest.mark.parametrize("module", MODULES)
def test_the_documentation_answers_what_a_user_must_know(module: str) -> None:
    document = documentation()[f"{COLLECTION}.{module}"]
    assert document["doc"]["module"] == module
    assert {"async", "become", "check_mode", "diff_mode", "platform"} <= set(document["doc"]["attributes"])
    assert document["return"]
    assert module in str(yaml.safe_load(document["examples"]))


def test_the_action_group_names_every_module() -> None:
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert sorted(runtime["action_groups"]["server_baseline"]) == MODULES
