# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""block_legacy_filters: when Windows may be told to load no legacy filters, and which drivers stand against it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.cases import pasted
from tests.support.planning import options_of, plan_for
from tests.support.servers import CONTROL, LEDGER, SERVICES

NOW = "2026-11-23T14:00:00Z"
KEY = f"{CONTROL}\\Session Manager\\I/O System"
VALUE = "IoBlockLegacyFsFilters"
BLOCK: dict[str, Any] = {"block_legacy_filters": True}
RESTORE: dict[str, Any] = {**BLOCK, "state": "restored"}
COMPANY = {"size": 90_000, "company": "Wegtal Software GmbH", "product": "Wegtal Backup"}
RUNS = {"status": "running", "can_stop": False}
POLICY = {"classifications": ["known_leftover", "orphan", "dangling"]}

Document = dict[str, Any]


def server(base: str = "app2022", **values: Any) -> Document:
    """Return a server without FAMv4 whose network driver of VMware is Windows' own for once. values: of a driver wgt,
    which is there if any is given."""
    document = pasted({"base": base})
    document["registry"].pop(f"{SERVICES}\\vsock", None)
    document["services"].pop("vsock", None)
    if values:
        document["registry"][f"{SERVICES}\\wgt"] = {"Type": 1, "Start": 1, "ErrorControl": 1, **values}
        document["files"]["C:\\Windows\\System32\\drivers\\wgt.sys"] = COMPANY
        document["services"]["wgt"] = RUNS
    return document


def decide(document: Document, **given: Any) -> Plan:
    """Return the plan of a task."""
    return plan_for(filter_driver, document, NOW, **{**BLOCK, **given})


def told(plan: Plan) -> Any:
    """Return the finding on the value."""
    (finding,) = [each for each in plan.findings if each.id == "filter_driver.legacy_filters"]
    return finding


def after(document: Document, **given: Any) -> Document:
    """Return the server after a task, which must leave nothing to do."""
    replica, plan = Replica(copy.deepcopy(document)), decide(document, **given)
    assert plan.error == ""
    queries = filter_driver.queries(options_of(filter_driver, **{**BLOCK, **given}))
    assert replica.execute(Request(queries, plan.operations)).conflicts == []
    assert decide(replica.document, **given).operations == ()
    return replica.document


def test_it_is_set_waits_for_the_restart_and_is_compliant_then() -> None:
    plan = decide(server(), reason="minifilters alone")
    finding = told(plan)
    assert (finding.subject, finding.status, finding.wanted, finding.restart) == (VALUE, "drifted", 1, True)
    assert plan.reboot_required
    assert plan.operations[-1] == op.SetValue(KEY, VALUE, 1, None)
    changed = after(server())
    entry = changed["registry"][f"{LEDGER}\\0001"]
    assert (entry["Resource"], entry["Subject"]) == ("filter_driver.legacy_filters", VALUE)
    assert (json.loads(entry["Before"]), json.loads(entry["After"])) == ({VALUE: None}, {VALUE: 1})
    waits = decide(changed)
    assert (told(waits).status, waits.reboot_required) == ("pending", True)
    changed["registry"][f"{CONTROL}\\Windows"] = {"ShutdownTime": {"REG_BINARY": "00c0ff3e1d5bdd01"}}
    assert told(decide(changed)).status == "compliant"


@pytest.mark.parametrize("found", [None, 0, "0"])
def test_it_is_restored_to_what_stood_there(found: Any) -> None:
    document = server()
    if found is not None:
        document["registry"][KEY] = {VALUE: found, "Other": 5}
    changed = after(document)
    restored = after(changed, **RESTORE)
    restorable = found if isinstance(found, int) else None
    assert restored["registry"].get(KEY, {}).get(VALUE) == (restorable if found != "0" else 1)


