# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpack one collection from the wheel of the package `ansible`: unpack-collection WHEEL NAMESPACE/NAME FOLDER."""

from __future__ import annotations

import sys
import zipfile

wheel, collection, folder = sys.argv[1:]
prefix = f"ansible_collections/{collection}/"
with zipfile.ZipFile(wheel) as archive:
    members = [name for name in archive.namelist() if name.startswith(prefix)]
    if not members:
        sys.exit(f"{wheel} holds no collection {collection}")
    archive.extractall(folder, members)
