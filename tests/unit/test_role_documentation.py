# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles document is what they take, and roles that share variables say the same of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[2] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir() if path.is_dir())
SHARING = {"baseline": ("hidden_drivers", "snp", "nic_drivers"), "audit": ("hidden_drivers", "snp", "nic_drivers")}
NOT_SHARED = {
    "nic_drivers_on_advisory",
    "nic_drivers_severities",
}  # which are about what the role nic_drivers itself says


def read(role: str, file: str) -> dict[str, Any]:
    """Return a YAML file of a role."""
    content: dict[str, Any] = yaml.safe_load((ROLES / role / file).read_text(encoding="utf-8"))
    return content


def options(role: str) -> dict[str, Any]:
    """Return the variables that a role documents."""
    documented: dict[str, Any] = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return documented


def own(role: str) -> dict[str, Any]:
    """Return the variables that are a role's own."""
    return {name: option for name, option in options(role).items() if name.startswith(f"{role}_")}


def common(role: str) -> dict[str, Any]:
    """Return the variables that roles have in common."""
    return {name: option for name, option in options(role).items() if name.startswith("server_baseline_")}


def test_there_are_the_roles_that_the_collection_promises() -> None:
    assert NAMES == ["audit", "baseline", "hidden_drivers", "nic_drivers", "restore", "snp"]


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_has_the_default_that_it_documents(role: str) -> None:
    assert {name: option["default"] for name, option in own(role).items()} == read(role, "defaults/main.yml")


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_is_of_the_role_or_of_one_that_it_shares_with(role: str) -> None:
    shared: dict[str, Any] = {}
    for other in SHARING.get(role, ()):
        shared |= {name: option for name, option in own(other).items() if name not in NOT_SHARED}
    assert options(role) == own(role) | shared | common(role)


@pytest.mark.parametrize("role", NAMES)
def test_a_common_variable_is_documented_alike_in_every_role(role: str) -> None:
    assert common(role) == {name: common("audit")[name] for name in common(role)}


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_stands_in_the_readme(role: str) -> None:
    readme = (ROLES / role / "README.md").read_text(encoding="utf-8")
    assert [name for name in own(role) if f"| `{name}` |" not in readme] == []


@pytest.mark.parametrize("role", NAMES)
def test_every_variable_is_used(role: str) -> None:
    files = [path for folder in ("tasks", "vars") for path in (ROLES / role / folder).glob("*.yml")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [name for name in own(role) if name not in text] == []
