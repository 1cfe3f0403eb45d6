# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples for pipelines run on replicas as docs/pipelines.md says, and ask for nothing that the roles do not
have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.window import read_window
from tests.support.plays.transcripts import Shell, transcripts, unsaid

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"
PAGE = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")
DEMO = "inventories/demo/servers.yml"
SURVEY: list[dict[str, Any]] = json.loads((EXAMPLES / "awx/survey.json").read_text(encoding="utf-8"))["spec"]
QUESTIONS = [question["variable"] for question in SURVEY]
AWX: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/captures/awx_modules.yml").read_text(encoding="utf-8"))
# What awx/api/views/__init__.py (JobTemplateSurveySpec, at the commit that awx_modules.yml names) lets a question be.
SURVEY_TYPES = {
    **dict.fromkeys(("text", "textarea", "password", "multiplechoice", "multiselect"), str),
    "integer": int,
    "float": (float, int),
}
SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services"


def documented(role: str) -> dict[str, dict[str, Any]]:
    """Return the variables of a role, as its argument spec has them."""
    text = (ROOT / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8")
    options: dict[str, dict[str, Any]] = yaml.safe_load(text)["argument_specs"]["main"]["options"]
    return options


def read(name: str) -> Any:
    """Return the data of an example in YAML."""
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def default(question: dict[str, Any]) -> Any:
    """Return what the form answers by itself: of several choices a list, which the survey keeps as lines."""
    return question["default"].splitlines() if question["type"] == "multiselect" else question["default"]


def start_type(shell: Shell, server: str) -> int:
    """Return the start type of FAMv4 on a server that an example has changed."""
    found: int = load(shell.folder / f"state/{server}.yml")["registry"][f"{SERVICES}\\FAMv4"]["Start"]
    return found


def test_every_command_of_the_page_says_what_it_shows(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"RUNNER": str(tmp_path / "runner")})
    found = transcripts(PAGE)
    assert len(found) > 6
    for each in found:
        done = shell.run(each.command)
        assert unsaid(each.passages, done.stdout) == [], f"{each.command}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"{each.command}\n{done.stdout}\n{done.stderr}"
    assert {server: start_type(shell, server) for server in ("ex2003", "app2022", "ex2007")} == dict.fromkeys(
        ("ex2003", "app2022", "ex2007"), 4
    )
    assert sorted(path.stem for path in (tmp_path / "state").iterdir()) == ["app2022", "ex2003", "ex2007"]


