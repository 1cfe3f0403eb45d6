# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A snapshot file that answers as the server it was taken of."""

from __future__ import annotations

DOCUMENTATION = r"""
name: replica
short_description: Serve a snapshot file as a Windows server
description:
  - Carries out the requests of this collection's modules on a snapshot file, as M(server_baseline.windows.win_snapshot) writes it,
    instead of on a server.
  - So the same playbooks judge collected servers again offline, show what enforcing would do to them, and run in tests and demos.
  - A replica answers this collection's modules alone. Any other module fails on it.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
options:
  snapshot:
    description: The snapshot file on the controller.
    type: path
    required: true
    vars:
      - name: ansible_replica_snapshot
  changes:
    description:
      - Where the replica keeps what is changed on it, a file on the controller. The snapshot itself is never written.
      - When it exists it is read in place of O(snapshot). Delete it to start over.
      - Without it the replica is read-only, and a task that would change it fails.
    type: path
    vars:
      - name: ansible_replica_changes
notes:
  - A replica has no network stack, no file system and no running code. It knows of a driver what the snapshot says, can stop the
    ones that said they can be stopped, and forgets nothing at a restart.
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from ..plugin_utils._protocol.snapshot_file import BadDocument, load, save, to_text
from ..plugin_utils._replica.server import Replica
from ..plugin_utils._wire.execute import command_line, unpack
from ..plugin_utils._wire.reply import wrap


class Connection(ConnectionBase):  # type: ignore[misc]
    """Answers the one command line of _wire/execute.py."""

    transport = "server_baseline.windows.replica"
    has_pipelining = True
    allow_executable = False
    runs_modules = False  # so the collection's modules send their script here, whatever server_baseline_execution says
    module_implementation_preferences = (".ps1", ".exe", "")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The base class makes the shell plugin, so the family must be known before.
        self._shell_type = "powershell"
        super().__init__(*args, **kwargs)

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Carry out a request on the snapshot."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        if cmd != command_line() or not in_data:
            raise AnsibleConnectionFailure(
                "a replica carries out the modules of server_baseline.windows alone; run other tasks on the server itself"
            )
        nonce, request = unpack(in_data)
        try:
            replica = Replica(load(self._current()))
        except BadDocument as error:
            raise AnsibleConnectionFailure(str(error)) from error
        reply = replica.execute(request)
        if request.operations and not reply.conflicts and not reply.failure:
            self._keep(replica)
        return 0, wrap(nonce, reply).encode("ascii"), b""

    def _current(self) -> Path:
        changes = self.get_option("changes")
        return Path(changes) if changes and Path(changes).is_file() else Path(self.get_option("snapshot"))

    def _keep(self, replica: Replica) -> None:
        changes = self.get_option("changes")
        if not changes:
            raise AnsibleConnectionFailure(
                "this replica is read-only: the task would change it, and ansible_replica_changes names no file to keep the change in; "
                "name one, or run with --check"
            )
        Path(changes).parent.mkdir(parents=True, exist_ok=True)
        save(Path(changes), to_text(replica.document))

    def put_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a replica has no file system."""
        raise AnsibleConnectionFailure(f"a replica has no file system to put {out_path} on")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a replica has no file system."""
        raise AnsibleConnectionFailure(f"a replica has no file system to fetch {in_path} from")

    def close(self) -> None:
        """Close the connection: there is none."""
        self._connected = False
