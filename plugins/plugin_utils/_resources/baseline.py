# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Many resources on one server, read together and written together. win_baseline is this."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .._planning.finding import Finding
from .._planning.plan import Plan
from .._planning.resource import OTHER_SYSTEMS, BadOption, Controller, Resource, decide
from .._planning.task import Task
from .._planning.variable_names import VariableNames
from .._planning.waive_option import WAIVE, read_waivers
from .._planning.waivers import Waivers
from .._protocol import operations as op
from .._protocol.fail_on import FAIL_ON, NEW_FINDING
from .._protocol.queries import Query, RegistryQuery
from .._protocol.vocabulary import DRIFTED, REFUSED
from . import snp_symptoms, tcp_keepalive
from .filter_driver import info as filter_driver_info
from .filter_driver import resource as filter_driver
from .nic_driver import resource as nic_driver
from .tcp_offload import info as tcp_offload_info
from .tcp_offload import resource as tcp_offload
from .tcp_offload.restarts import comes_last

NAME = "baseline"
_VARIABLES = "variables"
_RESOURCES = "resources"
_CALLED = "called"

ARGUMENT_RULES: dict[str, Any] = {}

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "resources": {"type": "list", "elements": "dict", "required": True},
    "fail_on": {"type": "list", "elements": "str", "choices": list(FAIL_ON)},
    "options_only": {"type": "bool", "default": False},
    "variables": {"type": "dict", "default": {}},
    **OTHER_SYSTEMS,
    **WAIVE,
}

RESOURCES: dict[str, Resource] = {
    "nic_driver_facts": nic_driver,
    "win_filter_driver": filter_driver,
    "win_filter_driver_info": filter_driver_info,
    "win_snp_symptoms_info": snp_symptoms,
    "win_tcp_keepalive": tcp_keepalive,
    "win_tcp_offload": tcp_offload,
    "win_tcp_offload_info": tcp_offload_info,
}


@dataclass(frozen=True)
class Part:
    """One resource of a baseline.

    option: what messages call it, such as "resources[0].win_filter_driver", or the module's name where they name the
    variables that set its options. arguments: what the user said, validated. options: what the resource has read of
    them. waivers: its own, and those of the whole baseline. variables: what messages call its options.
    """

    option: str
    module: str
    resource: Resource
    arguments: Mapping[str, Any]
    options: Any
    waivers: Waivers
    variables: VariableNames

    @property
    def place(self) -> str:
        """What its messages begin with; nothing where they name variables."""
        return _place(self.option, self.variables)

    def decide(self, task: Task) -> Plan:
        """Return the plan of the part. task: of the whole baseline."""
        plan = decide(self.resource, task.part(self.resource.NAME, self.options, self.waivers))
        return self.variables.told_in(plan)


@dataclass(frozen=True)
class Options:
    """The options of a task.

    parts: in the order in which they are planned. fail_on: the words that fail the task; None where the option is not
    given, and what is refused fails it. only: whether the options are all that is looked at, and no server is asked.
    """

    parts: tuple[Part, ...]
    fail_on: tuple[str, ...] | None
    only: bool


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption, also for what the resource of a part says of its own."""
    entries = arguments["resources"]
    if not entries:
        raise BadOption(f"resources is empty: list at least one of {', '.join(RESOURCES)}, with its options")
    parts = tuple(
        _read_part(place, entry, arguments["waive"], controller) for place, entry in _placed(_RESOURCES, entries)
    )
    _refuse_together(parts)
    return Options(parts, _fail_on(arguments["fail_on"]), arguments["options_only"])


def _fail_on(given: Sequence[str] | None) -> tuple[str, ...] | None:
    if given and NEW_FINDING in given:
        raise BadOption(
            f"fail_on has {NEW_FINDING!r}, which needs an earlier report to compare with: the module report takes it"
        )
    return None if given is None else tuple(given)


def _placed(name: str, entries: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what messages call each entry of a list, and the entry. An entry may be a list of more, with a name of its
    own. name: of the list. Raises BadOption."""
    if not isinstance(entries, list):
        raise BadOption(f"{name} is {entries!r}: give a list of resources")
    for at, entry in enumerate(entries):
        place = f"{name}[{at}]"
        if not isinstance(entry, Mapping):
            raise BadOption(f"{place} is {entry!r}: each entry is one module's name, with its options below it")
        if _RESOURCES in entry:
            yield from _placed(str(entry.get(_CALLED) or f"{place}.{_RESOURCES}"), entry[_RESOURCES])
        else:
            yield place, entry


def _named(place: str, entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any], VariableNames]:
    """Return the module that an entry names, its options, and what messages call them. place: what messages call the
    entry."""
    modules = {name: given for name, given in entry.items() if name != _VARIABLES}
    if len(modules) != 1:
        names = f"has the keys {', '.join(map(str, entry))}" if entry else "is empty"
        raise BadOption(f"{place} {names}: each entry is one module's name, with its options below it")
    ((module, given),) = modules.items()
    if module not in RESOURCES:
        raise BadOption(f"{place} names {module!r}, which is none of {', '.join(RESOURCES)}")
    if given is not None and not isinstance(given, Mapping):
        raise BadOption(f"{place}.{module} is {given!r}: give the options of {module} as a mapping, or none")
    return module, given or {}, _variables(place, entry.get(_VARIABLES) or {})


