# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts by the role baseline, and what the playbook enforce makes of servers that do not come back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.replica.demo_servers import STUB, hosts, is_untouched, state, value
from tests.support.plays import OWN_CORE, Run, cores, run_plays

CORES = {"own": OWN_CORE, **cores()}
WHEN = {"baseline_reboot": "when_required"}
NAME, FAIL = "Name the servers that were not handled", "Fail where the server was not handled"


def enforce(servers: dict[str, dict[str, Any]], *, stub: bool = True, core: Path = OWN_CORE, **variables: Any) -> Run:
    """Enforce the baseline. stub: whether ansible.windows is installed."""
    roles = [{"role": "server_baseline.windows.baseline", **variables}]
    plays = [{"hosts": "all", "gather_facts": False, "roles": roles}]
    return run_plays(servers, plays, core=core, settings=STUB if stub else None)


def handled(run: Run) -> set[str]:
    """Return the servers on which something was done besides looking at their variables."""
    return {each.host for each in run.results if "Check " not in each.task}


def restarted(run: Run, host: str) -> bool:
    """Whether a server was restarted."""
    return any(each.data.get("rebooted") for each in run.of(host))


def test_a_server_is_told_to_need_a_restart_and_not_restarted(tmp_path: Path) -> None:
    run = enforce(hosts(tmp_path, "app2022"))
    assert run.code == 0
    assert run.of_task("app2022", "Say that the server must be restarted")["msg"] == "app2022 must be restarted"
    assert not restarted(run, "app2022")


@pytest.mark.parametrize("core", CORES)
def test_a_server_is_restarted_once_and_the_next_run_sees_that_it_took_effect(core: str, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "web2008r2")
    first = enforce(servers, core=CORES[core], **WHEN)
    assert first.code == 0, first.stdout
    assert {host: restarted(first, host) for host in servers} == {"app2022": True, "ex2003": True, "web2008r2": False}
    second = enforce(servers, core=CORES[core], **WHEN)
    assert second.code == 0
    for host in servers:
        result = second.of_task(host, "Enforce the baseline")
        assert (result["changed"], result["reboot_required"]) == (False, False)
        assert not restarted(second, host)


def test_check_mode_restarts_nothing(tmp_path: Path) -> None:
    plays = [{"hosts": "all", "gather_facts": False, "roles": [{"role": "server_baseline.windows.baseline", **WHEN}]}]
    run = run_plays(hosts(tmp_path, "app2022"), plays, "--check", settings=STUB)
    assert run.code == 0
    assert not restarted(run, "app2022")
    assert run.of_task("app2022", "Say that the server must be restarted")["msg"] == "app2022 must be restarted"


@pytest.mark.parametrize("core", CORES)
def test_without_the_collection_that_restarts_the_message_says_so(core: str) -> None:
    # Not on a replica: ansible-core 2.16 makes a folder on the server before it looks for the module.
    restart = {"name": "server_baseline.windows.baseline", "tasks_from": "restart"}
    tasks = [{"name": "restart", "ansible.builtin.include_role": restart}]
    plays = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    run = run_plays({"server": {"ansible_connection": "local"}}, plays, core=CORES[core])
    kept = run.of_task("server", "Keep why the server was not restarted, or did not come back")
    assert kept["ansible_facts"]["baseline_not_restarted"] == (
        "server must be restarted, which needs the collection ansible.windows, and it is not installed: "
        "ansible-galaxy collection install ansible.windows, or set baseline_reboot: never"
    )


@pytest.mark.parametrize(
    "said",
    [
        "ansible.windows.win_reboot: failed to get host boot time info, rc: 1",
        "ansible.windows.win_reboot: Reboot command failed, rc: 5",
        "Timed out waiting for post-reboot test command check",
    ],
)
def test_a_restart_that_fails_is_told_as_the_module_tells_it(said: str, tmp_path: Path) -> None:
    run = enforce(hosts(tmp_path, "app2022", reboot_fails=said), **WHEN)
    assert run.code == 2
    told = run.of_task("app2022", FAIL)["msg"]
    assert told == f"app2022 must be restarted, and it was not, or did not come back: {said}"


def test_a_server_that_needs_no_restart_does_not_need_the_collection(tmp_path: Path) -> None:
    assert enforce(hosts(tmp_path, "web2008r2"), stub=False, **WHEN).code == 0


def around_now(before: int, after: int) -> str:
    """Return a window from so many minutes before now to so many after."""
    now = datetime.now(timezone.utc)
    return f"{now + timedelta(minutes=before):%H:%M}-{now + timedelta(minutes=after):%H:%M}"


