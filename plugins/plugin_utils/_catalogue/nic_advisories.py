# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What is known to be wrong with drivers of network adapters: nic_advisories.yml, which says what its fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .data import read

_DATA = read("nic_advisories.yml")


@cache
def known_advisories() -> tuple[Mapping[str, Any], ...]:
    """Return the catalogue, entry by entry, in its order."""
    return tuple(_DATA)
