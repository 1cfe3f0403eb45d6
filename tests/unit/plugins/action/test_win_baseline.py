# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of win_baseline: each resource does what its own module does, and all of them cost what one does."""

from __future__ import annotations

import copy
import importlib
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ansible_collections.server_baseline.windows.plugins.action import win_filter_driver, win_tcp_offload
from ansible_collections.server_baseline.windows.plugins.action.win_baseline import ActionModule
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.vocabulary import OPEN
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.baseline import RESOURCES
from tests.support import DEMO_SNAPSHOTS
from tests.support.scenarios import netsh
from tests.support.scenarios.adapters import CLASS, SCENARIOS, adapter, guid
from tests.support.servers import CONTROL, LEDGER, SERVICES, Server, exchange, run

SNAPSHOTS = DEMO_SNAPSHOTS
DEMO = {path.stem: load(path) for path in sorted(SNAPSHOTS.glob("*.yml"))}
DRIVERS = {"win_filter_driver": {"classifications": ["known_leftover"], "reason": "left behind"}}
OFFLOAD = {"win_tcp_offload": {"profile": "by_driver"}}
EVERYTHING: list[dict[str, Any]] = [
    DRIVERS,
    OFFLOAD,
    {"nic_driver_facts": None},
    {"win_filter_driver_info": {"classifications": ["known_leftover", "orphan", "dangling"]}},
    {"win_tcp_offload_info": None},
    {"win_snp_symptoms_info": {"max_events": 10}},
    {"win_tcp_keepalive": {"milliseconds": 1_800_000}},
]
VOLUME = f"{CONTROL}\\Class\\{{71A27CDD-812A-11D0-BEC7-08002BE2092F}}"


def baseline(server: Server, *resources: dict[str, Any], check: bool = False) -> dict[str, Any]:
    """Run the task and return its result."""
    return run(ActionModule, server, {"resources": list(resources)}, check=check)


