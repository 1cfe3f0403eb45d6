# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes everything the collection reads of the server of the task to one file on the controller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..plugin_utils._planning.resource import BadOption
from ..plugin_utils._protocol.snapshot_file import save, to_text, writable
from ..plugin_utils._resources import snapshot
from ..plugin_utils._task.action import ResourceAction


class ActionModule(ResourceAction):
    """The action of win_snapshot: the server is only read, the change is a file here."""

    RESOURCE = snapshot

    def _apply(self, options: snapshot.Options) -> dict[str, Any]:
        dest = self._dest(options.dest)
        read = self._read(snapshot.queries(options), large_answer=True)
        text = to_text(snapshot.document(read, options))
        try:
            changed = not dest.exists() or dest.read_bytes() != text.encode()
            if changed and not self._task.check_mode:
                save(dest, text)
        except OSError as error:
            raise BadOption(f"dest is {dest}, which cannot be written: {error.strerror}; name another file") from error
        return {"changed": changed, "dest": options.dest, "size": len(text.encode())}

    def _dest(self, named: str) -> Path:
        """Return the file to write. Raises BadOption, and BadDocument for what is no regular file."""
        dest = writable(Path(named))
        # In check mode a task before this one may have predicted that it makes the directory.
        if not dest.parent.is_dir() and not self._task.check_mode:
            raise BadOption(
                f"dest is {named}, and there is no directory {dest.parent} on the controller: "
                "make it first, or name another"
            )
        served_files = getattr(self._connection, "served_files", tuple)
        if dest in served_files():
            raise BadOption(f"dest is {named}, which is the file that serves as this server; name another")
        return dest
