# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private module that runs the payload: made of the payload's parts, so that there is one payload.

`python -m tests.support.wire_module` writes it, whenever a part has changed; a test compares.
"""

from __future__ import annotations

import sys

from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.script import read_part
from tests.support import ROOT

PATH = ROOT / "plugins" / "modules" / "_execute.ps1"
PARTS = ("prelude", "reading", "network", "events", "identity", "writing", "plain", "answering")
_BEFORE = """\
#!powershell

# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE)
# SPDX-License-Identifier: GPL-3.0-or-later

#Requires -Version 5.1

# The payload of server_baseline.windows as a module: the collection's actions run it where server_baseline_execution
# says so (docs/security_team.md).
# It is made of plugins/plugin_utils/_wire/payload by "python -m tests.support.wire_module"; change it there.
# Arguments: nonce and request. Result: answer, the same line that the script on standard input prints.
$payload = {
"""
_AFTER = """\
}

# A module that is not signed runs in another language mode under application control: it can only say so.
$mode = $ExecutionContext.SessionState.LanguageMode
if ("$mode" -ne 'FullLanguage') { "{`"failed`":true,`"msg`":`"baseline:mode:$mode`"}" }
else {
    $answer = & $payload $complex_args.nonce $complex_args.request
    '{"changed":false,"answer":"' + $answer.Replace('\\', '\\\\').Replace('"', '\\"') + '"}'
}
"""


def module() -> str:
    """Return the text of the module."""
    return _BEFORE + "\n".join(read_part(part) for part in PARTS) + _AFTER


if __name__ == "__main__":
    PATH.write_text(module(), encoding="ascii")
    sys.exit(0)
