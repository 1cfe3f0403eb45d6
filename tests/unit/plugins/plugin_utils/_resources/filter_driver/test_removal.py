# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A driver is removed with all that names it, and restored: case by case, and for generated keys."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.protection import (
    Change,
    standing_reasons,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import services_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support import strategies
from tests.support.planning import options_of, plan_for
from tests.support.servers import CONTROL, ENUM, FAMV4, FAMV4_FILE, LEDGER, SERVICES, exchange, plan_by, read

NOW = "2026-11-23T14:00:00Z"
DISKS = f"{CONTROL}\\Class\\{{4d36e967-e325-11ce-bfc1-08002be10318}}"
VOLUMES = f"{CONTROL}\\Class\\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
DEVICE = f"{ENUM}\\IDE\\DiskX\\1"
FACTS = {"company": "Vision Works Solutions Incorporated", "size": 40448, "modified": "2006-03-01T00:00:00Z"}

Document = dict[str, Any]


def options(**given: Any) -> Any:
    """Return the options of a task that removes FAMv4, unless others are given."""
    return options_of(filter_driver, **{"name": ["FAMv4"], "state": "absent", **given})


def server(
    lists: dict[str, dict[str, Any]] | None = None,
    key: dict[str, Any] | None = None,
    gone: tuple[str, ...] = ("Ghost",),
    **famv4: Any,
) -> Document:
    """Return the Exchange server, with filter lists, and subkeys of FAMv4 by relative path, added.

    gone: the names of lists that have neither a key nor a file.
    """
    document = exchange(**famv4)
    document["files"] = {FAMV4_FILE: FACTS}
    for name in members(lists or {}):
        if name not in gone and name.lower() != "famv4":
            document["registry"][f"{SERVICES}\\{name}"] = {"Type": 1, "Start": 0}
            document["files"][f"C:\\WINDOWS\\System32\\drivers\\{name}.sys"] = {"size": 1}
    document["registry"] |= {**(lists or {}), **{f"{FAMV4}\\{path}": values for path, values in (key or {}).items()}}
    return document


def members(lists: dict[str, dict[str, Any]]) -> list[str]:
    """Return the names in filter lists."""
    texts = [each for values in lists.values() for each in values.values() if isinstance(each, list)]
    return [name for names in texts for name in names]


def decide(document: Document, **given: Any) -> Plan:
    """Return the plan for a server."""
    return plan_for(filter_driver, document, NOW, **{"name": ["FAMv4"], "state": "absent", **given})


def apply(document: Document, **given: Any) -> Document:
    """Return the server after a task, which must leave nothing to do, and nothing to do for a second run."""
    plan, replica = decide(document, **given), Replica(copy.deepcopy(document))
    assert plan.error == ""
    request = Request(filter_driver.queries(options(**given)), plan.operations)
    request.encode()
    reply = replica.execute(request)
    assert (reply.conflicts, reply.failure) == ([], None)
    assert plan_by(filter_driver, options(**given), Snapshot(reply.document), NOW).operations == ()
    assert decide(replica.document, **given).operations == ()
    return replica.document


def without_ledger(document: Document) -> dict[str, Any]:
    """Return what of a server the collection must restore: the registry but for its ledger, and the files."""
    registry = {path: values for path, values in document["registry"].items() if not path.startswith(LEDGER)}
    return {"registry": registry, "files": document["files"]}


def normal(document: Document) -> dict[str, Any]:
    """Return the same of a document that no replica has written yet."""
    return without_ledger(Replica(copy.deepcopy(document)).document)


def without_enum(document: Document) -> Document:
    """Return a server without the driver's Enum, which is Windows' own and is never restored."""
    registry = {path: values for path, values in document["registry"].items() if path != f"{FAMV4}\\Enum"}
    return {**document, "registry": registry}


def restored(document: Document, **given: Any) -> Document:
    """Return the server after a removal and a restoration."""
    return apply(apply(document, **given), state="restored")


