# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A snapshot file that answers as the server it was taken of."""

from __future__ import annotations

DOCUMENTATION = r"""
name: replica
short_description: Serve a snapshot file as a Windows server
description:
  - Applies the requests of this collection's modules to a snapshot file, as M(server_baseline.windows.win_snapshot)
    writes it, instead of to a server.
  - So the same playbooks judge collected servers again offline, show what enforcing would do to them, and run in tests
    and demos.
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
      - Where the replica keeps what is changed on it, a file on the controller that only its owner may read. The
        snapshot itself is never written, and neither is what is no regular file.
      - When it exists it is read in place of O(snapshot). Delete it to start over.
      - Without it the replica is read-only, and a task that would change it fails.
    type: path
    vars:
      - name: ansible_replica_changes
notes:
  - A replica has no network stack, no file system and no running code. It knows of a driver what the snapshot says,
    can stop the ones that said they can be stopped, and forgets nothing at a restart.
"""

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from ..plugin_utils._protocol.errors import CollectionError
from ..plugin_utils._protocol.snapshot_file import BadDocument, load, save, to_text, writable
from ..plugin_utils._protocol.text import message
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
                "a replica runs the modules of server_baseline.windows alone; run other tasks on the server itself"
            )
        nonce, request = unpack(in_data)
        try:
            replica = Replica(load(self._current()))
            reply = replica.execute(request)
            if request.operations and not reply.conflicts and not reply.failure:
                self._keep(replica)
        except CollectionError as error:
            # Without a cause, whose text ansible-core 2.19 and later print besides, as it is.
            raise AnsibleConnectionFailure(message(str(error))) from None
        return 0, wrap(nonce, reply).encode("ascii"), b""

    def served_files(self) -> tuple[Path, ...]:
        """Return the files that the replica is made of, links resolved. Nothing else may write them."""
        return tuple(Path(path).resolve() for path in (self.get_option("snapshot"), self.get_option("changes")) if path)

    def _changes(self) -> Path | None:
        """Return the file that keeps changes, None when none is named. Raises BadDocument for one that cannot."""
        changes = self.get_option("changes")
        if not changes:
            return None
        target = writable(Path(changes))
        if target == Path(self.get_option("snapshot")).resolve():
            raise BadDocument(
                f"ansible_replica_changes names the snapshot itself, {changes}, which is never written; "
                "name another file"
            )
        return target

    def _current(self) -> Path:
        changes = self._changes()
        return changes if changes and changes.exists() else Path(self.get_option("snapshot"))

    def _keep(self, replica: Replica) -> None:
        changes = self._changes()
        if not changes:
            raise BadDocument(
                "this replica is read-only: the task would change it, and ansible_replica_changes names no file to "
                "keep the change in; name one, or run with --check"
            )
        try:
            changes.parent.mkdir(parents=True, exist_ok=True)
            save(changes, to_text(replica.document))
        except OSError as error:
            raise BadDocument(f"ansible_replica_changes: {changes} cannot be written: {error.strerror}") from error

    def put_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a replica has no file system."""
        raise AnsibleConnectionFailure(f"a replica has no file system to put {out_path} on")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Refuse: a replica has no file system."""
        raise AnsibleConnectionFailure(f"a replica has no file system to fetch {in_path} from")

    def close(self) -> None:
        """Close the connection: there is none."""
        self._connected = False
