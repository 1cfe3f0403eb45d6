# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every driver of the catalogue, on a server that has it alone and on one with its product, made from its entry."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.drivers import (
    LEFT_BEHIND,
    KnownDriver,
    known_drivers,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.finding import Finding
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import info
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.known_drivers import installed, left_behind, list_place, name_of
from tests.support.planning import options_of, plan_for
from tests.support.servers import SERVICES, plan_by

NOW = "2026-11-26T14:00:00Z"
POLICY: dict[str, Any] = {"classifications": ["known_leftover"]}
"""What the role hidden_drivers chooses by default."""

every = pytest.mark.parametrize("known", known_drivers(), ids=name_of)
of_network = pytest.mark.parametrize("known", [each for each in known_drivers() if each.is_of_network], ids=name_of)
to_look_at = pytest.mark.parametrize("known", [each for each in known_drivers() if each.is_left_to_people], ids=name_of)
in_lists = pytest.mark.parametrize(
    "known", [each for each in known_drivers() if each.lists and not each.is_left_to_people], ids=name_of
)
free = pytest.mark.parametrize(
    "known", [each for each in known_drivers() if not each.lists and not each.is_left_to_people], ids=name_of
)

Document = dict[str, Any]


@cache
def _servers(known: KnownDriver) -> tuple[Document, Document]:
    return left_behind(known), installed(known)


def audit(document: Document, name: str) -> tuple[str, Finding]:
    """Return what an audit calls a driver, and its finding."""
    plan = plan_for(info, document, NOW, match=f"name == '{name}'")
    (driver,) = plan.data["drivers"]
    return driver["classification"], finding_of(plan, name)


def finding_of(plan: Plan, name: str) -> Finding:
    """Return the finding on a driver."""
    return next(each for each in plan.findings if each.subject == name)


def enforced(document: Document, **given: Any) -> tuple[Plan, Document]:
    """Return the plan of a policy, and the server after it, on which nothing is left to do."""
    replica, options = Replica(copy.deepcopy(document)), options_of(filter_driver, **POLICY, **given)
    plan = plan_for(filter_driver, document, NOW, **POLICY, **given)
    reply = replica.execute(Request(filter_driver.queries(options), plan.operations))
    assert (reply.conflicts, reply.failure, plan.error) == ([], None, "")
    assert plan_by(filter_driver, options, Snapshot(reply.document), NOW).operations == ()
    return plan, replica.document


def start_of(document: Document, name: str) -> int:
    """Return the start type of a driver."""
    return int(document["registry"][f"{SERVICES}\\{name}"]["Start"])


@every
def test_it_is_found_where_its_product_is_gone(known: KnownDriver) -> None:
    classification, finding = audit(_servers(known)[0], name_of(known))
    assert classification == "known_leftover"
    assert finding.status == ("attention" if known.is_left_to_people else "drifted")
    assert finding.as_dict()["act"] == ("decide" if known.is_left_to_people else "enforce")
    assert finding.title
    assert (finding.why, finding.source) == (known.breaks, known.source)
    assert known.cure in finding.fix
    assert known.note in finding.fix


@every
def test_nothing_is_done_to_it_where_its_product_is_installed(known: KnownDriver) -> None:
    document, name = _servers(known)[1], name_of(known)
    classification, finding = audit(document, name)
    assert classification == "owned"
    assert finding.status == ("compliant" if known.kind == LEFT_BEHIND else "attention")
    assert known.kind == LEFT_BEHIND or finding.as_dict()["act"] in ("update", "decide")
    plan, after = enforced(document)
    assert (plan.operations, start_of(after, name)) == ((), 1)


@free
def test_the_default_policy_disables_it(known: KnownDriver) -> None:
    plan, after = enforced(_servers(known)[0])
    assert finding_of(plan, name_of(known)).status == "drifted"
    assert start_of(after, name_of(known)) == 4


@in_lists
def test_the_lists_come_first(known: KnownDriver) -> None:
    document, name = _servers(known)[0], name_of(known)
    plan, after = enforced(document)
    assert (finding_of(plan, name).status, start_of(after, name)) == ("refused", 1)
    _plan, after = enforced(document, clean_filter_lists=True)
    assert start_of(after, name) == 4
    for each in known.lists:
        key, value = list_place(each)
        assert name not in after["registry"][key].get(value, [])


@to_look_at
def test_no_policy_disables_what_somebody_must_look_at(known: KnownDriver) -> None:
    document, name = _servers(known)[0], name_of(known)
    for given in ({}, {"clean_filter_lists": True}, {"state": "absent"}, {"force": [name], "stop": False}):
        plan, after = enforced(document, **given)
        finding = finding_of(plan, name)
        assert (finding.status, finding.as_dict()["act"]) == ("attention", "decide")
        assert "no policy disables it" in finding.evidence[0]
        assert known.cure in finding.fix
        assert (plan.operations, start_of(after, name)) == ((), 1)


@of_network
def test_no_policy_disables_what_adapters_are_bound_to(known: KnownDriver) -> None:
    name = name_of(known)
    plan, after = enforced(left_behind(known, bound=True))
    finding = finding_of(plan, name)
    assert finding.status == ("refused" if known.components else "attention")
    assert finding.as_dict()["act"] == "decide"
    assert all(f"netcfg -u {each}" in known.cure for each in known.components)
    assert start_of(after, name) == 1


@to_look_at
def test_a_users_own_entry_lets_no_policy_disable_it(known: KnownDriver) -> None:
    own = {"name": name_of(known), "cure": "Disable it."}
    plan, after = enforced(_servers(known)[0], known_drivers=[own])
    assert (finding_of(plan, name_of(known)).status, start_of(after, name_of(known))) == ("attention", 1)


def test_the_catalogue_knows_the_field() -> None:
    assert len(known_drivers()) >= 45
