# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The options of the module report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._protocol.fail_on import FAIL_ON, NEW_FINDING
from .errors import BadReport
from .formats import FORMATS

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "from": {"type": "list", "elements": "path", "default": []},
    "register": {"type": "str"},
    "hosts": {"type": "list", "elements": "str"},
    "kind": {"type": "str", "default": "audit"},
    "since": {"type": "path"},
    "dest": {"type": "list", "elements": "path", "default": []},
    "formats": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": list(FORMATS)},
    "fail_on": {"type": "list", "elements": "str", "choices": list(FAIL_ON), "default": []},
    "times": {"type": "bool", "default": True},
    "variables": {"type": "dict", "default": {}},
}

ARGUMENT_RULES: dict[str, Any] = {"required_one_of": [("from", "register")], "required_by": {"hosts": ("register",)}}


@dataclass(frozen=True)
class Options:
    """The options of one task. sources: the option from. register, since: empty without one. hosts: None for those of
    the play."""

    sources: tuple[str, ...]
    register: str
    hosts: tuple[str, ...] | None
    kind: str
    since: str
    dest: tuple[str, ...]
    formats: tuple[str, ...]
    fail_on: tuple[str, ...]
    times: bool


def read_options(arguments: Mapping[str, Any]) -> Options:
    """Return the options of a task. Raises BadReport for what can never be done."""
    hosts = arguments.get("hosts")
    options = Options(
        sources=tuple(arguments["from"]),
        register=arguments.get("register") or "",
        hosts=None if hosts is None else tuple(hosts),
        kind=arguments["kind"],
        since=arguments.get("since") or "",
        dest=tuple(arguments["dest"]),
        formats=tuple(arguments["formats"]),
        fail_on=tuple(arguments["fail_on"]),
        times=arguments["times"],
    )
    if not options.sources and not options.register:
        raise BadReport("from is empty: name documents, folders of them, or artifacts of ansible-runner")
    if NEW_FINDING in options.fail_on and not options.since:
        raise BadReport("fail_on has 'new', which needs since: an earlier document to compare with")
    return options
