# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The words of fail_on, the same wherever they are given: which findings fail a server."""

from __future__ import annotations

from collections.abc import Mapping

from . import vocabulary as words

STATUSES = (words.DRIFTED, words.ATTENTION, words.PENDING, words.REFUSED, words.UNKNOWN)
NOT_REACHED = "not_reached"
WAIVER_ENDED = "waiver_ended"
NEW_FINDING = "new"
LEVELS = tuple(f"{severity}+" for severity in words.SEVERITIES)

FAIL_ON = (*STATUSES, NOT_REACHED, WAIVER_ENDED, NEW_FINDING, *LEVELS)
"""Every word that fail_on takes."""


def is_failing(word: str, status: str, severity: str, waiver: Mapping[str, str]) -> bool:
    """Tell whether a finding fails by a word. A hint does so by its severity alone.

    waiver: of the finding; that of an open one has ended. not_reached and new are true of no finding by itself.
    """
    if status not in words.OPEN:
        return False
    if word == WAIVER_ENDED:
        return bool(waiver)
    if word in LEVELS:
        return words.rank(severity) >= LEVELS.index(word)
    return status == word and severity != words.INFO