def test_restoring_everything_restores_it_and_tells_it_only_where_it_was_changed() -> None:
    everything = {**RESTORE, "match": "name"}
    assert not [each for each in decide(server(), **everything).findings if "legacy" in each.id]
    changed = after(after(server()), **everything)
    assert VALUE not in changed["registry"].get(KEY, {})


def test_what_others_set_since_is_left_alone_unless_the_task_says_overwrite() -> None:
    changed = after(server())
    changed["registry"][KEY][VALUE] = 0
    assert (told(decide(changed, **RESTORE)).status, decide(changed, **RESTORE).operations) == ("refused", ())
    assert VALUE not in after(changed, **RESTORE, overwrite=True)["registry"][KEY]


@pytest.mark.parametrize("base", ["ex2003", "fs2008", "web2008r2", "fs2012r2"])
def test_a_release_before_2016_does_not_have_it(base: str) -> None:
    plan = decide(server(base, Group="FSFilter Anti-Virus"))
    assert (told(plan).status, plan.operations, plan.error) == ("not_applicable", (), "")
    assert "10.0.14393 (Server 2016) is the first that does" in told(plan).evidence[0]


@pytest.mark.parametrize(("build", "status"), [("14393", "drifted"), ("10586", "not_applicable")])
def test_the_first_release_that_has_it_is_1607(build: str, status: str) -> None:
    document = server()
    document["registry"]["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"]["CurrentBuildNumber"] = build
    assert told(decide(document)).status == status


def test_a_release_that_cannot_be_read_is_unknown() -> None:
    document = server()
    del document["registry"]["HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"]
    plan = decide(document)
    assert (told(plan).status, plan.operations) == ("unknown", ())
    assert plan.error


# what stands in the key of a driver of another company -> the status
AGAINST: dict[str, tuple[dict[str, Any], str]] = {
    "a group of filters": ({"Group": "FSFilter Anti-Virus"}, "refused"),
    "the group of old filters": ({"Group": "filter"}, "refused"),
    "a driver of file systems": ({"Type": 2}, "refused"),
    "one that its program starts": ({"Type": 2, "Start": 3}, "refused"),
    "a kernel driver that starts with the server": ({"Type": 1}, "unknown"),
    "a kernel driver of a group of many sorts": ({"Group": "Base"}, "unknown"),
    "one of hardware by its group": ({"Group": "Video"}, "drifted"),
    "one of the network by its group": ({"Group": "PNP_TDI"}, "drifted"),
    "one of the filtering platform": ({"DependOnService": ["BFE"]}, "drifted"),
    "one that is disabled": ({"Group": "FSFilter Anti-Virus", "Start": 4}, "drifted"),
}


@pytest.mark.parametrize("case", AGAINST)
def test_a_driver_of_others_stands_against_it_as_far_as_it_may_be_a_legacy_filter(case: str) -> None:
    values, status = AGAINST[case]
    plan = decide(server(**values))
    assert told(plan).status == status
    assert bool(plan.operations) == (status == "drifted")
    if status != "drifted":
        assert "wgt, of Wegtal Software GmbH" in told(plan).evidence[0]
        assert plan.error.startswith(f"{VALUE} is not set: wgt")
        assert "no_legacy_filters" in told(plan).fix
        assert told(decide(server(**values), no_legacy_filters=["WGT"])).status == "drifted"


def test_a_minifilter_does_not_stand_against_it() -> None:
    document = server(Type=2, Group="FSFilter Anti-Virus")
    document["registry"][f"{SERVICES}\\wgt\\Instances\\wgt"] = {"Altitude": "321000", "Flags": 0}
    assert told(decide(document)).status == "drifted"


def test_a_driver_of_a_device_does_not_stand_against_it() -> None:
    document = server()
    document["registry"][f"{SERVICES}\\wgt"] = {"Type": 1, "Start": 1}
    document["registry"][f"{CONTROL.rpartition(chr(92))[0]}\\Enum\\PCI\\VEN_1&DEV_2\\3"] = {"Service": "wgt"}
    document["files"]["C:\\Windows\\System32\\drivers\\wgt.sys"] = COMPANY
    assert told(decide(document)).status == "drifted"


