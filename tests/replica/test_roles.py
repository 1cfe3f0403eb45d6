# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each role does to servers, in check mode and for real, and what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.baseline import AUDIT
from tests.replica.demo_servers import described, hosts, is_untouched, state, value
from tests.support.cases import snapshot_of
from tests.support.plays import OWN_CORE, Run, cores, run_plays
from tests.support.servers import exchange

START = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4\\Start"
PARAMETERS = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
VALUES = ("EnableTCPChimney", "EnableRSS", "EnableTCPA")
CORES = {"own": OWN_CORE, **cores()}


def run_role(
    servers: Mapping[str, Mapping[str, Any]], role: str, *arguments: str, core: Path = OWN_CORE, **variables: Any
) -> Run:
    """Run a role as a user's own playbook does."""
    plays = [
        {"hosts": "all", "gather_facts": False, "roles": [{"role": f"server_baseline.windows.{role}", **variables}]}
    ]
    return run_plays(servers, plays, *arguments, core=core)


def snp_values(folder: Path, name: str) -> list[Any]:
    """Return the values of SNP on a Server 2003."""
    return [value(folder, name, f"{PARAMETERS}\\{each}") for each in VALUES]


@pytest.mark.parametrize("core", CORES)
def test_baseline_with_nothing_said_cures_both_cases(core: str, tmp_path: Path) -> None:
    servers, task = hosts(tmp_path, "ex2003", "web2008r2"), "Enforce the baseline"
    predicted = run_role(servers, "baseline", "--check", "--diff", core=CORES[core])
    assert predicted.code == 0
    assert is_untouched(tmp_path, "ex2003")
    done = run_role(servers, "baseline", core=CORES[core])
    assert done.code == 0
    assert (value(tmp_path, "ex2003", START), snp_values(tmp_path, "ex2003")) == (4, [0, 0, 0])
    for host in servers:
        told, did = (each.of_task(host, task) for each in (predicted, done))
        assert [told[part] for part in ("changed", "diff", "after", "reboot_required")] == [
            did[part] for part in ("changed", "diff", "after", "reboot_required")
        ]
    again = run_role(servers, "baseline", core=CORES[core])
    assert [again.of_task(host, task)["changed"] for host in servers] == [False, False]
    assert is_untouched(tmp_path, "web2008r2")
    assert "[WARNING]" not in done.stdout
    assert "DEPRECATION" not in done.stdout


@pytest.mark.parametrize("role", ["hidden_drivers", "snp", "nic_drivers", "baseline", "audit", "restore"])
def test_a_compliant_run_takes_four_tasks_at_the_most(role: str, tmp_path: Path) -> None:
    run = run_role(hosts(tmp_path, "web2008r2"), role)
    assert run.code == 0
    assert 2 <= len(run.of("web2008r2")) <= 4
    assert is_untouched(tmp_path, "web2008r2")


@pytest.mark.parametrize(
    ("arguments", "variables", "driver", "offload"),
    [
        (("--tags", "hidden_drivers"), {}, True, False),
        (("--tags", "snp"), {}, False, True),
        (("--tags", "baseline"), {}, True, True),
        (("--skip-tags", "snp"), {}, True, False),
        (("--skip-tags", "hidden_drivers,nic_drivers"), {}, False, True),
        (("--tags", "webserver"), {}, False, False),
        (("--tags", "hardening"), {"tags": ["hardening"]}, True, True),  # a tag that the play gives to the role
        (("--tags", "hardening,snp"), {"tags": ["hardening"]}, False, True),
        ((), {"hidden_drivers_classifications": []}, False, True),
        ((), {"server_baseline_snp": False}, True, False),
        ((), {"server_baseline_hidden_drivers": False, "server_baseline_nic_drivers": False}, False, True),
        (
            ("--extra-vars", "server_baseline_snp=false server_baseline_nic_drivers=no"),
            {},
            True,
            False,
        ),  # which Ansible takes for words
        (
            (),
            {"server_baseline_snp": False, "baseline_more_resources": [{"win_tcp_offload": {"chimney": "disabled"}}]},
            True,
            None,
        ),
    ],
)
def test_baseline_does_what_tags_and_switches_leave(
    arguments: tuple[str, ...], variables: dict[str, Any], driver: bool, offload: bool | None, tmp_path: Path
) -> None:
    servers = hosts(tmp_path, "ex2003")
    plays = [
        {
            "hosts": "all",
            "gather_facts": False,
            "roles": [{"role": "server_baseline.windows.baseline", **variables}],
            "tasks": [{"name": "other", "ansible.builtin.debug": {}, "tags": ["always"]}],
        }
    ]
    assert run_plays(servers, plays, *arguments).code == 0
    assert value(tmp_path, "ex2003", START) == (4 if driver else 1)
    expected = {True: [0, 0, 0], False: [1] * 3, None: [0, 1, 1]}[offload]
    assert snp_values(tmp_path, "ex2003") == expected


