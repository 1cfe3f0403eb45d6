# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarts by the role baseline, and what the playbook enforce makes of servers that do not come back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.replica.demo_servers import STAND_IN, hosts, is_untouched
from tests.support.plays import OWN_CORE, Run, cores, run_plays

CORES = {"own": OWN_CORE, **cores()}
WHEN = {"baseline_reboot": "when_required"}


def enforce(
    servers: dict[str, dict[str, Any]], *, stand_in: bool = True, core: Path = OWN_CORE, **variables: Any
) -> Run:
    """Enforce the baseline. stand_in: whether ansible.windows is installed."""
    roles = [{"role": "server_baseline.windows.baseline", **variables}]
    plays = [{"hosts": "all", "gather_facts": False, "roles": roles}]
    return run_plays(servers, plays, core=core, settings=STAND_IN if stand_in else None)


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
    run = run_plays(hosts(tmp_path, "app2022"), plays, "--check", settings=STAND_IN)
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
    assert run.code == 2
    told = run.of_task("server", "Say why the server was not restarted, or did not come back")["msg"]
    assert told == (
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
    told = run.of_task("app2022", "Say why the server was not restarted, or did not come back")["msg"]
    assert told == f"app2022 must be restarted, and it was not, or did not come back: {said}"


def test_a_server_that_needs_no_restart_does_not_need_the_collection(tmp_path: Path) -> None:
    assert enforce(hosts(tmp_path, "web2008r2"), stand_in=False, **WHEN).code == 0


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
    run = enforce(hosts(tmp_path, "app2022"), **WHEN, baseline_reboot_window=around_now(*window))
    assert run.code == 0
    assert restarted(run, "app2022") is restarts
    if not restarts:
        told = run.of_task("app2022", "Say that the server must be restarted")["msg"]
        assert told == f"app2022 must be restarted, and may be from {around_now(*window)[:5]} UTC on"


def test_a_window_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    run = enforce(hosts(tmp_path, "app2022"), **WHEN, baseline_reboot_window="at night")
    assert run.code == 2
    assert "baseline_reboot_window is 'at night'" in run.stdout
    assert is_untouched(tmp_path, "app2022")


def test_enforce_stops_when_a_server_does_not_come_back(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007")
    servers["app2022"]["reboot_fails"] = "Timed out waiting for last boot time check"
    batches = ("-e", '{"baseline_serial": [1], "baseline_reboot": "when_required"}')
    run = run_plays(servers, "server_baseline.windows.enforce", *batches, settings=STAND_IN)
    assert run.code == 2
    assert {each.host for each in run.results} == {"app2022"}
    told = run.of_task("app2022", "Say why the server was not restarted, or did not come back")["msg"]
    assert told.endswith("did not come back: Timed out waiting for last boot time check")
    assert is_untouched(tmp_path, "ex2003")


def test_enforce_stops_when_a_server_is_lost(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007", "fs2008")
    servers["app2022"].pop("ansible_replica_changes")  # so the connection fails where something is to be written
    run = run_plays(servers, "server_baseline.windows.enforce", "-e", '{"baseline_serial": [2, 2]}')
    assert run.code == 2
    assert {each.host for each in run.results} == {"app2022", "ex2003"}
    assert "the connection to the server was lost" in run.of_task("app2022", "Fail where the server was lost")["msg"]
    assert is_untouched(tmp_path, "ex2007")


def test_reenable_leaves_servers_of_another_policy_alone(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", snp_policy="enabled")
    assert run_plays(servers, "server_baseline.windows.reenable").code == 0
    assert is_untouched(tmp_path, "ex2003")


def test_enforce_goes_on_in_growing_batches(tmp_path: Path) -> None:
    servers = hosts(tmp_path)
    run = run_plays(servers, "server_baseline.windows.enforce")
    assert run.code == 0
    assert run.stdout.count("PLAY [Enforce the baseline]") > 2
    assert {each.host for each in run.results} == set(servers)
