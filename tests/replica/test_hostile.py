# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile servers: what one answers ends no other's run, executes nothing, and reaches no terminal raw."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load, save, to_text
from tests.replica.demo_servers import NAMES, REPLICA, SNAPSHOTS, STUB, hosts
from tests.support.plays import OWN_CORE, ROOT, Run, cores, module_task, run_plays
from tests.support.servers import ENUM, LEDGER, SERVICES

CORES = {"own": OWN_CORE, **cores()}
KINDS = (
    "texts", "surrogates in a reason", "types", "lacking", "bomb", "deep", "many", "long", "cut", "decoys", "noise"
)  # fmt: skip
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MARKER = "EXECUTED"


def fleet() -> dict[str, dict[str, Any]]:
    """Return nineteen servers, and a hostile one of each kind."""
    good = {
        f"good{n}": {"ansible_connection": REPLICA, "ansible_replica_snapshot": str(SNAPSHOTS / f"{NAMES[n % 6]}.yml")}
        for n in range(19)
    }
    bad = {f"bad{n}": {"ansible_connection": "hostile", "hostile_kind": kind} for n, kind in enumerate(KINDS)}
    return {**bad, **good}


def cached(folder: Path, host: str) -> dict[str, Any]:
    """Return the facts of a host on disk; a newer core puts a mark before its name, and the facts below another."""
    (path,) = (each for each in folder.iterdir() if each.name in (host, f"s1_{host}"))
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return (
        facts.get("__payload__", facts)
        if isinstance(facts.get("__payload__", facts), dict)
        else json.loads(facts["__payload__"])
    )


@pytest.mark.parametrize("core", CORES)
def test_one_hostile_server_ends_no_other_ones_run(core: str, tmp_path: Path) -> None:
    settings = {
        "ANSIBLE_CONNECTION_PLUGINS": str(ROOT / "tests/support/plays/connection"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path / "cache"),
        "ANSIBLE_FORKS": "4",
    }
    modules = ("nic_driver_facts", "win_filter_driver_info")
    plays = [{"hosts": "all", "gather_facts": False, "tasks": [module_task(module) for module in modules]}]
    done = run_plays(fleet(), plays, core=CORES[core], settings=settings)
    for host in (f"good{n}" for n in range(19)):
        assert [each.status for each in done.of(host)] == ["ok", "ok"], done.of(host)
        assert cached(tmp_path / "cache", host)["nic_drivers"]["adapters"]
    for number, kind in enumerate(KINDS):
        results = done.of(f"bad{number}")
        assert results[0].status == ("ok" if kind == "texts" else "failed"), (kind, results)
        message = results[0].data.get("msg", "")
        assert kind == "texts" or re.search("reply of the server|could not be read|did not answer", message), message
    assert not RAW.search(done.stdout)
    assert "Traceback" not in done.stdout


def texts(marker: Path) -> list[str]:
    """Return 66 texts, each of which something on the way might execute, expand, or show as something else."""
    touch = f"touch {marker}"
    jinja = [
        "{{ lookup('pipe', 'CMD') }}", "{{ query('ansible.builtin.pipe', 'CMD') }}",
        "{% for x in lookup('pipe', 'CMD') %}{% endfor %}", "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.system('CMD') }}", "{{ hostvars }}", "{{ vars }}", "{{ 1/0 }}", "{{ ", "}}",
        "{%", "{# ", "{{{{ }}}}", "{% raw %}", "#jinja2: variable_start_string:'[['\n[[ 1 ]]",
        "{{ undefined_variable }}", "{{ lookup('file', '/etc/passwd') }}", "{{ ansible_password }}",
    ]  # fmt: skip
    shell = [
        "$(CMD)", "`CMD`", "; CMD #", "& CMD &", "| CMD", "&& CMD", "'; CMD; '", '"; CMD; "', "$env:TEMP", "%TEMP%",
        "${HOME}", "~/x", "../../../../etc/passwd", "..\\..\\x", "\\\\host\\share\\x", "-e CMD", "--version", "!CMD",
        "@/etc/passwd", "file:///etc/passwd",
    ]  # fmt: skip
    data = [
        "!!python/object/apply:os.system [CMD]", "!unsafe x", "!vault |", "$ANSIBLE_VAULT;1.1;AES256\n00",
        "{\"__ansible_unsafe\": \"CMD\"}", "{\"__ansible_vault\": \"CMD\"}", "- [", "&a *a", "? :", "%YAML 1.1", "'\"",
        "<<", "null", "[[[[", "x: y: z", "__ansible_type",
    ]  # fmt: skip
    terminal = [
        "\x1b[2J\x1b[H", "\x1b]0;owned\x07", "\x9b31m", "\rok: [server]", "\nTASK [all is well] ***\nok: [server]",
        "\x08\x08\x08", "\x00", "\x7f", "\u202egnp.exe", "\u2066x", "\ud83d", "\udfff\ud800",
    ]  # fmt: skip
    return [text.replace("CMD", touch) for text in (*jinja, *shell, *data, *terminal)]


