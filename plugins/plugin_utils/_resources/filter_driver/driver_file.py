# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The file of a driver: a removal may rename it, and a restore renames it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._planning.ledger import Entry
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.names import equals_ignore_case
from ..._protocol.snapshot import Snapshot
from ..._windows.drivers.companies import is_microsoft
from ..._windows.drivers.services import Service, services_of
from .ledger_fields import FILE, RecordedDriver
from .options import Options

_RENAMED = ".removed"
_NO_MARKS = str.maketrans("", "", "-:")  # a file's name has no colon


@dataclass(frozen=True)
class FileChange:
    """What a step does with a driver's file.

    after: the field of the driver's state. error: why the file cannot be renamed back.
    """

    after: dict[str, str] = field(default_factory=dict)
    operations: tuple[op.Operation, ...] = ()
    error: str = ""


def rename_for_removal(driver: Service, task: Task) -> FileChange:
    """Plan file: rename. A file that is not there is not renamed."""
    options: Options = task.options
    if not options.renames_file:
        return FileChange()
    entry = task.ledger.open_entry(driver.name)
    chosen = RecordedDriver(entry).file_after if entry else ""
    if driver.file is None:
        return FileChange({FILE: chosen} if chosen else {})
    # A removal that was interrupted before it renamed the file keeps the name that it chose.
    is_free = chosen not in ("", driver.image) and not task.snapshot.files.get(chosen)
    to = chosen if is_free else _new_name(driver.image, task.now)
    return FileChange({FILE: to}, (_rename(driver.image, to, driver.file),))


def rename_for_restore(entry: Entry, snapshot: Snapshot) -> FileChange:
    """Plan to rename the file of a ledger entry back. A file that has its old name already stays."""
    recorded = RecordedDriver(entry)
    image, renamed = recorded.file, recorded.file_after
    if not image or not renamed or image == renamed or snapshot.files.get(image):
        return FileChange()
    facts = snapshot.files.get(renamed)
    if not facts:
        return FileChange(
            error=f"{entry.subject} cannot be restored: its file {renamed} is not there; "
            f"copy it to {image} and run the task again"
        )
    return FileChange({FILE: image}, (_rename(renamed, image, facts),))


def reasons_to_keep_name(driver: Service, task: Task) -> tuple[str, ...]:
    """Return why the task must not rename a driver's file: sentences, none when it may.

    A file that is Microsoft's, or that another service has too, is never renamed.
    """
    options: Options = task.options
    if not options.renames_file or driver.file is None:
        return ()
    if is_microsoft(driver.company):
        return (
            (
                f"{driver.image} is Microsoft's, by its version resource, and is never renamed: "
                "remove the driver with file: keep"
            ),
        )
    return tuple(
        f"{driver.image} is the file of {name} too: remove the driver with file: keep"
        for name in _services_with_file(driver.image, task.snapshot)
        if not equals_ignore_case(name, driver.name)
    )


def _services_with_file(image: str, snapshot: Snapshot) -> list[str]:
    return [each.name for each in services_of(snapshot) if each.image and equals_ignore_case(each.image, image)]


def _new_name(image: str, now: str) -> str:
    """Return a new name for a file, free even if an earlier removal renamed a file of the same name: it has the time.

    A server cannot be asked for free names before it is known where the image is.
    """
    return f"{image}{_RENAMED}-{now.translate(_NO_MARKS)}"


def _rename(image: str, to: str, facts: Mapping[str, Any]) -> op.RenameFile:
    return op.RenameFile(image, to, {"size": facts.get("size"), "modified": facts.get("modified"), "taken": False})
