# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes everything the collection reads of the server of the task to one file on the controller."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..plugin_utils._planning.resource import BadOption
from ..plugin_utils._protocol.snapshot_file import save, to_text
from ..plugin_utils._resources import snapshot
from ..plugin_utils._task.action import ResourceAction


class ActionModule(ResourceAction):
    """The action of win_snapshot: the server is only read, the change is a file here."""

    RESOURCE = snapshot

    def _carry_out(self, options: Mapping[str, Any]) -> dict[str, Any]:
        dest = Path(options["dest"])
        if not dest.parent.is_dir():
            raise BadOption(
                f"dest is {dest}, and there is no directory {dest.parent} on the controller: make it first, or name another"
            )
        read = self._read(snapshot.queries(options), large_answer=True)
        name = options["name"] or read.environment.get("computer_name", "")
        text = to_text(snapshot.document(read, name))
        try:
            changed = not dest.exists() or dest.read_bytes() != text.encode()
            if changed and not self._task.check_mode:
                save(dest, text)
        except OSError as error:
            raise BadOption(f"dest is {dest}, which cannot be written: {error.strerror}; name another file") from error
        return {"changed": changed, "dest": str(dest), "size": len(text.encode())}
