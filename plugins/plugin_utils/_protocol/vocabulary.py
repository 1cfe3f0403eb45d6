# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The words of findings and servers. docs/reading_an_audit.md explains each of them to people."""

from __future__ import annotations

COMPLIANT = "compliant"
DRIFTED = "drifted"
PENDING = "pending"
ATTENTION = "attention"
REFUSED = "refused"
UNKNOWN = "unknown"
NOT_APPLICABLE = "not_applicable"
WAIVED = "waived"
FIXED = "fixed"

STATUSES = (REFUSED, DRIFTED, PENDING, ATTENTION, UNKNOWN, WAIVED, FIXED, COMPLIANT, NOT_APPLICABLE)
"""What a finding can be, the worst first."""
OPEN = (REFUSED, DRIFTED, PENDING, ATTENTION, UNKNOWN)
"""The statuses that somebody or something must still do something about."""

ENFORCE = "enforce"
RESTART = "restart"
UPDATE = "update"
DECIDE = "decide"
REACH = "reach"
NONE = "none"

ACTS = (REACH, RESTART, ENFORCE, UPDATE, DECIDE, NONE)
"""Who or what acts on a finding, in the order in which it is done."""

ACT_OF = {DRIFTED: ENFORCE, PENDING: RESTART, ATTENTION: DECIDE, REFUSED: DECIDE, UNKNOWN: DECIDE}
"""Who acts on a finding that does not say it itself; nobody on one with another status."""

INFO = "info"
WARNING = "warning"
ERROR = "error"
CRITICAL = "critical"

SEVERITIES = (INFO, WARNING, ERROR, CRITICAL)
"""How bad a finding is, the least first."""

SEVERITY_OF = {DRIFTED: WARNING, PENDING: WARNING, ATTENTION: WARNING, REFUSED: ERROR, UNKNOWN: WARNING}
"""How bad a finding is that does not say it itself; info with another status."""

WORDS = {status: status.replace("_", " ") for status in STATUSES}
"""How a status is written for people."""

JUDGED = "judged"
NOT_REACHED = "not_reached"
FAILED = "failed"
NOT_HANDLED = "not_handled"
NOT_WINDOWS = "not_windows"

STATES = (JUDGED, NOT_REACHED, FAILED, NOT_HANDLED, NOT_WINDOWS)
"""What became of a server in a run."""

RESTART_PENDING = "pending"
RESTART_AFTER = "after_enforcing"

RESTARTS = ("", RESTART_PENDING, RESTART_AFTER)
"""Whether a server waits for a restart: no, already, or as soon as the baseline is enforced."""

SIGNS = {
    REFUSED: "■",
    DRIFTED: "▲",
    PENDING: "↻",
    ATTENTION: "◆",
    UNKNOWN: "?",
    WAIVED: "◇",
    FIXED: "✓",
    COMPLIANT: "✓",
    NOT_APPLICABLE: "–",
}
"""A sign beside each status, for whoever does not see colours."""

STATE_WORDS = {
    JUDGED: "judged",
    NOT_REACHED: "not reached",
    FAILED: "failed",
    NOT_HANDLED: "not handled",
    NOT_WINDOWS: "not Windows",
}
"""How a state of a server is written for people."""


def rank(severity: str) -> int:
    """Return the place of a severity: 0 for info, 3 for critical."""
    return SEVERITIES.index(severity)


def is_open(status: str, severity: str) -> bool:
    """Tell whether a finding asks for something. A hint (severity info) does not."""
    return status in OPEN and severity != INFO
