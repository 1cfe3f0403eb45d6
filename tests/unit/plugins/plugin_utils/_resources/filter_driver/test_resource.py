# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided about a driver, case by case and as rules that hold for every server."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import BadOption
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol import operations as op
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.planning import options_of, plan_for
from tests.support.servers import CONTROL, ENUM, FAMV4, FAMV4_FILE, LEDGER, SERVICES, exchange, plan_by, read

NOW = "2026-11-23T14:00:00Z"
ENTRY = f"{LEDGER}\\0001"
RUNS = {"status": "running", "can_stop": True}
STAYS = {"status": "running", "can_stop": False}
STOPPED = {"status": "stopped", "can_stop": False}


def options(**given: Any) -> Any:
    """Return the options of a task on FAMv4, unless others are named."""
    return options_of(filter_driver, **{"name": ["FAMv4"], **given})


def server(state: dict[str, Any] | None = None, **famv4: Any) -> dict[str, Any]:
    """Return the Exchange server with FAMv4 in a state of the service manager."""
    document = exchange(**famv4)
    return {**document, "services": {**document["services"], "FAMv4": state or RUNS}}


def decide(document: dict[str, Any], **given: Any) -> Plan:
    """Return the plan for a server."""
    return plan_for(filter_driver, document, NOW, **{"name": ["FAMv4"], **given})


def apply(document: dict[str, Any], **given: Any) -> tuple[Plan, dict[str, Any], Plan]:
    """Return the plan for a server, the server after it, and the plan then made from what is read back."""
    plan, replica = decide(document, **given), Replica(copy.deepcopy(document))
    reply = replica.execute(Request(filter_driver.queries(options(**given)), plan.operations))
    assert (reply.conflicts, reply.failure) == ([], None)
    return plan, replica.document, plan_by(filter_driver, options(**given), Snapshot(reply.document), NOW)


def words(plan: Plan) -> list[str]:
    """Return the operations of a plan in short."""
    texts = []
    for each in plan.operations:
        if isinstance(each, op.SetValue):
            texts.append(f"{each.name}={str(each.value).split()[0]}")
        else:
            texts.append(type(each).__name__)
    return texts


