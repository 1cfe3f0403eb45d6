# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What is wrong with the input of a report."""

from __future__ import annotations

from .._protocol.errors import CollectionError


class BadReport(CollectionError):
    """A document, an option or a file that no report can be made of. The message says which, why and what to do."""