def hostile_server(marker: Path) -> dict[str, Any]:
    """Return the demo's Exchange server, in which every text stands wherever a server says one."""
    document = load(SNAPSHOTS / "ex2003.yml")
    registry = document["registry"]
    uninstall = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
    state = json.dumps({"Start": 3, "status": "stopped"})
    for number, text in enumerate(texts(marker)):
        name = f"h{number} {text.replace(chr(92), '/')}"
        registry[f"{SERVICES}\\{name}"] = {
            "Type": 2, "Start": 3, "ErrorControl": 1, "Group": text, "ImagePath": f"drivers\\h{number}.sys",
            "DisplayName": text, "DependOnService": [text], "Owners": [text],
        }  # fmt: skip
        file = f"C:\\WINDOWS\\drivers\\h{number}.sys"
        facts = dict.fromkeys(("company", "product", "description", "original_filename", "file_version"), text)
        document["files"][file] = {"size": 1, **facts}
        document["services"][name] = {"status": "running", "can_stop": True}
        registry[f"{uninstall}\\{name}"] = {"DisplayName": text, "Publisher": text, "InstallLocation": text}
        registry[f"{ENUM}\\ROOT\\LEGACY\\{name}"] = {"Service": name, "DeviceDesc": text, "UpperFilters": [text]}
        registry[f"{LEDGER}\\{number + 1:04d}"] = {
            "Resource": "filter_driver", "Subject": name, "When": "2026-01-01T00:00:00Z", "Reason": text,
            "Before": state, "After": json.dumps({"Start": 4, "status": "stopped"}),
        }  # fmt: skip
    return document


def every_module(folder: Path) -> list[dict[str, Any]]:
    """Return a task of each module, which may fail."""
    asked: dict[str, dict[str, Any]] = {
        "win_filter_driver_info": {"select": "[].name"},
        "win_filter_driver": {"classifications": ["orphan", "dangling", "known_leftover"]},
        "nic_driver_facts": {},
        "win_tcp_offload_info": {},
        "win_tcp_offload": {"profile": "by_driver"},
        "win_snp_symptoms_info": {},
        "win_snapshot": {"dest": str(folder / "written.yml"), "redact": False},
        "win_baseline": {
            "resources": [{"win_filter_driver_info": None}, {"win_tcp_offload": {"profile": "by_driver"}}]
        },
    }
    return [module_task(module, options, ignore_errors=True) for module, options in asked.items()]


SECRETS = {
    name: f"planted-{number}-secret"
    for number, name in enumerate((
        "ansible_password", "ansible_winrm_password", "ansible_psrp_password", "ansible_ssh_pass",
        "ansible_become_password", "ansible_winrm_cert_key_pem", "ansible_ssh_passphrase",
        "ansible_psrp_certificate_key_pem", "ansible_winrm_kinit_cmd", "vault_token",
    ))
}  # fmt: skip


def check_harmless(done: Run, folder: Path) -> None:
    """Assert that nothing was executed, nothing raw was printed, and no secret is in any output or file."""
    assert not (folder / MARKER).exists()
    assert not RAW.search(done.stdout), RAW.search(done.stdout)
    assert "Traceback" not in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("TASK [all is well]")]
    assert "planted-" not in done.stdout
    assert "planted-" not in json.dumps([each.data for each in done.results])
    for path in folder.rglob("*.yml"):
        assert "planted-" not in path.read_text(encoding="utf-8"), path


def settings_of(folder: Path) -> dict[str, str]:
    """Return settings with a cache of facts on disk."""
    return {
        **STUB,
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "cache"),
    }


def test_there_are_66_texts(tmp_path: Path) -> None:
    assert len(set(texts(tmp_path))) == 66


@pytest.fixture
def server(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Return the hostile server as a host with secrets."""
    save(tmp_path / "hostile.yml", to_text(hostile_server(tmp_path / MARKER)))
    variables = {"ansible_connection": REPLICA, "ansible_replica_snapshot": str(tmp_path / "hostile.yml")}
    return {"server": {**variables, "ansible_replica_changes": str(tmp_path / "changes.yml"), **SECRETS}}


@pytest.mark.parametrize("core", CORES)
def test_no_text_of_a_server_does_anything_in_a_module(core: str, server: dict[str, Any], tmp_path: Path) -> None:
    plays = [{"hosts": "all", "gather_facts": False, "tasks": every_module(tmp_path)}]
    done = run_plays(server, plays, "-vvvvv", core=CORES[core], settings=settings_of(tmp_path))
    assert {each.status for each in done.of("server")} == {"ok"}, [each.data.get("msg") for each in done.results]
    check_harmless(done, tmp_path)
    assert load(tmp_path / "written.yml")["registry"].keys() >= {f"{LEDGER}\\0066"}
    assert "planted-" not in json.dumps(cached(tmp_path / "cache", "server"))


@pytest.mark.parametrize("playbook", ["audit", "enforce", "reenable", "restore", "snapshot"])
def test_no_text_of_a_server_does_anything_in_a_playbook(playbook: str, server: dict[str, Any], tmp_path: Path) -> None:
    variables = json.dumps({"snapshot_folder": str(tmp_path / "folder")})
    name = f"server_baseline.windows.{playbook}"
    done = run_plays(server, name, "-vvvvv", "-e", variables, settings=settings_of(tmp_path))
    assert done.of("server")
    check_harmless(done, tmp_path)


def test_a_file_for_changes_is_no_device_and_not_the_snapshot(tmp_path: Path) -> None:
    device = Path("/dev/null").stat()
    servers = hosts(tmp_path, "ex2003", "fs2008")
    servers["ex2003"]["ansible_replica_changes"] = "/dev/null"
    servers["fs2008"]["ansible_replica_changes"] = servers["fs2008"]["ansible_replica_snapshot"]
    tasks = [module_task("win_tcp_offload", {"profile": "by_driver"}, ignore_unreachable=True)]
    done = run_plays(servers, [{"hosts": "all", "gather_facts": False, "tasks": tasks}])
    assert "/dev/null is no regular file" in done.of("ex2003")[0]["msg"]
    assert "names the snapshot itself" in done.of("fs2008")[0]["msg"]
    assert Path("/dev/null").stat().st_rdev == device.st_rdev
