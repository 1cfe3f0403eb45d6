# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reply is found among noise, and nothing else is taken for one."""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.reply import (
    NoReply,
    NotFullLanguage,
    Reply,
    unwrap,
    wrap,
)
from tests.support import strategies

NONCE = "0123456789abcdef"
CLIXML = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<S S="Error">{}_x000D__x000A_</S></Objs>'
)


def reply(**registry: Any) -> Reply:
    """Return a reply with one registry key."""
    parts: dict[str, Any] = {
        part: {} for part in ("environment", "files", "unreadable", "services", "commands", "events", "access")
    }
    failure = {"operation": -1, "writing": False, "reason": "x"}
    return Reply({**parts, "interfaces": [], "registry": {"HKLM\\A": registry}}, [], [], failure)


SMALL, LARGE = reply(a=1), reply(**{f"name {n}": "text" * n for n in range(60)})


@given(strategies.registries)
def test_a_reply_comes_back(registry: dict[str, Any]) -> None:
    sent = Reply({**SMALL.document, "registry": registry})
    assert unwrap(NONCE, wrap(NONCE, sent), "") == sent


def compressed(sent: Reply) -> str:
    """Return a reply as the payload sends it where the request says that it is large."""
    text = wrap(NONCE, sent)[len(NONCE) + 1 : -len(NONCE) - 1]
    return f"{NONCE}:{base64.b64encode(gzip.compress(text.encode('ascii'))).decode('ascii')}:{NONCE}"


def test_a_large_reply_may_travel_compressed() -> None:
    assert len(compressed(LARGE)) < 2000 < len(wrap(NONCE, LARGE))
    assert unwrap(NONCE, compressed(LARGE), "") == LARGE


NOISE = {
    "a banner before": "Welcome to EX2003\r\n{}",
    "lines after": "{}\r\n0024:fixme:winediag:foo\r\n",
    "a byte order mark": "\ufeff{}\r\n",
    "progress as CLIXML": "#< CLIXML\r\n<Objs></Objs>\r\n{}\r\n",
    "a reply of another execution": "fedcba:{{}}:fedcba\r\n{}",
}


