# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every advisory of the catalogue holds on one server and passes on another, through the full judgement."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.nic_advisories import known_advisories
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.selection import Selection
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.judged_adapters import (
    judged_adapters,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver.seen import FORM
from tests.support.planning import options_of
from tests.support.scenarios.advisories import Example, examples
from tests.support.servers import read

EXAMPLES = examples()


def said(example: Example) -> str:
    """Return what the advisory of an example says of the server's adapters, "" where it does not apply."""
    options = options_of(nic_driver)
    snapshot = read(example.document, nic_driver.queries(options))
    judged = judged_adapters(snapshot, options.advisories, example.now)
    results = [each.result for adapter in judged for each in adapter.results if each.advisory.id == example.id]
    assert len(results) <= 1, results
    return results[0] if results else ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_advisory_of_the_catalogue(name: str) -> None:
    assert said(EXAMPLES[name]) == EXAMPLES[name].result


def test_every_advisory_of_the_catalogue_has_its_servers() -> None:
    ids = [str(entry["id"]) for entry in known_advisories()]
    assert len(ids) >= 35
    assert sorted({each.id for each in EXAMPLES.values()}) == sorted(ids)
    assert len(EXAMPLES) == 2 * len(ids)


def test_the_catalogue_names_nothing_that_does_not_exist() -> None:
    for entry in known_advisories():
        assert Selection(entry["id"], entry["applies_to"]).warnings(FORM) == ()
