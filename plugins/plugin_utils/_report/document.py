# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The document of a run: servers with their state and findings, and the controls that judged them.

The key of a finding is (server, id, subject). docs/report.md describes the format; schema.json checks it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._protocol import vocabulary as words
from .errors import BadReport
from .finding import TEXTS, Finding, Findings, canonical
from .names import in_order

FORMAT = 1


@dataclass(frozen=True)
class Server:
    """A server of a run.

    state: one of vocabulary.STATES. reason: why it was not judged, or why its run failed. judged: when it was handled,
    in UTC ("2026-11-25T19:27:04Z"); empty where it never was. server: name, product, release, model. restart: one of
    vocabulary.RESTARTS.
    software: third-party drivers and adapters, each with kind, name, vendor and version.
    """

    state: str
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    judged: str = ""
    group: str = ""
    server: Mapping[str, str] = field(default_factory=dict)
    restart: str = ""
    software: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """What one run found, or several. kind: audit, enforce, … servers: by name, in natural order."""

    servers: Mapping[str, Server]
    kind: str = "audit"
    collection: str = ""

    def findings(self) -> Iterator[tuple[str, Finding]]:
        """Yield every finding, with the name of its server."""
        for name, server in self.servers.items():
            for finding in server.findings:
                yield name, finding


def document_of(servers: Mapping[str, Server], kind: str = "audit", collection: str = "") -> Document:
    """Return a document of servers, in their natural order, with findings in the order of their keys."""
    return Document({name: _ordered(servers[name]) for name in in_order(servers)}, kind, collection)


def _ordered(server: Server) -> Server:
    findings = tuple(sorted(dict.fromkeys(server.findings), key=lambda each: (each.id, each.subject, each.line)))
    return Server(**{**vars(server), "findings": findings})


def controls_of(document: Document) -> dict[str, dict[str, str]]:
    """Return each control's title, severity, why, fix and source.

    The worst severity counts. Where findings of one control differ in a text, the first of the alphabet is the
    control's, and the others keep their own: so the controls of a union do not depend on the order in which documents
    are put together.
    """
    controls: dict[str, dict[str, str]] = {}
    for finding in sorted({finding for _unused, finding in document.findings()}, key=lambda each: each.line):
        control = controls.setdefault(finding.control, {"title": title_of(finding), "severity": words.INFO})
        control["severity"] = max(control["severity"], finding.severity, key=words.rank)
        for name in TEXTS:
            texts = [text for text in (control.get(name, ""), getattr(finding, name)) if text]
            control[name] = min(texts, default="")
    return dict(sorted(controls.items()))


_FAMILIES = {
    "filter_driver": "Driver {subject}",
    "tcp_offload": "TCP offload: {subject}",
    "nic_driver": "Network driver: {kind}",
    "snp_symptoms": "Sign of bad TCP offload: {subject}",
}


def title_of(finding: Finding) -> str:
    """Return what people call the control of a finding."""
    pattern = _FAMILIES.get(finding.family, "{id}: {subject}")
    kind = finding.id.partition(".")[2] or "no advisory applies"
    return pattern.format(id=finding.family.replace("_", " "), subject=finding.subject, kind=kind)


def dump(document: Document, *, times: bool = True) -> str:
    """Return a document as JSON: sorted keys, servers in natural order, one finding a line. times: whether it says
    when."""
    controls = controls_of(document)
    lines: dict[Finding, str] = {}
    for _unused, finding in document.findings():
        if finding not in lines:
            lines[finding] = canonical(_without_shared(finding, controls[finding.control]))
    servers = ",\n".join(
        f"  {canonical(name)}: {_dump_server(server, lines, times)}" for name, server in document.servers.items()
    )
    shared = ",\n".join(f"  {canonical(name)}: {canonical(control)}" for name, control in controls.items())
    return (
        f'{{\n "collection": {canonical(document.collection)},\n'
        f' "controls": {_block(shared, " ")},\n "format": {FORMAT},\n'
        f' "kind": {canonical(document.kind)},\n "servers": {_block(servers, " ")}\n}}\n'
    )


def _block(lines: str, indent: str, brackets: str = "{}") -> str:
    return f"{brackets[0]}\n{lines}\n{indent}{brackets[1]}" if lines else brackets


def _without_shared(finding: Finding, control: Mapping[str, str]) -> dict[str, Any]:
    """Return what a document keeps of a finding: a text is left out where it is its control's, and stands there even
    when empty where not."""
    own = {name: getattr(finding, name) for name in TEXTS if getattr(finding, name) != control[name]}
    return {**{name: value for name, value in finding.fields().items() if name not in TEXTS}, **own}


def _dump_server(server: Server, lines: Mapping[Finding, str], times: bool) -> str:
    kept: dict[str, str] = {
        "findings": _block(",\n".join(f"    {lines[finding]}" for finding in server.findings), "   ", "[]"),
        "group": canonical(server.group),
        "restart": canonical(server.restart),
        "server": canonical(dict(server.server)),
        "state": canonical(server.state),
    }
    if server.judged and times:
        kept["judged"] = canonical(server.judged)
    if server.reason:
        kept["reason"] = canonical(server.reason)
    if server.software:
        software = ",\n".join(f"    {canonical(dict(each))}" for each in server.software)
        kept["software"] = _block(software, "   ", "[]")
    return "{\n" + ",\n".join(f'   "{name}": {value}' for name, value in sorted(kept.items())) + "\n  }"


def load(text: str, name: str, findings: Findings | None = None) -> Document:
    """Return the document in a text. name: what messages call it. findings: what makes its findings. Raises
    BadReport."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadReport(f"{name} is no JSON: {error}") from error
    return read(data, name, findings or Findings())


def read(data: Any, name: str, findings: Findings) -> Document:
    """Return the document in parsed JSON. Raises BadReport."""
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise BadReport(f"{name} is no document of format {FORMAT}: make it anew with the report of an audit")
    try:
        controls = data["controls"]
        servers = {each: _read_server(entry, controls, findings) for each, entry in data["servers"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadReport(f"{name} is damaged ({type(error).__name__}: {error}): make it anew") from error
    return document_of(servers, str(data["kind"]), str(data["collection"]))


def _read_server(entry: Mapping[str, Any], controls: Mapping[str, Any], findings: Findings) -> Server:
    _check_word(entry["state"], words.STATES)
    _check_word(entry["restart"], words.RESTARTS)
    return Server(
        state=entry["state"],
        findings=tuple(_read_finding(each, controls, findings) for each in entry["findings"]),
        reason=entry.get("reason", ""),
        judged=entry.get("judged", ""),
        group=entry["group"],
        server=entry["server"],
        restart=entry["restart"],
        software=tuple(entry.get("software", ())),
    )


def _read_finding(data: Mapping[str, Any], controls: Mapping[str, Any], findings: Findings) -> Finding:
    for name, known in (("status", words.STATUSES), ("act", words.ACTS), ("severity", words.SEVERITIES)):
        _check_word(data[name], known)
    bare = findings.of(data)
    shared = controls.get(bare.control, {})
    missing = {name: shared[name] for name in TEXTS if name not in data and shared.get(name)}
    return findings.of({**bare.fields(), **missing}) if missing else bare


def _check_word(word: str, known: Iterable[str]) -> None:
    if word not in known:
        raise ValueError(f"{word!r} is none of {', '.join(filter(None, known))}")
