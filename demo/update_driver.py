# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs a later driver of the Broadcom adapters in the file that stands for a server, as its vendor's installer does
on a real one.

Usage: python -m demo.update_driver FILE
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ADAPTERS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\"
OLD, NEW = "3.5.8.0", "4.6.55"
# Both are the same day: the text that people read, and a FILETIME, which counts.
DATE = {"DriverDate": "3-10-2008", "DriverDateData": {"REG_BINARY": "0080f7ae4182c801"}}


def update(document: dict[str, Any]) -> None:
    """Put the new driver in place of the old: in the adapters' keys, and in the driver's files."""
    for key, values in document["registry"].items():
        if key.startswith(ADAPTERS) and values.get("DriverVersion") == OLD:
            values |= {"DriverVersion": NEW, **DATE}
    for file in document["files"].values():
        if file.get("company") == "Broadcom Corporation" and file["file_version"] == OLD:
            file |= {"file_version": NEW, "product_version": NEW}


def main(path: Path) -> None:
    """Update the driver of a server in a file."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    update(document)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
