# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource asked directly: its options as Ansible validates them, and its plan for a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import (
    BadOption,
    Controller,
    Resource,
)
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.waive_option import read_waivers
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.waivers import Waivers
from tests.support.servers import plan_by, read


def options_of(
    resource: Resource, texts: Mapping[str, str] | None = None, ports: tuple[int, ...] = (), **arguments: Any
) -> Any:
    """Return the options of a task. Raises BadOption, also with what Ansible itself says is wrong."""
    return _read(resource, arguments, texts, ports)[0]


def _read(
    resource: Resource, arguments: Mapping[str, Any], texts: Mapping[str, str] | None, ports: tuple[int, ...] = ()
) -> tuple[Any, Waivers]:
    validated = ArgumentSpecValidator(resource.ARGUMENT_SPEC, **resource.ARGUMENT_RULES).validate(arguments)
    if validated.error_messages:
        raise BadOption("; ".join(validated.error_messages))
    given = validated.validated_parameters
    return resource.read_options(given, Controller(ports, texts or {})), read_waivers(given)


def plan_for(
    resource: Resource, document: dict[str, Any], now: str, texts: Mapping[str, str] | None = None, **arguments: Any
) -> Plan:
    """Return the plan of a task on a server. document: of the server. now: the time of the task."""
    options, waivers = _read(resource, arguments, texts)
    return plan_by(resource, options, read(document, resource.queries(options)), now, waivers)
