# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The one base of the collection's own exceptions. _task/action.py turns each into a failed task; nothing else catches
them all."""

from __future__ import annotations


class CollectionError(Exception):
    """Why a task fails. The message says what is wrong, with which value, and what to do.

    changed: whether something is known to have been written to the server before. warnings: what Ansible tells once a
    run, on however many servers a task fails so.
    """

    changed = False
    warnings: tuple[str, ...] = ()