def _variables(place: str, names: Any) -> VariableNames:
    if not isinstance(names, Mapping):
        raise BadOption(f"{place}.{_VARIABLES} is {names!r}: give a mapping of options to the variables that set them")
    return VariableNames({str(option): str(variable) for option, variable in names.items()})


def _read_part(place: str, entry: Mapping[str, Any], waive: Any, controller: Controller) -> Part:
    """Return a part. waive: the option of the whole baseline, which counts for each part."""
    module, given, variables = _named(place, entry)
    option = module if variables.names else f"{place}.{module}"
    try:
        arguments, options = controller.read_part(RESOURCES[module], given)
        own = read_waivers(arguments)
    except BadOption as error:
        raise type(error)(_place(option, variables) + variables.told(str(error))) from error
    waivers = own.with_more(read_waivers({"waive": waive, "state": arguments.get("state")}))
    return Part(option, module, RESOURCES[module], arguments, options, waivers, variables)


def _place(option: str, variables: VariableNames) -> str:
    return "" if variables.names else f"{option}: "


def _refuse_together(parts: tuple[Part, ...]) -> None:
    """Refuse what is no plan together: one module that restores and changes, and two restarts of adapters, unaware of
    each other."""
    for module in dict.fromkeys(part.module for part in parts):
        restores = {part.option: part.arguments.get("state") == "restored" for part in parts if part.module == module}
        if len(set(restores.values())) > 1:
            raise BadOption(
                f"{' and '.join(restores)}: state: restored beside another state; restore in a task of its own"
            )
    restarting = [part.option for part in parts if part.arguments.get("restart_adapters") == "allowed"]
    if len(restarting) > 1:
        raise BadOption(
            f"{' and '.join(restarting)}: restart_adapters: allowed twice; put the adapters into one of them"
        )


def queries(options: Options) -> tuple[Query, ...]:
    """Return what all parts must read, each query once.

    Whole keys come first, as in filter_driver: what is read of a key later does not change the order of its values.
    """
    asked = [query for part in options.parts for query in part.resource.queries(part.options)]
    return tuple(sorted(dict.fromkeys(asked), key=lambda query: not _reads_whole_keys(query)))


def _reads_whole_keys(query: Query) -> bool:
    return isinstance(query, RegistryQuery) and query.values is None and query.types


def plan(task: Task) -> Plan:
    """Decide for every part. Where one of them refuses, or two decide about the same, nothing is done at all."""
    parts: tuple[Part, ...] = task.options.parts
    plans = [part.decide(task) for part in parts]
    errors = [f"{part.place}{each.error}" for part, each in zip(parts, plans, strict=True) if each.error]
    twice = tuple(_decided_twice([part.option for part in parts], plans))
    return Plan(
        findings=(*(finding for each in plans for finding in each.findings), *twice),
        operations=_in_order(operation for each in plans for operation in each.operations),
        held_back=tuple(operation for each in plans for operation in each.held_back),
        reboot_required=any(each.reboot_required for each in plans),
        warnings=tuple(dict.fromkeys(warning for each in plans for warning in each.warnings)),
        error="; ".join([*errors, *(finding.evidence[0] for finding in twice)]),
        refused=tuple(f"{part.place}{text}" for part, each in zip(parts, plans, strict=True) for text in each.refused),
        parts=tuple((part.module, each) for part, each in zip(parts, plans, strict=True)),
        decided=frozenset(subject for each in plans for subject in each.decided),
    )


def _in_order(operations: Iterator[op.Operation]) -> tuple[op.Operation, ...]:
    """Put restarts of adapters last, which may cut the connection."""
    return tuple(sorted(operations, key=comes_last))


_TWICE: dict[str, Any] = {
    "title": "Let one resource of the baseline decide, not two",
    "why": "The second would undo what the first wrote, or be undone by it in the next run.",
    "fix": "Put it into one of the resources.",
    "kind": "decided_twice",
}


def _decided_twice(names: list[str], plans: list[Plan]) -> Iterator[Finding]:
    """Yield findings on what one part would change and another decides about too. names: what messages call the parts.

    That one would write it again, or undo it in the next run.
    The server compares all expected values before it writes the first, so the second write would undo the first
    unnoticed.
    """
    written, decided = ([each(plan) for plan in plans] for each in (_written, _decided))
    for one, other in combinations(range(len(plans)), 2):
        both = {**_common(written[one], written[other] | decided[other]), **_common(written[other], decided[one])}
        if both:
            what = ", ".join(both.values())
            text = f"{names[one]} and {names[other]} would both decide about {what}: put it into one of them"
            yield Finding(NAME, what, REFUSED, evidence=(text,), **_TWICE)


def _common(some: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return {name: spelled for name, spelled in some.items() if name in others}


def _written(plan: Plan) -> dict[str, str]:
    """Return what a plan writes: registry values, and the subjects that drifted. In lower case, and as they are
    spelled."""
    values = [f"{each.key}\\{each.name}" for each in plan.operations if isinstance(each, (op.SetValue, op.DeleteValue))]
    drifted = [_subject(each.id, each.subject) for each in plan.findings if each.status == DRIFTED and plan.operations]
    return {each.lower(): each for each in (*drifted, *values)}


def _decided(plan: Plan) -> dict[str, str]:
    """Return the subjects that a plan has a desired state for, in lower case, and as they are spelled."""
    subjects = [_subject(*each) for each in sorted(plan.decided)]
    return {each.lower(): each for each in subjects}


def _subject(rule: str, subject: str) -> str:
    return f"{subject} ({rule})"