def test_the_whole_key_goes_and_the_ledger_has_it() -> None:
    document = apply(server(), reason="left behind")
    assert not [path for path in document["registry"] if path.lower().startswith(FAMV4.lower())]
    entry = document["registry"][f"{LEDGER}\\0001"]
    assert (entry["Subject"], entry["Reason"]) == ("FAMv4", "left behind")
    assert "ImagePath" in entry["Before"]
    assert "DefaultInstance" in entry["Before"]


def test_it_is_disabled_and_stopped_before_it_is_removed() -> None:
    kinds = [type(operation).__name__ for operation in decide(server()).operations]
    assert kinds == ["LedgerEntry", "SetValue", "StopDriver", "DeleteKey"]


def test_one_that_cannot_be_stopped_needs_a_restart() -> None:
    document = server()
    document["services"]["FAMv4"]["can_stop"] = False
    plan = decide(document)
    assert plan.reboot_required
    assert not [each for each in plan.operations if isinstance(each, op.StopDriver)]
    assert decide(server()).reboot_required is False


def test_one_that_is_not_there_is_compliant() -> None:
    plan = decide(server(), name=["Ghost"])
    assert (plan.operations, plan.error, plan.findings[0].status) == ((), "", "compliant")


LISTS = {
    DISKS: {"UpperFilters": ["first", "famv4", "partmgr"], "LowerFilters": ["FAMv4"]},
    DEVICE: {"Service": "disk", "UpperFilters": ["a", "FAMv4"]},
}


def test_a_list_that_names_it_refuses_the_removal() -> None:
    plan = decide(server(LISTS))
    assert "the devices there do not start without it" in plan.error
    assert plan.error.endswith("Take it out of the list in the same task: clean_filter_lists: true")
    assert (plan.findings[0].status, plan.operations) == ("refused", ())


def test_lists_are_cleaned_before_the_driver_goes() -> None:
    operations = decide(server(LISTS), clean_filter_lists=True).operations
    kinds = [type(operation).__name__ for operation in operations]
    assert kinds == ["LedgerEntry", "SetValue", "DeleteValue", "SetValue", "SetValue", "StopDriver", "DeleteKey"]
    document = apply(server(LISTS), clean_filter_lists=True)
    assert document["registry"][DISKS] == {"UpperFilters": ["first", "partmgr"]}
    assert document["registry"][DEVICE]["UpperFilters"] == ["a"]


@pytest.mark.parametrize("state", ["absent", "disabled"])
def test_lists_come_back_with_their_order(state: str) -> None:
    before = server(LISTS)
    changed = apply(before, state=state, clean_filter_lists=True)
    assert changed["registry"][DISKS] == {"UpperFilters": ["first", "partmgr"]}
    assert without_ledger(apply(changed, state="restored")) == normal(before)


def test_a_list_that_others_changed_meanwhile_keeps_what_they_did() -> None:
    document = apply(server(LISTS), clean_filter_lists=True)
    document["registry"][DISKS]["UpperFilters"] = ["new", "first", "other", "partmgr"]
    document["registry"][DISKS]["LowerFilters"] = ["low"]
    for name in ("new", "other", "low"):
        document["registry"][f"{SERVICES}\\{name}"] = {"Type": 1, "Start": 0}
        document["files"][f"C:\\WINDOWS\\System32\\drivers\\{name}.sys"] = {"size": 1}
    after = apply(document, state="restored")["registry"][DISKS]
    assert after == {"UpperFilters": ["new", "first", "famv4", "other", "partmgr"], "LowerFilters": ["FAMv4", "low"]}


def test_the_last_of_microsofts_in_a_list_stays_even_when_forced() -> None:
    document = server({DISKS: {"UpperFilters": ["partmgr", "FAMv4"]}})
    plan = decide(document, name=["partmgr"], force=["partmgr"], clean_filter_lists=True)
    assert "never taken out" in plan.error
    assert "force" not in plan.error.replace("forced", "")
    assert plan.operations == ()


