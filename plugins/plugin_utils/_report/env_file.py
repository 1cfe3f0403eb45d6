# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The outcome in numbers, a line each, for shells and for the dotenv artifacts of CI systems."""

from __future__ import annotations

from .gate import exit_code, not_judged
from .report import Report


def render(report: Report) -> str:
    """Return lines NAME=NUMBER. BASELINE_EXIT is the exit code that a pipeline ends with, by the words of fail_on."""
    numbers = {
        "EXIT": exit_code(report.document, report.failed),
        "SERVERS": len(report.document.servers),
        **{share.upper(): number for share, number in report.shares.items()},
        "NOT_JUDGED": len(not_judged(report.document)),
        "FAILING": len({name for names in report.failed.values() for name in names}),
        "ACTIONS": len(report.actions),
    }
    return "".join(f"BASELINE_{name}={number}\n" for name, number in numbers.items())
