# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The options of win_filter_driver: what Ansible checks of them, and what it cannot check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._planning.resource import BadOption, Controller
from ..._protocol.names import equals_ignore_case
from ..._windows.drivers.classification import LEFTOVERS
from ..._windows.drivers.names import BadName, check_driver_name
from ..._windows.drivers.services import DISABLED, START_TYPES
from ..._windows.registry_paths import SERVICES
from .judging_options import JUDGING, JudgingOptions, matches_any, read_judging_options

_TAKING_AWAY = ("disabled", "absent")
_BY_CLASSIFICATION = (*_TAKING_AWAY, "audited")
_CHOOSING = ("name", "match")
_BLOCK = "block_legacy_filters"

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "name": {"type": "list", "elements": "str"},
    **JUDGING,
    "classifications": {"type": "list", "elements": "str", "choices": list(LEFTOVERS)},
    "allow": {"type": "list", "elements": "str", "default": []},
    "state": {
        "type": "str",
        "choices": ["disabled", "enabled", "absent", "audited", "restored"],
        "default": "disabled",
    },
    "start_type": {"type": "str", "choices": list(START_TYPES[:DISABLED])},
    "stop": {"type": "bool", "default": True},
    "clean_filter_lists": {"type": "bool", "default": False},
    "file": {"type": "str", "choices": ["keep", "rename"], "default": "keep"},
    "reason": {"type": "str", "default": ""},
    "force": {"type": "list", "elements": "str", "default": []},
    "block_legacy_filters": {"type": "bool"},
    "no_legacy_filters": {"type": "list", "elements": "str", "default": []},
    "fail_on_refused": {"type": "bool"},
    "overwrite": {"type": "bool", "default": False},
}

ARGUMENT_RULES: dict[str, Any] = {
    "required_if": [
        ("state", "enabled", ("start_type",)),
        *(("state", state, (*_CHOOSING, "classifications", _BLOCK), True) for state in _TAKING_AWAY),
        ("state", "enabled", _CHOOSING, True),
        ("state", "restored", (*_CHOOSING, _BLOCK), True),
    ]
}