def test_one_of_several_of_microsofts_goes_when_it_is_forced() -> None:
    document = server(
        {DISKS: {"UpperFilters": ["partmgr", "volsnap"]}, f"{SERVICES}\\partmgr": {"Type": 1, "Start": 0}}
    )
    after = apply(document, name=["partmgr"], force=["partmgr"], clean_filter_lists=True)
    assert after["registry"][DISKS] == {"UpperFilters": ["volsnap"]}


def test_two_of_microsofts_do_not_go_together() -> None:
    keys = {f"{SERVICES}\\{name}": {"Type": 1, "Start": 0} for name in ("partmgr", "volsnap")}
    document = server({DISKS: {"UpperFilters": ["x", "partmgr", "volsnap"]}, **keys})
    given = {"name": ["partmgr", "volsnap"], "force": ["partmgr", "volsnap"], "clean_filter_lists": True}
    assert "never taken out" in decide(document, **given).error


@pytest.mark.parametrize("state", ["absent", "disabled"])
@pytest.mark.parametrize("order", [("FAMv4", "Twin"), ("Twin", "FAMv4")])
def test_drivers_of_one_list_are_taken_out_together_and_come_back_in_order(state: str, order: tuple[str, str]) -> None:
    names = ["first", "Twin", "FAMv4", "partmgr"]
    twin = {f"{SERVICES}\\Twin": {"Type": 1, "Start": 1}}
    before = server({DISKS: {"UpperFilters": names, "LowerFilters": ["FAMv4", "Twin"]}, **twin})
    changed = apply(before, name=list(order), state=state, clean_filter_lists=True)
    assert changed["registry"][DISKS] == {"UpperFilters": ["first", "partmgr"]}
    drifted = copy.deepcopy(changed)
    if state == "disabled":
        drifted["registry"][FAMV4]["Start"] = 1
        drifted = apply(drifted, name=list(order), state=state, clean_filter_lists=True)
    for way in (list(order), list(reversed(order))):
        assert without_ledger(apply(drifted, name=way, state="restored")) == normal(before)
    one = apply(drifted, name=[order[0]], state="restored")
    assert without_ledger(apply(one, name=[order[1]], state="restored")) == normal(before)


def test_the_name_of_a_driver_that_is_gone_is_taken_out_of_the_lists() -> None:
    document = server({DISKS: {"UpperFilters": ["Ghost", "partmgr"]}})
    assert decide(document, name=["Ghost"]).operations == ()
    assert "does not start" in " ".join(decide(document, name=["Ghost"]).findings[0].evidence)
    after = apply(document, name=["Ghost"], clean_filter_lists=True)
    assert after["registry"][DISKS] == {"UpperFilters": ["partmgr"]}


def test_the_dead_name_of_a_list_is_never_restored_and_the_entry_stays_open() -> None:
    cleaned = apply(server({DISKS: {"UpperFilters": ["Ghost", "partmgr"]}}), name=["Ghost"], clean_filter_lists=True)
    plan = decide(cleaned, name=["Ghost"], state="restored")
    assert (plan.operations, plan.error, plan.findings[0].status) == ((), "", "refused")
    assert f"{DISKS}\\UpperFilters would name Ghost, which has no key" in plan.refused[0]
    cleaned["registry"][f"{SERVICES}\\Ghost"] = {"Type": 1, "Start": 3}
    cleaned["files"]["C:\\WINDOWS\\System32\\drivers\\Ghost.sys"] = {"size": 1}
    after = apply(cleaned, name=["Ghost"], state="restored", overwrite=True)
    assert after["registry"][DISKS] == {"UpperFilters": ["Ghost", "partmgr"]}