def test_what_the_same_task_disables_does_not_stand_against_it() -> None:
    legacy = server(Type=2, Group="FSFilter Anti-Virus")
    changed = after(legacy, name=["wgt"])
    assert (changed["registry"][f"{SERVICES}\\wgt"]["Start"], changed["registry"][KEY][VALUE]) == (4, 1)
    assert after(legacy, **POLICY)["registry"][KEY][VALUE] == 1
    assert after(legacy, **POLICY, state="absent")["registry"][KEY][VALUE] == 1


def test_a_refusal_stops_a_task_of_names_and_leaves_a_policy_to_go_on_and_fail() -> None:
    document = server(Type=2)
    document["registry"][f"{SERVICES}\\FAMv4"] = {"Type": 2, "Start": 1}
    assert decide(document, name=["FAMv4"]).error.startswith(f"{VALUE} is not set: wgt")
    plan = decide(document, **POLICY, allow=["wgt"])
    assert plan.operations
    assert plan.error == ""
    assert [each.partition(":")[0] for each in plan.refused] == [f"{VALUE} is not set"]
    calm = decide(document, **POLICY, allow=["wgt"], fail_on_refused=False)
    assert (told(calm).status, calm.refused) == ("refused", ())


def test_where_owners_may_stand_unread_it_is_not_set() -> None:
    document = server()
    document["unreadable"] = {SERVICES: "access_denied"}
    plan = decide(document)
    assert (told(plan).status, plan.operations) == ("unknown", ())
    assert "administrator" in told(plan).fix


@pytest.mark.parametrize("waits", [True, False])
def test_a_filter_that_is_blocked_already_is_told(waits: bool) -> None:
    document = after(server()) if waits else server()
    document["registry"][KEY] = {VALUE: 1}
    document["registry"][f"{SERVICES}\\wgt"] = {"Type": 2, "Start": 1}
    plan = decide(document)
    assert (told(plan).status, told(plan).severity, plan.operations, plan.error) == ("attention", "error", (), "")
    assert plan.reboot_required is waits


def test_an_audit_tells_it_and_changes_and_fails_nothing() -> None:
    for document, status in ((server(), "drifted"), (server(Type=2), "refused"), (after(server()), "pending")):
        plan = decide(document, state="audited")
        assert (told(plan).status, plan.operations, plan.error, plan.refused) == (status, (), "", ())
        assert plan.before[VALUE] == plan.after[VALUE]


def test_a_waiver_spares_it() -> None:
    waiver = {"finding": "filter_driver.*", "subject": VALUE, "until": "2026-12-31", "by": "Ada", "reason": "CHG1"}
    for document in (server(), server(Type=2)):
        plan = decide(document, waive=[waiver])
        assert (told(plan).status, plan.operations, plan.error) == ("waived", (), "")


def test_a_forged_entry_is_not_restored() -> None:
    changed = after(server())
    changed["registry"][f"{LEDGER}\\0001"]["Before"] = json.dumps({VALUE: {"REG_BINARY": "00"}})
    plan = decide(changed, **RESTORE)
    assert (told(plan).status, plan.operations) == ("refused", ())
    assert decide(changed, state="restored", match="name", block_legacy_filters=False).error == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {**BLOCK, "state": "enabled", "name": ["x"], "start_type": "demand"},
            "block_legacy_filters: true has a meaning",
        ),
        ({"name": ["x"], "no_legacy_filters": ["y"]}, "no_legacy_filters has a meaning only with"),
        ({**BLOCK, "no_legacy_filters": ["*"]}, "no_legacy_filters: '\\*' is a pattern"),
        ({"block_legacy_filters": False}, "name is empty"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadOption, match=message):
        options_of(filter_driver, **given)
