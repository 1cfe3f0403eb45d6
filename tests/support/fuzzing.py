# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile replies and snapshot files from a seed, and what the collection makes of them: python -m
tests.support.fuzzing KIND COUNT.

It prints, as JSON, how many were refused and how many were judged, what was no message (none, if all is well), the
most seconds of
processor time that one took, and the most memory of the whole, in MiB.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.errors import CollectionError
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot import Snapshot
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.snapshot_file import load, to_text
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.values import check_value
from ansible_collections.server_baseline.windows.plugins.plugin_utils._replica.server import Replica
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources import snp_symptoms
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    info as filter_driver_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.filter_driver import (
    resource as filter_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.nic_driver import (
    resource as nic_driver,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    info as tcp_offload_info,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._resources.tcp_offload import (
    resource as tcp_offload,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import Reply, unwrap
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.support.planning import options_of
from tests.support.scenarios import adapters
from tests.support.servers import FAMV4, LEDGER, exchange, plan_by

SEED = 20261125
NOW = "2026-11-23T14:00:00Z"
NONCE = "0123456789abcdef"
_ASKED: tuple[tuple[Any, dict[str, Any]], ...] = (
    (filter_driver, {"name": ["FAMv4"], "state": "absent"}),
    (filter_driver, {"name": ["FAMv4"], "state": "restored"}),
    (filter_driver, {"classifications": ["orphan", "known_leftover"]}),
    (filter_driver_info, {}),
    (tcp_offload, {"profile": "by_driver"}),
    (tcp_offload, {"state": "restored"}),
    (tcp_offload_info, {}),
    (nic_driver, {}),
    (snp_symptoms, {}),
)
_WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 4, 1 << 31, (1 << 32) - 1, 1 << 70, 1.5, float("nan"), "", "x", "\ud83d", "\x1b[2J", "9" * 5000,
    "\u0663", [], ["a"], [1], [["a"]], [[[[[[]]]]]], {}, {"x": 1}, {"": ""}, {"a": {"b": {"c": {}}}},
    {"REG_BINARY": "0"}, {"REG_BINARY": "00ff"}, {"REG_QWORD": 1}, {"REG_QWORD": "1"}, {"REG_EXPAND_SZ": "x"},
    {"REG_EXPAND_SZ": 1}, {"REG_NONE": None}, {"REG_UNKNOWN": "00"}, '{"Start": 1}', '{"Start": []}', "{}", "[" * 5000,
)  # fmt: skip
_PIECES = (
    "&a ",
    "*a",
    "!!python/name:os.system ",
    "[",
    "{",
    "- ",
    "? ",
    ": ",
    "\n",
    "\0",
    '"\\uD83D"',
    "'",
    "<<: *a",
    "~",
    "|\n",
    "#",
    "%",
    "1:30",
)


def _servers() -> list[dict[str, Any]]:
    """Return small servers that have between them all that is judged."""
    state = json.dumps({"Start": 1, "status": "running"})
    entry = {
        "Resource": "filter_driver",
        "Subject": "FAMv4",
        "When": NOW,
        "Reason": "x",
        "Before": state,
        "After": '{"Start": 4}',
    }
    mail = exchange()
    mail["registry"] |= {f"{LEDGER}\\0001": entry, f"{FAMV4}\\Enum": {"0": "Root\\LEGACY", "Count": 1}}
    return [mail, *({"format": 1, **nic} for nic in (adapters.broadcom("3.5.8.0", "3.5.8.0"), adapters.vmxnet3()))]


def _tasks() -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Yield each resource with its options, and the document that each server answers it."""
    for server in _servers():
        for asked, chosen in _ASKED:
            yield asked, options_of(asked, **chosen), server


def _changed(chance: random.Random, data: Any) -> Any:
    """Return data in which one thing, anywhere, is another."""
    if isinstance(data, (dict, list)) and data and chance.random() < 0.95:
        place = chance.choice(list(data) if isinstance(data, dict) else range(len(data)))
        copy = data.copy()
        copy[place] = _changed(chance, data[place])
        return copy
    return chance.choice(_WRONG)


def _is_value(data: Any) -> bool:
    try:
        check_value(data)
    except CollectionError:
        return False
    return True


_OTHER = [each for each in _WRONG if _is_value(each)]


def _of_other_types(chance: random.Random, registry: dict[str, Any]) -> dict[str, Any]:
    """Return a registry in which some values are of other types, as an administrator or a product may have made
    them."""
    copy = {path: dict(values) for path, values in registry.items()}
    for _unused in range(chance.choice((1, 3, 30)) if copy else 0):
        values = copy[chance.choice(list(copy))]
        if values:
            values[chance.choice(list(values))] = chance.choice(_OTHER)
    return copy


def _replies(chance: random.Random, count: int) -> Iterator[Callable[[], Any]]:
    """Yield what takes a reply in which something is of another type than it must be, or than it is elsewhere, and
    judges by it."""
    asked = [
        (one, options, Replica(server).execute(Request(one.queries(options)))) for one, options, server in _tasks()
    ]
    for _unused in range(count):
        resource_, options, reply = chance.choice(asked)
        whole = {
            **reply.document,
            "registry": [reply.document["registry"]],
            "operations": [{}],
            "conflicts": [],
            "failure": None,
        }
        if chance.random() < 0.4:
            sent = whole | {"registry": [_of_other_types(chance, reply.document["registry"])]}
        else:
            part = chance.choice(["registry", *whole])
            sent = _changed(chance, whole | {part: _changed(chance, whole[part])})
        yield partial(_judge_reply, json.dumps(sent), resource_, options)


def _judge_reply(text: str, asked: Any, options: Any) -> None:
    reply: Reply = unwrap(NONCE, f"{NONCE}:{text}:{NONCE}", "", 1)
    plan_by(asked, options, Snapshot(reply.document), NOW)


def _files(chance: random.Random, count: int, folder: Path) -> Iterator[Callable[[], Any]]:
    """Yield what reads a snapshot file in which something is wrong, and judges the server in it."""
    tasks = list(_tasks())
    for number in range(count):
        asked, options, server = chance.choice(tasks)
        if number % 4 == 0:
            text = to_text({**server, "registry": _of_other_types(chance, server["registry"])})
        elif number % 2:
            text = yaml.safe_dump(_changed(chance, _changed(chance, server)))
        else:
            text = to_text(server)
            for _unused in range(chance.choice((1, 3, 30))):
                place = chance.randrange(len(text))
                text = (
                    text[:place]
                    + chance.choice(_PIECES) * chance.choice((1, 1, 50))
                    + text[place + chance.choice((0, 1, 20)) :]
                )
        path = folder / "server.yml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        yield partial(_judge_file, path, asked, options)


def _judge_file(path: Path, asked: Any, options: Any) -> None:
    read = Replica(load(path)).execute(Request(asked.queries(options)))
    plan_by(asked, options, Snapshot(read.document), NOW)


def _tell(cases: Iterator[Callable[[], Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"judged": 0, "refused": 0, "no_message": {}, "slowest": 0.0}
    for number, case in enumerate(cases):
        started = time.process_time()
        try:
            case()
            told["judged"] += 1
        except CollectionError as error:
            told["refused"] += 1
            if not str(error).isprintable():
                told["no_message"][number] = repr(error)
        except Exception as error:
            told["no_message"][number] = repr(error)
        told["slowest"] = max(told["slowest"], time.process_time() - started)
    return {**told, "memory": _most_memory()}


def _most_memory() -> float:
    """Return the most memory of this process, MiB. ru_maxrss would count that of the process which started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1024


def main(kind: str, count: int) -> None:
    """Run cases of a kind, replies or files, and print what became of them."""
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        cases = _replies(chance, count) if kind == "replies" else _files(chance, count, Path(folder))
        print(json.dumps(_tell(cases)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
