# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Files on the controller that options name: actions read them, because resources do no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._plan import BadOption


def files_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the files that options name, each under the name of its own option. Raises BadOption.

    altitudes: the text of altitudes_file.
    """
    path = options.get("altitudes_file")
    return {"altitudes": _text_of(Path(path))} if path else {}


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"altitudes_file: {path} cannot be read on the controller: {error}") from error