@pytest.mark.parametrize("sent", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("noise", NOISE)
def test_noise_around_a_reply_does_not_matter(noise: str, sent: Reply) -> None:
    assert unwrap(NONCE, NOISE[noise].format(wrap(NONCE, sent)), CLIXML.format("a warning")) == sent


@pytest.mark.parametrize("sent", [SMALL, LARGE], ids=["small", "large"])
def test_a_console_may_fold_the_line(sent: Reply) -> None:
    body = wrap(NONCE, sent)[len(NONCE) + 1 : -len(NONCE) - 1]
    folded = "\r\n".join(re.findall(".{1,80}", body))
    assert unwrap(NONCE, f"{NONCE}:{folded}:{NONCE}", "") == sent
    everywhere = "\r\n".join(re.findall(".{1,7}", f"{NONCE}:{body}:{NONCE}"))
    assert unwrap(NONCE, everywhere, "") == sent


DAMAGED = {
    "no base64": "H4sI!!!!",
    "no gzip": "aGVsbG8gd29ybGQ=",
    "cut gzip": compressed(LARGE)[len(NONCE) + 1 : 400],
    "no JSON": '{"registry":[',
    "not the parts": '{"registry":[]}',
    "other parts": '{"registry":["HKLM"]}',
}


def body(**parts: Any) -> str:
    """Return the JSON of a reply of which some parts are others."""
    whole = {**SMALL.document, "registry": [], "operations": [], "conflicts": [], "failure": None, **parts}
    return json.dumps(whole)


CONFLICT: dict[str, Any] = {"operation": 0, "found": None}
FAILURE = {"operation": 0, "writing": False, "reason": "x"}
WRONG: dict[str, tuple[str, str]] = {
    "a list for a mapping": (body(files=[]), "files: must be a mapping, but is a list"),
    "a value that is none": (
        body(registry=[{"HKLM": {"A": {"REG_DWORD": 1}}}]),
        r"registry: \[0\]: HKLM: A: a mapping is not",
    ),
    "a key without values": (
        body(registry=[{"HKLM": None}]),
        r"registry: \[0\]: HKLM: must be a mapping, but is nothing",
    ),
    "a fact that is not known": (body(files={"a": {"x": 1}}), "files: a: has a field x"),
    "a hash that is none": (body(files={"a": {"sha256": "A" * 64}}), "files: a: sha256: must be a SHA-256"),
    "a log that is none": (
        body(events={"a": {"complete": True, "events": [{"id": 1}]}}),
        r"events: a: events: \[0\]: has no",
    ),
    "a part that is lacking": ('{"registry":[]}', "has no environment"),
    "a part more": (body(more=1), "has a field more"),
    "no mapping": ("{}", "has no environment"),
    "a number without end": (body(services={"a": {"status": "x", "refused_code": 10**30}}), "no more than 64 bits"),
    "no number": (body().replace("null", "NaN"), "it is no JSON .NaN is no number"),
    "a depth without end": ('{"registry":' + "[" * 100_000, "it is nested deeper than the 100 levels that are taken"),
    "values without end": ("{" + "[]," * 300_000, "it holds more than the 500000 values that are taken"),
    "a reply without end": ("{" + "x" * (16 << 20), "it is longer than the 16 MiB that are taken"),
    "a conflict of no operation": (
        body(conflicts=[{**CONFLICT, "operation": 2}]),
        "conflicts: it names an operation that is none",
    ),
    "a conflict without what was found": (body(conflicts=[{"operation": 0}]), r"conflicts: \[0\]: has no found"),
    "a conflict of a depth": (body(conflicts=[{**CONFLICT, "found": [[[[[1]]]]]}]), "is nested deeper than anything"),
    "a conflict of a fraction": (
        body(conflicts=[{**CONFLICT, "found": 1.5}]),
        "found: must be a value of the registry",
    ),
    "a failure of no operation": (
        body(failure={**FAILURE, "operation": -2}),
        "failure: it names an operation that is none",
    ),
    "a failure without a reason": (body(failure={"operation": 0, "writing": True}), "failure: has no reason"),
    "an answer too few": (body(operations=[{}]), "operations: it has 1 answers to 2 operations"),
    "an answer too many": (body(operations=[{}] * 3, failure=FAILURE), "operations: it has 3 answers to 2 operations"),
    "an answer that is none": (body(operations=[{}, {"code": "1"}]), r"operations: \[1\]: code: must be a number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_a_reply_is_told_with_its_place(case: str) -> None:
    sent, message = WRONG[case]
    with pytest.raises(NoReply, match=f"^the reply of the server is damaged: .*{message}.*; run the task again$"):
        unwrap(NONCE, f"{NONCE}:{sent}:{NONCE}", "", 2)


def test_a_reply_is_unpacked_as_far_as_the_limit() -> None:
    packed = base64.b64encode(gzip.compress(bytes(64 << 20))).decode()
    assert len(packed) < 100_000
    with pytest.raises(NoReply, match="unpacked it is longer than the 16 MiB that are taken"):
        unwrap(NONCE, f"{NONCE}:{packed}:{NONCE}", "")


@pytest.mark.parametrize("decoy", [f"{NONCE}:", f":{NONCE}", NONCE[:-1], f"{NONCE}{NONCE}"])
def test_decoys_of_the_nonce_take_no_time(decoy: str) -> None:
    printed = decoy * (10_000_000 // len(decoy))
    started = time.process_time()
    with pytest.raises(NoReply):
        unwrap(NONCE, printed, printed)
    assert time.process_time() - started < 2


def test_decoys_of_an_error_take_no_time() -> None:
    started = time.process_time()
    with pytest.raises(NoReply, match="there is no reply in its output"):
        unwrap(NONCE, "", '<S S="Error">' * 1_000_000)
    assert time.process_time() - started < 2


def test_what_a_message_repeats_steers_no_terminal() -> None:
    with pytest.raises(NoReply) as error:
        unwrap(NONCE, "\x1b[2J", "server\x9b31m")
    assert str(error.value).isprintable()


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_reply_is_no_reply(case: str) -> None:
    with pytest.raises(NoReply, match=r"the reply of the server is damaged: .+; run the task again"):
        unwrap(NONCE, f"{NONCE}:{DAMAGED[case]}:{NONCE}", "")


@pytest.mark.parametrize("sent", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_reply_that_is_cut_short_is_no_reply(sent: Reply, share: float) -> None:
    whole = wrap(NONCE, sent)
    cut = max(len(NONCE) + 1, int(len(whole) * share))
    with pytest.raises(NoReply, match="cut short; run the task again"):
        unwrap(NONCE, whole[:cut], "")


def test_a_language_mode_is_never_read_out_of_a_reply() -> None:
    data = {**SMALL.document, "registry": {"HKLM\\SOFTWARE\\X": {"": "baseline:mode:ConstrainedLanguage"}}}
    with pytest.raises(NoReply, match="cut short") as caught:
        unwrap(NONCE, wrap(NONCE, Reply(data))[:-1], "")
    assert not isinstance(caught.value, NotFullLanguage)


EXPLAINED = {
    "language mode": (
        "banner\r\nbaseline:mode:ConstrainedLanguage\r\n",
        "",
        "in ConstrainedLanguage mode.*New-AnsiblePowerShellSignature.*server_baseline_execution: module.*AppLocker",
    ),
    "no input": ("baseline:no-input\r\n", "", "passed no standard input.*use winrm, psrp or ssh"),
    "PowerShell not found": (
        "",
        "'PowerShell' is not recognized as an internal or external command",
        "is PowerShell 2.0 or later installed.*is not recognized",
    ),
    "not a Windows server": ("", "sh: 1: PowerShell: not found", "a Windows server.*sh: 1: PowerShell: not found"),
    "an error as CLIXML": ("", CLIXML.format("Out of memory &lt;here&gt;"), r"Standard error: 'Out of memory <here>'$"),
    "nothing at all": ("", " \r\n", "Standard output: empty. Standard error: empty"),
    "much": ("x" * 9999, "", r"Standard output: 'x{500}…'"),
    "a reply of another execution": ("fedcba:{}:fedcba", "", "there is no reply in its output"),
}


@pytest.mark.parametrize("case", EXPLAINED)
def test_what_came_instead_of_a_reply_is_explained(case: str) -> None:
    stdout, stderr, message = EXPLAINED[case]
    with pytest.raises(NoReply, match=f"(?si){message}"):
        unwrap(NONCE, stdout, stderr)
