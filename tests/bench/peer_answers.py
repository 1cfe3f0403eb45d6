# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of ansible.windows (3.8.0) answer on a fixture, in the shapes that their RETURN
documents."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Mapping
from typing import Any

from tests.bench.peer_payload import Invocation, NotUnderstood
from tests.lab import parts

Answer = dict[str, Any]

_DRIVER_TYPES = {1: "Kernel Driver", 2: "File System Driver", 8: "Recognizer Driver"}
_START_MODES = ("Boot", "System", "Auto", "Manual", "Disabled")


def answer(document: parts.Document, invocation: Invocation) -> Answer:
    """Return a module's result; NotUnderstood for a module, or arguments of one, that are not foreseen here."""
    if invocation.module not in _MODULES:
        raise NotUnderstood(f"the stub does not know the module {invocation.module}")
    result = _MODULES[invocation.module](document, invocation.arguments)
    return {"changed": False, **result, "invocation": {"module_args": invocation.arguments}}


def _setup(document: parts.Document, arguments: Mapping[str, Any]) -> Answer:
    release = document["registry"][parts.CURRENT_VERSION]
    version = f"{release['CurrentVersion']}.{release['CurrentBuildNumber']}"
    facts = {
        "ansible_bios_version": "6.00",
        "ansible_distribution": f"Microsoft {release['ProductName']}",
        "ansible_distribution_major_version": version.partition(".")[0],
        "ansible_distribution_version": f"{version}.0",
        "ansible_hostname": document["environment"]["computer_name"],
        "ansible_os_family": "Windows",
        "ansible_product_name": "VMware Virtual Platform",
        "ansible_reboot_pending": False,
        "ansible_system_vendor": "VMware, Inc.",
        "gather_subset": arguments["gather_subset"],
        "module_setup": True,
    }
    return {"ansible_facts": facts}


def _win_service(document: parts.Document, arguments: Mapping[str, Any]) -> Answer:
    key = f"{parts.SERVICES}\\{arguments['name']}"
    values, status = document["registry"][key], document["services"][arguments["name"]]["status"]
    found = {"start_mode": _START_MODES[values["Start"]].lower(), "state": status}
    drifted = {name: arguments[name] for name in found if arguments[name] != found[name]}
    if drifted:
        raise NotUnderstood(f"{arguments['name']} is {found}: the stub answers for compliant servers alone")
    more: Answer = {"can_pause_and_continue": None, "dependencies": [], "depended_by": [], "description": ""}
    name = {"exists": True, "name": arguments["name"], "display_name": values["DisplayName"]}
    return {**name, "path": _text(values["ImagePath"]), **found, **more}


def _win_command(document: parts.Document, arguments: Mapping[str, Any]) -> Answer:
    line = arguments["_raw_params"]
    if line not in document["commands"]:
        raise NotUnderstood(f"the stub does not run {line!r}")
    done = document["commands"][line]
    times = {"start": "2026-11-23 14:00:00.000000", "end": "2026-11-23 14:00:00.100000", "delta": "0:00:00.100000"}
    return {"changed": True, "cmd": line, "rc": done["exit_code"], "stdout": done["output"], "stderr": "", **times}


def _win_reg_stat(document: parts.Document, arguments: Mapping[str, Any]) -> Answer:
    key = arguments["path"].replace(":", "", 1)
    values = document["registry"][key]
    properties = {name: {"type": _type(data), "value": data, "raw_value": data} for name, data in values.items()}
    return {"exists": True, "properties": properties, "sub_keys": _below(document, key)}


def _win_powershell(document: parts.Document, arguments: Mapping[str, Any]) -> Answer:
    script = arguments["script"]
    known = [read for mark, read in _SCRIPTS.items() if mark in script]
    if len(known) != 1:
        raise NotUnderstood(f"the stub does not know the script {script!r}")
    streams: Answer = {name: [] for name in ("debug", "error", "information", "verbose", "warning")}
    return {"output": known[0](document), "result": {}, "host_out": "", "host_err": "", "failed": False, **streams}


def _drivers(document: parts.Document) -> list[Answer]:
    services = {name: document["registry"][f"{parts.SERVICES}\\{name}"] for name in document["services"]}
    return [_driver(document, *each) for each in services.items() if each[1]["Type"] in _DRIVER_TYPES]


def _driver(document: parts.Document, name: str, values: Mapping[str, Any]) -> Answer:
    path = f"{parts.DRIVERS}\\{ntpath.basename(_text(values['ImagePath']))}"
    file = document["files"].get(path, {})
    return {
        "Name": name,
        "Kind": _DRIVER_TYPES[values["Type"]],
        "StartMode": _START_MODES[values["Start"]],
        "State": document["services"][name]["status"].title(),
        "Path": path,
        "Company": file.get("company"),
        "Version": file.get("file_version"),
    }


def _needed(document: parts.Document) -> list[str]:
    classes = [values for key, values in document["registry"].items() if "\\Control\\Class\\" in key]
    lists = [
        name for values in classes for filters in ("UpperFilters", "LowerFilters") for name in values.get(filters, ())
    ]
    safe = [key.rpartition("\\")[2] for key in document["registry"] if "\\Control\\SafeBoot\\" in key]
    return sorted({*lists, *safe})


def _products(document: parts.Document) -> list[Answer]:
    registry = document["registry"]
    found = [registry[f"{parts.UNINSTALL}\\{name}"] for name in _below(document, parts.UNINSTALL)]
    wanted = ("DisplayName", "Publisher", "DisplayVersion", "InstallLocation")
    return [{name: values.get(name) for name in wanted} for values in found]


def _adapters(document: parts.Document) -> list[Answer]:
    return [document["registry"][f"{parts.CLASS}\\{number}"] for number in _below(document, parts.CLASS)]


def _below(document: parts.Document, key: str) -> list[str]:
    start = f"{key}\\"
    names = (each.removeprefix(start).partition("\\")[0] for each in document["registry"] if each.startswith(start))
    return list(dict.fromkeys(names))


def _text(data: Any) -> str:
    return str(next(iter(data.values())) if isinstance(data, dict) else data)


def _type(data: Any) -> str:
    return "REG_DWORD" if isinstance(data, int) else "REG_SZ"


_MODULES: dict[str, Callable[[parts.Document, Mapping[str, Any]], Answer]] = {
    "ansible.windows.setup": _setup,
    "ansible.windows.win_command": _win_command,
    "ansible.windows.win_powershell": _win_powershell,
    "ansible.windows.win_reg_stat": _win_reg_stat,
    "ansible.windows.win_service": _win_service,
}

_SCRIPTS: dict[str, Callable[[parts.Document], list[Any]]] = {
    "SafeBoot\\Minimal": _needed,
    "-ClassName Win32_SystemDriver": _drivers,
    "CurrentVersion\\Uninstall": _products,
    '-Path "$Class\\[0-9]*"': _adapters,
}
"""Text that only one script of peer.yml has -> its answer. No script is run: there is no PowerShell here."""
