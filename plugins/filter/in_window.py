# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells whether it is time for maintenance."""

from __future__ import annotations

DOCUMENTATION = r"""
name: in_window
short_description: Tell whether a maintenance window is open
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
description:
  - Tells whether it is now in a maintenance window, by the controller's clock.
positional: _input
options:
  _input:
    description: >-
      The window, such as C(22:00-04:00) or C(Sat,Sun 22:00-04:00 Europe/Berlin). Days of the week (C(Mon-Fri) or
      C(Sat,Sun)) are those on which it begins; without them it is every day. Without a time zone it is in UTC. An empty
      one is always open.
    type: str
    required: true
  variable:
    description: What messages call the window, such as the variable that sets it.
    type: str
  moment:
    description: Another moment than now, in ISO 8601, in UTC where it says no time zone.
    type: str
"""

EXAMPLES = r"""
- name: Restart the server in its window
  ansible.windows.win_reboot:
  when: "'Sat 22:00-04:00 Europe/Berlin' | server_baseline.windows.in_window"
"""

RETURN = r"""
_value:
  description: Whether the window is open.
  type: bool
"""

from collections.abc import Callable
from datetime import datetime, timezone

from ansible.errors import AnsibleFilterError

from ..plugin_utils._protocol.window import BadWindow, read_window


def in_window(window: str, moment: str = "", variable: str = "") -> bool:
    """Tell whether a window is open. Raises AnsibleFilterError for a text that is none."""
    if not window:
        return True
    given = datetime.fromisoformat(moment) if moment else datetime.now(timezone.utc)
    try:
        return read_window(str(window)).holds(given if given.tzinfo else given.replace(tzinfo=timezone.utc))
    except BadWindow as error:
        raise AnsibleFilterError(f"{variable}: {error}" if variable else str(error)) from error


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., bool]]:
        """Return the filter by its name."""
        return {"in_window": in_window}