def after(document: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Return a server after a task."""
    return apply(document, **given)[1]


DISABLED = after(server())
DISABLED_STAYS = after(server(STAYS))
UNREADABLE = exchange()
UNREADABLE["registry"][f"{FAMV4}\\Enum"] = {}
UNREADABLE["unreadable"] = {f"{FAMV4}\\Enum": "access_denied"}
ENABLE = {"state": "enabled", "start_type": "system"}
RESTORE = {"state": "restored"}

# server, options: status, operations, whether a restart is due
DECIDED: dict[str, tuple[dict[str, Any], dict[str, Any], str, list[str], bool]] = {
    "runs": (server(), {}, "drifted", ["LedgerEntry", "Start=4", "StopDriver"], False),
    "cannot be stopped": (server(STAYS), {}, "drifted", ["LedgerEntry", "Start=4"], True),
    "is not to be stopped": (server(), {"stop": False}, "drifted", ["LedgerEntry", "Start=4"], True),
    "is stopped": (server(STOPPED), {}, "drifted", ["LedgerEntry", "Start=4"], False),
    "is stopping": (server({"status": "stop_pending"}), {}, "drifted", ["LedgerEntry", "Start=4"], True),
    "is disabled and runs": (server(Start=4), {}, "drifted", ["LedgerEntry", "StopDriver"], False),
    "is disabled and cannot be stopped": (server(STAYS, Start=4), {}, "pending", [], True),
    "is disabled": (server(STOPPED, Start=4), {}, "compliant", [], False),
    "Start is no number": (server(STOPPED, Start="4"), {}, "drifted", ["LedgerEntry", "Start=4"], False),
    "Start is missing": (server(STOPPED, Start=None), {}, "drifted", ["LedgerEntry", "Start=4"], False),
    "was disabled by us": (DISABLED, {}, "compliant", [], False),
    "was disabled by us and runs on": (DISABLED_STAYS, {}, "pending", [], True),
    "to be enabled": (DISABLED, ENABLE, "drifted", ["LedgerEntry", "Closed=superseded", "Start=1"], True),
    "to be enabled on demand": (
        server(STOPPED, Start=4),
        {"state": "enabled", "start_type": "demand"},
        "drifted",
        ["LedgerEntry", "Start=3"],
        False,
    ),
    "is enabled": (server(), ENABLE, "compliant", [], False),
    "is enabled and has not started": (server(STOPPED), ENABLE, "pending", [], True),
    "to be restored": (DISABLED, RESTORE, "drifted", ["Start=1", "StartDriver", "Closed=restored"], False),
    "to be restored while it runs": (DISABLED_STAYS, RESTORE, "drifted", ["Start=1", "Closed=restored"], False),
    "nothing to restore": (server(), RESTORE, "not_applicable", [], False),
    "was restored": (after(DISABLED, **RESTORE), RESTORE, "compliant", [], False),
    "was disabled before it was stopped": (after(server(Start=4)), RESTORE, "drifted", ["Closed=restored"], False),
    "not present": (server(), {"name": ["Ghost"]}, "compliant", [], False),
    "not present, to be restored": (server(), {"name": ["Ghost"], **RESTORE}, "not_applicable", [], False),
    "another case": (server(), {"name": ["famV4"]}, "drifted", ["LedgerEntry", "Start=4", "StopDriver"], False),
}


@pytest.mark.parametrize("case", DECIDED)
def test_a_driver_is_judged_and_what_is_to_be_done_follows(case: str) -> None:
    document, given, status, operations, reboot = DECIDED[case]
    plan = decide(document, **given)
    assert [finding.status for finding in plan.findings] == [status]
    assert words(plan) == operations
    assert (plan.reboot_required, plan.error) == (reboot, "")


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "protected": (
        server(),
        {"name": ["atapi"]},
        "refused",
        r"atapi is not disabled.*ErrorControl is 3.*name it in force: \[atapi\]",
    ),
    "a service": (
        server(),
        {"name": ["W3SVC"]},
        "refused",
        r"W3SVC is a Win32 service, not a driver \(Type 32\).*ansible.windows.win_service",
    ),
    "a service, to be enabled": (server(), {"name": ["W3SVC"], **ENABLE}, "refused", "Win32 service"),
    "not present, to be enabled": (
        server(),
        {"name": ["Ghost"], **ENABLE},
        "not_applicable",
        "no driver Ghost, so it cannot be enabled; remove it from name",
    ),
    "gone since": (
        {
            **DISABLED,
            "registry": {path: values for path, values in DISABLED["registry"].items() if path.startswith(LEDGER)},
        },
        RESTORE,
        "not_applicable",
        "cannot be restored",
    ),
    "unreadable": (
        UNREADABLE,
        {},
        "unknown",
        r"FAMv4\\Enum could not be read \(access_denied\); connect as a local admin",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_or_must_not_be_done_is_refused_with_the_reason(case: str) -> None:
    document, given, status, message = REFUSED[case]
    plan = decide(document, **given)
    assert [finding.status for finding in plan.findings] == [status]
    assert plan.operations == ()
    assert re.search(message, "; ".join((plan.error, *plan.refused)))


def test_one_refused_driver_stops_all_and_every_refusal_is_reported() -> None:
    plan = decide(server(), name=["FAMv4", "atapi", "W3SVC"])
    assert [finding.status for finding in plan.findings] == ["drifted", "refused", "refused"]
    assert "atapi is not disabled" in plan.error
    assert "W3SVC is a Win32 service" in plan.error


def test_force_lifts_the_protection_of_the_driver_that_it_names_alone() -> None:
    document = {
        **server(),
        "registry": {**server()["registry"], f"{SERVICES}\\Disk": {"Type": 1, "Start": 0, "ErrorControl": 3}},
    }
    assert not decide(document, name=["ATAPI"], force=["atapi"]).error
    plan = decide(document, name=["atapi", "disk"], force=["atapi"])
    assert "atapi" not in plan.error
    assert "disk is not disabled" in plan.error.lower()


@pytest.mark.parametrize("group", ["Filter", "FSFilter Infrastructure"])
def test_the_documented_cure_of_famv4_outweighs_its_group(group: str) -> None:
    assert not decide(server(Group=group)).error


def test_the_documented_cure_of_famv4_outweighs_the_group_in_safe_mode_too() -> None:
    safe_mode = {f"{CONTROL}\\SafeBoot\\Minimal\\Filter": {"": "Driver Group"}}
    assert not decide({**server(), "registry": {**server()["registry"], **safe_mode}}).error


@pytest.mark.parametrize("entry", [{"name": "FAMv4"}, {"name": "fam*"}, {"company": "Vision*"}])
def test_a_users_own_entry_takes_the_documented_cure_not_away(entry: dict[str, str]) -> None:
    own = {
        "cure": "Ask Ada.",
        **dict.fromkeys(("file_version", "altitude", "vendor", "software", "breaks", "source"), ""),
    }
    plan = decide(server(Group="Filter"), known_drivers=[{"name": "", "company": "", **own, **entry}])
    assert (plan.error, plan.findings[0].fix) == ("", "Ask Ada.")


def test_the_group_of_a_driver_that_is_not_known_is_outweighed_by_nothing() -> None:
    unknown = {f"{SERVICES}\\FAMv5": {"Type": 2, "Start": 1, "Group": "Filter"}}
    files = {"C:\\WINDOWS\\System32\\drivers\\FAMv5.sys": {"company": "Vendor"}}
    plan = decide({**server(), "registry": {**server()["registry"], **unknown}, "files": files}, name=["FAMv5"])
    assert "its load-order group, Filter, is one of the boot path" in plan.error


def test_the_documented_cure_outweighs_nothing_but_the_group() -> None:
    assert "ErrorControl is 3" in decide(server(ErrorControl=3)).error


def test_a_known_driver_is_explained() -> None:
    finding = decide(server()).findings[0]
    assert "ActiveSync" in finding.why
    assert "net stop" in finding.fix
    assert "dd789637" in finding.source
    assert finding.evidence == ("Start is 1 (system), the driver is running",)


@pytest.mark.parametrize(
    ("document", "given", "text"),
    [
        (server(STAYS), {}, "it cannot be stopped, so it runs until the server restarts"),
        (server(), {"stop": False}, r"not to be stopped (stop: false), so it runs until"),
        (server(Start="4"), {}, "Start is 4 (not one that Windows knows)"),
        (
            after(server(), reason="hangs Exchange"),
            RESTORE,
            f"changed on {NOW} because: hangs Exchange; it was system and running before",
        ),
        (server(), {"name": ["Ghost"]}, "the server has no driver Ghost"),
        (server(), RESTORE, "the ledger holds nothing to restore"),
    ],
)
def test_the_evidence_says_what_the_status_rests_on(document: dict[str, Any], given: dict[str, Any], text: str) -> None:
    assert text in " ".join(decide(document, **given).findings[0].evidence)


DECIDES = {
    "disabled": (server(), {}, True),
    "compliant": (DISABLED, {}, True),
    "enabled": (server(), ENABLE, True),
    "restored": (DISABLED, RESTORE, True),
    "allowed": (server(), {"name": [], "match": "name == 'FAMv4'", "allow": ["FAM*"]}, True),
    "audited": (server(), {"state": "audited"}, False),
    "not present": (server(), {"name": ["Ghost"]}, False),
    "refused": (server(), {"name": ["atapi"]}, False),
}


@pytest.mark.parametrize("case", DECIDES)
def test_a_plan_says_which_drivers_it_has_a_desired_state_for(case: str) -> None:
    document, given, decides = DECIDES[case]
    plan = decide(document, **given)
    assert plan.decided == ({("filter_driver", finding.subject) for finding in plan.findings} if decides else set())
    assert {finding.wanted is not None for finding in plan.findings} == {decides}


def test_before_and_after_are_predicted() -> None:
    plan = decide(server(), name=["FAMv4", "Ghost", "famv4"])
    assert dict(plan.before) == {"FAMv4": {"Start": 1, "status": "running"}, "Ghost": None}
    assert dict(plan.after) == {"FAMv4": {"Start": 4, "status": "stopped"}, "Ghost": None}


def test_a_driver_that_windows_refuses_to_stop_waits_for_the_restart_and_is_not_tried_again() -> None:
    noted = {**DISABLED["registry"], ENTRY: {**DISABLED["registry"][ENTRY], "RefusedCode": 1052}}
    plan = decide({**DISABLED, "registry": noted, "services": {"FAMv4": RUNS}})
    assert (plan.operations, plan.reboot_required) == ((), True)
    assert "Windows refused to stop it (error 1052)" in " ".join(plan.findings[0].evidence)


def test_a_driver_that_windows_refuses_to_start_waits_for_the_restart() -> None:
    plan, document, verified = apply({**after(server(Start=2)), "files": {}}, **RESTORE)
    assert (plan.reboot_required, verified.reboot_required) == (False, True)
    assert document["registry"][FAMV4]["Start"] == 2
    assert "Windows refused to start it (error 2)" in " ".join(verified.findings[0].evidence)


def test_a_driver_starts_with_the_server_only_with_its_file() -> None:
    without_file = {**DISABLED, "files": {}}
    for asked in (RESTORE, ENABLE):
        plan = decide(without_file, **asked)
        assert plan.operations == ()
        text = "; ".join((plan.error, *plan.refused))
        assert "FAMv4.sys is not there, which FAMv4 needs. Copy its file there, and run the task again" in text
        assert plan.findings[0].title == "Bring back the file of FAMv4"
    assert decide(without_file, state="enabled", start_type="demand").error == ""


DISPLAY_NAMES: dict[str, tuple[Any, str]] = {
    "plain": ("File Activity Monitor", "file activity MONITOR"),
    "of an INF": ("@oem7.inf,%FAM.Desc%;File Activity Monitor", "File Activity Monitor"),
}


@pytest.mark.parametrize("case", DISPLAY_NAMES)
@pytest.mark.parametrize("given", [{}, {"state": "absent"}, {"state": "audited"}, {"match": "name == 'x'"}])
def test_a_driver_named_by_its_display_name_is_told_and_not_taken_for_gone(case: str, given: dict[str, Any]) -> None:
    shown, named = DISPLAY_NAMES[case]
    plan = decide(server(DisplayName=shown), name=[named], **given)
    finding = next(each for each in plan.findings if each.subject == named)
    assert (finding.status, finding.kind) == ("attention", "display_name")
    assert finding.evidence == (f"the server has no driver {named}", f"{named} is the display name of FAMv4")
    assert finding.fix == "Name it by its key: name: [FAMv4]."
    assert plan.warnings == (f"{'; '.join(finding.evidence)}. {finding.fix}",)
    assert (plan.operations, plan.error) == ((), "")


@pytest.mark.parametrize("given", [RESTORE, ENABLE])
def test_a_task_that_needs_its_driver_fails_on_a_display_name(given: dict[str, Any]) -> None:
    plan = decide(server(DisplayName="File Activity Monitor"), name=["File Activity Monitor"], **given)
    text = "; ".join((plan.error, *plan.refused))
    assert "is the display name of FAMv4. Name it by its key: name: [FAMv4]" in text


@pytest.mark.parametrize("given", [{}, {"state": "audited"}])
def test_a_name_that_no_driver_has_or_shows_is_compliant(given: dict[str, Any]) -> None:
    document = server(DisplayName="@%SystemRoot%\\system32\\fam.dll,-100")
    plan = decide(document, name=["File Activity Monitor"], **given)
    assert [each.status for each in plan.findings if each.subject == "File Activity Monitor"] == ["compliant"]


def test_a_removed_driver_whose_name_another_shows_is_not_taken_for_it() -> None:
    removed = after(server(), state="absent")
    removed["registry"][f"{SERVICES}\\Other"] = {"Type": 1, "DisplayName": "FAMv4"}
    (finding,) = decide(removed).findings
    assert finding.kind != "display_name"
    assert after(removed, **RESTORE)["registry"][FAMV4]["Type"] == 2


def test_a_run_that_was_cut_off_goes_on_under_its_entry() -> None:
    halfway = {**DISABLED, "services": {"FAMv4": RUNS}}
    plan = decide(halfway)
    assert plan.operations == (op.StopDriver("FAMv4", ENTRY),)
    assert after(after(halfway), **RESTORE)["registry"][FAMV4] == exchange()["registry"][FAMV4]


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": []}, "name is empty: name at least one driver"),
    "an empty name": ({"name": [" "]}, "name: ' ' is not the name of a driver"),
    "a path": ({"name": ["drivers\\FAMv4.sys"]}, "give the name of its key alone, such as FAMv4"),
    "a slash": ({"name": ["a/b"]}, "name: 'a/b' is not the name"),
    "a pattern": ({"name": ["FAM*"]}, r"name: 'FAM\*' is a pattern"),
    "a pattern to force": ({"force": ["*"]}, r"force: '\*' is a pattern"),
    "a name with a NUL": ({"name": ["FAMv4\0"]}, r"name: 'FAMv4\\x00' has the character U\+0000"),
    "a name with a blank": ({"name": ["FAMv4 "]}, "begins or ends with a blank"),
    "a name with a soft hyphen": ({"force": ["FAM\u00adv4"]}, r"force: .*U\+00AD, which cannot be seen"),
    "to overwrite while it disables": ({"overwrite": True}, "overwrite: true has a meaning only with state: restored"),
    "to overwrite without a name": (
        {"name": [], "match": "name", "state": "restored", "overwrite": True},
        "overwrite: true without name",
    ),
    "to force another": (
        {"force": ["atapi"]},
        "force has atapi, which name does not have.*add it to name, or remove it from force",
    ),
    "enabled without a start type": (
        {"state": "enabled"},
        "state is enabled but all of the following are missing: start_type",
    ),
    "a start type to disable": (
        {"start_type": "auto"},
        "start_type: auto has a meaning only with state: enabled, not with state: disabled",
    ),
    "a start type to restore": ({"start_type": "auto", "state": "restored"}, "not with state: restored; remove one"),
}


@pytest.mark.parametrize("case", BAD)
def test_options_that_cannot_be_meant_are_refused_with_name_value_and_remedy(case: str) -> None:
    given, message = BAD[case]
    with pytest.raises(BadOption, match=message):
        options(**given)


def test_options_that_can_be_meant_are_taken() -> None:
    assert options(name=["FAMv4", "b"], force=["famv4"]).forces("FAMV4")
    assert options(**ENABLE).start == 1


# Rules for every server -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A server with one driver, and whether anything but force stands against disabling it."""

    document: dict[str, Any]
    protected: bool


VOLUME = f"{CONTROL}\\Class\\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
PROTECTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "safe boot": {f"{CONTROL}\\SafeBoot\\Minimal\\Drv.sys": {"": "Driver"}},
    "class filter": {VOLUME: {"UpperFilters": ["drv"]}},
    "device filter": {f"{ENUM}\\PCI\\A\\0": {"LowerFilters": ["a", "DRV"]}},
    "dependant": {f"{SERVICES}\\Other": {"DependOnService": ["Drv"]}},
    "device": {f"{SERVICES}\\Drv\\Enum": {"0": "PCI\\A\\0", "Count": 1}},
}
STARTS = st.sampled_from([0, 1, 2, 3, 4, None, "1", 9, {"REG_QWORD": 1}, {"REG_BINARY": "01"}])
STATES = st.sampled_from(
    [None, RUNS, STAYS, STOPPED, {"status": "stop_pending"}, {"status": "paused", "can_stop": True}]
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Make servers with a driver in any state, with or without protections."""
    kind, start, critical = draw(st.sampled_from([1, 2, 8])), draw(STARTS), draw(st.sampled_from([0, 1, 2, 3, None]))
    group, state = draw(st.sampled_from(["", "FSFilter Open File", "base", "SCSI Miniport"])), draw(STATES)
    company = draw(st.sampled_from([None, "", "Vendor", "Microsoft Corporation", "microsoft"]))
    added = draw(st.lists(st.sampled_from(sorted(PROTECTIONS)), max_size=2))
    values = {"Type": kind, "Start": start, "ErrorControl": critical, "Group": group, "ImagePath": "system32\\drv.sys"}
    registry = {f"{SERVICES}\\Drv": {name: value for name, value in values.items() if value is not None}}
    registry |= {f"{SERVICES}\\Drv\\Instances": {"": "x"}}
    registry |= {path: part for name in added for path, part in PROTECTIONS[name].items()}
    document = {
        "environment": {"SystemRoot": "C:\\WINDOWS", "SystemDrive": "C:"},
        "registry": registry,
        "files": {} if company is None else {"C:\\WINDOWS\\system32\\drv.sys": {"company": company}},
        "services": {} if state is None else {"Drv": state},
    }
    loads = company is not None or bool({"class filter", "device filter"} & set(added))
    protected = (
        critical == 3
        or (group in ("base", "SCSI Miniport") and loads)
        or bool(added)
        or str(company).lower().startswith("microsoft")
    )
    return Case(document, protected)


CHOICES = st.sampled_from(
    [
        {},
        {"stop": False},
        {"force": ["drv"]},
        RESTORE,
        *({"state": "enabled", "start_type": word} for word in ("boot", "auto", "demand")),
    ]
)


def service_key(document: dict[str, Any]) -> dict[str, Any]:
    """Return the whole key of the driver."""
    return {path: values for path, values in document["registry"].items() if path.startswith(f"{SERVICES}\\Drv")}


@given(cases())
def test_no_protected_driver_is_ever_touched_without_force(case: Case) -> None:
    plan = decide(case.document, name=["Drv"])
    assert not (case.protected and plan.operations)
    if plan.error:
        assert case.protected
        assert plan.operations == ()


@given(cases(), st.lists(CHOICES, min_size=1, max_size=4))
def test_a_second_run_has_nothing_to_do(case: Case, choices: list[dict[str, Any]]) -> None:
    document = case.document
    for given_options in choices:
        plan = decide(document, name=["Drv"], **given_options)
        if plan.error:
            continue
        _unused, document, verified = apply(document, name=["Drv"], **given_options)
        assert verified.operations == ()
        assert decide(document, name=["Drv"], **given_options).operations == ()


def comes_back(case: Case) -> bool:
    """Tell whether the driver's start type can be restored: Windows knows it, and the file is there where it must."""
    start = case.document["registry"][f"{SERVICES}\\Drv"].get("Start")
    return start in (None, 2, 3, 4) or (start in (0, 1) and bool(case.document["files"]))


@given(cases(), st.booleans())
def test_restoring_restores_the_whole_key(case: Case, stop: bool) -> None:
    disabled = after(case.document, name=["Drv"], force=["Drv"], stop=stop)
    assume(disabled != case.document)
    restored = after(disabled, name=["Drv"], **RESTORE)
    if comes_back(case):
        assert service_key(restored) == service_key(case.document)
    else:
        assert restored == disabled
        assert "Start" in decide(disabled, name=["Drv"], **RESTORE).refused[0]


@given(cases(), st.lists(CHOICES, min_size=1, max_size=3))
def test_restoring_after_any_of_our_changes_restores_the_key(case: Case, choices: list[dict[str, Any]]) -> None:
    document = case.document
    for given_options in choices:
        if given_options != RESTORE and not decide(document, name=["Drv"], **given_options).error:
            document = after(document, name=["Drv"], **given_options)
    plan, restored, _unused = apply(document, name=["Drv"], force=["Drv"], **RESTORE)
    assert plan.refused or service_key(restored) == service_key(case.document)
    assert not plan.refused or case.protected or not comes_back(case)


@given(cases(), CHOICES)
def test_every_operation_of_a_driver_is_on_its_own_key_or_in_the_ledger(
    case: Case, given_options: dict[str, Any]
) -> None:
    for operation in decide(case.document, name=["Drv"], **given_options).operations:
        subject = getattr(operation, "key", getattr(operation, "name", ""))
        assert subject in (f"{SERVICES}\\Drv", "Drv") or subject.startswith(f"{LEDGER}\\")


def test_the_file_of_the_example_is_the_one_that_the_server_has() -> None:
    assert FAMV4_FILE in read(server(), filter_driver.queries(options())).files