@pytest.mark.parametrize("how", ["import_role", "include_role"])
def test_a_role_works_in_the_middle_of_a_play(how: str, tmp_path: Path) -> None:
    tasks = [
        {
            "name": how,
            f"ansible.builtin.{how}": {"name": "server_baseline.windows.baseline"},
            "vars": {"snp_policy": "disabled"},
        }
    ]
    run = run_plays(hosts(tmp_path, "ex2003"), [{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    assert run.code == 0
    assert (value(tmp_path, "ex2003", START), snp_values(tmp_path, "ex2003")) == (4, [0, 0, 0])


@pytest.mark.parametrize(
    ("role", "variables", "message"),
    [
        ("snp", {"snp_policy": "off"}, "snp_policy"),
        ("baseline", {"snp_policy": "off"}, "snp_policy"),
        ("baseline", {"baseline_reboot": "always"}, "baseline_reboot"),
        ("baseline", {"hidden_drivers_match": "name =="}, "hidden_drivers_match"),
        ("hidden_drivers", {"hidden_drivers_classifications": ["old"]}, "hidden_drivers_classifications"),
        ("audit", {"snp_features": {"rss": "default"}}, "value of rss must be one of"),
        (
            "snp",
            {"server_baseline_advisories": [{"id": "x", "requirement": {"at_moost": "1"}}]},
            "server_baseline_advisories.requirement.at_moost",
        ),
        ("snp", {"snp_adapters": [{"match": "LAN", "lso": "off"}]}, "value of lso must be one of"),
        ("nic_drivers", {"nic_drivers_on_advisory": "panic"}, "nic_drivers_on_advisory"),
    ],
)
def test_a_variable_that_cannot_be_meant_is_named(
    role: str, variables: dict[str, Any], message: str, tmp_path: Path
) -> None:
    run = run_role(hosts(tmp_path, "ex2003"), role, **variables)
    assert run.code != 0
    failed = [each for each in run.results if each.status == "failed"]
    assert message in failed[-1]["msg"]
    assert is_untouched(tmp_path, "ex2003")


def test_hidden_drivers_takes_what_it_is_told(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003")
    run_role(servers, "hidden_drivers", hidden_drivers_allow=["FAM*"])
    assert is_untouched(tmp_path, "ex2003")
    run_role(servers, "hidden_drivers", hidden_drivers_state="absent", hidden_drivers_reason="for good")
    assert value(tmp_path, "ex2003", START) is None
    entries = [
        each for each in state(tmp_path, "ex2003")["registry"].values() if each and each.get("Subject") == "FAMv4"
    ]
    assert [each["Reason"] for each in entries] == ["for good"]


def test_hidden_drivers_blocks_legacy_filters_and_restore_restores_that(tmp_path: Path) -> None:
    path = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\I/O System\\IoBlockLegacyFsFilters"
    servers, block = hosts(tmp_path, "app2022", "ex2003"), {"hidden_drivers_block_legacy_filters": True}
    refused = run_role(servers, "hidden_drivers", **block)
    told = refused.of_task("app2022", "Fail where the server was not handled")["msg"]
    assert told.startswith("failed: IoBlockLegacyFsFilters is not set: vsock, of VMware, Inc. may be a legacy")
    assert told.endswith("hidden_drivers_no_legacy_filters: [vsock]")
    assert [value(tmp_path, name, path) for name in servers] == [None, None]
    run_role(servers, "hidden_drivers", **block, hidden_drivers_no_legacy_filters=["vsock"])
    assert [value(tmp_path, name, path) for name in servers] == [1, None]
    run_role(servers, "restore")
    assert [value(tmp_path, name, path) for name in servers] == [None, None]


def test_snp_takes_what_it_is_told(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2007")
    run_role(servers, "snp", snp_policy="disabled", snp_features={"task_offload": "disabled"})
    assert value(tmp_path, "ex2007", f"{PARAMETERS}\\DisableTaskOffload") == 1
    assert "chimney=disabled" in state(tmp_path, "ex2007")["commands"]["netsh interface tcp dump"]["output"]


@pytest.mark.parametrize(("on_advisory", "code", "says"), [("warn", 0, 1), ("fail", 2, 1), ("ignore", 0, 0)])
def test_nic_drivers_says_what_must_be_updated(on_advisory: str, code: int, says: int, tmp_path: Path) -> None:
    run = run_role(hosts(tmp_path, "ex2003"), "nic_drivers", nic_drivers_on_advisory=on_advisory)
    assert run.code == code
    told = [each for each in run.results if "Broadcom 3.5.8.0 < 3.7.19" in str(each.data.get("msg"))]
    assert len(told) == says


def test_nic_drivers_counts_the_severities_that_it_is_told(tmp_path: Path) -> None:
    run = run_role(
        hosts(tmp_path, "ex2003"), "nic_drivers", nic_drivers_on_advisory="fail", nic_drivers_severities=["critical"]
    )
    assert run.code == 0


def nic_waiver(until: str) -> list[dict[str, str]]:
    """Return waivers of what advisories say of every network driver."""
    return [{"finding": "nic_driver.*", "subject": "*", "until": until, "by": "Ada", "reason": "CHG1"}]


@pytest.mark.parametrize("on_advisory", ["warn", "fail"])
def test_nic_drivers_leaves_alone_what_is_waived(on_advisory: str, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", server_baseline_waivers_nics=nic_waiver("2999-12-31"))
    run = run_role(servers, "nic_drivers", nic_drivers_on_advisory=on_advisory)
    assert run.code == 0
    assert not any("3.7.19" in str(each.data.get("msg")) for each in run.results)
    findings = run.of_task("ex2003", "Judge the network drivers")["findings"]
    assert {each["status"] for each in findings} == {"waived"}


def test_nic_drivers_fails_where_the_waiver_has_ended_and_says_so(tmp_path: Path) -> None:
    given = {"nic_drivers_on_advisory": "fail", "server_baseline_waivers": nic_waiver("2020-01-31")}
    run = run_role(hosts(tmp_path, "ex2003"), "nic_drivers", **given)
    assert run.code == 2
    told = run.of_task("ex2003", "Fail where a network driver must be updated")["msg"]
    assert told.startswith("Update the network driver Broadcom 3.5.8.0: 3.7.19 or later is needed (Local Area ")
    assert "the waiver of Ada ended on 2020-01-31: CHG1" in told


def test_nic_drivers_does_not_take_for_good_what_cannot_be_read(tmp_path: Path) -> None:
    servers = described(tmp_path, without_adapters_class())
    run = run_role(servers, "nic_drivers", nic_drivers_on_advisory="fail", nic_drivers_select="")
    assert run.code == 2
    assert "access denied" in run.of_task("server", "Fail where a network driver must be updated")["msg"]


def test_audit_never_changes_anything(tmp_path: Path) -> None:
    servers = hosts(tmp_path)
    run = run_role(servers, "audit")
    assert run.code == 0
    assert all(is_untouched(tmp_path, host) for host in servers)
    assert not any(each.data.get("changed") for each in run.results)
    (report,) = [each for each in run.results if each.task.endswith("Report all servers of the play")]
    assert report["shares"]["to_do"] == 4
    assert "1. Disable FAMv4, then restart (3: app2022, ex2003, ex2007)" in report["table"]


@pytest.mark.parametrize("core", CORES)
def test_a_day_without_quotes_is_a_day(core: str, tmp_path: Path) -> None:
    waiver = "{finding: filter_driver, subject: FAMv4, until: 2999-12-31, by: Ada, reason: later}"
    servers = hosts(tmp_path, "ex2003")
    (tmp_path / "waive.yml").write_text(f"server_baseline_waivers_mail: [{waiver}]\n", encoding="utf-8")
    run = run_role(servers, "hidden_drivers", "-e", f"@{tmp_path / 'waive.yml'}", core=CORES[core])
    assert run.code == 0, run.stdout
    (finding,) = run.of_task("ex2003", "Disable or remove the drivers that were left behind")["findings"]
    assert finding["status"] == "waived"


@pytest.mark.parametrize(
    ("variables", "failing"),
    [
        ({"audit_fail_on": ["drifted"], "hidden_drivers_match": "name == 'Other'"}, ["FAMv4"]),
        ({"audit_fail_on": "drifted,unknown", "audit_classifications": "orphan,known_leftover"}, ["FAMv4"]),
        ({"audit_fail_on": ["drifted"], "hidden_drivers_classifications": [], "audit_classifications": ["orphan"]}, []),
    ],
)
def test_audit_finds_what_enforcing_skips(variables: dict[str, Any], failing: list[str], tmp_path: Path) -> None:
    run = run_role(
        hosts(tmp_path, "app2022"), "audit", server_baseline_nic_drivers=False, server_baseline_snp=False, **variables
    )
    told = [each["msg"] for each in run.results if each.status == "failed"]
    assert told == [f"audit_fail_on: drifted ({', '.join(failing)})"] * bool(failing)


def test_audit_by_a_tag_of_the_plays_own_judges_all(tmp_path: Path) -> None:
    run = run_role(hosts(tmp_path, "ex2003"), "audit", "--tags", "gate", tags=["gate"], audit_fail_on=["drifted"])
    assert run.code == 2


def test_audit_that_judges_nothing_says_so(tmp_path: Path) -> None:
    off = dict.fromkeys(("server_baseline_hidden_drivers", "server_baseline_snp", "server_baseline_nic_drivers"), False)
    run = run_role(hosts(tmp_path, "ex2003"), "audit", **off)
    assert (
        "1. Judge them: no rule was chosen (1: ex2003)"
        in run.of_task("ex2003", "Report all servers of the play")["table"]
    )


def test_audit_hands_over_the_resources_that_the_benchmark_measures(tmp_path: Path) -> None:
    audit = {"name": "server_baseline.windows.audit"}
    tasks = [
        {"name": "audit", "ansible.builtin.import_role": audit},
        {"name": "resources", "ansible.builtin.debug": {"msg": "{{ audit_resources }}"}},
    ]
    run = run_plays(hosts(tmp_path, "web2008r2"), [{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    told = run.of_task("web2008r2", "resources")["msg"]
    assert [[*each.keys() - {"variables"}] for each in told] == [[*each] for each in AUDIT]
    for handed, measured in zip(told, AUDIT, strict=True):
        for module, options in measured.items():
            assert {name: handed[module][name] for name in options} == options


def test_audit_fails_on_drift_where_that_is_asked_for(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", "web2008r2")
    gate: dict[str, Any] = {"audit_fail_on": ["drifted"], "server_baseline_nic_drivers": False}
    run = run_role(servers, "audit", **gate)
    assert run.code == 2
    assert [(each.host, each["msg"]) for each in run.results if each.status == "failed"] == [
        ("ex2003", "audit_fail_on: drifted (FAMv4, chimney, rss, netdma)")
    ]
    assert run_role(servers, "baseline").code == 0
    assert run_role(servers, "audit", **gate).code == 0


def test_audit_finds_what_would_be_refused_and_fails_where_nothing_could_be_judged(tmp_path: Path) -> None:
    servers = described(tmp_path, exchange(ErrorControl=3))
    run = run_role(servers, "audit", server_baseline_snp=False, server_baseline_nic_drivers=False)
    assert run.code == 0
    statuses = {each["subject"]: each["status"] for each in run.of_task("server", "Judge the server")["findings"]}
    assert statuses["FAMv4"] == "refused"
    broken = {"server": {**servers["server"], "ansible_replica_snapshot": str(tmp_path / "none.yml")}}
    assert run_role(broken, "audit").code != 0


def test_restore_restores_all_that_the_ledger_holds(tmp_path: Path) -> None:
    servers, before = hosts(tmp_path, "ex2003"), state(tmp_path, "ex2003")
    run_role(servers, "baseline", hidden_drivers_state="absent")
    assert value(tmp_path, "ex2003", START) is None
    run_role(servers, "restore", "--check")
    assert value(tmp_path, "ex2003", START) is None
    assert run_role(servers, "restore", restore_drivers=["FAMv4"]).code == 0
    before["registry"].pop("HKLM\\SYSTEM\\CurrentControlSet\\Services\\FAMv4\\Enum")  # which Windows makes
    after = state(tmp_path, "ex2003")["registry"]
    assert {key: values for key, values in after.items() if "Server Baseline" not in key} == before["registry"]
    assert not any(each.data.get("changed") for each in run_role(servers, "restore").results)


def test_restore_fails_for_a_driver_that_the_ledger_does_not_know(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", "ex2007")
    run_role(servers, "hidden_drivers")
    run = run_role(servers, "restore", restore_drivers=["FAMv4", "FAMv5"])
    assert run.code == 2
    for host in servers:
        assert run.of_task(host, "Fail where the server was not handled")["msg"] == (
            "failed: restore_drivers has FAMv5, which the ledger of the server does not know: the collection never"
            " changed it here"
        )
        assert value(tmp_path, host, START) != 4
    again = run_role(servers, "restore", restore_drivers=["famv4"])
    assert again.code == 0
    assert not any(each.data.get("changed") for each in again.results)


@pytest.mark.parametrize(
    ("role", "variables"), [("hidden_drivers", {}), ("snp", {}), ("baseline", {}), ("restore", {"restore_snp": True})]
)
def test_a_role_tells_a_pending_restart(role: str, variables: dict[str, Any], tmp_path: Path) -> None:
    server = "ex2003" if role in ("snp", "restore") else "app2022"
    servers = hosts(tmp_path, server)
    if role == "restore":
        run_role(servers, "snp")
    run = run_role(servers, role, **variables)
    assert run.code == 0
    assert run.of_task(server, "Say that the server must be restarted")["msg"] == f"{server} must be restarted"


@pytest.mark.parametrize(
    ("role", "prefix", "variables"),
    [
        ("hidden_drivers", "hidden_drivers_", {"hidden_drivers_name": ["PCI"]}),
        ("baseline", "hidden_drivers_", {"hidden_drivers_name": ["PCI"]}),
    ],
)
def test_a_refusal_names_the_variable_of_the_role(
    role: str, prefix: str, variables: dict[str, Any], tmp_path: Path
) -> None:
    run = run_role(hosts(tmp_path, "ex2003"), role, **variables)
    assert run.code == 2
    told = run.of_task("ex2003", "Fail where the server was not handled")["msg"]
    assert told.startswith("refused: PCI is not disabled: its ErrorControl is 3")
    assert told.endswith(f"name it in {prefix}force: [PCI]")
    assert value(tmp_path, "ex2003", START.replace("FAMv4", "PCI")) == 0


def without_adapters_class() -> dict[str, Any]:
    """Return a server whose adapters cannot be read."""
    document = state(Path("none"), "ex2003")
    place = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}"
    registry = {
        key: values for key, values in document["registry"].items() if not key.lower().startswith(place.lower())
    }
    return {**document, "registry": registry, "unreadable": {place: "access denied"}}


UNREADABLE = {name: snapshot_of(name) for name in ("unreadable", "unreadable2", "uninstall")}
UNREADABLE["adapters_class"] = without_adapters_class()


@pytest.mark.parametrize("playbook", [False, True], ids=["role", "playbook"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_audit_fails_on_what_cannot_be_read_where_that_is_asked_for(name: str, playbook: bool, tmp_path: Path) -> None:
    gate = {"audit_fail_on": ["unknown"]}
    # Three of them are about drivers; of TCP offload they describe too little.
    gate |= (
        {"server_baseline_snp": False, "server_baseline_nic_drivers": False}
        if name != "adapters_class"
        else {"audit_symptoms": False}
    )
    servers = described(tmp_path, UNREADABLE[name])
    if playbook:
        run = run_plays(servers, "server_baseline.windows.audit", "-e", json.dumps(gate))
    else:
        run = run_role(servers, "audit", **gate)
    findings = run.of_task("server", "Judge the server")["findings"]
    assert "unknown" in {each["status"] for each in findings}, findings
    assert run.code == 2
    assert [each["msg"].split(":")[0] for each in run.results if each.status == "failed"] == ["audit_fail_on"]


def test_restore_takes_what_it_is_told(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003")
    run_role(servers, "baseline")
    run_role(servers, "restore", restore_snp=False)
    assert (value(tmp_path, "ex2003", START), snp_values(tmp_path, "ex2003")) == (1, [0, 0, 0])
    run_role(servers, "restore", restore_hidden_drivers=False)
    assert snp_values(tmp_path, "ex2003") == [1] * 3
