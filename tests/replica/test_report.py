# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of real runs: of an audit, of several put together, of runs that ended early, of pipelines."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import ansible_runner
import jsonschema
import pytest
import yaml

from tests.replica.demo_servers import NAMES, described, hosts, is_untouched, state
from tests.support import ROOT
from tests.support.plays import OWN_CORE, Run, cores, run_plays
from tests.support.servers import exchange

AUDIT = "server_baseline.windows.audit"
ENFORCE = "server_baseline.windows.enforce"
REPORT = "server_baseline.windows.report"
SCHEMA = json.loads((ROOT / "plugins/plugin_utils/_report/schema.json").read_text(encoding="utf-8"))
UNREACHABLE = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 1,
    "ansible_shell_type": "powershell",
}
CONTROLLER = {"localhost": {"ansible_connection": "local"}}
FORMATS = {"report.html", "report.json", "report.csv", "report.md", "report.junit.xml", "report.sarif", "report.env"}
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


def extra(**variables: Any) -> tuple[str, str]:
    """Return variables as arguments of ansible-playbook."""
    return "-e", json.dumps(variables)


def document(path: Path) -> dict[str, Any]:
    """Return a document that a run wrote, once it is checked."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(data, SCHEMA)
    return data


def states(path: Path) -> dict[str, str]:
    """Return the state of every server of a document."""
    return {name: server["state"] for name, server in document(path)["servers"].items()}


def findings(path: Path, server: str) -> dict[tuple[str, str], str]:
    """Return the status of every finding of a server."""
    found = document(path)["servers"][server]["findings"]
    return {(each["id"], each["subject"]): each["status"] for each in found}


def audit(servers: dict[str, dict[str, Any]], *arguments: str, core: Path = OWN_CORE, **variables: Any) -> Run:
    """Audit servers."""
    return run_plays(servers, AUDIT, *arguments, *extra(**variables), core=core)


def test_an_audit_ends_with_one_table_and_writes_its_report_in_every_format(tmp_path: Path) -> None:
    run = audit(hosts(tmp_path), audit_report=[f"{tmp_path}/out"])
    assert run.code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FORMATS
    table = run.stdout.split("Windows baseline: ")[1].split("\nok: ")[0].splitlines()
    assert len(table) <= 15
    assert table[0] == "4 of 6 servers need something done"
    assert table[-1] == f"Report: {tmp_path}/out/report.html and 6 more"
    assert "changed=1" not in run.stdout
    assert all(is_untouched(tmp_path, name) for name in NAMES)


def test_every_server_of_an_audit_is_in_its_report_and_servers_that_are_lost_fail(tmp_path: Path) -> None:
    servers = {**hosts(tmp_path, "ex2003", "fs2012r2"), "gone": UNREACHABLE}
    run = audit(servers, audit_report=f"{tmp_path}/report.json")
    assert run.code == 2
    assert states(tmp_path / "report.json") == {"ex2003": "judged", "fs2012r2": "judged", "gone": "not_reached"}
    assert "1. Make reachable: connection refused (1: gone)" in run.stdout


def test_what_is_no_windows_is_left_out_with_a_word(tmp_path: Path) -> None:
    servers = {**hosts(tmp_path, "fs2012r2"), "linux": {"ansible_connection": "local"}}
    run = audit(servers, audit_report=f"{tmp_path}/report.json", audit_fail_on=["not_reached", "error+"])
    assert run.code == 0
    assert states(tmp_path / "report.json") == {"fs2012r2": "judged", "linux": "not_windows"}
    assert "not Windows" in run.stdout.split("Windows baseline: ")[1]


@pytest.mark.parametrize("wrong", [{"audit_report": "report.pdf"}, {"audit_report_since": "/none.json"}])
def test_what_was_judged_is_told_where_the_report_cannot_be_made(wrong: dict[str, str], tmp_path: Path) -> None:
    run = audit(hosts(tmp_path, "ex2007"), **wrong)
    assert run.code == 2
    assert run.stdout.count("Windows baseline: the only server needs something done") == 1
    assert next(iter(wrong.values())) in run.stdout.split("Windows baseline")[1]


@pytest.mark.parametrize("core", (cores() or {"own": OWN_CORE}).values(), ids=list(cores() or ["own"]))
def test_a_bad_waiver_is_named_in_the_table_by_its_variable(core: Path, tmp_path: Path) -> None:
    servers = hosts(tmp_path, "ex2003", "ex2007")
    servers["ex2003"]["server_baseline_waivers_ex2003"] = [{"finding": "*", "until": "soon", "by": "A", "reason": "R"}]
    servers["ex2007"]["server_baseline_waivers_ex2007"] = {"finding": "*"}
    table = audit(servers, core=core).stdout.split("Windows baseline")[1]
    assert "Mend what made the run fail: server_baseline_waivers_ex2003[0].until is 'soon'" in table
    assert "Mend what made the run fail: server_baseline_waivers_ex2007 is {'finding': '*'}" in table


KNOWN = {"name": "FAMv4"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"snp_policy": "by_drver"}, "value of snp_policy must be one of: disabled, enabled, by_driver, got: by_drver"),
        ({"snp_features": ["rss"]}, "snp_features is ['rss']: give a mapping"),
        ({"snp_adapters": [{"match": "x", "rsss": "disabled"}]}, "snp_adapters[0].rsss is unknown"),
        ({"server_baseline_snp": "perhaps"}, "server_baseline_snp: give true or false"),
        (
            {"server_baseline_advisories": [{"id": "misspelt", "enabled": False}]},
            "server_baseline_advisories (misspelt)",
        ),
        (
            {"server_baseline_advisories": [{"id": "x", "applies": "y"}]},
            "server_baseline_advisories[0].applies is unknown",
        ),
        ({"server_baseline_known_drivers": [KNOWN, {"nam": "x"}]}, "server_baseline_known_drivers[1].nam is unknown"),
        ({"server_baseline_known_drivers": ["x"]}, "server_baseline_known_drivers[0] is 'x': give a mapping of"),
        ({"server_baseline_waivers": {"a": "b"}}, "server_baseline_waivers is {'a': 'b'}: give a list of waivers"),
        ({"server_baseline_waivers_site": [{"fnding": "*"}]}, "server_baseline_waivers_site[0].fnding is unknown"),
        ({"server_baseline_advisories": [{"id": "x"}]}, "server_baseline_advisories (x)"),
        ({"server_baseline_waivers": [{"finding": "*"}]}, "server_baseline_waivers[0].by is ''"),
        ({"hidden_drivers_force": ["a\\b"]}, "hidden_drivers_force"),
        ({"audit_fail_on": "drifted,drft"}, "value of audit_fail_on must be one or more of: drifted, attention"),
    ],
)
def test_a_word_that_cannot_be_meant_is_named_before_a_server_is_reached(
    variables: dict[str, Any], named: str, tmp_path: Path
) -> None:
    run = audit({"gone": UNREACHABLE | variables})
    assert run.code == 2
    (failed,) = [each["msg"] for each in run.results if each.status == "failed"]
    assert named in failed
    assert "resources[" not in failed


def test_what_is_new_fails_the_end_of_an_audit(tmp_path: Path) -> None:
    servers, first = hosts(tmp_path, "ex2003"), f"{tmp_path}/first.json"
    gate: dict[str, Any] = {"audit_fail_on": ["new"], "audit_report_since": first}
    audit(servers, audit_report=first, server_baseline_snp=False)
    assert audit(servers, server_baseline_snp=False, **gate).code == 0
    assert audit(servers, **gate).code == 2


def test_an_audit_that_reaches_nothing_has_a_report(tmp_path: Path) -> None:
    assert audit({"gone": UNREACHABLE}, audit_report=f"{tmp_path}/report.json").code == 2
    assert states(tmp_path / "report.json") == {"gone": "not_reached"}


def test_an_audit_whose_every_server_fails_has_a_report(tmp_path: Path) -> None:
    run = audit(hosts(tmp_path, "ex2003"), audit_report=f"{tmp_path}/report.json", audit_fail_on=["drifted"])
    assert run.code == 2
    assert states(tmp_path / "report.json") == {"ex2003": "judged"}


def test_a_second_audit_says_what_has_changed(tmp_path: Path) -> None:
    servers, first = hosts(tmp_path, "ex2003", "app2022"), f"{tmp_path}/first.json"
    audit(servers, audit_report=first)
    run_plays(servers, ENFORCE, "--limit", "ex2003")
    run = audit(servers, audit_report=f"{tmp_path}/second.md", audit_report_since=first)
    assert "2 findings resolved, 0 new, 2 changed" in (tmp_path / "second.md").read_text(encoding="utf-8")
    assert "Since then: 2 findings resolved" in run.stdout


def test_the_report_of_slices_is_that_of_one_run_on_every_core(tmp_path: Path) -> None:
    servers = hosts(tmp_path)
    for limit, name in ((":".join(NAMES[:2]), "one"), (":".join(NAMES[2:]), "two"), ("all", "whole")):
        audit(servers, "--limit", limit, audit_report=f"{tmp_path}/{name}.json", audit_report_times=False)
    sums = set()
    for name, core in (cores() or {"own": OWN_CORE}).items():
        for sources in (["one", "two"], ["two", "one"], ["whole"]):
            out = tmp_path / f"{name}-{'-'.join(sources)}"
            sources = [f"{tmp_path}/{each}.json" for each in sources]
            run_plays(CONTROLLER, REPORT, *extra(report_from=sources, report=f"{out}/"), core=core)
            assert {path.name for path in out.iterdir()} == FORMATS
            sums.add(tuple(hashlib.sha256((out / each).read_bytes()).hexdigest() for each in sorted(FORMATS)))
    assert len(sums) == 1


def test_a_report_is_written_where_its_bytes_differ_and_not_in_check_mode(tmp_path: Path) -> None:
    audit(hosts(tmp_path, "ex2003"), audit_report=f"{tmp_path}/audit.json")
    given = extra(report_from=f"{tmp_path}/audit.json", report=f"{tmp_path}/out/")
    changes = []
    for arguments in (["--check"], [], [], ["--check"]):
        run = run_plays(CONTROLLER, REPORT, *given, *arguments)
        changes.append(run.of_task("localhost", "Put documents together")["changed"])
        assert (tmp_path / "out").exists() == (len(changes) > 1)
    assert changes == [True, True, False, False]


@pytest.mark.parametrize(
    ("fail_on", "code", "said"),
    [
        ("drifted", 2, "report_fail_on: drifted: 1 server (ex2003)"),
        (["refused", "pending"], 0, ""),
        ("error+", 2, "report_fail_on: error+: 1 server (ex2003)"),
        ("new", 2, "report_fail_on has 'new', which needs report_since: an earlier document to compare with"),
        ("drift", 2, "value of report_fail_on must be one or more of: drifted, attention"),
    ],
)
def test_fail_on_fails_the_task_after_the_files_are_written(
    fail_on: Any, code: int, said: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "gated"
    folder.mkdir(exist_ok=True)
    if not (folder / "audit.json").exists():
        audit(hosts(folder, "ex2003"), audit_report=f"{folder}/audit.json")
    run = run_plays(CONTROLLER, REPORT, *extra(report_from=f"{folder}/audit.json", report_fail_on=fail_on))
    assert run.code == code
    assert said in str(run.of_task("localhost", "Put documents together").data.get("msg", ""))


def test_what_cannot_be_read_is_said_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    for source, said in (
        ("bad.json", "is no document of format 1"),
        ("none.json", "cannot be read"),
        (".", "bad.json is no"),
    ):
        run = run_plays(CONTROLLER, REPORT, *extra(report_from=[str(tmp_path / source)]))
        assert run.code == 2
        assert said in run.of_task("localhost", "Put documents together")["msg"]


NAMES_OF_DRIVERS = ("<script>alert(1)</script>", "{{ 7*7 }}", "\x1b[31mred", "=cmd|'/C calc'!A0")


def hostile(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """Return a server on which a driver of this name was left behind."""
    server = copy.deepcopy(state(folder, "fs2008"))
    renamed = {
        key.replace(f"{SERVICES}\\exbackup", f"{SERVICES}\\{name}"): values
        for key, values in server["registry"].items()
    }
    services = {name if each == "exbackup" else each: told for each, told in server["services"].items()}
    return described(folder, {**server, "registry": renamed, "services": services})


@pytest.mark.parametrize("core", (cores() or {"own": OWN_CORE}).values(), ids=list(cores() or ["own"]))
@pytest.mark.parametrize("name", NAMES_OF_DRIVERS, ids=["markup", "template", "terminal", "formula"])
def test_the_name_of_a_driver_is_shown_as_text(name: str, core: Path, tmp_path: Path) -> None:
    run = audit(hostile(tmp_path, name), core=core, audit_report=f"{tmp_path}/out/")
    out = tmp_path / "out"
    subjects = [each["subject"] for each in document(out / "report.json")["servers"]["server"]["findings"]]
    assert name.replace("\x1b", "\\u001b") in subjects  # escaped where results leave the collection
    for path in out.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text or path.suffix in (".json", ".sarif", ".csv")
        assert "\x1b" not in text
        assert "\n=cmd" not in text
        assert ",=cmd" not in text
    evaluated = "Decide about 49, a driver without an owner"
    assert evaluated not in run.stdout + (out / "report.md").read_text(encoding="utf-8")
    assert "\x1b[31mred" not in run.stdout.split("Windows baseline")[1]


def reported(servers: dict[str, dict[str, Any]], playbook: str, folder: Path, *arguments: str, core: Path) -> Run:
    """Run a playbook with the callback."""
    settings = {
        "ANSIBLE_CALLBACKS_ENABLED": "results,server_baseline.windows.report",
        "SERVER_BASELINE_REPORT": f"{folder}/out/",
    }
    return run_plays(servers, playbook, *arguments, core=core, settings=settings)


@pytest.mark.parametrize("core", (cores() or {"own": OWN_CORE}).values(), ids=list(cores() or ["own"]))
def test_the_callback_sees_servers_that_a_run_never_came_to(core: Path, tmp_path: Path) -> None:
    known = hosts(tmp_path)
    servers = {"a": known["ex2003"], "b": UNREACHABLE, "c": known["fs2008"], "d": known["app2022"]}
    run = reported(servers, ENFORCE, tmp_path, *extra(baseline_serial=[2, 1]), core=core)
    assert run.code == 2
    path = tmp_path / "out/report.json"
    assert document(path)["kind"] == "enforce"
    assert states(path) == {"a": "judged", "b": "not_reached", "c": "not_handled", "d": "not_handled"}
    assert findings(path, "a")["filter_driver", "FAMv4"] == "fixed"
    assert "Run again, the run ended before it came to them (2: c, d)" in run.stdout


def test_every_server_of_a_fleet_is_in_the_document_whatever_became_of_it(tmp_path: Path) -> None:
    compliant = hosts(tmp_path, "web2008r2")["web2008r2"]
    refused = described(tmp_path, exchange(ErrorControl=3), server_baseline_snp=False)["server"]
    servers = {f"s{number:02}": compliant for number in range(62)} | {"s07": refused, "s11": UNREACHABLE}
    run = reported(servers, ENFORCE, tmp_path, *extra(baseline_serial=[20, 21, 21]), core=OWN_CORE)
    assert run.code == 2
    path = tmp_path / "out/report.json"
    found = states(path)
    assert list(found) == list(servers)
    assert Counter(found.values()) == {"judged": 19, "not_reached": 1, "not_handled": 42}
    assert found["s11"] == "not_reached"
    assert findings(path, "s07")["filter_driver", "FAMv4"] == "refused"
    assert "(42: s20–s61)" in run.stdout


@pytest.mark.parametrize("core", (cores() or {"own": OWN_CORE}).values(), ids=list(cores() or ["own"]))
@pytest.mark.parametrize("playbook", [AUDIT, ENFORCE])
def test_the_callback_tells_what_is_no_windows(playbook: str, core: Path, tmp_path: Path) -> None:
    servers = {**hosts(tmp_path, "fs2012r2"), "linux": {"ansible_connection": "local"}}
    run = reported(servers, playbook, tmp_path, core=core)
    assert run.code == 0
    assert states(tmp_path / "out/report.json") == {"fs2012r2": "judged", "linux": "not_windows"}


def test_a_word_that_cannot_be_meant_leaves_the_other_servers_not_handled(tmp_path: Path) -> None:
    servers = hosts(tmp_path, "app2022", "ex2003", "ex2007")
    servers["ex2003"]["snp_adapters"] = [{"match": "x =="}]
    reported(servers, ENFORCE, tmp_path, core=OWN_CORE)
    path = tmp_path / "out/report.json"
    assert states(path) == {"app2022": "not_handled", "ex2003": "failed", "ex2007": "not_handled"}
    assert "snp_adapters[0].match" in document(path)["servers"]["ex2003"]["reason"]


def test_the_callback_reports_a_check_as_what_it_is(tmp_path: Path) -> None:
    reported(hosts(tmp_path, "ex2003"), ENFORCE, tmp_path, "--check", core=OWN_CORE)
    assert document(tmp_path / "out/report.json")["kind"] == "check of enforce"
    assert findings(tmp_path / "out/report.json", "ex2003")["filter_driver", "FAMv4"] == "drifted"


def test_the_callback_does_nothing_unless_it_is_enabled(tmp_path: Path) -> None:
    run = run_plays(hosts(tmp_path, "ex2003"), ENFORCE, settings={"SERVER_BASELINE_REPORT": f"{tmp_path}/out/"})
    assert "Windows baseline" not in run.stdout
    assert not (tmp_path / "out").exists()


def drift(inventory: Path, folder: Path, **settings: str) -> int:
    """Run the script of the examples, and return its exit code. Its table is printed once."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "PATH": f"{OWN_CORE}:{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
        "DRIFT_REPORT": str(folder / "drift"),
    }
    command = [ROOT / "docs/examples/ci/drift.sh", inventory]
    done = subprocess.run(
        command, env={**environment, **settings}, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("Windows baseline: ") == (done.returncode != 2)
    return done.returncode


def inventory(folder: Path, servers: dict[str, dict[str, Any]]) -> Path:
    """Write an inventory."""
    path = folder / "hosts.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": servers}}), encoding="utf-8")
    return path


