# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that the modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """What holds of every module that works on a server."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description: >-
      Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  become:
    description: Is usable alongside become keywords.
    support: partial
    details: Works where the variable C(server_baseline_execution) of the server is V(module). Elsewhere the module
      works as the account of the connection and refuses C(become=true).
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: full
  connection:
    description: Uses the target's configured connection information to execute code on it.
    support: full
  delegation:
    description: Can be used in conjunction with C(delegate_to) and related keywords.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: windows
requirements:
  - PowerShell 2.0 or later on the server, in FullLanguage mode; or 5.1, ansible-core 2.19 and a signed collection under
    application control
  - a connection that passes standard input (P(ansible.builtin.winrm#connection), P(ansible.builtin.psrp#connection),
    P(ansible.builtin.ssh#connection) or P(server_baseline.windows.replica#connection))
notes:
  - The module sends a script on standard input. Set the variable C(server_baseline_execution) to V(module) in the
    inventory to have Ansible run the same script as a module, which application control can be made to trust.
    C(docs/security_team.md) in the collection tells when, and what an execution looks like to security products.
  - The server needs no PowerShell 5.1, no .NET above 2.0 and no WMI. It serves Windows Server 2003 SP2 to Windows
    Server 2025.
  - All decisions are made on the controller. A compliant server costs one remote execution, another one two.
"""

    DIFF = r"""
options: {}
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
  idempotent:
    description: >-
      When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
"""
