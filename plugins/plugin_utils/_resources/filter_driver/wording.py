# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""What findings on drivers say to people, with the names that a role gives to options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ..._catalogue.driver_findings import said as said_of
from ..._catalogue.drivers import KnownDriver

Variables: TypeAlias = Mapping[str, str]
"""What a role calls the options of win_filter_driver: option -> variable."""
Texts: TypeAlias = dict[str, Any]
"""Fields of a finding, all of them texts."""


def says(option: str, value: str, variables: Variables) -> str:
    """Return an option with a value, as whoever wrote the task writes it: "hidden_drivers_stop: false"."""
    return f"{variables.get(option, option)}: {value}"


def told(cause: str, name: str, variables: Variables, **words: str) -> Texts:
    """Return the texts of a finding on a driver. cause: of driver_findings.yml. words: what else its texts name."""
    options = {
        "option": says("name", f"[{name}]", variables),
        "clean": says("clean_filter_lists", "true", variables),
        "disabled": says("state", "disabled", variables),
        "file": says("file", "keep", variables),
    }
    return said_of(cause, **{**options, "name": name, **words})


def catalogue_texts(known: KnownDriver | None) -> Texts:
    """Return what the catalogue says of a driver, without what it does not say."""
    said = known and {"why": known.breaks, "fix": known.remedy, "source": known.source, "severity": known.severity}
    return {field: text for field, text in (said or {}).items() if text}
