# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP as WS-Management speaks it: what is read of a request, and the envelopes of the answers ([MS-WSMV])."""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
POWERSHELL = "http://schemas.microsoft.com/powershell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CMD_RESOURCE = f"{SHELL}/cmd"

OPERATION_TIMEOUT = 2150858793
"""WSManFault code: the operation did not end within its timeout; clients ask again."""
SHELL_NOT_FOUND = 2150858843
INVALID_SELECTORS = 2150858785

NAMESPACES = {"s": ENVELOPE, "a": ADDRESSING, "w": WSMAN, "rsp": SHELL, "x": TRANSFER, "pwsh": POWERSHELL, "f": FAULT}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


class Fault(Exception):
    """An operation failed; the endpoint answers with a SOAP fault and HTTP 500."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Request:
    """What the lab reads of a request's envelope."""

    action: str
    """The last word of the action: Create, Command, Send, Receive, Signal, Delete, Get."""
    resource: str
    message_id: str
    timeout: float
    """Seconds that the client grants the operation."""
    shell_id: str | None
    options: dict[str, str] = field(default_factory=dict)
    body: ET.Element = field(default_factory=lambda: ET.Element("empty"))

    def find(self, path: str) -> ET.Element | None:
        """The first element below the body, with the prefixes of NAMESPACES."""
        return self.body.find(path, NAMESPACES)

    def text(self, path: str) -> str:
        """The text of the first such element; empty when there is none."""
        found = self.find(path)
        return "" if found is None else found.text or ""


def parse(data: bytes) -> Request:
    """A request's envelope; ET.ParseError when it is not XML."""
    root = ET.fromstring(data)
    header = {path: root.findtext(f"s:Header/{path}", "", NAMESPACES).strip() for path in _HEADERS}
    selectors = root.findall("s:Header/w:SelectorSet/w:Selector", NAMESPACES)
    body = root.find("s:Body", NAMESPACES)
    return Request(
        action=header["a:Action"].rpartition("/")[2],
        resource=header["w:ResourceURI"],
        message_id=header["a:MessageID"],
        timeout=_seconds(header["w:OperationTimeout"]),
        shell_id=next((one.text for one in selectors if one.get("Name") == "ShellId"), None),
        options={
            one.get("Name", ""): one.text or "" for one in root.findall("s:Header/w:OptionSet/w:Option", NAMESPACES)
        },
        body=ET.Element("empty") if body is None else body,
    )


_HEADERS = ("a:Action", "w:ResourceURI", "a:MessageID", "w:OperationTimeout")


def _seconds(duration: str) -> float:
    """An ISO 8601 duration of hours, minutes and seconds (PT20S) in seconds; 60 when there is none."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", duration)
    if not found or not any(found.groups()):
        return 60
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def answer(request: Request, body: str) -> bytes:
    """The envelope that answers a request."""
    space = TRANSFER if request.action in ("Create", "Delete", "Get") else SHELL
    return _envelope(f"{space}/{request.action}Response", request.message_id, body)


def fault(message_id: str, problem: Fault) -> bytes:
    """The envelope of a fault, with its WSManFault code where clients look for it."""
    body = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value>"
        "<s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(problem.reason)}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault Code="{problem.code}" Machine="lab"><f:Message>{escape(problem.reason)}</f:Message>'
        "</f:WSManFault></s:Detail></s:Fault>"
    )
    return _envelope(f"{WSMAN.removesuffix('.xsd')}/fault", message_id, body)


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" {_DECLARED}><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ADDRESSING}/role/anonymous</a:To>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def created(resource: str, shell_id: str, streams: tuple[str, str]) -> str:
    """Body of the answer to Create: streams are the names of those that go in and come out."""
    return (
        f"<x:ResourceCreated><a:Address>http://127.0.0.1/wsman</a:Address><a:ReferenceParameters>"
        f'<w:ResourceURI>{escape(resource)}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell_id}'
        "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
        f"<rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId><rsp:ResourceUri>{escape(resource)}</rsp:ResourceUri>"
        f"<rsp:Owner>LAB\\Administrator</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
        f"<rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><rsp:InputStreams>{streams[0]}</rsp:InputStreams>"
        f"<rsp:OutputStreams>{streams[1]}</rsp:OutputStreams></rsp:Shell>"
    )


def command_started(command_id: str) -> str:
    """Body of the answer to Command."""
    return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"


def received(command_id: str | None, streams: list[tuple[str, str]], exit_code: int | None, *, done: bool) -> str:
    """Body of the answer to Receive: (stream name, base64 text) in order, and the state of the command."""
    attribute = f" CommandId={quoteattr(command_id)}" if command_id else ""
    data = "".join(f'<rsp:Stream Name="{name}"{attribute}>{text}</rsp:Stream>' for name, text in streams)
    state = f"{SHELL}/CommandState/{'Done' if done else 'Running'}"
    code = "" if exit_code is None else f"<rsp:ExitCode>{exit_code}</rsp:ExitCode>"
    command_state = f'<rsp:CommandState{attribute} State="{state}">{code}</rsp:CommandState>'
    return f"<rsp:ReceiveResponse>{data}{command_state}</rsp:ReceiveResponse>"


SENT = "<rsp:SendResponse/>"
SIGNALLED = "<rsp:SignalResponse/>"