@pytest.mark.parametrize(
    ("window", "restarts"),
    [
        ((-60, 60), True),
        ((60, 120), False),
        ((-700, 700), True),
        ((-120, -60), False),
        ((60, -60), False),
        ((-60, -70), True),
    ],
)
def test_a_server_is_restarted_within_the_window_alone(window: tuple[int, int], restarts: bool, tmp_path: Path) -> None:
    opens = around_now(*window)
    run = enforce(hosts(tmp_path, "app2022"), **WHEN, baseline_reboot_window=opens)
    assert run.code == 0
    assert restarted(run, "app2022") is restarts
    if not restarts:
        told = run.of_task("app2022", "Say that the server must be restarted")["msg"]
        assert told == f"app2022 must be restarted, and may be in its window, {opens}"


def test_a_window_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    run = enforce(hosts(tmp_path, "app2022"), **WHEN, baseline_reboot_window="at night")
    assert run.code == 2
    assert "baseline_reboot_window: 'at night' is no window: write it as 22:00-04:00" in run.stdout
    assert is_untouched(tmp_path, "app2022")


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ([{"win_tcp_keepaliv": {}}], "baseline_more_resources[0] names 'win_tcp_keepaliv'"),
        ([{"win_tcp_keepalive": {"second": 3}}], "baseline_more_resources[0].win_tcp_keepalive: second is unknown"),
        ([{"win_filter_driver": {"name": "FAMv4"}}], "baseline_more_resources[0].win_filter_driver would both decide"),
    ],
)
def test_a_mistake_in_more_resources_names_their_variable(
    more: list[dict[str, Any]], named: str, tmp_path: Path
) -> None:
    run = enforce(hosts(tmp_path, "app2022", baseline_more_resources=more))
    assert run.code == 2
    assert named in run.of_task("app2022", FAIL)["msg"]
    assert is_untouched(tmp_path, "app2022")


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("role", ["baseline", "hidden_drivers"])
def test_a_handler_of_the_play_is_notified_where_a_restart_is_due(role: str, core: str, tmp_path: Path) -> None:
    told = {"name": "told", "listen": "a restart is due", "ansible.builtin.debug": {"msg": "{{ inventory_hostname }}"}}
    role_of = {"role": f"server_baseline.windows.{role}", "vars": {"baseline_restart_handler": "a restart is due"}}
    plays = [{"hosts": "all", "gather_facts": False, "roles": [role_of], "handlers": [told]}]
    run = run_plays(hosts(tmp_path, "app2022", "web2008r2"), plays, core=CORES[core])
    assert run.code == 0, run.stdout
    assert [each.host for each in run.results if each.task == "told"] == ["app2022"]


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("how", ["reboot_fails", "reboot_loses"])
@pytest.mark.parametrize("serial", [[1], [2, 1]])
def test_enforce_stops_when_a_server_does_not_come_back(how: str, serial: list[int], core: str, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007", "fs2008")
    servers["app2022"][how] = "Timed out waiting for last boot time check"
    run = batches(servers, core, baseline_serial=serial, **WHEN)
    assert run.code == 2
    batch = list(servers)[: serial[0]]
    assert handled(run) == set(batch)
    said = "app2022 must be restarted, and it was not, or did not come back: Timed out waiting for last boot time check"
    assert run.of_task("app2022", FAIL)["msg"] == said
    left = ", ".join(host for host in servers if host not in batch)
    assert not_handled(run)[-1] == [
        f"app2022: {said}",
        f"not reached, and as they were if the run ends here: {left}",
    ]
    assert is_untouched(tmp_path, "ex2007")


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("playbook", ["enforce", "reenable", "restore"])
def test_a_playbook_stops_when_a_server_is_lost(playbook: str, core: str, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007", "fs2008")
    if playbook == "restore":
        assert run_plays(servers, "server_baseline.windows.enforce").code == 0
    lost = {"ansible_replica_snapshot": str(tmp_path / "none.yml"), "ansible_replica_changes": str(tmp_path / "no.yml")}
    before = state(tmp_path, "ex2007")
    run = batches({**servers, "app2022": servers["app2022"] | lost}, core, playbook, baseline_serial=[2, 2])
    assert run.code == 2
    assert handled(run) == {"app2022", "ex2003"}
    assert [each.host for each in run.results if each.task.endswith(FAIL) and each.status == "failed"] == ["app2022"]
    first, last = not_handled(run)[-1]
    assert first.startswith("app2022: lost: ")
    assert last == "not reached, and as they were if the run ends here: ex2007, fs2008"
    assert state(tmp_path, "ex2007") == before


def test_a_server_that_is_lost_when_something_is_written_is_told_so(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003")
    servers["app2022"].pop("ansible_replica_changes")  # so the connection fails where something is to be written
    run = batches(servers, "own", baseline_serial=[1])
    assert run.code == 2
    assert "the connection to the server was lost" in run.of_task("app2022", FAIL)["msg"]
    assert is_untouched(tmp_path, "ex2003")


@pytest.mark.parametrize("core", CORES)
def test_a_refusal_stops_the_batches(core: str, tmp_path: Path) -> None:
    run = batches(refused_second(tmp_path), core, baseline_serial=[1])
    assert run.code == 2
    assert handled(run) == {"app2022", "ex2003"}
    first, last = not_handled(run)[-1]
    assert first.startswith("ex2003: refused: PCI is not disabled: its ErrorControl is 3")
    assert first.endswith("name it in hidden_drivers_force: [PCI]")
    assert last == "not reached, and as they were if the run ends here: ex2007"
    assert is_untouched(tmp_path, "ex2007")


@pytest.mark.parametrize("core", CORES)
def test_a_refusal_that_is_skipped_is_named_in_the_end_alone(core: str, tmp_path: Path) -> None:
    run = batches(refused_second(tmp_path), core, baseline_serial=[1], baseline_on_refusal="skip")
    assert run.code == 0
    assert [each.host for each in run.results if each.task.endswith(f": {NAME}")][-1] == "ex2007"
    (only,) = not_handled(run)[-1]
    assert only.startswith("ex2003: refused: PCI is not disabled")
    starts = [
        value(tmp_path, "ex2003", f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\{name}\\Start")
        for name in ("PCI", "FAMv4")
    ]
    assert starts == [0, 4]  # the policy's driver goes its own way
    assert not is_untouched(tmp_path, "ex2007")


@pytest.mark.parametrize("core", CORES)
def test_max_fail_percentage_counts_failures_so_far_against_the_size_of_the_batch(core: str, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007", "fs2008", "fs2012r2", "web2008r2")
    servers["ex2003"]["hidden_drivers_name"] = ["PCI"]
    run = batches(servers, core, baseline_serial=[2, 4], baseline_max_fail_percentage=50)
    assert handled(run) == set(servers)
    assert [told[0].split(":")[0] for told in not_handled(run)] == ["ex2003", "ex2003"]
    assert len(not_handled(run)[-1]) == 1
    again = batches(servers, core, baseline_serial=[2, 4], baseline_max_fail_percentage=49)
    assert handled(again) == {"app2022", "ex2003"}


def test_a_first_batch_of_one_stops_at_its_failure_whatever_is_borne(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003")
    servers["app2022"]["hidden_drivers_name"] = ["PCI"]
    run = batches(servers, "own", baseline_serial=[1], baseline_max_fail_percentage=100)
    assert handled(run) == {"app2022"}


def batches(servers: dict[str, dict[str, Any]], core: str, playbook: str = "enforce", **variables: Any) -> Run:
    """Run a playbook of the collection, where a stub of ansible.windows is installed."""
    extra = ("-e", json.dumps(variables))
    return run_plays(servers, f"server_baseline.windows.{playbook}", *extra, core=CORES[core], settings=STUB)


def not_handled(run: Run) -> list[list[str]]:
    """Return what was said of servers that were not handled, each time that it was."""
    return [each["msg"] for each in run.results if each.task.endswith(f": {NAME}")]


def refused_second(folder: Path) -> dict[str, dict[str, Any]]:
    """Return three servers, of which the second is refused."""
    servers = hosts(folder, "app2022", "ex2003", "ex2007")
    servers["ex2003"]["hidden_drivers_name"] = ["PCI"]
    return servers


WRONG = {
    "enforce": [
        ({"snp_adapters": [{"match": "x =="}]}, "snp_adapters[0].match is not a JMESPath expression"),
        ({"baseline_reboot": "always"}, "value of baseline_reboot must be one of"),
        ({"baseline_reboot_window": "at night"}, "is no window"),
        ({"server_baseline_waivers_x": [{"finding": "*"}]}, "server_baseline_waivers_x[0].by is ''"),
    ],
    "reenable": [
        ({"snp_features": {"rss": "off"}}, "value of rss must be one of"),
        ({"snp_policy": "by_drver"}, "value of snp_policy must be one of"),
    ],
    "restore": [({"restore_drivers": ["a\\b"]}, "restore_drivers"), ({"restore_snp": "perhaps"}, "restore_snp")],
}


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize(
    ("playbook", "variables", "said"), [(name, *each) for name, cases in WRONG.items() for each in cases]
)
def test_a_word_that_cannot_be_meant_on_one_server_keeps_a_playbook_from_all(
    playbook: str, variables: dict[str, Any], said: str, core: str, tmp_path: Path
) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007")
    servers["ex2003"] |= variables
    servers["ex2007"]["ansible_replica_snapshot"] = str(tmp_path / "none.yml")  # nobody asks it
    run = batches(servers, core, playbook, baseline_serial=[1])
    assert run.code == 2
    assert handled(run) == set()
    (failed,) = [each for each in run.results if each.status != "ok"]
    assert (failed.host, failed.status) == ("ex2003", "failed")
    assert said in str(failed.data.get("argument_errors", failed.data["msg"]))
    assert all(is_untouched(tmp_path, host) for host in servers)
    assert all(f"{host} " in run.stdout.split("PLAY RECAP")[1] for host in servers)


def test_reenable_leaves_servers_of_another_policy_alone(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", snp_policy="enabled")
    assert run_plays(servers, "server_baseline.windows.reenable").code == 0
    assert is_untouched(tmp_path, "ex2003")
