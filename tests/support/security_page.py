# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/security_team.md must say of this release: command line, bootstrap and hashes. A part of the page between
two marks is made here.

`python -m tests.support.security_page` writes that part anew; a test compares.
"""

from __future__ import annotations

import hashlib
import sys

from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import command_line
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import (
    Parts,
    bootstrap,
    every_script,
)
from tests.support import ROOT
from tests.support.wire_module import PATH as MODULE

PAGE = ROOT / "docs" / "security_team.md"
BEGIN = "<!-- made by python -m tests.support.security_page -->"
END = "<!-- end of what is made -->"
_READS = {
    "reading": "registry, files, services",
    "network": "interfaces, netsh, netstat",
    "events": "event log",
    "identity": "signers and hashes of files",
}
_DOES = {"writing": "; writes", "compression": "; answers gzipped"}


def hashes() -> dict[Parts, str]:
    """Return the SHA-256 of every script of the release, as it is sent, by its parts."""
    return {parts: sha256(text.encode("ascii")) for parts, text in every_script().items()}


def sha256(data: bytes) -> str:
    """Return the hash of some bytes in hex."""
    return hashlib.sha256(data).hexdigest()


def made() -> str:
    """Return the part of the page that is made of the release."""
    rows = [f"| {_use(parts)} | {len(every_script()[parts])} | `{digest}` |" for parts, digest in hashes().items()]
    lines = [
        BEGIN,
        "",
        "The command line, whole:",
        "",
        "```text",
        command_line(),
        "```",
        "",
        "What it says (base64 of UTF-16), the first script block:",
        "",
        "```powershell",
        bootstrap(),
        "```",
        "",
        "| script | characters | SHA-256 of its text in ASCII, lines ended by LF |",
        "| --- | --- | --- |",
        f"| the bootstrap, as above | {len(bootstrap())} | `{sha256(bootstrap().encode('ascii'))}` |",
        *rows,
        f"| the module `{MODULE.name}`, as a file | {len(MODULE.read_bytes())} | `{sha256(MODULE.read_bytes())}` |",
        "",
        END,
    ]
    return "\n".join(lines)


def _use(parts: Parts) -> str:
    read = ", ".join(_READS[part] for part in parts if part in _READS)
    return f"reads {read}" + "".join(_DOES.get(part, "") for part in parts)


def renewed(page: str) -> str:
    """Return a page with that part as it must be."""
    before, _unused, rest = page.partition(BEGIN)
    return before + made() + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