@pytest.mark.parametrize("state", ["absent", "disabled"])
def test_the_last_of_microsofts_stays_when_its_key_is_gone(state: str) -> None:
    given = {"name": ["partmgr"], "state": state, "clean_filter_lists": True}
    plan = decide(server({DISKS: {"UpperFilters": ["x", "partmgr"]}}, gone=("partmgr",)), **given)
    assert f"last of Microsoft's in {DISKS}\\UpperFilters, which is never taken out" in plan.error
    assert (plan.findings[0].status, plan.operations) == ("refused", ())
    after = apply(server({DISKS: {"UpperFilters": ["partmgr", "volsnap"]}}, gone=("partmgr",)), **given)
    assert after["registry"][DISKS] == {"UpperFilters": ["volsnap"]}


@pytest.mark.parametrize("place", [VOLUMES, DEVICE.rpartition("\\")[0]])
def test_what_hides_a_list_leaves_unknown_whether_one_names_a_driver_that_is_gone(place: str) -> None:
    lists = {
        DISKS: {"UpperFilters": ["Ghost", "partmgr"]},
        VOLUMES: {"UpperFilters": ["a"]},
        DEVICE: {"Service": "disk"},
    }
    document = {**server(lists), "unreadable": {place: "access_denied"}}
    plan = decide(document, name=["Ghost"])
    assert (plan.findings[0].status, plan.operations, plan.error) == ("unknown", (), "")
    assert f"{place} could not be read (access_denied)" in " ".join(plan.findings[0].evidence)
    cleaning = decide(document, name=["Ghost"], clean_filter_lists=True)
    assert f"{place} could not be read (access_denied)" in cleaning.error
    assert (cleaning.findings[0].status, cleaning.operations) == ("unknown", ())


def test_lists_left_by_a_removal_are_cleaned_and_all_is_restored() -> None:
    before = server()
    removed = apply(before)
    removed["registry"] |= {
        path: each
        for path, each in server({DISKS: {"UpperFilters": ["FAMv4", "partmgr"]}})["registry"].items()
        if path == DISKS or "partmgr" in path
    }
    removed["files"]["C:\\WINDOWS\\System32\\drivers\\partmgr.sys"] = {"size": 1}
    cleaned = apply(removed, clean_filter_lists=True)
    after = apply(cleaned, state="restored")
    assert after["registry"][FAMV4] == normal(before)["registry"][FAMV4]
    assert after["registry"][DISKS] == {"UpperFilters": ["FAMv4", "partmgr"]}


@pytest.mark.parametrize(
    ("value", "kind"),
    [({"REG_NONE": "ab"}, "REG_NONE"), ({"REG_UNKNOWN": None}, "REG_UNKNOWN"), ({"REG_NONE": None}, "REG_NONE")],
)
def test_a_key_that_cannot_be_restored_is_not_removed(value: Any, kind: str) -> None:
    plan = decide(server(key={"Parameters": {"Odd": value}}), force=["FAMv4"])
    assert f"Parameters\\Odd is of type {kind}" in plan.error
    assert plan.operations == ()
    assert decide(server(key={"Parameters": {"Odd": value}}), state="disabled").error == ""


def test_a_key_that_may_hold_a_registry_link_is_not_removed() -> None:
    other = {"Type": 1, "Start": 0, "ErrorControl": 3}
    plan = decide(server(key={"Parameters\\Link": other}), force=["FAMv4"])
    assert "Parameters\\Link looks like the key of a service: a registry link may lead there" in plan.error
    assert plan.operations == ()


def test_a_key_part_of_which_cannot_be_read_is_not_removed() -> None:
    document = {**server(key={"Security": {}}), "unreadable": {f"{FAMV4}\\Security": "access_denied"}}
    plan = decide(document)
    assert "access_denied" in plan.error
    assert plan.operations == ()


def test_the_file_is_renamed_and_comes_back() -> None:
    before = server()
    removed = apply(before, file="rename")
    assert removed["files"] == {f"{FAMV4_FILE}.removed-20261123T140000Z": FACTS}
    assert without_ledger(apply(removed, state="restored")) == normal(before)