def test_every_example_is_on_the_page() -> None:
    linked = {ROOT / "docs" / target for target in re.findall(r"\]\((examples[^)]*)\)", PAGE)}
    assert [path for path in linked if not path.exists()] == []
    files = {path for path in EXAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert [path for path in files if not {path, *path.parents} & (linked - {EXAMPLES})] == []


def test_the_playbook_of_the_template_runs_with_the_defaults_of_the_survey(tmp_path: Path) -> None:
    answers = json.dumps({question["variable"]: default(question) for question in SURVEY})
    (tmp_path / "answers.json").write_text(answers, encoding="utf-8")
    shell = Shell(tmp_path)
    done = shell.run(
        f"ansible-playbook docs/examples/awx/baseline.yml -i {DEMO} --limit ex2003 -e @{tmp_path / 'answers.json'}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert start_type(shell, "ex2003") == 4


@pytest.mark.parametrize("question", SURVEY, ids=QUESTIONS)
def test_a_question_is_a_variable_of_the_role(question: dict[str, Any]) -> None:
    types = {"multiplechoice": "str", "text": "str", "multiselect": "list", "integer": "int"}
    option = documented("baseline")[question["variable"]]
    assert types[question["type"]] == option["type"]
    assert question.get("choices") == option.get("choices")
    assert default(question) == option["default"]


def test_no_question_is_asked_twice() -> None:
    assert len(set(QUESTIONS)) == len(QUESTIONS)


@pytest.mark.parametrize("question", SURVEY, ids=QUESTIONS)
def test_awx_takes_the_question(question: dict[str, Any]) -> None:
    assert [type(question[name]) for name in ("type", "question_name", "variable", "required")] == [str, str, str, bool]
    assert isinstance(question["default"], SURVEY_TYPES[question["type"]])
    assert [question[name] for name in ("min", "max") if not isinstance(question.get(name, 0), int)] == []
    if question["type"].startswith("multi"):
        chosen = question["default"].splitlines()
        assert set(chosen) <= set(question["choices"])
        assert question["type"] == "multiselect" or len(chosen) == 1


@pytest.mark.parametrize("window", ["", "22:00-04:00", "Mon-Fri,Sun 22:00-04:00 America/Argentina/Buenos_Aires"])
def test_the_survey_has_room_for_a_window(window: str) -> None:
    (question,) = [each for each in SURVEY if each["variable"] == "baseline_reboot_window"]
    assert question["min"] <= len(window) <= question["max"]
    assert not window or read_window(window)


def refused_by_awx(task: dict[str, Any]) -> list[str]:
    """Return what a module of awx.awx would say against the options of a task, as far as its argument_spec goes."""
    (module,) = task.keys() & AWX.keys()
    given = {name: each for name, each in task[module].items() if name != "survey_spec"}  # a template as yet
    messages: list[str] = ArgumentSpecValidator(AWX[module]).validate(given).error_messages
    return messages


def test_the_template_runs_the_playbook_with_the_survey() -> None:
    ((task,),) = [play["tasks"] for play in read("awx/job_template.yml")]
    template = task["awx.awx.job_template"]
    assert refused_by_awx(task) == []
    assert refused_by_awx({"awx.awx.job_template": {**template, "playbok": "x"}}) != []
    assert (EXAMPLES / "awx" / template["playbook"]).is_file()
    (survey,) = re.findall(r"'([^']+\.json)'", template["survey_spec"])
    assert (EXAMPLES / "awx" / survey).is_file()


def workflow() -> list[dict[str, Any]]:
    """Return the tasks that make the workflow."""
    ((*tasks,),) = [play["tasks"] for play in read("awx/workflow.yml")]
    return tasks


def test_the_workflow_uses_what_the_modules_of_awx_document() -> None:
    assert [refused for task in workflow() for refused in refused_by_awx(task)] == []
    (templates,) = [task["loop"] for task in workflow() if "loop" in task]
    assert [each for each in templates if not (EXAMPLES / "awx" / each["playbook"]).is_file()] == []


def test_the_workflow_goes_from_the_audit_over_the_approval_to_the_report() -> None:
    found = [task["awx.awx.workflow_job_template_node"] for task in workflow()[2:]]
    nodes = {node["identifier"]: node for node in found}
    assert nodes["audit"]["always_nodes"] == ["approval"]
    assert "approval_node" in nodes["approval"]
    assert nodes["approval"]["success_nodes"] == ["enforce"]
    assert nodes["enforce"]["always_nodes"] == ["report"]
    made = []
    for node in found:
        assert {*node.get("success_nodes", ()), *node.get("always_nodes", ())} <= set(made)
        made.append(node["identifier"])


def test_the_first_and_the_last_job_change_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for name in ("audit", "report"):
        report = f"-e audit_report={tmp_path}/report/" if name == "report" else ""
        done = shell.run(f"ansible-playbook docs/examples/awx/{name}.yml -i {DEMO} --limit ex2003 {report}")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Disable FAMv4" in done.stdout
    assert (tmp_path / "report/report.json").is_file()
    assert not (tmp_path / "state").exists()


def test_the_workflow_runs_the_script_on_an_inventory() -> None:
    steps = read("ci/github.yml")["jobs"]["drift"]["steps"]
    command, shown = [step["run"] for step in steps if "run" in step]
    assert command == f"docs/examples/ci/drift.sh {DEMO}"
    assert f"$ {command} " in PAGE
    assert shown == 'cat drift/report.md >> "$GITHUB_STEP_SUMMARY"'
    job = read("ci/gitlab.yml")["drift"]
    assert job["script"] == [command]
    assert job["artifacts"]["reports"] == {"junit": "drift/report.junit.xml", "dotenv": "drift/report.env"}


@pytest.mark.parametrize("path", ["import_role.yml", "pre_tasks.yml", "runner/env/extravars", "ci/drift.sh"])
def test_an_example_sets_only_variables_that_a_role_has(path: str) -> None:
    text = (EXAMPLES / path).read_text(encoding="utf-8")
    named = set(re.findall(r'\b((?:hidden_drivers|snp|nic_drivers|baseline|audit)_\w+)"?[:=]', text))
    assert named
    assert named <= documented("baseline").keys() | documented("audit").keys()
