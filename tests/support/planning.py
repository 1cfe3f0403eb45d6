# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and plans of a resource, from the arguments of a task: what Ansible checks is checked, what has a default gets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.plan import Plan
from ansible_collections.server_baseline.windows.plugins.plugin_utils._planning.resource import Controller, Resource
from ansible_collections.server_baseline.windows.plugins.plugin_utils._task.plain import plain
from tests.support.servers import as_ansible_hands_over, plan_by, read


def options_of(
    resource: Resource, texts: Mapping[str, str] | None = None, ports: tuple[int, ...] = (), **arguments: Any
) -> Any:
    """Return the options of a task. Raises AnsibleActionFail for what Ansible refuses, BadOption for what the resource does.

    texts: of the files that options name, by option. ports: where the server sees the connection.
    """
    validator = ArgumentSpecValidator(resource.ARGUMENT_SPEC, **resource.ARGUMENT_RULES)
    validated = validator.validate(as_ansible_hands_over(arguments))
    if validated.error_messages:
        raise AnsibleActionFail("; ".join(validated.error_messages))
    return resource.read_options(plain(validated.validated_parameters), Controller(ports, texts or {}))


def plan_for(
    resource: Resource, document: dict[str, Any], now: str, texts: Mapping[str, str] | None = None, **arguments: Any
) -> Plan:
    """Return what a resource decides on the server of a document. now: ISO 8601 in UTC."""
    options = options_of(resource, texts, **arguments)
    return plan_by(resource, options, read(document, resource.queries(options)), now)