def test_files_of_earlier_removals_do_not_collide() -> None:
    before = server()
    before["files"][f"{FAMV4_FILE}.removed"] = FACTS
    removed = apply(before, file="rename")
    removed["registry"] |= {path: values for path, values in before["registry"].items() if path.startswith(FAMV4)}
    removed["files"][FAMV4_FILE] = {**FACTS, "size": 50000}
    again = options(file="rename")
    plan = plan_by(filter_driver, again, read(removed, filter_driver.queries(again)), "2027-01-01T00:00:00Z")
    reply = Replica(removed).execute(Request((), plan.operations))
    assert (reply.conflicts, reply.failure) == ([], None)
    names = [each.to for each in plan.operations if isinstance(each, op.RenameFile)]
    assert names == [f"{FAMV4_FILE}.removed-20270101T000000Z"]


def test_a_removal_that_was_cut_off_goes_on_with_the_name_that_it_chose() -> None:
    document, again = cut_off(server(), 2, file="rename"), options(file="rename")
    plan = plan_by(filter_driver, again, read(document, filter_driver.queries(again)), "2027-01-01T00:00:00Z")
    names = [each.to for each in plan.operations if isinstance(each, op.RenameFile)]
    assert names == [f"{FAMV4_FILE}.removed-20261123T140000Z"]


def test_a_file_that_is_lost_meanwhile_is_asked_for() -> None:
    removed = apply(server(), file="rename")
    removed["files"].clear()
    plan = decide(removed, state="restored")
    assert "copy it to" in plan.refused[0]
    removed["files"][FAMV4_FILE] = FACTS
    assert apply(removed, state="restored")["files"] == {FAMV4_FILE: FACTS}


def test_a_file_that_two_services_have_keeps_its_name() -> None:
    document = server()
    document["registry"][f"{SERVICES}\\Twin"] = {"Type": 1, "ImagePath": "System32\\DRIVERS\\famv4.sys"}
    assert "is the file of Twin too" in decide(document, file="rename").error
    assert decide(document).error == ""


def test_microsofts_file_keeps_its_name_even_when_forced() -> None:
    document = server()
    document["files"][FAMV4_FILE] = {**FACTS, "company": "Microsoft Corporation"}
    assert "never renamed" in decide(document, force=["FAMv4"], file="rename").error


def test_a_removal_of_what_was_disabled_before_restores_what_stood_before_both() -> None:
    before = server()
    after = apply(apply(apply(before, state="disabled")), state="restored")
    assert without_ledger(after) == normal(before)


def test_restoring_reports_that_the_driver_waits_for_a_restart() -> None:
    plan = decide(apply(server()), state="restored")
    assert plan.reboot_required
    assert "changed on" in plan.findings[0].evidence[1]


def test_a_driver_that_was_installed_again_is_not_overwritten() -> None:
    document = apply(server())
    document["registry"][FAMV4] = {"Type": 2, "Start": 3, "ImagePath": "system32\\drivers\\new.sys"}
    plan = decide(document, state="restored")
    assert "is there again" in plan.refused[0]
    assert plan.operations == ()


def cut_off(document: Document, done: int, **given: Any) -> Document:
    """Return the server after the first operations of a task."""
    replica = Replica(copy.deepcopy(document))
    for operation in decide(document, **given).operations[:done]:
        if isinstance(operation, op.DeleteKey):
            found = {path: values for path, values in replica.document["registry"].items() if path.startswith(FAMV4)}
            operation = op.DeleteKey(operation.key, found)
        assert replica.execute(Request((), (operation,))).conflicts == []
    return replica.document


@pytest.mark.parametrize("done", range(8))
def test_a_removal_that_was_cut_off_goes_on_and_is_restored(done: int) -> None:
    before = server({DISKS: LISTS[DISKS]})
    given = {"clean_filter_lists": True, "file": "rename"}
    document = cut_off(before, done, **given)
    after = apply(apply(document, **given), state="restored")
    assert without_ledger(after) == normal(before)


@pytest.mark.parametrize("done", range(8))
def test_a_removal_that_was_cut_off_is_restored_at_once(done: int) -> None:
    before = server({DISKS: LISTS[DISKS]})
    document = cut_off(before, done, clean_filter_lists=True, file="rename")
    assert without_ledger(apply(document, state="restored")) == normal(before)


