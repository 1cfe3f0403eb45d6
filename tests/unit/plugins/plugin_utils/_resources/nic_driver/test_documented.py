# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/nic_drivers.md: its table is that of the catalogue, and its examples are advisories."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.keywords import keyword_groups
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.requirements import TESTS
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.seen import FORM
from tests.support.advisory_table import PAGE, renewed
from tests.support.planning import options_of

TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(nic_advisories:\n.*?)```", TEXT, re.DOTALL)]
EXAMPLES: list[dict[str, Any]] = [entry for block in BLOCKS for entry in block["nic_advisories"]]


def test_the_table_is_that_of_the_catalogue() -> None:
    assert renewed(TEXT) == TEXT, "run python -m tests.support.advisory_table"
    assert TEXT.count("\n| `") > 35


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry["id"])
def test_an_example_is_an_advisory_without_a_mistake(entry: dict[str, Any]) -> None:
    options = options_of(nic_driver, advisories=[entry])
    own = [each for each in options.advisories if each.is_own]
    assert len(own) == entry.get("enabled", True)
    assert not [warning for each in own for warning in each.warnings]


def test_the_examples_show_every_requirement_but_those_of_the_catalogue() -> None:
    shown = {name for entry in EXAMPLES for name in entry.get("requirement", {})}
    assert set(TESTS) - shown == {"below", "not_before", "unknown"}


def test_the_page_names_all_that_an_advisory_sees_and_affects() -> None:
    assert [name for name in FORM["server"] if f"{name}`" not in TEXT and f"`{name}" not in TEXT] == []
    assert [group for group in keyword_groups() if f"`{group}`" not in TEXT] == []
