# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Many resources on one server, read together and written together. win_baseline is this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from .._planning.plan import DRIFTED, Finding, Plan
from .._planning.resource import BadOption, Controller, Resource
from .._planning.task import Task
from .._protocol import operations as op
from .._protocol.queries import Query, RegistryQuery
from . import snp_symptoms
from .filter_driver import info as filter_driver_info
from .filter_driver import resource as filter_driver
from .nic_driver import resource as nic_driver
from .tcp_offload import info as tcp_offload_info
from .tcp_offload import resource as tcp_offload

NAME = "baseline"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "resources": {"type": "list", "elements": "dict", "required": True},
}

RESOURCES: dict[str, Resource] = {
    "nic_driver_facts": nic_driver,
    "win_filter_driver": filter_driver,
    "win_filter_driver_info": filter_driver_info,
    "win_snp_symptoms_info": snp_symptoms,
    "win_tcp_offload": tcp_offload,
    "win_tcp_offload_info": tcp_offload_info,
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for an entry that is not one module with its options. The options are for each module's own check."""
    if not options["resources"]:
        raise BadOption(f"resources is empty: list at least one of {', '.join(RESOURCES)}, with its options")
    for place, entry in enumerate(options["resources"]):
        _check_entry(f"resources[{place}]", entry)
    _check_together(options)


def _check_together(options: Mapping[str, Any]) -> None:
    """Refuse what is no plan together: to put back and to change in one go, and restarts of adapters that know nothing of each other."""
    known = list(entries(options))
    for module in dict.fromkeys(module for _option, module, _own in known):
        restoring = {option: own.get("state") == "restored" for option, other, own in known if other == module}
        if len(set(restoring.values())) > 1:
            raise BadOption(
                f"{' and '.join(restoring)}: state: restored beside another state; put back in a task of its own"
            )
    restarting = [option for option, _module, own in known if own.get("restart_adapters") == "allowed"]
    if len(restarting) > 1:
        raise BadOption(
            f"{' and '.join(restarting)}: restart_adapters: allowed twice; put the adapters into one of them"
        )


def _check_entry(option: str, entry: Mapping[str, Any]) -> None:
    if len(entry) != 1:
        names = f"has the keys {', '.join(map(str, entry))}" if entry else "is empty"
        raise BadOption(f"{option} {names}: each entry is one module's name, with its options below it")
    ((module, own),) = entry.items()
    if module not in RESOURCES:
        raise BadOption(f"{option} names {module!r}, which is none of {', '.join(RESOURCES)}")
    if own is not None and not isinstance(own, Mapping):
        raise BadOption(f"{option}.{module} is {own!r}: give the options of {module} as a mapping, or none")


def entries(options: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield, for every resource, what messages call it, its module, and its options."""
    for place, entry in enumerate(options["resources"]):
        for module, own in entry.items():
            yield f"resources[{place}].{module}", module, own or {}


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Mapping[str, Any]:
    """Return the options of a task. Raises BadOption."""
    check(arguments)
    return arguments


def queries(options: Mapping[str, Any]) -> tuple[Query, ...]:
    """Return what all resources must read, each question once.

    Whole keys come first, as in filter_driver: what is read of a key later does not change the order of its values.
    """
    asked = [query for _unused, module, own in entries(options) for query in RESOURCES[module].queries(own)]
    return tuple(sorted(dict.fromkeys(asked), key=lambda query: not _reads_whole_keys(query)))


def _reads_whole_keys(query: Query) -> bool:
    return isinstance(query, RegistryQuery) and query.values is None and query.types


def plan(task: Task) -> Plan:
    """Decide for every resource; when one of them refuses, or two decide about the same, nothing is done at all."""
    parts: list[tuple[str, Plan]] = []
    errors = []
    for option, module, own in entries(task.options):
        resource = RESOURCES[module]
        part = resource.plan(task.part(resource.NAME, own))
        errors += [f"{option}: {part.error}"] if part.error else []
        parts.append((module, part))
    plans = [part for _unused, part in parts]
    return Plan(
        findings=tuple(finding for part in plans for finding in part.findings),
        operations=_in_order(operation for part in plans for operation in part.operations),
        reboot_required=any(part.reboot_required for part in plans),
        warnings=tuple(dict.fromkeys(warning for part in plans for warning in part.warnings)),
        error="; ".join([*errors, *_decided_twice(plans)]),
        parts=tuple(parts),
    )


def _in_order(operations: Iterator[op.Operation]) -> tuple[op.Operation, ...]:
    """Put restarts of adapters last, which may cut the connection."""
    return tuple(sorted(operations, key=lambda each: isinstance(each, op.RunCommand) and bool(each.restarts)))


def _decided_twice(plans: list[Plan]) -> Iterator[str]:
    """Tell what one resource would change and another decides about too: it would write it again, or want it otherwise in the next run.

    The server compares all that is expected before it writes the first of it, so the second write would undo the first unseen.
    """
    written, decided = ([each(part) for part in plans] for each in (_written, _decided))
    for one, other in combinations(range(len(plans)), 2):
        both = {**_common(written[one], written[other] | decided[other]), **_common(written[other], decided[one])}
        if both:
            what = ", ".join(both.values())
            yield f"resources[{one}] and resources[{other}] would both decide about {what}: put it into one of them"


def _common(some: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return {name: spelled for name, spelled in some.items() if name in others}


def _written(part: Plan) -> dict[str, str]:
    """Return what a plan writes: registry values, and the subjects that drifted. In lower case, and as they are spelled."""
    values = [f"{each.key}\\{each.name}" for each in part.operations if isinstance(each, (op.SetValue, op.DeleteValue))]
    drifted = [_subject(each) for each in part.findings if each.status == DRIFTED and part.operations]
    return {each.lower(): each for each in (*drifted, *values)}


def _decided(part: Plan) -> dict[str, str]:
    """Return the subjects for which a plan wants something. What is only judged has no such wish."""
    return {_subject(each).lower(): _subject(each) for each in part.findings if each.wanted is not None}


def _subject(finding: Finding) -> str:
    return f"{finding.subject} ({finding.id})"