def test_enum_of_the_driver_may_change_while_it_is_stopped() -> None:
    before = server(key={"Enum": {"Count": 1, "0": "Root\\LEGACY_FAMV4\\0000"}})
    document = cut_off(before, 3)
    document["registry"][f"{FAMV4}\\Enum"]["Count"] = 0
    after = apply(apply(document), state="restored")
    assert without_ledger(after) == normal(without_enum(before))


def test_enum_is_left_to_windows_when_a_driver_comes_back() -> None:
    before = server(key={"enum": {"Count": 1}, "enum\\Deep": {"a": 1}, "Enumerated": {"a": 1}})
    after = restored(before)["registry"]
    assert f"{FAMV4}\\Enumerated" in after
    assert not [path for path in after if path.lower() in (f"{FAMV4}\\enum".lower(), f"{FAMV4}\\enum\\deep".lower())]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"state": "restored", "clean_filter_lists": True},
            "clean_filter_lists: true has a meaning only with state: disabled or absent, not",
        ),
        ({"state": "disabled", "file": "rename"}, "file: rename has a meaning only"),
        ({"name": []}, "name is empty"),
        (
            {"state": "restored", "name": [], "classifications": ["orphan"]},
            "classifications: .orphan. has a meaning only",
        ),
        ({"allow": ["fam*"]}, "allow says to leave it alone"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadOption, match=message):
        options(**given)


_PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\\\0"), min_size=1, max_size=6).filter(
    lambda name: name.lower() != "enum"
)
_NAMES = strategies.texts.filter(
    lambda name: name.lower() not in ("start", "type", "imagepath", "group", "errorcontrol")
)
_VALUES = st.dictionaries(_NAMES, strategies.writable, max_size=4)
_KEYS = st.dictionaries(st.lists(_PARTS, min_size=1, max_size=3).map("\\".join), _VALUES, max_size=4)
_LIST = st.lists(st.sampled_from(["a", "b", "FAMv4", "partmgr", "famv4"]), max_size=4)


def unambiguous(key: dict[str, Any]) -> bool:
    """Tell whether no two paths, and no two values of a key, differ in their case alone."""
    paths = {"\\".join(path.split("\\")[:depth]) for path in key for depth in range(1, path.count("\\") + 2)}
    values = all(len({name.lower() for name in each}) == len(each) for each in key.values())
    return values and len({path.lower() for path in paths}) == len(paths)


@settings(max_examples=40, deadline=None)
@given(
    _KEYS.filter(unambiguous),
    _LIST,
    st.sampled_from([0, 1, 2, 3, 4, None]),
    st.booleans(),
    st.sampled_from(["keep", "rename"]),
)
def test_what_is_removed_comes_back_equal(
    key: dict[str, Any], names: list[str], start: int | None, can_stop: bool, file: str
) -> None:
    before = server({DISKS: {"UpperFilters": names}} if names else {}, key, Start=start)
    before["services"]["FAMv4"]["can_stop"] = can_stop
    after = restored(before, clean_filter_lists=True, file=file)
    if start == 4 and "famv4" in [name.lower() for name in names]:  # which Windows would not start the disks with
        assert "would name" in decide(after, state="restored").refused[0]
        before["registry"][DISKS] = after["registry"][DISKS]
    assert without_ledger(after) == normal(before)


