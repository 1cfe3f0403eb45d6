# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Files of the controller that options name: regular ones, up to a size. A pipe would never end, and neither would
/dev/zero."""

from __future__ import annotations

import stat
from pathlib import Path

from .errors import CollectionError
from .text import shown


class BadFile(CollectionError, ValueError):
    """A file that is not read; the message names it and says why."""


def read_text(path: Path, limit: int) -> str:
    """Return the text of a regular file of no more than so many bytes. Raises BadFile."""
    named = shown(str(path))
    try:
        found = path.stat()
        why = "" if stat.S_ISREG(found.st_mode) else "is no regular file"
        if found.st_size > limit:
            why = why or f"is larger than the {limit >> 20} MiB that are taken"
        written = "" if why else path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadFile(f"{named} cannot be read: {error.strerror}") from error
    except ValueError as error:  # no UTF-8, or a NUL in the path
        raise BadFile(f"{named} cannot be read as a text: {error}") from error
    if why:
        raise BadFile(f"{named} {why}")
    return written
