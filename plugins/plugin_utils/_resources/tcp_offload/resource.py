# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""TCP offload features, of the server and of its adapters: set, or restored. win_tcp_offload is this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..._planning.finding import Finding
from ..._planning.ledger import ledger_queries
from ..._planning.plan import Plan
from ..._planning.step import Step, plan_of, spared
from ..._planning.task import Task
from ..._protocol import operations as op
from ..._protocol.queries import Query
from ..._protocol.vocabulary import COMPLIANT
from ..._windows.network.tcp_settings import global_queries, setting_of
from ..nic_driver.applied import advisory_warnings, not_applied
from ..nic_driver.judged_adapters import JudgedAdapter, driver_queries, judged_adapters
from .adapters import adapter_steps
from .by_driver import by_driver_steps
from .cautions import keep_needed_feature, keep_needed_keyword, may_need
from .entry_rule import why_not_ours
from .feature_findings import ignored_value_findings
from .features import FeatureStep, feature_steps, shared_command
from .keyword_policy import keyword_policy_steps, policy_entries, values_before
from .keywords import AdapterStep
from .observations import observed
from .options import ARGUMENT_SPEC, NAME, Options, read_options
from .restarts import Chimney, restarts

__all__ = ["ARGUMENT_RULES", "ARGUMENT_SPEC", "NAME", "plan", "queries", "read_options"]

ARGUMENT_RULES: dict[str, Any] = {}


def queries(options: Options) -> tuple[Query, ...]:
    """Return what must be read of a server: its settings, its adapters where the task is about any, and the ledger."""
    return (
        *global_queries(udp=options.concerns_udp),
        *(driver_queries(options.advisories, options.ports) if _needs_adapters(options) else ()),
        *ledger_queries(),
    )


def _needs_adapters(options: Options) -> bool:
    return options.concerns_adapters or bool(options.left_to_drivers) or may_need(options)


def plan(task: Task) -> Plan:
    """Decide for every setting; when one of them is refused or cannot be read, nothing is done at all."""
    task, options = task.checked_by(why_not_ours), task.options
    judged = judged_adapters(task.snapshot, options.advisories, task.now) if _needs_adapters(options) else ()
    policy = _judged_without_policy(task, judged)
    decided = (*feature_steps(task), *by_driver_steps(task, policy))
    features = [spared(keep_needed_feature(each, judged), task, netsh_words={}, record="") for each in decided]
    adapters = [
        spared(keep_needed_keyword(each, judged), task, record="", waits=False)
        for each in _adapter_steps(task, judged, policy)
    ]
    after_all = restarts(task, adapters, _chimney(task, features))
    adapters = list(map(after_all.explained, adapters))
    noted = [Step(finding) for finding in _noteworthy(task, judged, features, adapters)]
    whole = plan_of((*features, *adapters, *noted), after_all.data)
    shared = shared_command(features, task)
    unmatched = not_applied(options.advisories, judged) if options.require_match and _needs_adapters(options) else ()
    mistaken = [warning for rule in options.rules for warning in rule.match.warnings]
    return replace(
        whole,
        error="; ".join(each for each in (whole.error, *unmatched) if each),
        operations=(*_ordered((*features, *adapters), shared), *after_all.operations),
        held_back=after_all.operations if after_all.held_back else (),
        reboot_required=whole.reboot_required or after_all.reboot_required,
        warnings=(*mistaken, *whole.warnings, *after_all.warnings, *advisory_warnings(options.advisories)),
    )


def _chimney(task: Task, features: Sequence[FeatureStep]) -> Chimney:
    """Return the state of Chimney before and after the steps."""
    before = setting_of("chimney", task.snapshot).state
    after = next((each.after for each in features if each.finding.subject == "chimney" and each.after), None)
    return Chimney(before, after["state"] if after else before)


def _noteworthy(
    task: Task, judged: Sequence[JudgedAdapter], features: Sequence[FeatureStep], adapters: Sequence[AdapterStep]
) -> Iterator[Finding]:
    """Yield what is worth a look besides what the task decides about."""
    yield from ignored_value_findings(task.snapshot)
    if task.options.leaves_keywords_to_drivers:
        changing = {each.finding.subject for each in features if each.finding.status != COMPLIANT}
        taken = {*changing, *task.options.by_name, *(each.finding.subject for each in adapters)}
        yield from observed(task, judged, taken)


def _judged_without_policy(task: Task, judged: Sequence[JudgedAdapter]) -> Sequence[JudgedAdapter]:
    """Return the adapters judged as they would be without what the policy by_driver has set of them."""
    entries = policy_entries(task)
    if not entries or not task.options.leaves_keywords_to_drivers:
        return judged
    return judged_adapters(task.snapshot, task.options.advisories, task.now, values_before(entries))


def _adapter_steps(
    task: Task, judged: Sequence[JudgedAdapter], policy: Sequence[JudgedAdapter]
) -> tuple[AdapterStep, ...]:
    """Decide for every adapter that the task names, and by the policy for what it does not name of them."""
    if not task.options.concerns_adapters:
        return ()
    named = adapter_steps(task, judged)
    if not task.options.leaves_keywords_to_drivers:
        return named
    taken = {each.finding.subject for each in named}
    return (*named, *keyword_policy_steps(task, policy, [each.adapter for each in judged], taken))


def _ordered(steps: Iterable[Step], shared: Iterable[op.Operation]) -> tuple[op.Operation, ...]:
    """Return the operations of steps.

    The command that several features share runs after the ledger entries of all of them.
    """
    steps = tuple(steps)
    entries = [operation for step in steps for operation in step.entry]
    return (*entries, *shared, *(each for step in steps for each in (*step.operations, *step.closing)))
