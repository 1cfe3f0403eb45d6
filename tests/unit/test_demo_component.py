# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide's third server: its component is bound, and goes with all that belongs to it."""

from __future__ import annotations

from pathlib import Path

import yaml

from demo import remove_component
from tests.support import ROOT

SNAPSHOT = ROOT / "inventories/vpn/snapshots/vpn2019.yml"


def test_a_component_goes_with_its_keys_bindings_and_driver(tmp_path: Path) -> None:
    path = tmp_path / "state" / "vpn2019.yml"
    before = yaml.safe_load(SNAPSHOT.read_text(encoding="utf-8"))
    remove_component.main(SNAPSHOT, path, "dni_dne")
    after = yaml.safe_load(path.read_text(encoding="utf-8"))
    gone = set(before["registry"]) - set(after["registry"])
    assert len(gone) == 4
    assert any(key.endswith("\\Services\\DNE") for key in gone)
    changed = [key for key, values in after["registry"].items() if values != before["registry"][key]]
    assert [after["registry"][key]["FilterList"] for key in changed] == [[]]
    assert set(before["services"]) - set(after["services"]) == {"DNE"}
    assert "9DCBC2EE" not in path.read_text(encoding="utf-8")
