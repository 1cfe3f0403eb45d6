# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Where Windows keeps what the collection reads: the paths of registry keys, each named once."""

from __future__ import annotations

SELECT = "HKLM\\SYSTEM\\Select"
CONTROL_SET = "HKLM\\SYSTEM\\CurrentControlSet"
CONTROL = f"{CONTROL_SET}\\Control"
SERVICES = f"{CONTROL_SET}\\Services"
DEVICES = f"{CONTROL_SET}\\Enum"
CLASSES = f"{CONTROL}\\Class"
SAFE_BOOT = f"{CONTROL}\\SafeBoot"
CRASH_CONTROL = f"{CONTROL}\\CrashControl"

NETWORK_CLASS = "{4D36E972-E325-11CE-BFC1-08002BE10318}"  # GUID_DEVCLASS_NET (devguid.h)
NETWORK_SERVICES = "{4D36E974-E325-11CE-BFC1-08002BE10318}"  # GUID_DEVCLASS_NETSERVICE: filters among them
NETWORK_PROTOCOLS = "{4D36E975-E325-11CE-BFC1-08002BE10318}"  # GUID_DEVCLASS_NETTRANS
NETWORK = f"{CONTROL}\\Network"
NETWORK_FILTERS = f"{CONTROL}\\NetworkSetup2\\Filters"
ADAPTERS = f"{CLASSES}\\{NETWORK_CLASS}"