def alone(document: dict[str, Any], resource: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """Run a resource by its own module on a server of its own, and return its result as win_baseline has it."""
    ((module, options),) = resource.items()
    action = importlib.import_module(f"{win_filter_driver.__package__}.{module}").ActionModule
    result = run(action, Server(document), options or {}, check=check)
    return result.pop("ansible_facts", {}) | result


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """Leave out the time of day and the numbers of the ledger, in which runs differ."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|Ledger\\\\\d{4}", "-", json.dumps(result))
    plain: dict[str, Any] = json.loads(text)
    return plain


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", DEMO)
def test_each_resource_gives_what_its_own_module_gives(name: str, check: bool) -> None:
    results = baseline(Server(DEMO[name]), *EVERYTHING, check=check)["resources"]
    assert [each.pop("module") for each in results] == [next(iter(each)) for each in EVERYTHING]
    for resource, result in zip(EVERYTHING, results, strict=True):
        expected = comparable(alone(DEMO[name], resource, check=check))
        found = comparable(result)
        of_task = {"server", "judged"}  # which the whole task says once
        assert {part: found[part] for part in expected.keys() - of_task} == {
            part: each for part, each in expected.items() if part not in of_task
        }


_APPLIED = {False: {"fixed"}, True: {"fixed", "pending"}}  # by whether the change takes effect with a restart alone


@pytest.mark.parametrize("name", DEMO)
def test_all_of_it_costs_two_executions_and_then_one(name: str) -> None:
    server = Server(DEMO[name])
    predicted = baseline(server, *EVERYTHING, check=True)
    assert server.document["registry"] == Server(DEMO[name]).document["registry"]
    assert server.executions == 1
    done = baseline(server, *EVERYTHING)
    assert server.executions == (3 if done["changed"] else 2)
    assert [done[part] for part in ("diff", "after", "reboot_required")] == [
        predicted[part] for part in ("diff", "after", "reboot_required")
    ]
    changing = {"filter_driver", "tcp_offload"}
    for before, after in zip(predicted["resources"][:2], done["resources"][:2], strict=True):
        for one, other in zip(before["findings"], after["findings"], strict=True):
            applied = done["changed"] and one["status"] == "drifted" and one["id"] in changing
            assert other["status"] in (_APPLIED[one["restart"]] if applied else {one["status"]})
    again = baseline(server, *EVERYTHING)
    assert not again["changed"]
    assert again["operations"] == []


def test_both_cases_are_cured_and_put_back() -> None:
    server = Server(DEMO["ex2003"])
    done = baseline(server, DRIVERS, OFFLOAD)
    assert done["after"] == {
        "win_filter_driver": {"FAMv4": {"Start": 4, "status": "stopped"}},
        "win_tcp_offload": {
            "chimney": {"state": "disabled", "EnableTCPChimney": 0},
            "rss": {"state": "disabled", "EnableRSS": 0},
            "netdma": {"state": "disabled", "EnableTCPA": 0},
        },
    }
    assert [diff["before_header"] for diff in done["diff"]] == ["win_filter_driver", "win_tcp_offload"]
    assert {"filter_driver", "tcp_offload"} <= {finding["id"] for finding in done["findings"]}
    back = baseline(
        server,
        {"win_filter_driver": {"match": "name", "state": "restored"}},
        {"win_tcp_offload": {"state": "restored"}},
    )
    assert back["changed"]
    left = {
        path: values
        for path, values in server.document["registry"].items()
        if not path.startswith("HKLM\\SOFTWARE\\Server Baseline")
    }
    assert left == Server(DEMO["ex2003"]).document["registry"]


def test_every_change_has_a_number_of_its_own_in_the_ledger() -> None:
    server = Server(DEMO["ex2003"])
    baseline(server, OFFLOAD, DRIVERS)
    entries = [server.document["registry"][f"{LEDGER}\\{number:04d}"] for number in range(1, 5)]
    assert [each["Subject"] for each in entries] == ["chimney", "rss", "netdma", "FAMv4"]


def test_a_resource_that_refuses_keeps_all_of_them_from_writing() -> None:
    server = Server(exchange())
    result = baseline(server, {"win_filter_driver": {"name": "FAMv4"}}, {"win_filter_driver": {"name": "atapi"}})
    assert result["failed"]
    assert re.search(
        r"resources\[1\]\.win_filter_driver: atapi is not disabled, and nothing else is changed", result["msg"]
    )
    assert server.executions == 1
    assert server.document["registry"] == exchange()["registry"]
    assert [(each["subject"], each["status"]) for each in result["findings"]] == [
        ("FAMv4", "drifted"),
        ("atapi", "refused"),
    ]


def test_two_resources_do_not_change_the_same() -> None:
    server = Server(exchange())
    result = baseline(
        server, {"win_filter_driver": {"name": "FAMv4"}}, {"win_filter_driver": {"name": "famv4", "stop": False}}
    )
    assert result["failed"]
    both = "resources[0].win_filter_driver and resources[1].win_filter_driver would both decide about"
    assert f"{both} FAMv4 (filter_driver)" in result["msg"]
    (refused,) = [each for each in result["findings"] if each["kind"] == "decided_twice"]
    assert all(refused[name] for name in ("title", "why", "fix", "source"))
    assert server.document["registry"] == exchange()["registry"]


def test_two_resources_do_not_want_the_same_otherwise() -> None:
    document = exchange(Start=4)
    document["services"]["FAMv4"]["status"] = "stopped"
    wishes = [{"name": "FAMv4"}, {"name": "FAMv4", "state": "enabled", "start_type": "system"}]
    result = baseline(Server(document), *({"win_filter_driver": wish} for wish in wishes))
    assert result["failed"]
    assert "would both decide about FAMv4" in result["msg"]


def test_what_is_only_judged_beside_is_no_second_decision() -> None:
    audited = {"win_filter_driver": {"classifications": ["known_leftover"], "state": "audited"}}
    server = Server(DEMO["ex2003"])
    assert not baseline(server, audited, DRIVERS, {"win_filter_driver_info": None}).get("failed")
    assert server.document["registry"][f"{SERVICES}\\FAMv4"]["Start"] == 4


def test_two_resources_do_not_clean_the_same_filter_list() -> None:
    document = exchange()
    document["registry"] |= {
        VOLUME: {"Class": "Volume", "UpperFilters": ["FAMv4", "OldFilter", "volsnap"]},
        f"{SERVICES}\\OldFilter": {"Type": 1, "Start": 3, "ErrorControl": 1},
        f"{SERVICES}\\volsnap": {"Type": 1, "Start": 0, "ErrorControl": 3},
    }
    document["files"] |= {f"C:\\WINDOWS\\System32\\drivers\\{name}.sys": {} for name in ("OldFilter", "volsnap")}
    own = [{"win_filter_driver": {"name": name, "clean_filter_lists": True}} for name in ("FAMv4", "OldFilter")]
    result = baseline(Server(document), *own)
    assert result["failed"]
    assert "UpperFilters: put it into one of them" in result["msg"]
    together = {"win_filter_driver": {"name": ["FAMv4", "OldFilter"], "clean_filter_lists": True}}
    server = Server(document)
    assert not baseline(server, together).get("failed")
    assert server.document["registry"][VOLUME]["UpperFilters"] == ["volsnap"]


def test_a_policy_that_refuses_one_driver_fails_in_the_end_and_the_other_parts_are_applied() -> None:
    policy = {"win_filter_driver": {"match": "name == 'FAMv4' || name == 'atapi'", "fail_on_refused": True}}
    server = Server(exchange())
    result = baseline(server, policy, {"win_filter_driver_info": None})
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("resources[0].win_filter_driver: atapi is not disabled: ")
    assert server.document["registry"][f"{SERVICES}\\FAMv4"]["Start"] == 4


def test_a_removal_beside_other_readers_is_put_back_value_by_value() -> None:
    removal = {"win_filter_driver": {"classifications": ["known_leftover"], "state": "absent"}}
    server = Server(DEMO["ex2003"])
    baseline(server, {"win_filter_driver_info": None}, removal, {"win_tcp_offload_info": None})
    assert f"{SERVICES}\\FAMv4" not in server.document["registry"]
    baseline(server, {"win_filter_driver": {"name": "FAMv4", "state": "restored"}}, {"win_filter_driver_info": None})
    keys = (f"{SERVICES}\\FAMv4", f"{SERVICES}\\FAMv4\\Security")
    assert [server.document["registry"][key] for key in keys] == [DEMO["ex2003"]["registry"][key] for key in keys]


def test_adapters_are_restarted_after_everything_else() -> None:
    params = {"*LsoV2IPv4": ("1", {"ParamDesc": "LSO", "Default": "1", "type": "enum"}, {"0": "Off", "1": "On"})}
    document = copy.deepcopy(netsh.server("6.1.7601"))
    document["registry"] |= exchange()["registry"]
    for number, carrying in (("0001", True), ("0002", False)):
        name, device = f"LAN {number}", f"PCI\\VEN_8086&DEV_10C9&SUBSYS_A04C8086&REV_01\\4&B70F118&0&{number}"
        document["registry"] |= adapter(device, number, name, "9.0.0.0", params=params)
        document["interfaces"].append(
            {"id": guid(number), "name": name, "status": "up", "addresses": ["10.0.0.1"], "management": carrying}
        )
    document["services"] = exchange()["services"]
    offload = {
        "win_tcp_offload": {"adapters": [{"match": "LAN 0002", "lso": "disabled"}], "restart_adapters": "allowed"}
    }
    result = baseline(Server(document), offload, {"win_filter_driver": {"name": "FAMv4"}}, check=True)
    kinds = [each["operation"] for each in result["operations"]]
    assert kinds[-3:] == ["run_command", "run_command", "set_value"]
    assert result["operations"][-1]["name"] == "Restarted"
    assert "run_command" not in kinds[:-3]
    assert "stop_driver" in kinds


def test_warnings_of_all_resources_are_the_tasks() -> None:
    offload = {"win_tcp_offload": {"rss": "disabled"}}
    result = baseline(Server(netsh.server("6.1.7601")), offload, {"win_tcp_offload_info": None}, check=True)
    assert any("KB2643970" in warning for warning in result["warnings"])


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([], r"resources is empty: list at least one of nic_driver_facts, win_filter_driver"),
        ([{}], r"resources\[0\] is empty: each entry is one module's name"),
        ([DRIVERS, DRIVERS | OFFLOAD], r"resources\[1\] has the keys win_filter_driver, win_tcp_offload"),
        ([{"win_fliter_driver": {}}], r"resources\[0\] names 'win_fliter_driver', which is none of nic_driver_facts"),
        ([{"win_snapshot": {"dest": "x"}}], r"resources\[0\] names 'win_snapshot'"),
        ([{"win_filter_driver": "FAMv4"}], r"resources\[0\]\.win_filter_driver is 'FAMv4': give the options"),
        ([OFFLOAD, {"win_filter_driver": {"nmae": "x"}}], r"resources\[1\]\.win_filter_driver: .*nmae"),
        ([{"win_filter_driver": {"name": "x", "state": "gone"}}], r"resources\[0\]\.win_filter_driver: .*state.*gone"),
        ([{"win_filter_driver": {}}], r"resources\[0\]\.win_filter_driver: .* missing: name, match, classifications"),
        (
            [OFFLOAD, {"win_tcp_offload": {"rss": "default"}}],
            r"resources\[1\]\.win_tcp_offload: value of rss must be one of",
        ),
        (
            [DRIVERS, {"win_filter_driver": {"match": "name", "state": "restored"}}],
            r"resources\[0\]\.win_filter_driver and resources\[1\]\.win_filter_driver: state: restored beside another",
        ),
        (
            [{"win_tcp_offload": {"adapters": [], "rss": "disabled", "restart_adapters": "allowed"}}] * 2,
            r"resources\[0\]\.win_tcp_offload and resources\[1\]\.win_tcp_offload: restart_adapters: allowed twice",
        ),
        ([{"nic_driver_facts": {"select": "a =="}}], r"resources\[0\]\.nic_driver_facts: select"),
        (
            [{"win_filter_driver": {"name": "x", "altitudes_file": "/none"}}],
            r"resources\[0\]\.win_filter_driver: altitudes_file",
        ),
    ],
)
def test_an_option_that_cannot_be_meant_is_named_with_its_place(resources: list[dict[str, Any]], message: str) -> None:
    server = Server(exchange())
    result = baseline(server, *resources)
    assert result["failed"]
    assert re.search(message, result["msg"])
    assert server.executions == 0


def test_what_a_resource_takes_is_what_its_module_takes() -> None:
    for module, resource in RESOURCES.items():
        action = importlib.import_module(f"{win_tcp_offload.__package__}.{module}").ActionModule
        assert action.RESOURCE is resource


def test_findings_name_the_advisory_that_holds() -> None:
    result = baseline(Server(SCENARIOS["Broadcom 3.5.8.0"].document), {"nic_driver_facts": None})
    (finding,) = [each for each in result["findings"] if each["id"] == "nic_driver.broadcom-netxtreme2-snp"]
    assert (finding["status"], finding["act"], finding["severity"]) == ("attention", "update", "error")
    assert finding["evidence"] == ["Broadcom 3.5.8.0 < 3.7.19 (broadcom-netxtreme2-snp)"]
    assert finding["found"]["version"] == "3.5.8.0"
    assert finding["wanted"] == [{"component": "driver", "found": "3.5.8.0", "needed": "3.7.19"}]


def test_what_another_resource_cannot_read_of_an_adapter_protects_no_driver() -> None:
    document = copy.deepcopy(SCENARIOS["Broadcom 3.5.8.0"].document)
    for part in ("registry", "files", "services"):
        document[part] = {**document.get(part, {}), **exchange()[part]}
    document["unreadable"] = {f"{CLASS}\\0007\\Ndi": "access_denied"}
    server = Server(document)
    result = baseline(server, {"win_filter_driver": {"name": "FAMv4"}}, {"nic_driver_facts": None})
    assert not result.get("failed"), result["msg"]
    assert server.document["registry"][f"{SERVICES}\\FAMv4"]["Start"] == 4


ENDING = {"until": "2999-12-31", "by": "Ada", "reason": "is switched off in January"}


def waived(server: Server, resources: list[dict[str, Any]], **waiver: str) -> dict[str, Any]:
    """Run the task with a waiver of the whole baseline and return its result."""
    return run(ActionModule, server, {"resources": resources, "waive": [{**ENDING, **waiver}]})


@pytest.mark.parametrize("name", DEMO)
def test_a_server_that_is_waived_as_a_whole_is_left_as_it_is(name: str) -> None:
    server = Server(DEMO[name])
    done = waived(server, EVERYTHING, finding="*")
    assert (done["changed"], done["operations"], done["before"]) == (False, [], done["after"])
    assert server.document["registry"] == Server(DEMO[name]).document["registry"]
    open_ones = [each for each in done["findings"] if each["status"] in OPEN]
    assert open_ones == []
    assert [each["findings"] for each in done["resources"] if each["findings"]]
    waivers = [each["waiver"] for each in done["findings"] if each["status"] == "waived"]
    assert waivers
    assert all(each == ENDING for each in waivers)


def test_a_waiver_of_the_baseline_counts_beside_one_of_a_resource() -> None:
    drivers = {"win_filter_driver": {**DRIVERS["win_filter_driver"], "waive": [{**ENDING, "finding": "*"}]}}
    done = waived(Server(DEMO["ex2003"]), [drivers, OFFLOAD], finding="tcp_offload", subject="rss")
    left = {each["subject"] for each in done["findings"] if each["status"] == "waived"}
    assert left == {"FAMv4", "rss"}
    changed = {each["subject"] for each in done["findings"] if each["status"] in ("fixed", "pending")}
    assert changed == {"chimney", "netdma"}


def test_a_bad_waiver_is_refused_before_the_server_is_read() -> None:
    server = Server(DEMO["ex2003"])
    done = waived(server, [OFFLOAD], finding="*", until="soon", variable="server_baseline_waivers_mail[0]")
    assert done["failed"]
    assert done["msg"].startswith("server_baseline_waivers_mail[0].until is 'soon': give its last day")
    assert server.executions == 0


REFUSING = {"win_filter_driver": {"name": ["atapi"]}}


def gated(server: Server, *resources: dict[str, Any], fail_on: Any, check: bool = True, **more: Any) -> dict[str, Any]:
    """Run the task with words that fail it, and return its result."""
    return run(ActionModule, server, {"resources": list(resources), "fail_on": fail_on, **more}, check=check)


@pytest.mark.parametrize(
    ("fail_on", "message"),
    [
        ([], ""),
        (["refused", "pending", "waiver_ended", "not_reached"], ""),
        (["critical+"], ""),
        (["drifted"], "fail_on: drifted (FAMv4, chimney, rss, netdma)"),
        ("pending,warning+", "fail_on: warning+ (FAMv4, chimney, rss, netdma)"),
        (
            ["info+"],  # a hint too: power saving of the adapters
            "fail_on: info+ (FAMv4, chimney, rss, netdma, Local Area Connection, Local Area Connection 2)",
        ),
    ],
)
def test_the_words_of_fail_on_alone_fail_the_task(fail_on: Any, message: str) -> None:
    done = gated(Server(DEMO["ex2003"]), DRIVERS, OFFLOAD, fail_on=fail_on)
    assert (done.get("failed", False), done.get("msg", "")) == (bool(message), message)
    assert {"before", "after", "findings", "resources", "server", "judged"} <= set(done)


def test_what_is_cured_does_not_fail() -> None:
    server = Server(DEMO["ex2003"])
    assert not gated(server, DRIVERS, OFFLOAD, fail_on=["drifted"], check=False).get("failed")
    assert not gated(server, DRIVERS, OFFLOAD, fail_on=["drifted"]).get("failed")


@pytest.mark.parametrize("check", [True, False])
def test_with_fail_on_a_refusal_is_a_finding_and_nothing_is_done(check: bool) -> None:
    server = Server(exchange())
    done = gated(server, REFUSING, DRIVERS, fail_on=["drifted"], check=check)
    assert (done["changed"], done["operations"], done["before"]) == (False, [], done["after"])
    assert not done["reboot_required"]
    assert done["failed"]
    assert done["msg"].startswith("fail_on: drifted (FAMv4): resources[0].win_filter_driver: atapi ")
    assert server.document["registry"] == exchange()["registry"]
    assert not gated(server, REFUSING, DRIVERS, fail_on=["pending"], check=check).get("failed")
    assert gated(server, REFUSING, DRIVERS, fail_on=["refused"], check=check)["failed"]


def test_two_resources_that_decide_about_one_subject_are_a_finding_too() -> None:
    done = gated(Server(exchange()), DRIVERS, DRIVERS, fail_on=[])
    (finding,) = [each for each in done["findings"] if each["id"] == "baseline"]
    assert finding["status"] == "refused"
    assert finding["subject"].startswith("FAMv4 (filter_driver), ")
    assert not done.get("failed")
    assert baseline(Server(exchange()), DRIVERS, DRIVERS)["failed"]


def test_an_ended_waiver_fails_where_that_is_asked_for() -> None:
    over = {"finding": "*", "until": "2020-01-01", "by": "Ada", "reason": "later"}
    done = gated(Server(exchange()), DRIVERS, fail_on=["waiver_ended"], waive=[over])
    assert done["msg"] == "fail_on: waiver_ended (FAMv4)"


def test_new_needs_an_earlier_report() -> None:
    server = Server(exchange())
    assert "which needs an earlier report to compare with" in gated(server, DRIVERS, fail_on=["new"])["msg"]
    assert server.executions == 0


@pytest.mark.parametrize(
    ("fail_on", "message"),
    [
        (["drifted"], "audit_fail_on: drifted (FAMv4)"),
        (["new"], "audit_fail_on has 'new', which needs an earlier report"),
        (["drft"], "value of audit_fail_on must be one or more of: drifted, attention"),
    ],
)
def test_what_is_said_of_fail_on_names_the_variable_that_was_set(fail_on: list[str], message: str) -> None:
    names = {"variables": {"fail_on": "audit_fail_on"}}
    try:
        said = gated(Server(exchange()), DRIVERS, fail_on=fail_on, **names)["msg"]
    except AnsibleActionFail as error:
        said = error.message
    assert said.startswith(message)


def test_options_can_be_checked_without_a_server() -> None:
    server = Unix()
    assert run(ActionModule, server, {"resources": [DRIVERS], "options_only": True}) == {
        "changed": False,
        "options_only": True,
    }
    wrong = {"win_tcp_offload": {"adapters": [{"match": "x == ", "rss": "disabled"}]}}
    done = run(ActionModule, server, {"resources": [wrong], "options_only": True})
    assert done["failed"]
    assert "adapters[0].match" in done["msg"]
    assert server.executions == 0


@pytest.mark.parametrize("name", DEMO)
def test_a_result_says_which_server_was_judged_and_when(name: str) -> None:
    done = baseline(Server(DEMO[name]), *EVERYTHING, check=True)
    assert set(done["server"]) == {"name", "product", "release", "model"}
    assert done["server"]["name"].lower() == name
    assert done["server"]["product"]
    assert done["server"]["release"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", done["judged"])


def test_a_task_that_refused_says_it_too() -> None:
    done = baseline(Server(DEMO["ex2003"]), REFUSING)
    assert done["failed"]
    assert done["server"]["name"] == "EX2003"
    assert done["judged"]


def test_a_server_that_could_not_be_judged_at_all_is_not_said_to_be() -> None:
    assert "judged" not in baseline(Server(exchange()), {"win_nothing": None})


class Unix(Server):
    """A connection whose shell is one of Unix."""

    def __init__(self) -> None:
        super().__init__(exchange())
        self._shell = SimpleNamespace(tmpdir=None, SHELL_FAMILY="sh")


@pytest.mark.parametrize("other_systems", ["fail", "skip"])
def test_nothing_is_sent_to_what_is_no_windows(other_systems: str) -> None:
    server = Unix()
    done = gated(server, DRIVERS, fail_on=[], other_systems=other_systems)
    assert (done.get("failed", False), done.get("skipped", False)) == (other_systems == "fail", other_systems == "skip")
    assert done["not_windows"]
    assert "the server is not Windows, as its connection says" in done["msg"]
    assert server.executions == 0


class Lost(Server):
    """A connection that does not come about."""

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Fail."""
        raise AnsibleConnectionFailure("no route to host")


def test_with_fail_on_a_server_that_is_not_reached_fails_and_stays_in_the_play() -> None:
    done = gated(Lost(exchange()), DRIVERS, fail_on=[])
    assert done == {"failed": True, "changed": False, "not_reached": True, "msg": "no route to host"}
    with pytest.raises(AnsibleConnectionFailure):
        baseline(Lost(exchange()), DRIVERS)


NAMES = {"adapters": "snp_adapters", "rss": "snp_features.rss", "advisories": "server_baseline_advisories"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"adapters": [{"match": "x == ", "rss": "disabled"}]}, "snp_adapters[0].match"),
        ({"rss": "offf"}, "value of snp_features.rss must be one of"),
        ({"rss": "disabled", "advisories": [{"id": "x", "applies_to": "?"}]}, "server_baseline_advisories"),
    ],
)
def test_an_error_names_the_variable_that_was_set(options: dict[str, Any], message: str) -> None:
    server = Server(exchange())
    done = baseline(server, {"win_tcp_offload": options, "variables": NAMES})
    assert done["failed"]
    assert done["msg"].startswith(message)
    assert "resources[" not in done["msg"]
    assert server.executions == 0


def test_a_refusal_and_its_remedy_name_the_variable() -> None:
    named = {**REFUSING, "variables": {"force": "hidden_drivers_force"}}
    done = baseline(Server(exchange()), named)
    (finding,) = [each for each in done["findings"] if each["status"] == "refused"]
    assert "hidden_drivers_force: [atapi]" in done["msg"] + finding["fix"]
    assert not done["msg"].startswith("resources")
