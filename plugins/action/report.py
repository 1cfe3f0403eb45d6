# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Makes the report of a fleet on the controller; no server is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._protocol.errors import CollectionError
from ..plugin_utils._report import console, files, options
from ..plugin_utils._report.document import Document, document_of
from ..plugin_utils._report.entry import server_of, unhandled
from ..plugin_utils._report.finding import Findings
from ..plugin_utils._report.gate import exit_code, failing
from ..plugin_utils._report.merge import union
from ..plugin_utils._report.names import listed
from ..plugin_utils._report.overview import states_of, statuses_of
from ..plugin_utils._report.report import Report
from ..plugin_utils._report.text import counted
from ..plugin_utils._task.plain import plain
from ..plugin_utils._task.renamed import renamed


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of report."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    RESOURCE = options

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        return renamed(self, lambda: {**result, **self._done(task_vars or {})})

    def _done(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        _unused, arguments = self.validate_argument_spec(options.ARGUMENT_SPEC, **options.ARGUMENT_RULES)
        try:
            done: dict[str, Any] = plain(self._report(options.read_options(plain(arguments)), task_vars))
        except CollectionError as error:
            return {"failed": True, "msg": str(error)}
        return done

    def _report(self, given: options.Options, variables: Mapping[str, Any]) -> dict[str, Any]:
        findings = Findings()
        document = _document(given, variables, findings)
        try:
            return self._made(given, document, findings)
        except CollectionError:
            if given.register:  # what a run has judged is told, whatever is wrong with its report
                self._tell(console.table(Report(document, None, given.times), ()))
            raise

    def _made(self, given: options.Options, document: Document, findings: Findings) -> dict[str, Any]:
        previous = files.load_documents([given.since], findings, "since") if given.since else None
        compared = Report(document, previous, given.times)
        report = Report(document, previous, given.times, failing(document, given.fail_on, compared.comparison))
        wanted = files.files_of(given.dest, given.formats)
        changed = files.write(report, wanted, check=self._task.check_mode)
        table = console.table(report, tuple(map(str, wanted)))
        self._tell(table)
        return {**_result(report, table), "changed": bool(changed), "files": [str(path) for path in wanted]}

    def _tell(self, table: list[str]) -> None:
        for line in ("", *table):
            self._display.display(line)


def _document(given: options.Options, variables: Mapping[str, Any], findings: Findings) -> Document:
    """Return the union of what the hosts of the play have registered and of the documents that are named."""
    documents = []
    if given.register:
        servers = dict(_registered(given, variables, findings))
        documents.append(document_of(servers, given.kind, files.collection_version()))
    if given.sources:
        documents.append(files.load_documents(given.sources, findings))
    return union(documents)


def _registered(given: options.Options, variables: Mapping[str, Any], findings: Findings) -> Iterator[tuple[str, Any]]:
    """Yield the servers with what their hosts have registered."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    hosts = plain(variables.get("ansible_play_hosts_all", [])) if given.hosts is None else given.hosts
    left = set(plain(variables.get("ansible_play_hosts", [])))
    sizes = {
        name: len(names) for name, names in variables.get("groups", {}).items() if name not in ("all", "ungrouped")
    }
    for host in hosts:
        own = variables["hostvars"].raw_get(host)
        groups = [name for name in plain(own.get("group_names", [])) if name in sizes]
        group = min(groups, key=lambda each: (sizes[each], each), default="")
        result = plain(own.get(given.register))
        if isinstance(result, Mapping):
            yield host, server_of(result, findings, judged=now, group=group)
        elif host in left:
            yield host, unhandled(group)
        else:
            lost = {"failed": True, "msg": "the run failed on it before it was judged"}
            yield host, server_of(lost, findings, judged=now, group=group)


def _result(report: Report, table: list[str]) -> dict[str, Any]:
    """Return what a task tells. One that fails tells why, not everything."""
    ended = {"failing": report.failed, "exit_code": exit_code(report.document, report.failed)}
    if report.failed:
        said = [f"{word}: {counted(len(some), 'server')} ({listed(some, 8)})" for word, some in report.failed.items()]
        return {**ended, "failed": True, "msg": f"fail_on: {'; '.join(said)}"}
    told = ("number", "act", "title", "severity", "restart", "servers")
    return {
        **ended,
        "table": table,
        "shares": report.shares,
        "states": states_of(report.document),
        "statuses": statuses_of(report.document),
        "actions": [{name: getattr(each, name) for name in told} for each in report.actions],
    }
