# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo does on the described servers what it says, touches nothing else, and fails when a step goes wrong."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.vocabulary import REFUSED
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.drivers.services import service_of
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.filetime import (
    date_of_filetime,
    date_of_text,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._windows.registry_paths import SERVICES
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from demo import summary, update_driver
from tests.support.planning import plan_for

ROOT = Path(__file__).parents[2]
SNAPSHOTS = sorted((ROOT / "inventories/demo/snapshots").glob("*.yml"))
TABLE = [
    "SERVER DRIVER LEFT BEHIND TCP OFFLOAD REBOOT SECOND RUN NEW DRIVER RESTORED",
    "app2022 FAMv4 disabled, runs on no change yes no change no change as before",
    "ex2003 FAMv4 disabled, stopped chimney, rss, netdma off yes no change chimney, rss, netdma on as before",
    "ex2007 FAMv4 disabled, stopped no change no no change no change as before",
    "fs2008 exbackup found chimney, netdma off yes no change no change as before",
    "fs2012r2 FAMv4 disabled before no change no no change no change as before",
    "web2008r2 none no change no no change no change as before",
]
WHY = [
    "ex2003: Broadcom 3.5.8.0 < 3.7.19",
    "ex2003: off since DAY because Broadcom 3.5.8.0 < 3.7.19; driver is now 4.6.55, and no advisory speaks against it",
    "fs2008: Broadcom 4.8.4.1 <= 4.8.4.1",
]
PLAYBOOKS = ("audit", "enforce --check --diff", "enforce", "enforce", "reenable", "reenable", "restore")


@dataclass(frozen=True)
class Run:
    """One run of the demo. lines: of its output. left: what it left in the temporary folder. page: of the report."""

    done: subprocess.CompletedProcess[str]
    hashes: tuple[dict[str, str], dict[str, str]]
    left: list[Path]
    page: str

    @property
    def lines(self) -> list[str]:
        """The lines with single spaces, and DAY in place of today."""
        today = f"{datetime.now(timezone.utc):%Y-%m-%d}"
        return [" ".join(line.split()).replace(today, "DAY") for line in self.done.stdout.splitlines()]


def run_demo(temporary: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    collections = {
        "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
        "ANSIBLE_HOME": str(temporary.parent / "home"),
    }
    environment = os.environ | collections | {"TMPDIR": str(temporary), "PATH": f"{programs}:{os.environ['PATH']}"}
    return subprocess.run([ROOT / "demo/run"], env=environment, capture_output=True, text=True, check=False)


def hashes() -> dict[str, str]:
    files = [path for folder in ("inventories", "demo") for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    temporary = tmp_path_factory.mktemp("demo") / "temporary"
    temporary.mkdir()
    before = hashes()
    done = run_demo(temporary, Path(sys.executable).parent)
    left = list(temporary.iterdir())
    return Run(done, (before, hashes()), left, left[0].read_text(encoding="utf-8") if left else "")


def test_the_demo_says_what_was_found_cured_and_restored(run: Run) -> None:
    assert run.done.returncode == 0, run.done.stdout + run.done.stderr
    whole = [*TABLE, "", *WHY, ""]
    place = run.lines.index(TABLE[0])
    assert run.lines[place : place + len(whole)] == whole


def test_the_last_lines_are_the_table_of_every_audit_with_the_path_of_its_report(run: Run) -> None:
    table = run.done.stdout.split("Windows baseline: ")[-1].splitlines()
    assert table[0] == "4 of 6 servers need something done"
    assert "1. Disable FAMv4, then restart (3: app2022, ex2003, ex2007)" in table
    assert table[-1] == f"Report: {run.left[0]}"
    assert len(table) <= 15
    assert run.page.startswith("<!doctype html>")


@pytest.mark.parametrize("part", [TABLE, WHY], ids=["table", "why"])
def test_the_readme_shows_what_the_demo_says(part: list[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [re.sub(r"\d{4}-\d\d-\d\d", "DAY", " ".join(line.split())) for line in readme.splitlines()]
    place = lines.index(part[0])
    assert lines[place : place + len(part)] == part


def test_every_step_names_its_command(run: Run) -> None:
    commands = [line for line in run.lines if line.startswith("ansible-playbook ")]
    inventory = "ansible-playbook -i inventories/demo/servers.yml"
    said = [command.partition(" -e audit_report=")[0] for command in commands[:-1]]
    assert said == [f"{inventory} server_baseline.windows.{playbook}" for playbook in PLAYBOOKS]
    assert commands[-1].startswith(f"{inventory} server_baseline.windows.report -e report_from=")


def test_the_audit_names_what_is_wrong_and_the_prediction_shows_the_difference(run: Run) -> None:
    audit, predicted = run.done.stdout.split("==> ")[1:3]
    assert "1. Disable FAMv4, then restart (3: app2022, ex2003, ex2007)" in audit
    assert "3. Turn off chimney, netdma, rss, then restart (1: ex2003)" in audit
    assert "-        status: running" in predicted
    assert "+        status: stopped" in predicted


@pytest.mark.parametrize(("step", "changed"), [(3, 4), (4, 0), (6, 1), (7, 0), (8, 4)])
def test_a_step_changes_the_servers_that_it_is_about(step: int, changed: int, run: Run) -> None:
    recap = run.done.stdout.split("==> ")[step].rpartition("PLAY RECAP")[2]
    hosts = [line for line in recap.splitlines() if "unreachable=" in line]
    assert len(hosts) == len(SNAPSHOTS)
    assert sum("changed=1 " in line for line in hosts) == changed
    assert sum("changed=0 " in line for line in hosts) == len(SNAPSHOTS) - changed


def test_servers_are_enforced_in_growing_batches(run: Run) -> None:
    batches = [
        part.count("changed: [") + part.count("ok: [") for part in run.done.stdout.split("==> ")[3].split("PLAY [")
    ]
    assert len(batches) > 3


def test_ansible_has_nothing_to_warn_of(run: Run) -> None:
    assert "WARN" not in run.done.stdout + run.done.stderr


def test_nothing_in_the_repository_is_modified_and_nothing_but_the_report_is_left(run: Run) -> None:
    before, after = run.hashes
    assert before == after
    assert [path.name for path in run.left] == ["server_baseline_demo_report.html"]


def test_it_fails_where_ansible_fails(tmp_path: Path) -> None:
    program = tmp_path / "ansible-playbook"
    program.write_text("#!/bin/sh\necho broken\nexit 4\n", encoding="utf-8")
    program.chmod(0o755)
    done = run_demo(tmp_path, tmp_path)
    assert done.returncode == 4
    assert done.stdout.count("broken") == 1


def results(**steps: dict[str, Any]) -> summary.Results:
    """Results of a server that was cured and restored, with some of them otherwise."""
    before, after = (
        {"win_filter_driver": {"FAMv4": {"Start": start, "status": status}}}
        for start, status in ((1, "running"), (4, "stopped"))
    )
    cure = {"changed": True, "before": before, "after": after, "reboot_required": False}
    right = {step: {"changed": False} for step in summary.STEPS} | {
        "predicted": cure,
        "enforce": cure,
        "restore": {"changed": True},
    }
    return {step: result | steps.get(step, {}) for step, result in right.items()}


@pytest.mark.parametrize(
    ("wrong", "updated", "restored", "message"),
    [
        ({"again": {"changed": True}}, False, True, "the step again changed something"),
        ({"settled": {"changed": True}}, False, True, "the step settled changed something"),
        ({"enforce": {"reboot_required": True}}, False, True, "predicted reboot_required False, enforcing gave True"),
        ({"enforce": {"after": {}}}, False, True, "check mode predicted after"),
        ({"reenable": {"changed": True}}, False, True, "not there, but re-enabling gave changed True"),
        ({}, True, True, "a new driver is there, but re-enabling gave changed False"),
        ({"restore": {"changed": False}}, False, True, "restoring did not undo what enforcing did"),
        ({}, False, False, "the server is not as it was before"),
    ],
)
def test_the_summary_names_what_went_wrong(wrong: dict[str, Any], updated: bool, restored: bool, message: str) -> None:
    assert list(summary.faults(results(), updated=False, restored=True)) == []
    (fault,) = summary.faults(results(**wrong), updated=updated, restored=restored)
    assert message in fault


def test_a_driver_is_updated_as_its_installer_would_do_it(tmp_path: Path) -> None:
    path = tmp_path / "ex2003.yml"
    path.write_bytes((SNAPSHOTS[0].parent / path.name).read_bytes())
    before = load(path)
    update_driver.main(path)
    after = load(path)
    changed = {key for key, values in after["registry"].items() if values != before["registry"][key]}
    assert changed == {f"{update_driver.ADAPTERS}000{number}" for number in (1, 2)}
    assert {name.rpartition("\\")[2] for name in after["files"] if after["files"][name] != before["files"][name]} == {
        "bxnd52x.sys",
        "bxvbdx.sys",
    }
    values = after["registry"][changed.pop()]
    assert values["DriverVersion"] == "4.6.55"
    assert date_of_text(values["DriverDate"]) == date_of_filetime(values["DriverDateData"]) == "2008-03-10"


def test_a_step_without_a_result_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert summary.main(ROOT / "inventories/demo/snapshots", tmp_path) == 1
    told = capsys.readouterr().err
    assert "ex2003: there is no result of: audit, predicted, enforce, again, reenable, settled, restore\n" in told


def test_a_value_of_another_type_is_not_restored(tmp_path: Path) -> None:
    before, after = tmp_path / "before.yml", tmp_path / "after.yml"
    before.write_text("registry: {HKLM\\X: {Start: 1}}\nservices: {}\n", encoding="utf-8")
    after.write_text("registry: {HKLM\\X: {Start: '1'}}\nservices: {}\n", encoding="utf-8")
    assert summary.is_restored(before, before)
    assert not summary.is_restored(before, after)


def read(path: Path) -> Snapshot:
    return Snapshot(Replica(load(path)).execute(Request(snapshot.QUERIES)).document)


def drivers(server: Snapshot) -> list[str]:
    found = [service_of(server, name) for name in server.subkeys(SERVICES)]
    return [driver.name for driver in found if driver and driver.is_driver]


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_a_described_server_is_whole(path: Path) -> None:
    server, document = read(path), load(path)
    assert document["name"] == path.stem
    assert "not captured" in document["note"]
    assert len(drivers(server)) >= 20
    for name in drivers(server):
        driver = service_of(server, name)
        assert driver
        assert name in document["services"]
        assert driver.file or driver.status == "stopped", f"{name} runs, but {driver.image} is not there"


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_no_stock_driver_of_a_described_server_may_be_disabled(path: Path) -> None:
    server = read(path)
    found = [service_of(server, name) for name in drivers(server)]
    stock = [
        driver.name for driver in found if driver and driver.company == "Microsoft Corporation" and driver.start != 4
    ]
    plan = plan_for(filter_driver, load(path), "2026-01-01T00:00:00Z", name=stock)
    assert len(stock) >= 20
    assert {finding.status for finding in plan.findings} == {REFUSED}
    assert plan.operations == ()
