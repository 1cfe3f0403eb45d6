# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gathers the waivers that an inventory gives on several levels."""

from __future__ import annotations

DOCUMENTATION = r"""
name: waivers
short_description: Gather the waivers of a server
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
description:
  - Of a variable that several groups set, a server has one value. So that waivers of groups and of hosts add up, each
    level has a variable of its own. This lookup returns the entries of all variables that are called
    C(server_baseline_waivers) or whose name begins with C(server_baseline_waivers_), sorted by the names.
  - Each entry also says in which variable it stands, so that a message about it names that.
options: {}
seealso:
  - module: server_baseline.windows.win_baseline
"""

EXAMPLES = r"""
# group_vars/all.yml has server_baseline_waivers, group_vars/exchange.yml server_baseline_waivers_exchange
- name: Enforce the drivers' policy, but for what is waived
  server_baseline.windows.win_filter_driver:
    classifications: [known_leftover]
    waive: "{{ query('server_baseline.windows.waivers') }}"
"""

RETURN = r"""
_raw:
  description: The entries, each as O(server_baseline.windows.win_baseline#module:waive) takes it.
  type: list
  elements: dict
"""

import re
from collections.abc import Iterator
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..plugin_utils._task.plain import plain

_NAME = re.compile(r"server_baseline_waivers(_\w+)?")
_FORM = "{finding, subject, until, by, reason}"


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
        """Return the entries of all variables. Raises AnsibleError for a variable that is no list of mappings."""
        names = sorted(name for name in variables or {} if _NAME.fullmatch(name))
        return [entry for name in names for entry in _entries(name, plain(self._templar.template(variables[name])))]


def _entries(name: str, given: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(given, list):
        raise AnsibleError(f"{name} is {given!r}: give a list of waivers, each {_FORM}")
    for place, entry in enumerate(given):
        if not isinstance(entry, dict):
            raise AnsibleError(f"{name}[{place}] is {entry!r}: a waiver is {_FORM}")
        yield {**entry, "variable": f"{name}[{place}]"}
