# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""TCP offload features, of the server and of its adapters: set, or put back as they were. win_tcp_offload is this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._catalogue.tcp_features import feature_rows, profiles
from ..._planning.ledger import ledger_queries
from ..._planning.plan import Plan
from ..._planning.resource import BadOption, Controller
from ..._planning.task import Task as WholeTask
from ..._protocol.queries import Query
from ..._protocol.snapshot import Snapshot
from ..._windows.machine import machine_of
from ..._windows.network.adapters import adapters_of
from ..._windows.network.tcp_settings import FEATURES, global_queries
from ..nic_driver import advisories as adv
from ..nic_driver.resource import driver_queries, judged_adapters
from .adapter_rules import OPTION, check_rules
from .adapters import Known, adapter_steps
from .by_driver import by_driver_steps, is_by_driver
from .features import commands, feature_steps, leftover_findings, named_features
from .restarts import restarts
from .step import NAME, Task, states

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "profile": {"type": "str", "choices": list(profiles())},
    **{feature: {"type": "str"} for feature in FEATURES},
    "adapters": OPTION,
    "advisories": adv.OPTION,
    "require_match": {"type": "bool", "default": False},
    "restart_adapters": {"type": "str", "choices": ["never", "allowed"], "default": "never"},
    "restart_connection_adapter": {"type": "bool", "default": False},
    "reason": {"type": "str", "default": ""},
    "review_when": {"type": "str", "default": ""},
    "state": {"type": "str", "choices": ["present", "restored"], "default": "present"},
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for options that cannot be meant."""
    restores = options["state"] == "restored"
    for feature in FEATURES:
        _check_state(feature, options[feature])
    check_rules(options["adapters"], restores)
    adv.advisories(options["advisories"])
    if not restores and not named_features(options) and not options["adapters"]:
        raise BadOption(f"nothing is asked for: set profile, one of {', '.join(FEATURES)}, or adapters")
    if options["restart_connection_adapter"] and options["restart_adapters"] != "allowed":
        raise BadOption(
            "restart_connection_adapter: true has no effect without restart_adapters: allowed; set both or none"
        )


def _check_state(feature: str, state: str | None) -> None:
    words = list(dict.fromkeys(word for row in feature_rows()[feature] for word in row.words))
    if state == "default":
        raise BadOption(
            f"{feature}: default is a word that netsh takes and never shows: what a server is set to cannot be compared with it. "
            f"Say {' or '.join(words)}, or state: restored for what stood there before"
        )
    if state is not None and state not in words:
        raise BadOption(f"{feature} is {state!r}, which is none of {', '.join(words)}")


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    options = {**arguments, **controller.texts, "connection_ports": controller.ports}
    check(options)
    return options


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what must be read of a server: its settings, its adapters where the task is about any, and the ledger."""
    return (
        *global_queries(),
        *(driver_queries(options) if _is_about_adapters(options) or is_by_driver(options) else ()),
        *ledger_queries(),
    )


def _is_about_adapters(options: Mapping[str, Any]) -> bool:
    """Tell whether a task names adapters; one that puts back all that the ledger holds may find some there."""
    return bool(options["adapters"]) or (options["state"] == "restored" and not named_features(options))


def plan(whole: WholeTask) -> Plan:
    """Decide for every setting; when one of them is refused or cannot be read, nothing is done at all."""
    options, snapshot, now = whole.options, whole.snapshot, whole.now
    task = Task(options, snapshot, whole.ledger, now)
    features = (*feature_steps(task), *by_driver_steps(task))
    adapters = adapter_steps(task, known_adapters(options, snapshot, now)) if _is_about_adapters(options) else ()
    steps, after_all = (*features, *adapters), restarts(task, adapters)
    return Plan(
        findings=(*(step.finding for step in steps), *leftover_findings(snapshot)),
        operations=(
            *(operation for step in steps for operation in step.entry),
            *commands(features, task),
            *(operation for step in steps for operation in (*step.writes, *step.closing)),
            *after_all.operations,
        ),
        before=states(steps, "before"),
        after=states(steps, "after"),
        reboot_required=any(step.reboot_required for step in steps) or after_all.reboot_required,
        warnings=tuple(warning for step in steps for warning in step.warnings),
        error="; ".join(step.error for step in steps if step.error),
        data=after_all.data,
    )


def known_adapters(options: Mapping[str, Any], snapshot: Snapshot, now: str) -> Known:
    """Return the adapters of a server, each with its facts as nic_driver_facts returns them. options: with advisories."""
    server = machine_of(snapshot).as_dict()
    judged = judged_adapters(snapshot, server, adv.advisories(options["advisories"]), now[:10])
    return [(adapter, facts) for adapter, (facts, _unused) in zip(adapters_of(snapshot), judged, strict=True)]
