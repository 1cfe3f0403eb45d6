# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The reply of a server: one line between two nonces, ASCII, gzipped and base64-encoded where the request says that it is large.

It alone is trusted. The exit code is that of some outer PowerShell or of none, standard error holds what profiles,
progress bars and the connection leave there, and standard output may hold more than the reply.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from .._protocol.errors import CollectionError
from .._protocol.values import add_values
from .canonical import to_json

_PARTS = ("environment", "files", "unreadable", "services", "interfaces", "commands", "events", "access")
_SHOWN = 500  # characters of foreign output that a message repeats


class NoReply(CollectionError):
    """There is no trustworthy reply; the message says what came instead and what to do."""


class NotFullLanguage(NoReply):
    """PowerShell ran in another language mode, so nothing was read and nothing was written."""


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    document: what was read, in the form of a snapshot. operations: what each operation gave.
    conflicts: operations that found another state than they expect, with what they found; none was then carried out.
    failure: the operation that failed (-1: a query), whether it failed in writing rather than before, and the reason; None when nothing failed.
    """

    document: dict[str, Any]
    operations: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    failure: dict[str, Any] | None = None


def wrap(nonce: str, reply: Reply) -> str:
    """Write a reply as the payload does in plain text."""
    data = {
        **{part: reply.document[part] for part in _PARTS if part in reply.document},
        "registry": [reply.document["registry"]],
        "conflicts": reply.conflicts,
        "operations": reply.operations,
        "failure": reply.failure,
    }
    return f"{nonce}:{to_json(data)}:{nonce}"


def unwrap(nonce: str, stdout: str, stderr: str) -> Reply:
    """Find the reply in what an execution printed. Raises NoReply."""
    # A console in between may fold the line; the reply itself holds no line end.
    match = re.search(f"{nonce}:(.*?):{nonce}", re.sub(r"[\r\n]", "", stdout))
    if not match:
        check_language(stdout)
        raise NoReply(_explain(nonce, stdout, stderr))
    try:
        return _parse(_decompress(match.group(1)))
    except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error, AttributeError) as error:
        raise NoReply(f"the reply of the server is damaged ({error}); run the task again") from error


def check_language(output: str) -> None:
    """Raise NotFullLanguage when bootstrap or module told that they ran in another language mode."""
    mode = re.search(r"baseline:mode:(\w+)", output)
    if mode:
        raise NotFullLanguage(
            f"PowerShell on the server ran the collection's script in {mode.group(1)} mode, in which no .NET method can be called: an application "
            "control policy (AppLocker, App Control for Business) trusts no script that it does not know. Nothing was changed. Either sign the "
            "collection (New-AnsiblePowerShellSignature) and set server_baseline_execution: module, with ansible-core 2.19 or later; or, under "
            "AppLocker, connect as an account whose scripts its rules allow, as its default rules do for administrators. See docs/security_team.md"
        )


def _decompress(body: str) -> str:
    if body.startswith("{"):
        return body
    return gzip.decompress(base64.b64decode(body, validate=True)).decode("ascii")


def _parse(text: str) -> Reply:
    data = json.loads(text)
    registry: dict[str, dict[str, Any]] = {}
    for answer in data.pop("registry"):
        for path, values in answer.items():
            add_values(registry.setdefault(path, {}), values)
    document = {part: data[part] for part in _PARTS if part in data}
    return Reply({**document, "registry": registry}, data["operations"], data["conflicts"], data["failure"])


def _explain(nonce: str, stdout: str, stderr: str) -> str:
    if "baseline:no-input" in stdout:
        return (
            "the connection plugin passed no standard input to the server, so the request did not arrive; "
            "use winrm, psrp or ssh (ansible_connection), which do"
        )
    if f"{nonce}:" in stdout:
        return "the reply of the server was cut short; run the task again, and see whether the server or a proxy ends long answers"
    return (
        "PowerShell did not answer on the server: there is no reply in its output. Is PowerShell 2.0 or later installed and on the PATH, "
        f"and is the host a Windows server? Standard output: {_shown(stdout)}. Standard error: {_shown(stderr)}"
    )


def _shown(text: str) -> str:
    """Return what a message repeats of foreign output. PowerShell writes its errors as CLIXML where nobody reads a console."""
    errors = "".join(re.findall(r'<S S="Error">(.*?)</S>', text, re.DOTALL))
    text = (html.unescape(errors).replace("_x000D__x000A_", "\n") or text).strip()
    return repr(text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")) if text else "empty"
