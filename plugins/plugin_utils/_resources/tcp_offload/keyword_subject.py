# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What the ledger calls a keyword of an adapter."""

from __future__ import annotations

from dataclasses import dataclass

from ..._protocol.names import equals_ignore_case
from ..._windows.network.adapters import Adapter


@dataclass(frozen=True)
class KeywordSubject:
    """A keyword of an adapter, as the ledger names it: "<id of the adapter>\\<keyword>".

    A feature's subject has no backslash.
    """

    adapter_id: str
    keyword: str

    def __str__(self) -> str:
        """Return the subject of a ledger entry."""
        return f"{self.adapter_id}\\{self.keyword}"

    @classmethod
    def parse(cls, subject: str) -> KeywordSubject | None:
        """Return what the subject of a ledger entry names, None for a feature."""
        adapter_id, backslash, keyword = subject.rpartition("\\")
        return cls(adapter_id, keyword) if backslash else None

    def is_of(self, adapter: Adapter) -> bool:
        """Tell whether the keyword is one of an adapter."""
        return equals_ignore_case(self.adapter_id, adapter.id)
