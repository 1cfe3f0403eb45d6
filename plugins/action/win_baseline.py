# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs plugins/plugin_utils/_resources/baseline.py on the server of the task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..plugin_utils._planning.resource import BadOption, Resource
from ..plugin_utils._resources import baseline
from ..plugin_utils._task.action import ResourceAction


class ActionModule(ResourceAction):
    """The action of win_baseline: the options of its resources are validated as those of a task of each module are."""

    RESOURCE = baseline

    def _read_options(self, resource: Resource, arguments: Mapping[str, Any]) -> Any:
        options = super()._read_options(resource, arguments)
        own = [{module: self._own(option, module, given)} for option, module, given in baseline.entries(options)]
        return {**options, "resources": own}

    def _own(self, option: str, module: str, given: Mapping[str, Any]) -> Any:
        resource = baseline.RESOURCES[module]
        validated = ArgumentSpecValidator(resource.ARGUMENT_SPEC, **resource.ARGUMENT_RULES).validate(given)
        if validated.error_messages:
            raise BadOption(f"{option}: {'; '.join(validated.error_messages)}")
        try:
            return super()._read_options(resource, validated.validated_parameters)
        except BadOption as error:
            raise BadOption(f"{option}: {error}") from error
