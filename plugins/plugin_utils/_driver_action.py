# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the actions of the modules on drivers do beside others: they read the list of altitudes, because resources read no files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ._action import ResourceAction
from ._plan import BadOption


class DriverAction(ResourceAction):
    """Runs a resource that takes altitudes_file; the text of the file is the option altitudes."""

    def _options(self) -> dict[str, Any]:
        options = super()._options()
        if not options["altitudes_file"]:
            return options
        read = {**options, "altitudes": _text_of(Path(options["altitudes_file"]))}
        self.RESOURCE.check(read)
        return read


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"altitudes_file: {path} cannot be read on the controller: {error}") from error
