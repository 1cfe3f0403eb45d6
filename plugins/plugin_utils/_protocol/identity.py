# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""By what a file is known wherever it lies and whatever it says of itself: the signer of its embedded signature, its
hash, and the hash that Authenticode signs. All take a look at the whole file, so a query names them where they are
wanted (queries.py)."""

from __future__ import annotations

import ntpath
from collections.abc import Mapping
from typing import Any

IDENTITY = ("signer", "sha256", "authentihash")
"""What a query may ask of files, by the names that the answers have in a document."""
UNIDENTIFIED = "unidentified"
"""What a document names the reason by for which a file was asked for these and they are not told."""


def is_windows_own(path: str, facts: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    """Tell whether a file passes for Windows' own, and so is not identified by a query of the registry.

    It does where it lies below %SystemRoot%, says that it is Microsoft's, and has its own name as original file name,
    which may go on behind it (svchost.exe.mui). It is a rule to spare a server work and no proof of anything: the
    payload has it too (payload/identity.ps1). facts: of the file, as in a document.
    """
    root = environment.get("SystemRoot", "").lower()
    return (
        path.lower().startswith(f"{root}\\")
        and str(facts.get("company") or "").lower().startswith("microsoft")
        and str(facts.get("original_filename") or "").lower().startswith(ntpath.basename(path).lower())
    )