_COMPANY = st.sampled_from(["", "Microsoft Corporation", "Vendor Ltd", "Vision Works Solutions Incorporated"])
_DRIVER = st.fixed_dictionaries(
    {"Type": st.sampled_from([1, 2, 8]), "Start": st.integers(0, 4)},
    optional={
        "ErrorControl": st.integers(0, 3),
        "Group": st.sampled_from(["Base", "FSFilter Open File", "Filter", "boot file system"]),
        "DependOnService": st.lists(st.sampled_from(["d0", "d1", "d2"]), max_size=2),
    },
)
_SERVERS = st.fixed_dictionaries(
    {
        "drivers": st.lists(st.tuples(_DRIVER, _COMPANY, st.booleans(), st.booleans()), min_size=1, max_size=3),
        "upper": st.lists(st.sampled_from(["d0", "d1", "partmgr"]), max_size=2),
        "safe": st.lists(st.sampled_from(["d1", "d2.sys", "FSFilter Open File"]), max_size=2),
        "device": st.sampled_from(["", "d0", "d2"]),
    }
)
_TASKS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["disabled", "absent", "audited"]),
        "name": st.lists(st.sampled_from(["d0", "d1", "d2"]), max_size=2, unique=True),
        "classifications": st.lists(st.sampled_from(["known_leftover", "orphan", "dangling"]), max_size=3, unique=True),
        "match": st.sampled_from([None, "start < `4`", "running", "!company"]),
        "clean_filter_lists": st.booleans(),
        "file": st.sampled_from(["keep", "rename"]),
    }
)


def generated(parts: dict[str, Any]) -> Document:
    """Return a server with drivers d0, d1, ... as they were generated."""
    registry: dict[str, Any] = {DISKS: {"UpperFilters": parts["upper"]}} if parts["upper"] else {}
    registry |= {f"{CONTROL}\\SafeBoot\\Minimal\\{name}": {"": "Driver"} for name in parts["safe"]}
    files, services = {}, {}
    for number, (values, company, running, exists) in enumerate(parts["drivers"]):
        name = f"d{number}"
        registry[f"{SERVICES}\\{name}"] = values
        services[name] = {"status": "running" if running else "stopped", "can_stop": running}
        if exists:
            files[f"C:\\WINDOWS\\System32\\drivers\\{name}.sys"] = {"company": company, "size": number, "modified": NOW}
        if name == parts["device"]:
            registry[f"{SERVICES}\\{name}\\Enum"] = {"Count": 1, "0": "PCI\\VEN_1\\0"}
    environment = {"SystemRoot": "C:\\WINDOWS", "SystemDrive": "C:"}
    return {"format": 1, "environment": environment, "registry": registry, "files": files, "services": services}


def touched(operation: op.Operation) -> str:
    """Return the driver that an operation changes, in lower case; "" for the ledger and filter lists."""
    if isinstance(operation, op.StopDriver | op.StartDriver):
        return operation.name.lower()
    key = getattr(operation, "key", "") or getattr(operation, "path", "")
    place = f"{SERVICES}\\".lower()
    return key.lower()[len(place) :].split("\\")[0] if key.lower().startswith(place) else ""


@settings(max_examples=120, deadline=None)
@given(_SERVERS, _TASKS)
def test_no_plan_touches_a_protected_driver(parts: dict[str, Any], task: dict[str, Any]) -> None:
    document = generated(parts)
    state = task["state"]
    task = {
        **task,
        "clean_filter_lists": task["clean_filter_lists"] and state != "audited",
        "file": task["file"] if state == "absent" else "keep",
    }
    if not (task["name"] or task["match"] or task["classifications"]):
        task["name"] = ["d0"]
    plan = decide(document, **task)
    everything = read(document, filter_driver.queries(options(state="audited", name=[])))
    changed = {touched(operation) for operation in plan.operations} - {""}
    if state == "absent":  # what needs a driver and goes with it does not protect it
        gone = tuple(f"{SERVICES}\\{name}\\".lower() for name in changed)
        rest = {
            path: each
            for path, each in everything.registry.items()
            if not f"{path}\\".lower().startswith(gone) or not each.get("DependOnService")
        }
        everything = Snapshot({**everything.document, "registry": rest})
    change = Change(cleans_lists=task["clean_filter_lists"])
    protected = {
        driver.name.lower()
        for driver in services_of(everything)
        if driver.is_driver and standing_reasons(driver, everything, change)
    }
    assert not changed & protected
    assert state != "audited" or plan.operations == ()
    if not plan.error:
        apply(document, **task)
