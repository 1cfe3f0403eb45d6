# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests share: servers, scenarios, contracts, real ansible-playbooks, strategies, and where things stand."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""
CASES = ROOT / "tests/cases"
"""Servers described after public reports; their README says how."""
CAPTURES = ROOT / "tests/captures"
"""Facts of real machines; its README says which."""
DEMO_SNAPSHOTS = ROOT / "inventories/demo/snapshots"
"""The demo's servers."""
