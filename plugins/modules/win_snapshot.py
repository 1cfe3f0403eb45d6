# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_snapshot
short_description: Save what the collection reads of a server to one file
description:
  - Reads the release, drivers, services, filter lists, devices, network adapters, installed products, interfaces,
    events 9646 of Exchange and the collection's own ledger in one remote execution, and writes them to one YAML file on
    the controller. Nothing on the server is changed.
  - The P(server_baseline.windows.replica#connection) connection serves the file as a host, so the server can be judged
    again offline.
  - A new file can be read by its owner alone, and one that exists keeps its mode. A snapshot tells what a server lacks,
    so it is as confidential as the server, redacted or not.
    L(Snapshots,https://github.com/server-baseline/server_baseline.windows/blob/main/docs/snapshots.md) says what is in
    it.
  - The file does not say when it was made, so it changes only when the server does.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
options:
  dest:
    description:
      - The file on the controller to write. Its directory must exist.
      - A link is followed. What is there and is no regular file is refused, and so is a file that serves as the server
        of the task.
    type: path
    required: true
  name:
    description: What the server is called in the file. By default its computer name.
    type: str
  redact:
    description:
      - Whether to leave out what is not needed to judge the server. Drivers' and adapters' own values keep their names
        and types and lose their data, but for those that the modules judge by; the command lines of services lose their
        arguments; what shows who used the server, and the keys of paired devices, are left out.
      - The modules judge a redacted snapshot as they judge the server.
    type: bool
    default: true
  other_systems:
    description: >-
      What becomes of a server that is not Windows, as a connection with a shell of Unix shows. V(fail) fails the task;
      V(skip) skips it with a message.
    type: str
    choices: [fail, skip]
    default: fail
seealso:
  - plugin: server_baseline.windows.replica
    plugin_type: connection
"""

EXAMPLES = r"""
- name: Save what there is to know of every server
  server_baseline.windows.win_snapshot:
    dest: "snapshots/{{ inventory_hostname }}.yml"
"""

RETURN = r"""
dest:
  description: The file.
  returned: success
  type: str
  sample: snapshots/ex2003.yml
size:
  description: The size of the file in bytes.
  returned: success
  type: int
  sample: 48213
"""
