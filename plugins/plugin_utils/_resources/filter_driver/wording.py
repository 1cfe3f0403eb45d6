# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What findings on drivers say to people."""

from __future__ import annotations

from typing import Any, TypeAlias

from ..._catalogue.driver_findings import said as said_of
from ..._catalogue.drivers import KnownDriver

Texts: TypeAlias = dict[str, Any]
"""Fields of a finding, all of them texts."""


def told(cause: str, name: str, **words: str) -> Texts:
    """Return the texts of a finding on a driver. cause: of driver_findings.yml. words: what else its texts name."""
    options = {
        "option": f"name: [{name}]",
        "clean": "clean_filter_lists: true",
        "disabled": "state: disabled",
        "file": "file: keep",
    }
    return said_of(cause, **{**options, "name": name, **words})


def catalogue_texts(known: KnownDriver | None) -> Texts:
    """Return what the catalogue says of a driver, without what it does not say."""
    said = known and {"why": known.breaks, "fix": known.remedy, "source": known.source, "severity": known.severity}
    return {field: text for field, text in (said or {}).items() if text}
