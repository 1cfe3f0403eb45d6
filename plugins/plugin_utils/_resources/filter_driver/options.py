# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The options of win_filter_driver, and which of them cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._planning.resource import BadOption
from ..._protocol.names import equals_ignore_case
from ..._protocol.patterns import has_wildcard
from ..._windows.drivers.classification import LEFTOVERS
from ..._windows.drivers.services import DISABLED, START_TYPES
from .judging_options import JUDGING, check_judging, fits_any

JUDGED_STATES = ("disabled", "absent", "audited")

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "name": {"type": "list", "elements": "str", "default": []},
    **JUDGING,
    "classifications": {"type": "list", "elements": "str", "choices": list(LEFTOVERS), "default": []},
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
}


def check(options: Mapping[str, Any]) -> None:
    """Raise BadOption for options that contradict each other or choose no driver."""
    for rule in (_check_choice, _check_names, _check_start_type, _check_meaning):
        rule(options)
    check_judging(options)


def is_policy(options: Mapping[str, Any]) -> bool:
    """Tell whether drivers are chosen by what they are, beside those that are named."""
    by_rule = bool(options["match"] is not None or options["classifications"])
    return by_rule or (options["state"] == "audited" and not options["name"])


def _check_choice(options: Mapping[str, Any]) -> None:
    if not options["name"] and not is_policy(options):
        raise BadOption(
            "name is empty: name at least one driver, as its key below HKLM\\SYSTEM\\CurrentControlSet\\Services is called, "
            "or choose drivers by match or classifications"
        )
    if options["classifications"] and options["state"] not in JUDGED_STATES:
        raise BadOption(
            f"classifications has a meaning only with state: {', '.join(JUDGED_STATES)}, not with state: {options['state']}; name the drivers"
        )


def _check_names(options: Mapping[str, Any]) -> None:
    for option in ("name", "force"):
        for name in options[option]:
            _check_name(option, name)
    for name in options["force"]:
        if not is_policy(options) and not any(equals_ignore_case(name, each) for each in options["name"]):
            raise BadOption(
                f"force names {name}, which name does not: force only lifts the protection of drivers that name has"
            )
    for name in options["name"]:
        if fits_any(name, options["allow"]):
            raise BadOption(f"name has {name}, and allow says to leave it alone; remove one of the two")


def _check_name(option: str, name: str) -> None:
    if not name.strip() or "\\" in name or "/" in name:
        raise BadOption(
            f"{option} has {name!r}, which is not the name of a driver: give the name of its key alone, such as FAMv4"
        )
    if has_wildcard(name):
        raise BadOption(
            f"{option} has {name!r}, a pattern: a driver is disabled by its exact name only, so that no other is hit"
        )


def _check_start_type(options: Mapping[str, Any]) -> None:
    state, start_type = options["state"], options["start_type"]
    if state == "enabled" and not start_type:
        raise BadOption(
            f"state: enabled needs start_type, one of {', '.join(START_TYPES[:DISABLED])}; what it was before is not known here"
        )
    if state != "enabled" and start_type:
        raise BadOption(
            f"start_type: {start_type} has a meaning only with state: enabled, not with state: {state}; remove one of the two"
        )


def _check_meaning(options: Mapping[str, Any]) -> None:
    state = options["state"]
    if options["clean_filter_lists"] and state not in ("disabled", "absent"):
        raise BadOption(
            f"clean_filter_lists has a meaning only with state: disabled or absent, not with state: {state}"
        )
    if options["file"] == "rename" and state != "absent":
        raise BadOption(f"file: rename has a meaning only with state: absent, not with state: {state}")