@dataclass(frozen=True)
class Options:
    """The options of a task.

    judging: chooses drivers in addition to those that are named. start: the start type to set with state: enabled, as
    Windows counts them, else None. no_filters: drivers that are no legacy filters, as the task knows.
    renames_file: whether a removal renames the driver's file. fail_on_refused: None fails for the drivers that are
    named. overwrite: whether a restore replaces what others changed since.
    """

    judging: JudgingOptions
    names: tuple[str, ...]
    allow: tuple[str, ...]
    state: str
    start: int | None
    stop: bool
    clean_filter_lists: bool
    renames_file: bool
    reason: str
    force: tuple[str, ...]
    block_legacy_filters: bool
    no_filters: tuple[str, ...]
    fail_on_refused: bool | None
    overwrite: bool

    @property
    def is_policy(self) -> bool:
        """Whether drivers are chosen by what they are, beside those that are named."""
        by_rule = self.judging.match is not None or bool(self.judging.classifications)
        return by_rule or (self.state == "audited" and not self.names)

    @property
    def takes_away(self) -> bool:
        """Whether the task disables or removes drivers, which an exemption prevents."""
        return self.state in _TAKING_AWAY

    @property
    def lets_others_go(self) -> bool:
        """Whether a driver that is refused leaves the others to be changed.

        A task that changes named drivers does all of it or nothing.
        """
        return self.is_policy or self.state == "restored" or self.fail_on_refused is False

    def fails_on(self, name: str) -> bool:
        """Tell whether the task fails in the end when a driver is refused."""
        return self.has_name(name) if self.fail_on_refused is None else self.fail_on_refused

    def overwrites(self, name: str) -> bool:
        """Tell whether a restore replaces what others changed of a driver since."""
        return self.overwrite and self.has_name(name)

    def has_name(self, name: str) -> bool:
        """Tell whether the task names a driver."""
        return any(equals_ignore_case(name, each) for each in self.names)

    def forces(self, name: str) -> bool:
        """Tell whether the task lifts the protection of a driver."""
        return any(equals_ignore_case(name, each) for each in self.force)

    def allows(self, name: str) -> bool:
        """Tell whether the task leaves a driver alone for good."""
        return matches_any(name, self.allow)


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for options that contradict each other or choose no driver."""
    listed = {**arguments, "classifications": arguments["classifications"] or ()}
    options = Options(
        judging=read_judging_options(listed, controller),
        names=tuple(arguments["name"] or ()),
        allow=tuple(arguments["allow"]),
        state=arguments["state"],
        start=_start(arguments["state"], arguments["start_type"]),
        stop=arguments["stop"],
        clean_filter_lists=arguments["clean_filter_lists"],
        renames_file=arguments["file"] == "rename",
        reason=arguments["reason"],
        force=tuple(arguments["force"]),
        block_legacy_filters=bool(arguments[_BLOCK]),
        no_filters=tuple(arguments["no_legacy_filters"]),
        fail_on_refused=arguments["fail_on_refused"],
        overwrite=arguments["overwrite"],
    )
    for check in (_check_choice, _check_names, _check_force, _check_meaning):
        check(options)
    return options


def _start(state: str, start_type: str | None) -> int | None:
    if start_type is not None and state != "enabled":
        raise _has_no_meaning(f"start_type: {start_type}", ("enabled",), state)
    return None if start_type is None else START_TYPES.index(start_type)


def _check_choice(options: Options) -> None:
    classifications = options.judging.classifications
    if classifications and options.state not in _BY_CLASSIFICATION:
        raise _has_no_meaning(
            f"classifications: [{', '.join(classifications)}]", _BY_CLASSIFICATION, options.state, "name the drivers"
        )
    if not options.names and not options.is_policy and not options.block_legacy_filters:
        raise BadOption(
            f"name is empty: name at least one driver, as its key below {SERVICES} is called, "
            f"or choose drivers by match or classifications, or say {_BLOCK}: true"
        )


def _check_names(options: Options) -> None:
    given = {"name": options.names, "force": options.force, "no_legacy_filters": options.no_filters}
    for option, names in given.items():
        for name in names:
            _check_name(option, name)
    for name in options.names:
        if options.allows(name):
            raise BadOption(f"name has {name}, and allow says to leave it alone; remove one of the two")


def _check_name(option: str, name: str) -> None:
    try:
        check_driver_name(name)
    except BadName as error:
        raise BadOption(f"{option}: {error}") from error


def _check_force(options: Options) -> None:
    for name in options.force:
        if not options.is_policy and not options.has_name(name):
            raise BadOption(
                f"force has {name}, which name does not have: force only lifts the protection of drivers that name has;"
                " add it to name, or remove it from force"
            )


def _check_meaning(options: Options) -> None:
    if options.clean_filter_lists and not options.takes_away:
        raise _has_no_meaning("clean_filter_lists: true", _TAKING_AWAY, options.state)
    if options.renames_file and options.state != "absent":
        raise _has_no_meaning("file: rename", ("absent",), options.state)
    if options.overwrite and options.state != "restored":
        raise _has_no_meaning("overwrite: true", ("restored",), options.state)
    if options.overwrite and not options.names and (options.is_policy or not options.block_legacy_filters):
        raise BadOption(
            "overwrite: true without name: what others changed since is replaced for the drivers alone that name has; "
            "name them"
        )
    if options.block_legacy_filters and options.state == "enabled":
        raise _has_no_meaning(f"{_BLOCK}: true", (*_BY_CLASSIFICATION, "restored"), "enabled")
    if options.no_filters and not options.block_legacy_filters:
        raise BadOption(f"no_legacy_filters has a meaning only with {_BLOCK}: true; remove it, or add that")


def _has_no_meaning(option: str, states: tuple[str, ...], state: str, remedy: str = "") -> BadOption:
    return BadOption(
        f"{option} has a meaning only with state: {' or '.join(states)}, not with state: {state}; "
        f"{remedy or 'remove one of the two'}"
    )
