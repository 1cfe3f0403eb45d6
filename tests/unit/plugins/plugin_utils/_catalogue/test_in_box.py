# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of Windows' own drivers: what real registries have, and nothing of other companies' packages."""

from __future__ import annotations

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._catalogue.in_box import is_in_box

FOUND_IN_REGISTRIES = (
    "Ip6Fw aec sr MSTEE Ndu kbldfltr FxPPM hidi2c mshidumdf LSI_SAS3 wpcfltr GpuEnergyDrv Ramdisk UevAgentDriver "
    "Acx01000 NDKPing irda hidinterrupt hidspi nvdimmn vnvdimm SDFRd Telemetry VirtualRender WUDFWpdFs wdnsfltr "
    "l2bridge VfpExt vhdparser VmsProxy VMSNPXY VMSNPXYMP lxss WinQuic wfpcapture KslD npsvctrig"
)


@pytest.mark.parametrize("name", FOUND_IN_REGISTRIES.split())
def test_a_driver_of_windows_in_a_real_registry_is_in_the_list(name: str) -> None:
    assert is_in_box(name)
    assert is_in_box(name.upper())


@pytest.mark.parametrize("name", ["iwdbus", "intaud_WaveExtensible", "npsvctrg", "FAMv4"])
def test_what_another_company_installs_is_not(name: str) -> None:
    assert not is_in_box(name)