def test_the_script_tells_drift_from_what_was_not_judged_and_from_a_run_that_broke(tmp_path: Path) -> None:
    drifted, calm = hosts(tmp_path, "ex2003"), hosts(tmp_path, "web2008r2")
    gone = {"gone": UNREACHABLE}
    assert drift(inventory(tmp_path, calm), tmp_path) == 0
    assert drift(inventory(tmp_path, drifted | gone), tmp_path) == 1
    assert {path.name for path in (tmp_path / "drift").iterdir()} == FORMATS
    assert drift(inventory(tmp_path, calm | gone), tmp_path) == 3
    assert drift(inventory(tmp_path, calm), tmp_path, DRIFT_FAIL_ON="info+") == 1  # a hint
    assert drift(tmp_path / "none.yml", tmp_path) == 2


def test_artifacts_of_ansible_runner_are_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{OWN_CORE}:{os.environ['PATH']}")
    servers = hosts(tmp_path, "ex2003", "web2008r2") | {"gone": UNREACHABLE}
    folder = tmp_path / "private"
    folder.mkdir()
    run = ansible_runner.run(
        private_data_dir=str(folder),
        playbook=AUDIT,
        inventory=str(inventory(tmp_path, servers)),
        envvars={"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections")},
        quiet=True,
    )
    assert run.rc == 2
    for source in (folder, folder / "artifacts", Path(run.config.artifact_dir)):
        out = tmp_path / f"{source.name}.json"
        run_plays(CONTROLLER, REPORT, *extra(report_from=str(source), report=str(out)))
        assert states(out) == {"ex2003": "judged", "gone": "not_reached", "web2008r2": "judged"}
        assert document(out)["kind"] == "audit"
        assert findings(out, "ex2003")["filter_driver", "FAMv4"] == "drifted"
